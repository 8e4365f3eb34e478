//! The routes under /portal/v1 and what they share.

use axum::{Json, Router};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    assistant::{self, Assistant},
    auth::Authenticator,
    config::{Config, ConfigError},
    db::Db,
    embeddings::Embeddings,
    error::ErrorBody,
    events::{self, Events},
    health, layers, notifications,
    serve::Drain,
    telemetry, whoami,
};

/// Where everything is served.
pub const PREFIX: &str = "/portal/v1";

/// What every handler may use. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub db: Db,
    pub authenticator: Authenticator,
    pub drain: Drain,
    pub events: Events,
    pub embeddings: Embeddings,
    pub assistant: Assistant,
}

impl AppState {
    /// Connects to nothing yet.
    ///
    /// Errors: settings that turn out unusable, such as a database URL that cannot be read, or a model
    /// of which a file is missing.
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        let db = Db::new(&config.database)?;
        Ok(Self {
            embeddings: Embeddings::new(&config.knowledge, db.clone())?,
            db,
            authenticator: Authenticator::new(&config.auth)
                .map_err(|error| ConfigError(format!("cannot set up the HTTP client: {error}")))?,
            drain: Drain::default(),
            events: Events::new(&config.events),
            assistant: Assistant::new(config)?,
        })
    }
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Portal gateway",
        description = "What the portal offers beside PostgREST. Every error has the same four keys as PostgREST's."
    ),
    components(schemas(ErrorBody)),
    modifiers(&Schemes),
    tags(
        (name = "Access", description = "Who is calling"),
        (name = "Assistant", description = "Questions, answered from the knowledge base"),
        (name = "Live updates", description = "What changes, as it happens"),
        (name = "Notifications", description = "What people are sent"),
        (name = "Operation", description = "For whoever runs the gateway")
    )
)]
struct ApiDoc;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let mut token = Http::new(HttpAuthScheme::Bearer);
        token.bearer_format = Some("JWT".to_owned());
        token.description = Some("Access token of Supabase Auth".to_owned());
        components.add_security_scheme("access_token", SecurityScheme::Http(token));
        let key =
            ApiKeyValue::with_description("apikey", "Publishable key; alone it means anonymous");
        components.add_security_scheme(
            "publishable_key",
            SecurityScheme::ApiKey(ApiKey::Header(key)),
        );
    }
}

/// The whole application. Routes are registered together with their documentation.
pub fn router(state: AppState, config: &Config) -> Router {
    telemetry::metrics();
    let endpoints = OpenApiRouter::new()
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics))
        .routes(routes!(whoami::whoami))
        .routes(routes!(events::events))
        .routes(routes!(assistant::messages))
        .routes(routes!(assistant::escalate))
        .routes(routes!(
            notifications::unsubscribe::ask,
            notifications::unsubscribe::act
        ))
        .routes(routes!(openapi_json));
    let (routes, document) = OpenApiRouter::with_openapi(ApiDoc::openapi())
        .nest(PREFIX, endpoints)
        .split_for_parts();
    let routes = routes
        .with_state(state)
        .layer(axum::Extension(Document(document.into())));
    layers::around(routes, &config.http)
}

/// The finished document, which knows all routes and so can only be handed to them afterwards.
#[derive(Clone)]
struct Document(std::sync::Arc<utoipa::openapi::OpenApi>);

/// This document.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "Operation",
    responses((status = 200, description = "The OpenAPI description of this gateway", content_type = "application/json"))
)]
async fn openapi_json(
    axum::Extension(Document(document)): axum::Extension<Document>,
) -> Json<utoipa::openapi::OpenApi> {
    Json((*document).clone())
}
