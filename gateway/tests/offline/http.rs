//! The HTTP surface, in process, with a database that is away.

use std::time::Duration;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, Response, StatusCode},
    routing::{get, post},
};
use portal_gateway::{
    app::{self, AppState},
    config::Config,
    error::ErrorBody,
    layers,
};
use serde_json::Value;
use tower::ServiceExt;

use crate::keys::{claims, config, hs256};

fn gateway() -> Router {
    let config = config();
    app::router(AppState::new(&config).unwrap(), &config)
}

fn request(method: &str, path: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path)
}

async fn send(app: &Router, request: axum::http::request::Builder) -> Response<Body> {
    app.clone()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap()
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(
        to_bytes(response.into_body(), 1 << 20)
            .await
            .unwrap()
            .to_vec(),
    )
    .unwrap()
}

/// Status and reason of an answer that must have the four keys, no more and no fewer.
async fn refused(response: Response<Body>) -> (u16, String) {
    let status = response.status();
    assert_eq!(response.headers()["content-type"], "application/json");
    assert!(response.headers().contains_key("x-request-id"));
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    let body: Value = serde_json::from_str(&text(response).await).unwrap();
    let mut keys: Vec<_> = body
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    assert_eq!(keys, ["code", "details", "hint", "message"]);
    let body: ErrorBody = serde_json::from_value(body).unwrap();
    assert_eq!(body.code, format!("PT{}", status.as_u16()));
    let details: Value = serde_json::from_str(&body.details.unwrap()).unwrap();
    (
        status.as_u16(),
        details["reason"].as_str().unwrap().to_owned(),
    )
}

#[tokio::test]
async fn alive_without_a_database_and_not_ready() {
    let app = gateway();
    let alive = send(&app, request("GET", "/portal/v1/healthz")).await;
    assert_eq!(alive.status(), 200);
    let ready = send(&app, request("GET", "/portal/v1/readyz")).await;
    assert!(ready.headers().contains_key("retry-after"));
    assert_eq!(
        refused(ready).await,
        (503, "database_unreachable".to_owned())
    );
}

#[tokio::test]
async fn not_ready_while_draining() {
    let config = config();
    let state = AppState::new(&config).unwrap();
    let app = app::router(state.clone(), &config);
    state.drain.begin();
    let ready = send(&app, request("GET", "/portal/v1/readyz")).await;
    assert_eq!(refused(ready).await, (503, "draining".to_owned()));
}

#[tokio::test]
async fn every_refusal_has_the_four_keys() {
    let app = gateway();
    let user = format!("Bearer {}", hs256(&claims()));
    let whoami = || request("GET", "/portal/v1/whoami");
    for (request, status, reason) in [
        (request("GET", "/"), 404, "no_such_endpoint"),
        (
            request("GET", "/portal/v1/nothing"),
            404,
            "no_such_endpoint",
        ),
        (
            request("POST", "/portal/v1/whoami"),
            405,
            "method_not_allowed",
        ),
        (whoami(), 401, "no_credentials"),
        (
            whoami().header("apikey", "sb_publishable_x"),
            401,
            "sign_in_required",
        ),
        (
            whoami().header("authorization", "Bearer x"),
            401,
            "malformed_token",
        ),
        (
            whoami().header("authorization", &user),
            503,
            "database_unreachable",
        ),
    ] {
        assert_eq!(
            refused(send(&app, request).await).await,
            (status, reason.to_owned())
        );
    }
    let response = send(&app, whoami()).await;
    assert_eq!(response.headers()["www-authenticate"], "Bearer");
    let response = send(&app, request("DELETE", "/portal/v1/whoami")).await;
    assert_eq!(response.headers()["allow"], "GET,HEAD");
}

#[tokio::test]
async fn too_large_too_slow_and_broken_have_the_four_keys_too() {
    let config = Config {
        http: portal_gateway::config::Http {
            body_limit: 10,
            request_timeout: Duration::from_millis(50),
            ..config().http
        },
        ..config()
    };
    let routes = Router::new()
        .route("/echo", post(|body: String| async move { body }))
        .route(
            "/slow",
            get(|| async { tokio::time::sleep(Duration::from_secs(5)).await }),
        )
        .route(
            "/panic",
            get(|| async {
                if true {
                    panic!("secret inside")
                }
            }),
        );
    let app = layers::around(routes, &config.http);
    let echo = |body: &'static str| {
        app.clone()
            .oneshot(request("POST", "/echo").body(Body::from(body)).unwrap())
    };
    assert_eq!(text(echo("0123456789").await.unwrap()).await, "0123456789");
    assert_eq!(
        refused(echo("0123456789a").await.unwrap()).await,
        (413, "body_too_large".to_owned())
    );
    assert_eq!(
        refused(send(&app, request("GET", "/slow")).await).await,
        (504, "timeout".to_owned())
    );
    assert_eq!(
        refused(send(&app, request("GET", "/panic")).await).await,
        (500, "internal_error".to_owned())
    );
}

