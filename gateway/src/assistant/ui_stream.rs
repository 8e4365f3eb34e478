//! The AI SDK's UI message stream, version 1: what `useChat` reads. Pure: what a turn tells goes in, frames come out.

use axum::http::HeaderName;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    store::{Citation, Row},
    story::{Ending, Event, Offer},
};
use crate::error::ApiError;

/// Says that a body is such a stream.
pub const HEADER: HeaderName = HeaderName::from_static("x-vercel-ai-ui-message-stream");
pub const VERSION: &str = "v1";
/// Keeps a silent connection open; clients pass over it.
pub const HEARTBEAT: &str = ":\n\n";

/// Ids of the text parts within a message.
const SAFETY: &str = "safety";
const ANSWER: &str = "answer";

#[derive(Serialize)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
enum Part<'a> {
    Start {
        message_id: Uuid,
    },
    StartStep,
    TextStart {
        id: &'a str,
    },
    TextDelta {
        id: &'a str,
        delta: &'a str,
    },
    TextEnd {
        id: &'a str,
    },
    SourceDocument {
        source_id: Uuid,
        media_type: &'a str,
        title: &'a str,
        filename: &'a str,
        provider_metadata: Value,
    },
    #[serde(rename = "data-offer-human")]
    OfferHuman {
        data: &'a Offer,
    },
    Error {
        error_text: String,
    },
    FinishStep,
    Finish {
        finish_reason: &'a str,
        message_metadata: Value,
    },
}

/// The stream of one message.
#[derive(Default)]
pub struct Encoder {
    conversation_id: Uuid,
    is_answering: bool,
}

impl Encoder {
    /// The frames for what has been told. After an ending there are no more.
    pub fn frames(&mut self, event: &Event) -> String {
        let mut out = String::new();
        match event {
            Event::Began(began) => {
                self.conversation_id = began.conversation_id;
                write(
                    &mut out,
                    &Part::Start {
                        message_id: began.message_id,
                    },
                );
                write(&mut out, &Part::StartStep);
                if let Some(notice) = &began.safety_notice {
                    write(&mut out, &Part::TextStart { id: SAFETY });
                    write(
                        &mut out,
                        &Part::TextDelta {
                            id: SAFETY,
                            delta: notice,
                        },
                    );
                    write(&mut out, &Part::TextEnd { id: SAFETY });
                }
            }
            Event::Text(delta) => {
                if !std::mem::replace(&mut self.is_answering, true) {
                    write(&mut out, &Part::TextStart { id: ANSWER });
                }
                write(&mut out, &Part::TextDelta { id: ANSWER, delta });
            }
            Event::Ended(ending) => self.end(&mut out, ending),
        }
        out
    }

    fn end(&mut self, out: &mut String, ending: &Ending) {
        if std::mem::take(&mut self.is_answering) {
            write(out, &Part::TextEnd { id: ANSWER });
        }
        for citation in ending.row.iter().flat_map(|row| &row.citations) {
            write(out, &source(citation));
        }
        if let Some(data) = &ending.offer {
            write(out, &Part::OfferHuman { data });
        }
        if let Some(error) = &ending.error {
            let error_text = text_of(error);
            write(out, &Part::Error { error_text });
        }
        write(out, &Part::FinishStep);
        write(out, &self.finish(ending));
        out.push_str("data: [DONE]\n\n");
    }

    fn finish<'a>(&self, ending: &'a Ending) -> Part<'a> {
        let finish_reason = match (&ending.error, &ending.row) {
            (None, Some(row)) => reason(&row.finish_reason),
            _ => "error",
        };
        let message_metadata = match &ending.row {
            Some(row) => metadata(row, self.conversation_id),
            None => json!({ "conversation_id": self.conversation_id }),
        };
        Part::Finish {
            finish_reason,
            message_metadata,
        }
    }
}

/// The reasons that every version of the AI SDK knows.
fn reason(stored: &str) -> &str {
    match stored {
        "stop" | "length" | "content-filter" | "error" => stored,
        _ => "other",
    }
}

fn metadata(row: &Row, conversation_id: Uuid) -> Value {
    json!({
        "message_id": row.id,
        "conversation_id": conversation_id,
        "finish_reason": row.finish_reason,
        "citations": row.whole["citations"],
        "usage": { "total_tokens": row.tokens_used },
    })
}

fn source(citation: &Citation) -> Part<'_> {
    let portal = json!({
        "article_id": citation.article_id,
        "slug": citation.slug,
        "heading": citation.heading_path.join(" › "),
        "quote": citation.quote,
    });
    Part::SourceDocument {
        source_id: citation.chunk_id,
        media_type: "text/markdown",
        title: &citation.title,
        filename: &citation.slug,
        provider_metadata: json!({ "portal": portal }),
    }
}

/// The four keys of an error, as the text that the stream has room for.
fn text_of(error: &ApiError) -> String {
    serde_json::to_string(&error.body).unwrap_or_else(|_| error.body.message.clone())
}

