//! The assistant: `POST /portal/v1/ai/conversations/{id}/messages` answers a question from the knowledge base and the caller's
//! own records, by a language model or, without one, in quotes.
//!
//! - [`turn`](self): order, cancellation, what is stored (`turn`, `said`); what a client is told (`story`)
//! - [`model`]: a model behind an OpenAI-compatible server; [`prompt`]: what it is told
//! - [`markers`]: the answer's references, checked as it streams; `sentences`, [`quotes`]: what a citation quotes
//! - [`ui_stream`]: the AI SDK's stream; `ask`: the body of a request; `limits`, `running`, `store`: the SQL

pub mod ask;
mod limits;
pub mod markers;
pub mod model;
pub mod prompt;
pub mod quotes;
pub mod running;
mod said;
mod sentences;
pub mod store;
pub mod story;
mod turn;
pub mod ui_stream;

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, Response, header},
    response::IntoResponse,
};
use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::{
    sync::mpsc,
    time::{Instant, timeout},
};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::AppState,
    caller::Caller,
    config::{Config, ConfigError},
    error::{ApiError, ApiResult, ErrorBody},
};
use ask::{Ask, AskBody};
use limits::Limits;
use model::Model;
use running::Running;
use story::{Event, Offer};
use turn::Turn;
use ui_stream::Encoder;

/// What all turns share. Cheap to clone.
#[derive(Clone)]
pub struct Assistant {
    /// None: answers are quotes.
    pub model: Option<Model>,
    pub running: Running,
    limits: Arc<Limits>,
    heartbeat: Duration,
    /// An answer at once must begin before the request times out, and begins when it is stored.
    json_patience: Duration,
    /// After the gateway has begun to shut down; the rest of the grace is for storing what there is.
    patience_while_draining: Duration,
}

impl Assistant {
    /// Connects to nothing yet.
    ///
    /// Errors: no TLS on this machine.
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        let (http, database) = (&config.http, &config.database);
        Ok(Self {
            model: config
                .assistant
                .model
                .as_ref()
                .map(Model::new)
                .transpose()?,
            running: Running::default(),
            limits: Limits::new(config.assistant.turns_per_minute),
            heartbeat: config.assistant.heartbeat,
            json_patience: http
                .request_timeout
                .saturating_sub(database.statement_timeout),
            patience_while_draining: http.shutdown_delay + http.shutdown_grace / 2,
        })
    }
}

/// An answer at once.
#[derive(Serialize, ToSchema)]
pub struct AnswerBody {
    /// The stored message, as in the view `ai_messages`. A `finish_reason` other than `stop`, `length` and `content-filter`
    /// says that the answer broke off; the same `client_message_id` sent again is then answered anew.
    message: Value,
    /// What to show first, because the question speaks of danger. The message begins with it.
    safety_notice: Option<String>,
    /// Present when a person should be offered.
    offer_human: Option<Offer>,
}

/// Asks the assistant.
///
/// Streams the AI SDK's UI message stream (version 1), so that `useChat` works with this address; with
/// `Accept: application/json` one document comes instead. Parts: the text in pieces (before it, with the id `safety`, what
/// has to come first when a question speaks of danger), one `source-document` for each citation, `data-offer-human` when a
/// person should be offered, and at the end `messageMetadata` with the id of the stored message. What fails after
/// the beginning is an `error` part whose `errorText` holds the four keys.
///
/// A question is stored once per `client_message_id`. Sent again, it gets the stored answer; one that broke off is answered
/// anew. Before log-in, `x-portal-session` holds the conversation's token.
#[utoipa::path(
    post,
    path = "/ai/conversations/{id}/messages",
    tag = "Assistant",
    security(("access_token" = []), ("publishable_key" = [])),
    params(
        ("id" = Uuid, Path, description = "The conversation, as start_ai_conversation made it"),
        ("x-portal-org" = Option<String>, Header, description = "Organisation id or slug, for users of several"),
        ("x-portal-session" = Option<String>, Header, description = "The token of a conversation before log-in"),
    ),
    request_body = AskBody,
    responses(
        (status = 200, description = "The answer: a stream, or a document for those who accept only JSON", content(
            (String = "text/event-stream"),
            (AnswerBody = "application/json"),
        )),
        (status = 401, description = "No valid credentials", body = ErrorBody),
        (status = 404, description = "There is no such conversation, or it is not yours", body = ErrorBody),
        (status = 409, description = "A person has taken over, or the question is being answered just now", body = ErrorBody),
        (status = 410, description = "The conversation has ended", body = ErrorBody),
        (status = 422, description = "No question, or another one under the same id", body = ErrorBody),
        (status = 429, description = "Too often, or a budget is used up", body = ErrorBody),
        (status = 503, description = "The database or the model is away", body = ErrorBody),
        (status = 504, description = "The model took too long", body = ErrorBody),
    )
)]
pub async fn messages(
    State(state): State<AppState>,
    caller: Caller,
    Path(conversation_id): Path<Uuid>,
    headers: HeaderMap,
    Json(body): Json<AskBody>,
) -> ApiResult<Response<Body>> {
    let ask = Ask::read(conversation_id, body)?;
    state.assistant.limits.check(&caller)?;
    let assistant = state.assistant.clone();
    let at_once = ask::wants_json(&headers);
    let turn = Turn {
        state,
        caller,
        conversation_id,
        ask,
        ends_by: at_once.then(|| Instant::now() + assistant.json_patience),
    };
    let heard = turn.start();
    if at_once {
        return Ok(Json(document(heard).await?).into_response());
    }
    streamed(heard, assistant.heartbeat).await
}

