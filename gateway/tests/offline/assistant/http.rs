//! The endpoint itself, as far as it goes without a database.

use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use portal_gateway::{
    app::{self, AppState},
    error::ErrorBody,
};
use serde_json::Value;
use tower::ServiceExt;

use crate::{
    keys::{claims, config_with, hs256},
    logs::Logs,
    upstream::{Upstream, answer},
};

const MESSAGES: &str = "/portal/v1/ai/conversations/6f1d3f0a-9a53-4a53-8a53-0a539a536f1d/messages";

/// Status and reason.
async fn post(app: &axum::Router, path: &str, body: &str) -> (u16, String) {
    let token = hs256(&claims());
    let request = Request::post(path)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .header("x-portal-session", "a-session-of-dana")
        .body(Body::from(body.to_owned()));
    let response = app.clone().oneshot(request.unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    let body: ErrorBody = serde_json::from_slice(&body).unwrap();
    let details: Value = serde_json::from_str(&body.details.unwrap()).unwrap();
    (status, details["reason"].as_str().unwrap().to_owned())
}

fn app(more: &[(&str, &str)]) -> axum::Router {
    let config = config_with(more);
    app::router(AppState::new(&config).unwrap(), &config)
}

#[tokio::test]
async fn a_request_that_asks_nothing_is_refused_before_anything_is_done() {
    let app = app(&[]);
    for (path, body, status, reason) in [
        (MESSAGES, "{}", 422, "no_text"),
        (MESSAGES, "{\"text\": 7}", 422, "malformed_body"),
        (
            MESSAGES,
            "{\"text\": \"x\", \"client_message_id\": \"x\"}",
            422,
            "malformed_body",
        ),
        (MESSAGES, "{", 400, "malformed_request"),
        (
            "/portal/v1/ai/conversations/x/messages",
            "{\"text\": \"x\"}",
            400,
            "malformed_request",
        ),
        (MESSAGES, "{\"text\": \"x\"}", 503, "database_unreachable"),
    ] {
        assert_eq!(
            post(&app, path, body).await,
            (status, reason.to_owned()),
            "{body}"
        );
    }
}

#[tokio::test]
async fn who_asks_too_often_is_refused_before_anything_is_done() {
    let app = app(&[("PORTAL_ASSISTANT_TURNS_PER_MINUTE", "2")]);
    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.push(post(&app, MESSAGES, "{\"text\": \"x\"}").await.0);
    }
    assert_eq!(answers, [503, 503, 429]);
}

#[tokio::test]
async fn without_a_database_no_model_is_asked_and_no_question_is_logged() {
    let logs = Logs::listen();
    let upstream = Upstream::saying(answer(&["No."])).await;
    let app = app(&[
        ("PORTAL_MODEL_BASE_URL", &upstream.url),
        ("PORTAL_MODEL_NAME", "m"),
    ]);
    let body = "{\"text\": \"Why is Dana's cellar wet?\"}";
    assert_eq!(post(&app, MESSAGES, body).await.0, 503);
    assert!(upstream.asked().is_empty());
    let text = logs.text();
    assert!(text.contains("answered"), "{text}");
    for hidden in ["cellar", "a-session-of-dana"] {
        assert!(!text.contains(hidden), "{hidden} is in the log:\n{text}");
    }
}