fn write(out: &mut String, part: &Part) {
    // Texts, ids and JSON: there is nothing in it that could not be written.
    let json = serde_json::to_string(part).expect("a part is JSON");
    out.push_str("data: ");
    out.push_str(&json);
    out.push_str("\n\n");
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;
    use crate::assistant::story::Began;

    const MESSAGE: Uuid = Uuid::from_u128(1);
    const CONVERSATION: Uuid = Uuid::from_u128(2);

    fn row(finish_reason: &str) -> Row {
        let citation = json!({ "chunk_id": Uuid::from_u128(5), "article_id": Uuid::from_u128(6), "slug": "filters",
            "title": "Filters", "heading_path": ["Filters", "When"], "quote": "Every spring." });
        let whole = json!({ "id": Uuid::from_u128(3), "content": "Every \"spring\" [1]", "citations": [citation],
            "finish_reason": finish_reason, "tokens_used": 42 });
        Row::read(whole).unwrap()
    }

    fn began(safety_notice: Option<&str>) -> Event {
        Event::Began(Began {
            message_id: MESSAGE,
            conversation_id: CONVERSATION,
            safety_notice: safety_notice.map(str::to_owned),
        })
    }

    fn encode(events: &[Event]) -> String {
        let mut encoder = Encoder::default();
        events.iter().map(|event| encoder.frames(event)).collect()
    }

    #[test]
    fn an_answer_has_its_text_its_sources_and_its_end() {
        let offer = Offer {
            reason: "safety",
            can_escalate: true,
            phone: Some("+1".to_owned()),
            email: None,
        };
        let ended = Event::Ended(Box::new(Ending {
            row: Some(row("stop")),
            offer: Some(offer),
            error: None,
        }));
        let texts = [
            Event::Text("Every \"spring\"".to_owned()),
            Event::Text(" [1]\n".to_owned()),
        ];
        let [one, two] = texts;
        let expected = [
            r#"{"type":"start","messageId":"00000000-0000-0000-0000-000000000001"}"#,
            r#"{"type":"start-step"}"#,
            r#"{"type":"text-start","id":"safety"}"#,
            r#"{"type":"text-delta","id":"safety","delta":"Leave the house."}"#,
            r#"{"type":"text-end","id":"safety"}"#,
            r#"{"type":"text-start","id":"answer"}"#,
            r#"{"type":"text-delta","id":"answer","delta":"Every \"spring\""}"#,
            r#"{"type":"text-delta","id":"answer","delta":" [1]\n"}"#,
            r#"{"type":"text-end","id":"answer"}"#,
            r#"{"type":"source-document","sourceId":"00000000-0000-0000-0000-000000000005","mediaType":"text/markdown","title":"Filters","filename":"filters","providerMetadata":{"portal":{"article_id":"00000000-0000-0000-0000-000000000006","heading":"Filters › When","quote":"Every spring.","slug":"filters"}}}"#,
            r#"{"type":"data-offer-human","data":{"reason":"safety","can_escalate":true,"phone":"+1","email":null}}"#,
            r#"{"type":"finish-step"}"#,
            r#"{"type":"finish","finishReason":"stop","messageMetadata":{"citations":[{"article_id":"00000000-0000-0000-0000-000000000006","chunk_id":"00000000-0000-0000-0000-000000000005","heading_path":["Filters","When"],"quote":"Every spring.","slug":"filters","title":"Filters"}],"conversation_id":"00000000-0000-0000-0000-000000000002","finish_reason":"stop","message_id":"00000000-0000-0000-0000-000000000003","usage":{"total_tokens":42}}}"#,
            "[DONE]",
        ]
        .map(|data| format!("data: {data}\n\n"));
        assert_eq!(
            encode(&[began(Some("Leave the house.")), one, two, ended]),
            expected.concat()
        );
    }

    #[test]
    fn a_failure_after_the_beginning_is_a_part_with_the_four_keys_and_the_stream_still_ends() {
        let error = ApiError::new(
            StatusCode::CONFLICT,
            "human_took_over",
            "A person has taken over.",
            "Go on there.",
        );
        let ended = Event::Ended(Box::new(Ending {
            row: None,
            offer: None,
            error: Some(error),
        }));
        let frames = encode(&[began(None), Event::Text("Hm".to_owned()), ended]);
        let body = r#"{\"code\":\"PT409\",\"message\":\"A person has taken over.\",\"details\":\"{\\\"reason\\\":\\\"human_took_over\\\"}\",\"hint\":\"Go on there.\"}"#;
        let expected = [
            r#"{"type":"text-end","id":"answer"}"#.to_owned(),
            format!(r#"{{"type":"error","errorText":"{body}"}}"#),
            r#"{"type":"finish-step"}"#.to_owned(),
            r#"{"type":"finish","finishReason":"error","messageMetadata":{"conversation_id":"00000000-0000-0000-0000-000000000002"}}"#.to_owned(),
            "[DONE]".to_owned(),
        ]
        .map(|data| format!("data: {data}\n\n"));
        assert!(frames.ends_with(&expected.concat()), "{frames}");
    }

    #[test]
    fn a_reason_that_not_every_client_knows_is_another_one_and_stands_in_the_metadata() {
        let ended = Event::Ended(Box::new(Ending {
            row: Some(row("interrupted")),
            offer: None,
            error: None,
        }));
        let frames = encode(&[began(None), ended]);
        assert!(
            frames.contains(r#""finishReason":"other""#)
                && frames.contains(r#""finish_reason":"interrupted""#)
        );
        assert!(!frames.contains("text-"), "no text, no text part: {frames}");
    }

    #[test]
    fn no_text_can_end_a_frame() {
        let frames = encode(&[Event::Text(
            "a\n\ndata: {\"type\":\"abort\"}\r\n\r\n\u{2028}b".to_owned(),
        )]);
        assert_eq!(frames.matches("\n\n").count(), 2);
        assert!(!frames.contains('\r') && !frames.contains("\ndata: {\"type\":\"abort\""));
    }
}