/// Why a conversation goes to people.
#[derive(Deserialize, ToSchema)]
pub struct EscalateBody {
    /// `customer_request`, `no_answer`, `safety` or `other`.
    #[serde(default = "customer_request")]
    #[schema(default = "customer_request")]
    reason: String,
}

fn customer_request() -> String {
    "customer_request".to_owned()
}

/// Where the conversation goes on.
#[derive(Serialize, ToSchema)]
pub struct EscalatedBody {
    /// The thread with the office.
    thread_id: Uuid,
}

/// Hands a conversation to people: they get a thread with a summary. The same as the function `escalate_ai_conversation`.
#[utoipa::path(
    post,
    path = "/ai/conversations/{id}/escalate",
    tag = "Assistant",
    security(("access_token" = [])),
    params(
        ("id" = Uuid, Path, description = "The conversation"),
        ("x-portal-org" = Option<String>, Header, description = "Organisation id or slug, for users of several"),
    ),
    request_body = EscalateBody,
    responses(
        (status = 200, description = "The thread; the same one when repeated", body = EscalatedBody),
        (status = 401, description = "Nobody is signed in", body = ErrorBody),
        (status = 404, description = "There is no such conversation, or it is not yours", body = ErrorBody),
        (status = 422, description = "A reason that there is not", body = ErrorBody),
    )
)]
pub async fn escalate(
    State(state): State<AppState>,
    caller: Caller,
    Path(conversation_id): Path<Uuid>,
    Json(body): Json<EscalateBody>,
) -> ApiResult<Json<EscalatedBody>> {
    let thread_id = store::escalate(&state.db, &caller, conversation_id, &body.reason).await?;
    Ok(Json(EscalatedBody { thread_id }))
}

/// Waits for the end. What was stored is the answer, also when it broke off: it may hold the safety notice.
async fn document(mut heard: mpsc::Receiver<Event>) -> ApiResult<AnswerBody> {
    let mut safety_notice = None;
    while let Some(event) = heard.recv().await {
        match event {
            Event::Began(began) => safety_notice = began.safety_notice,
            Event::Text(_) => {}
            Event::Ended(ending) => {
                let error = ending.error.unwrap_or_else(ApiError::internal);
                let row = ending.row.ok_or(error)?;
                return Ok(AnswerBody {
                    message: row.whole,
                    safety_notice,
                    offer_human: ending.offer,
                });
            }
        }
    }
    Err(ApiError::internal())
}

/// The stream, once the turn has begun; a refusal before that is an ordinary error.
async fn streamed(
    mut heard: mpsc::Receiver<Event>,
    heartbeat: Duration,
) -> ApiResult<Response<Body>> {
    let first = heard.recv().await.ok_or_else(ApiError::internal)?;
    if let Event::Ended(ending) = first {
        return Err(ending.error.unwrap_or_else(ApiError::internal));
    }
    let mut encoder = Encoder::default();
    let beginning = encoder.frames(&first);
    let frames = frames(heard, encoder, beginning, heartbeat);
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/event-stream"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (
            ui_stream::HEADER,
            HeaderValue::from_static(ui_stream::VERSION),
        ),
        // Tells nginx to pass everything on at once.
        (
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
    ];
    Ok((headers, Body::from_stream(frames)).into_response())
}

fn frames(
    heard: mpsc::Receiver<Event>,
    encoder: Encoder,
    beginning: String,
    heartbeat: Duration,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let start = (heard, encoder, Some(beginning));
    stream::unfold(start, move |(mut heard, mut encoder, ready)| async move {
        let frames = match ready {
            Some(frames) => frames,
            None => match timeout(heartbeat, heard.recv()).await {
                Ok(event) => encoder.frames(&event?),
                Err(_) => ui_stream::HEARTBEAT.to_owned(),
            },
        };
        Some((Ok(Bytes::from(frames)), (heard, encoder, None)))
    })
}
