//! One turn: begin in the database, let the model speak, commit in the database. No transaction is open while the model
//! speaks. A turn is a task of its own: when its client hangs up it ends the request to the model at once, and then
//! stores what the client had been told.

use std::time::{Duration, Instant as Clock};

use axum::http::StatusCode;
use backon::{ConstantBuilder, Retryable};
use metrics::{counter, histogram};
use serde_json::{Value, json};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, sleep_until},
};
use tracing::Instrument;
use uuid::Uuid;

use super::{
    ask::Ask,
    model::{Model, ModelError},
    prompt::{self, Message},
    quotes,
    said::{Cut, Said},
    store::{self, Answer, Begun, Row},
    story::{Began, Ending, Event, Offer},
};
use crate::{
    app::AppState,
    caller::Caller,
    error::{ApiError, ApiResult},
    telemetry,
};

/// So many pieces wait for a client that reads slowly; then the model has to wait too.
const BACKLOG: usize = 32;
/// How often a commit is tried again that found no database.
const COMMIT_RETRIES: usize = 3;
const COMMIT_WAIT: Duration = Duration::from_millis(500);

/// Somebody's question.
pub struct Turn {
    pub state: AppState,
    pub caller: Caller,
    pub conversation_id: Uuid,
    pub ask: Ask,
    /// When the answer must be whole, for a client that gets it at once.
    pub ends_by: Option<Instant>,
}

/// How a turn ended, for metrics.
type Outcome = &'static str;

impl Turn {
    /// Begins; what it tells comes through the channel. Dropping that is hanging up.
    pub fn start(self) -> mpsc::Receiver<Event> {
        let (line, heard) = mpsc::channel(BACKLOG);
        let one = self.state.assistant.running.one();
        let run = async move {
            let mode = if self.state.assistant.model.is_some() {
                "model"
            } else {
                "quotes"
            };
            let outcome = self.run(&line).await;
            counter!("portal_assistant_turns_total", "mode" => mode, "outcome" => outcome)
                .increment(1);
            drop(one);
        };
        tokio::spawn(run.in_current_span());
        heard
    }

    async fn run(&self, line: &mpsc::Sender<Event>) -> Outcome {
        let started = Clock::now();
        let begun = match self.begin().await {
            Ok(begun) => begun,
            Err(error) => {
                tell(line, Ending::failed(error)).await;
                return "refused";
            }
        };
        if let Some(answer) = &begun.answer {
            return replay(&begun, answer.clone(), line).await;
        }
        tell(line, began(&begun)).await;
        match &self.state.assistant.model {
            Some(model) => self.ask_model(model, &begun, line, started).await,
            None => self.quote(&begun, line).await,
        }
    }

    async fn begin(&self) -> ApiResult<Begun> {
        let embedded = self.state.embeddings.question(&self.ask.text).await;
        store::begin(
            &self.state.db,
            &self.caller,
            self.conversation_id,
            &self.ask,
            &embedded,
        )
        .await
    }

    async fn quote(&self, begun: &Begun, line: &mpsc::Sender<Event>) -> Outcome {
        let quoted = quotes::answer(
            &begun.question,
            &begun.passages,
            begun.answerable,
            &begun.company,
        );
        let said = Said::from(&quoted);
        for piece in quoted.pieces {
            tell(line, Event::Text(piece)).await;
        }
        let usage = json!({ "model": null, "prompt_tokens": 0, "completion_tokens": 0 });
        self.settle(begun, &said, None, usage, line).await
    }

    async fn ask_model(
        &self,
        model: &Model,
        begun: &Begun,
        line: &mpsc::Sender<Event>,
        started: Clock,
    ) -> Outcome {
        let messages = prompt::messages(begun);
        let mut said = Said::new(begun.passages.len());
        let total = Instant::now() + model.total_timeout();
        let ends_by = self.ends_by.map_or(total, |ends_by| ends_by.min(total));
        let cut = tokio::select! {
            biased;
            talked = talk(model, &messages, begun.answer_tokens, line, &mut said, started) => talked.err(),
            () = line.closed() => Some(Cut::ClientGone),
            () = sleep_until(ends_by) => Some(Cut::Model(ModelError::TotalTimeout)),
            () = self.drained() => Some(Cut::Draining),
        };
        if let Some(Cut::Model(error)) = &cut {
            tracing::warn!(%error, "an answer failed");
        }
        let characters = messages
            .iter()
            .map(|message| message.content.chars().count())
            .sum();
        let usage = said.usage(model.name(), characters, cut.as_ref());
        count_tokens(&usage);
        self.settle(begun, &said, cut, usage, line).await
    }

    /// When a turn must end because the gateway does.
    async fn drained(&self) {
        self.state.drain.wait().await;
        sleep(self.state.assistant.patience_while_draining).await;
    }