#[tokio::test]
async fn browsers_may_call_from_anywhere_with_supabase_headers() {
    let wanted = "authorization,apikey,content-type,x-client-info,x-portal-org,x-portal-session,idempotency-key,last-event-id";
    let preflight = request("OPTIONS", "/portal/v1/whoami")
        .header("origin", "https://portal.example")
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", wanted);
    let response = send(&gateway(), preflight).await;
    assert_eq!(response.status(), StatusCode::OK);
    let headers = response.headers();
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert!(!headers.contains_key("access-control-allow-credentials"));
    let allowed = headers["access-control-allow-headers"].to_str().unwrap();
    for name in wanted.split(',') {
        assert!(
            allowed.split(',').any(|given| given == name),
            "{name} in {allowed}"
        );
    }
}

#[tokio::test]
async fn a_request_id_is_kept_when_it_looks_like_one() {
    let app = gateway();
    let healthz = |id: &str| request("GET", "/portal/v1/healthz").header("x-request-id", id);
    let response = send(&app, healthz("trace-1.a_B")).await;
    assert_eq!(response.headers()["x-request-id"], "trace-1.a_B");
    for odd in ["", "a b", "{\"x\":1}", &"x".repeat(129)] {
        let response = send(&app, healthz(odd)).await;
        let id = response.headers()["x-request-id"].to_str().unwrap();
        assert!(id != odd && uuid::Uuid::parse_str(id).is_ok(), "{id}");
    }
}

#[tokio::test]
async fn metrics_count_by_pattern_and_never_by_path() {
    let app = gateway();
    send(&app, request("GET", "/portal/v1/healthz?secret=1")).await;
    send(&app, request("GET", "/portal/v1/no-such-customer")).await;
    send(&app, request("BREW", "/portal/v1/healthz")).await;
    let metrics = text(send(&app, request("GET", "/portal/v1/metrics")).await).await;
    for expected in [
        r#"portal_http_requests_total{method="GET",route="/portal/v1/healthz",status="200"}"#,
        r#"portal_http_requests_total{method="GET",route="unmatched",status="404"}"#,
        r#"portal_http_requests_total{method="other",route="/portal/v1/healthz",status="405"}"#,
        "portal_http_request_duration_seconds_bucket",
        "portal_db_connections_max 16",
    ] {
        assert!(metrics.contains(expected), "{expected} in:\n{metrics}");
    }
    assert!(
        !metrics.contains("no-such-customer")
            && !metrics.contains("BREW")
            && !metrics.contains("secret")
    );
}

#[tokio::test]
async fn the_openapi_document_describes_every_endpoint() {
    let document: Value = serde_json::from_str(
        &text(send(&gateway(), request("GET", "/portal/v1/openapi.json")).await).await,
    )
    .unwrap();
    let paths: Vec<_> = document["paths"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    let expected = [
        "ai/conversations/{id}/escalate",
        "ai/conversations/{id}/messages",
        "events",
        "healthz",
        "metrics",
        "openapi.json",
        "readyz",
        "unsubscribe",
        "whoami",
    ]
    .map(|name| format!("/portal/v1/{name}"));
    assert_eq!(paths, expected);
    for path in document["paths"].as_object().unwrap().values() {
        for operation in path.as_object().unwrap().values() {
            assert!(
                operation["summary"]
                    .as_str()
                    .or(operation["description"].as_str())
                    .is_some(),
                "{operation}"
            );
        }
    }
    assert!(document["components"]["schemas"]["ErrorBody"]["properties"]["hint"].is_object());
    assert_eq!(
        document["components"]["securitySchemes"]["access_token"]["scheme"],
        "bearer"
    );
    assert_eq!(
        document["components"]["securitySchemes"]["publishable_key"]["name"],
        "apikey"
    );
}

#[tokio::test]
async fn large_answers_are_compressed_for_those_who_ask() {
    let openapi = request("GET", "/portal/v1/openapi.json").header("accept-encoding", "gzip");
    assert_eq!(
        send(&gateway(), openapi).await.headers()["content-encoding"],
        "gzip"
    );
}
