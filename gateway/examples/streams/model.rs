//! A chat completion whose n-th word is `wn `, so that a lost, doubled or merged one shows.

use std::{convert::Infallible, time::Duration};

use axum::{
    Router, body::Body, extract::Path, http::header::CONTENT_TYPE, response::IntoResponse,
    routing::post,
};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use tokio::time::{MissedTickBehavior, interval};

pub fn routes() -> Router {
    Router::new().route("/{pace}/{words}/v1/chat/completions", post(complete))
}

/// `pace`: milliseconds from one word to the next. A word that is late does not delay those after it.
async fn complete(Path((pace, words)): Path<(u64, u64)>) -> impl IntoResponse {
    let mut clock = interval(Duration::from_millis(pace.max(1)));
    clock.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let spoken = stream::unfold((clock, 0), move |(mut clock, n)| async move {
        if n == words {
            return None;
        }
        clock.tick().await;
        Some((
            event(&json!({"content": format!("w{n} ")}), None, n),
            (clock, n + 1),
        ))
    });
    let end = [
        event(&json!({}), Some("stop"), words),
        "data: [DONE]\n\n".to_owned(),
    ];
    let body = spoken.chain(stream::iter(end)).map(Ok::<_, Infallible>);
    (
        [(CONTENT_TYPE, "text/event-stream")],
        Body::from_stream(body),
    )
}

fn event(delta: &Value, finish_reason: Option<&str>, words: u64) -> String {
    let usage = finish_reason.map(
        |_| json!({"prompt_tokens": 100, "completion_tokens": words, "total_tokens": 100 + words}),
    );
    let chunk = json!({
        "id": "chatcmpl-bench", "object": "chat.completion.chunk", "created": 1_760_000_000, "model": "bench",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}], "usage": usage,
    });
    format!("data: {chunk}\n\n")
}
