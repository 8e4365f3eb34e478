//! Live updates: `GET /portal/v1/events`, a stream of server-sent events. Each says that something of the caller's has
//! changed, by ids and a status; the client then reads it again through the API.
//!
//! - [`feed`]: one reader for the whole gateway, which asks the database while anybody listens
//! - [`audience`]: who may hear what, as row level security has it
//! - [`snapshot`]: up to where a client has been told, so that nothing is lost when it connects again
//! - `stream`: one client's stream; [`seats`]: how many each user may have; `store`: the SQL

pub mod audience;
pub mod feed;
pub mod seats;
pub mod snapshot;
mod store;
mod stream;

use std::sync::Arc;

use axum::{
    extract::{Query, State},
    http::{HeaderMap, HeaderName},
    response::{IntoResponse, Sse},
};
use serde::Deserialize;

use crate::{
    app::AppState,
    caller::Caller,
    config,
    error::{ApiResult, ErrorBody},
};
use feed::Feed;
use seats::Seats;
use stream::EventStream;

/// Beyond this many at once a client is told to read everything again, which is cheaper for both sides.
const MOST_AT_ONCE: usize = 1000;

/// What all streams share. Cheap to clone.
#[derive(Clone)]
pub struct Events {
    pub feed: Arc<Feed>,
    seats: Seats,
}

impl Events {
    pub fn new(config: &config::Events) -> Self {
        Self {
            feed: Arc::default(),
            seats: Seats::new(config.streams_per_user),
        }
    }
}

/// Where to continue, for clients that cannot set headers.
#[derive(Deserialize)]
pub struct Resume {
    last_event_id: Option<String>,
}

/// Streams what changes for the caller.
///
/// Events: `appointment_status`, `message_created`, `booking_request_updated`, `notification`, each with data
/// `{"id", "status", "occurred_at"}` and, for messages, `"thread_id"`. Only what row level security lets the caller see.
///
/// Send the last `id` back as `Last-Event-ID` to continue: nothing is lost, and what was cut off in the middle may come
/// twice. The event `reset` says that it is not known what you missed (an id more than 23 hours old or not ours, more
/// than 1000 events at once): read everything again.
///
/// The stream ends when the access token expires, when access is taken away and when the server shuts down; a comment
/// says why. A client that reads slowly is told later, or gets `reset`.
#[utoipa::path(
    get,
    path = "/events",
    tag = "Live updates",
    security(("access_token" = [])),
    params(
        ("x-portal-org" = Option<String>, Header, description = "Organisation id or slug, for users of several"),
        ("last-event-id" = Option<String>, Header, description = "Continue after this event"),
        ("last_event_id" = Option<String>, Query, description = "The same, where headers cannot be set; the header wins"),
    ),
    responses(
        (status = 200, description = "Events, with a comment at least every 15 seconds", content_type = "text/event-stream", body = String),
        (status = 400, description = "The user belongs to several organisations and the request names none", body = ErrorBody),
        (status = 401, description = "Nobody is signed in, or the token is not valid", body = ErrorBody),
        (status = 403, description = "No active account", body = ErrorBody),
        (status = 429, description = "The user has too many streams open", body = ErrorBody),
        (status = 503, description = "The database is away", body = ErrorBody),
    )
)]
pub async fn events(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Query(resume): Query<Resume>,
) -> ApiResult<impl IntoResponse> {
    // Bytes that are no text are no id of ours: the empty text is none either.
    let header = headers
        .get("last-event-id")
        .map(|value| value.to_str().unwrap_or_default());
    let last = header.or(resume.last_event_id.as_deref());
    let stream = EventStream::open(state, caller, last).await?;
    // Tells nginx to pass everything on at once.
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((unbuffered, Sse::new(stream.events())))
}