    /// Stores what there is, gives the turn up where there is nothing, and tells the client how it ended.
    async fn settle(
        &self,
        begun: &Begun,
        said: &Said,
        cut: Option<Cut>,
        usage: Value,
        line: &mpsc::Sender<Event>,
    ) -> Outcome {
        let offer = Offer::of(begun);
        let error = cut.as_ref().map(error_of);
        let Some(answer) = said.answer(begun, cut.as_ref(), usage.clone(), offer.is_some()) else {
            self.abandon(begun, &usage).await;
            tell(
                line,
                Ending::failed(error.unwrap_or_else(ApiError::internal)),
            )
            .await;
            return if cut == Some(Cut::ClientGone) {
                "interrupted"
            } else {
                "failed"
            };
        };
        match self.commit(begun, &answer).await {
            Ok(row) => {
                let row = Some(row);
                tell(line, Event::Ended(Box::new(Ending { row, offer, error }))).await;
                match answer.finish_reason {
                    "error" => "failed",
                    "interrupted" => "interrupted",
                    _ => "answered",
                }
            }
            Err(error) => {
                let is_taken_over = error.status == StatusCode::CONFLICT;
                self.abandon(begun, &usage).await;
                tell(line, Ending::failed(error)).await;
                if is_taken_over {
                    "taken_over"
                } else {
                    "failed"
                }
            }
        }
    }

    /// The answer has been paid for: a database that is away for a moment shall not lose it.
    async fn commit(&self, begun: &Begun, answer: &Answer) -> ApiResult<Row> {
        let waits = ConstantBuilder::default()
            .with_delay(COMMIT_WAIT)
            .with_max_times(COMMIT_RETRIES);
        let commit = || store::commit(&self.state.db, &self.caller, begun, answer);
        commit
            .retry(waits)
            .when(|error| error.status == StatusCode::SERVICE_UNAVAILABLE)
            .await
    }

    /// Should even this fail, the turn's lease ends by itself.
    async fn abandon(&self, begun: &Begun, usage: &Value) {
        if let Err(error) = store::abandon(&self.state.db, &self.caller, begun, usage).await {
            tracing::warn!(
                status = error.status.as_u16(),
                reason = error.reason(),
                "a turn could not be given up"
            );
        }
    }
}

/// What the model says, as it says it.
async fn talk(
    model: &Model,
    messages: &[Message],
    max_tokens: u32,
    line: &mpsc::Sender<Event>,
    said: &mut Said,
    started: Clock,
) -> Result<(), Cut> {
    let mut reply = model
        .stream(messages, max_tokens)
        .await
        .map_err(Cut::Model)?;
    while let Some(piece) = reply.next().await.map_err(Cut::Model)? {
        if said.text.is_empty() {
            histogram!(telemetry::FIRST_TOKEN).record(started.elapsed());
        }
        pass_on(line, said.push(&piece)).await?;
        if said.is_too_long() {
            said.finish_reason = "length";
            return Ok(());
        }
    }
    pass_on(line, said.finish()).await?;
    said.finish_reason = reply.finish_reason();
    said.usage = reply.usage();
    match said.text.trim().is_empty() {
        true => Err(Cut::Model(ModelError::Empty)),
        false => Ok(()),
    }
}

async fn pass_on(line: &mpsc::Sender<Event>, text: String) -> Result<(), Cut> {
    if text.is_empty() {
        return Ok(());
    }
    line.send(Event::Text(text))
        .await
        .map_err(|_| Cut::ClientGone)
}

/// Nobody may be there any more; what is stored does not depend on it.
async fn tell(line: &mpsc::Sender<Event>, event: Event) {
    let _ = line.send(event).await;
}

fn began(begun: &Begun) -> Event {
    Event::Began(Began {
        message_id: Uuid::new_v5(&begun.turn_id, b"answer"),
        conversation_id: begun.conversation_id,
        safety_notice: begun.safety_notice.clone(),
    })
}

/// The answer that is stored already.
async fn replay(begun: &Begun, answer: Value, line: &mpsc::Sender<Event>) -> Outcome {
    let row = match Row::read(answer) {
        Ok(row) => row,
        Err(error) => {
            tell(line, Ending::failed(error)).await;
            return "failed";
        }
    };
    tell(line, began(begun)).await;
    let notice = begun.safety_notice.as_deref().unwrap_or_default();
    let text = row.content.strip_prefix(notice).unwrap_or(&row.content);
    let text = if notice.is_empty() {
        text
    } else {
        text.trim_start()
    };
    if !text.is_empty() {
        tell(line, Event::Text(text.to_owned())).await;
    }
    // Nothing was looked up this time.
    let answerable = row.whole["metadata"]["answerable"] != json!(false);
    let offer = Offer::of(&Begun {
        answerable,
        ..begun.clone()
    });
    let row = Some(row);
    tell(
        line,
        Event::Ended(Box::new(Ending {
            row,
            offer,
            error: None,
        })),
    )
    .await;
    "replayed"
}

fn error_of(cut: &Cut) -> ApiError {
    let again = "Send the same message again to have it answered anew.";
    match cut {
        Cut::ClientGone | Cut::Draining => ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "interrupted",
            "The answer was interrupted.",
            again,
        )
        .after(2),
        Cut::Model(
            ModelError::FirstTokenTimeout | ModelError::IdleTimeout | ModelError::TotalTimeout,
        ) => ApiError::new(
            StatusCode::GATEWAY_TIMEOUT,
            "assistant_timeout",
            "The assistant took too long to answer.",
            again,
        ),
        Cut::Model(_) => ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "assistant_unavailable",
            "The assistant cannot answer right now.",
            "Send the same message again in a moment, or write to the office.",
        )
        .after(5),
    }
}

fn count_tokens(usage: &Value) {
    for (kind, name) in [
        ("prompt", "prompt_tokens"),
        ("completion", "completion_tokens"),
    ] {
        counter!("portal_assistant_tokens_total", "kind" => kind)
            .increment(usage[name].as_u64().unwrap_or(0));
    }
}
