//! The yardstick: axum on one side, reqwest on the other, and nothing but bytes in between.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::post,
};
use reqwest::Client;

#[derive(Clone)]
struct Model {
    client: Client,
    address: String,
}

pub fn routes(model: &str) -> Router {
    let model = Model {
        client: Client::new(),
        address: format!("http://{model}"),
    };
    Router::new()
        .route("/{*path}", post(relay))
        .with_state(model)
}

async fn relay(State(model): State<Model>, Path(path): Path<String>, body: Bytes) -> Response {
    let request = model
        .client
        .post(format!("{}/{path}", model.address))
        .header(CONTENT_TYPE, "application/json");
    match request.body(body).send().await {
        Ok(answer) => (
            [(CONTENT_TYPE, "text/event-stream")],
            Body::from_stream(answer.bytes_stream()),
        )
            .into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}
