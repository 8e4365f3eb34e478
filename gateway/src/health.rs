//! For whoever runs the gateway: is it alive, can it work, what has it done.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use axum::{Json, extract::State, http::header, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::{
    app::AppState,
    error::{ApiError, ApiResult, ErrorBody},
    telemetry,
};

/// A process that answers.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Alive {
    #[schema(example = "ok")]
    pub status: String,
    /// The gateway's version.
    pub version: String,
}

/// A gateway that can do its work.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ready {
    #[schema(example = "ready")]
    pub status: String,
    /// The gateway's version.
    pub version: String,
    /// The installed version of the extension pg_portal.
    pub extension_version: String,
}

/// Answers as long as the process does; asks nobody else.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "Operation",
    responses((status = 200, description = "The process is alive", body = Alive))
)]
pub async fn healthz() -> Json<Alive> {
    Json(Alive {
        status: "ok".to_owned(),
        version: version(),
    })
}

/// Answers whether requests can be served: the database answers, the extension is installed, and
/// the gateway is not shutting down.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "Operation",
    responses(
        (status = 200, description = "Ready", body = Ready),
        (status = 503, description = "Not ready; `details` has the reason: draining, database_unreachable, database_busy or extension_missing", body = ErrorBody),
    )
)]
pub async fn readyz(State(state): State<AppState>) -> ApiResult<Json<Ready>> {
    if state.drain.begun() {
        return Err(ApiError::unavailable(
            "draining",
            "This gateway is shutting down.",
        ));
    }
    let version_of_extension = timeout(state.db.statement_timeout(), extension_version(&state))
        .await
        .map_err(|_| {
            ApiError::unavailable("database_busy", "The database does not answer in time.")
        })??;
    match version_of_extension {
        Some(extension_version) => Ok(Json(Ready {
            status: "ready".to_owned(),
            version: version(),
            extension_version,
        })),
        None => Err(ApiError::unavailable(
            "extension_missing",
            "The extension pg_portal is not installed in this database.",
        )),
    }
}

async fn extension_version(state: &AppState) -> ApiResult<Option<String>> {
    let row = state
        .db
        .connection()
        .await?
        .query_typed_opt(
            "select extversion from pg_catalog.pg_extension where extname = 'pg_portal'",
            &[],
        )
        .await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

/// How long `ask_running` waits; Docker asks every few seconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks the gateway that listens on `address`, on this machine, whether it is ready.
///
/// Errors: a sentence that says what it answered, or why it did not.
pub async fn ask_running(address: SocketAddr) -> Result<(), String> {
    let url = format!("http://{}/portal/v1/readyz", reachable(address));
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(PATIENCE)
        .build()
        .map_err(|error| format!("no HTTP client: {error}"))?;
    let answer = client
        .get(&url)
        .send()
        .await
        .map_err(|error| format!("{url} does not answer ({})", error.without_url()))?;
    if answer.status().is_success() {
        return Ok(());
    }
    let (status, body) = (answer.status(), answer.text().await.unwrap_or_default());
    Err(format!("{url} answers {status}: {body}"))
}

/// "Every address of this machine" is one to listen on, not one to ask.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Counts and timings in Prometheus's text format.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "Operation",
    responses((status = 200, description = "Metrics", body = String, content_type = "text/plain"))
)]
pub async fn metrics(State(state): State<AppState>) -> impl IntoResponse {
    telemetry::record_pool(&state.db.status());
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        telemetry::metrics().render(),
    )
}

fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
