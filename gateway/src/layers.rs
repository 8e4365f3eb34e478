//! What surrounds every route: request id, metrics, log, CORS, compression, the error body, limits.

use std::time::Duration;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, Method, Request, StatusCode, header},
    middleware,
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    cors::{Any, CorsLayer},
    limit::RequestBodyLimitLayer,
    request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    timeout::TimeoutLayer,
    trace::TraceLayer,
};
use uuid::Uuid;

use crate::{config, error, telemetry};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Wraps `routes`; the last layer added is the first to see a request.
pub fn around(routes: Router, config: &config::Http) -> Router {
    routes
        // Streaming bodies are counted by the one below; axum's own limit would come first.
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(config.body_limit))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            config.request_timeout,
        ))
        .layer(CatchPanicLayer::new())
        .layer(middleware::map_response(error::give_body))
        // Leaves event streams alone.
        .layer(CompressionLayer::new())
        .layer(cors())
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(telemetry::request_span)
                .on_request(())
                .on_response(telemetry::log_answer)
                // Failures are logged where their cause is known.
                .on_failure(()),
        )
        .layer(middleware::from_fn(telemetry::measure))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, NewId))
        .layer(middleware::map_request(drop_odd_request_id))
}

/// Any origin, as Supabase does: access rests on tokens, and no cookie is ever read.
fn cors() -> CorsLayer {
    let name = HeaderName::from_static;
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers([
            header::ACCEPT,
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            name("apikey"),
            name("idempotency-key"),
            name("last-event-id"),
            name("x-client-info"),
            name("x-portal-org"),
            name("x-portal-session"),
            REQUEST_ID,
        ])
        .expose_headers([REQUEST_ID, header::RETRY_AFTER])
        .max_age(Duration::from_secs(3600))
}

#[derive(Clone, Copy)]
struct NewId;

impl MakeRequestId for NewId {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
        let id = HeaderValue::from_str(&Uuid::now_v7().to_string()).ok()?;
        Some(RequestId::new(id))
    }
}

/// An id from outside is kept so that logs can be joined, but only if it looks like an id: it ends
/// up in logs and in the database's settings.
async fn drop_odd_request_id<B>(mut request: Request<B>) -> Request<B> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let keep = request
        .headers()
        .get(REQUEST_ID)
        .is_none_or(|id| (1..=128).contains(&id.len()) && id.as_bytes().iter().all(plain));
    if !keep {
        request.headers_mut().remove(REQUEST_ID);
    }
    request
}
