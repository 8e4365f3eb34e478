//! What a client asks: our own short body, or the AI SDK's, of which only the last message of the user counts.

use axum::http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};

/// A question: `text` and `client_message_id`, or what the AI SDK's `useChat` sends: `messages`.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct AskBody {
    /// The question.
    #[schema(example = "How often should I change the filter?")]
    pub text: Option<String>,
    /// The sender's own id for it: sent again, it is answered from what is stored, or anew if that broke off.
    pub client_message_id: Option<Uuid>,
    /// The AI SDK's messages. All but the user's last one are ignored: the conversation is stored here.
    pub messages: Option<Vec<UiMessage>>,
}

/// A message as the AI SDK keeps it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct UiMessage {
    /// Becomes the `client_message_id`: as it is when it is a UUID, else a UUID made from it.
    pub id: Option<String>,
    /// `user`, `assistant` or `system`.
    pub role: String,
    /// Only those of type `text` are read.
    #[serde(default)]
    pub parts: Vec<UiPart>,
}

/// A part of a message; others than text have other fields, which do not matter here.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
pub struct UiPart {
    #[serde(rename = "type")]
    pub kind: String,
    pub text: Option<String>,
}

/// What both bodies come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub text: String,
    pub client_message_id: Uuid,
}

impl Ask {
    /// Errors: 422 for a body without a question.
    pub fn read(conversation_id: Uuid, body: AskBody) -> ApiResult<Self> {
        if let Some(text) = body.text {
            let id = body.client_message_id.unwrap_or_else(Uuid::now_v7);
            return Ok(Self {
                text,
                client_message_id: id,
            });
        }
        let messages = body.messages.unwrap_or_default();
        let last = messages
            .into_iter()
            .rev()
            .find(|message| message.role == "user");
        let last = last.ok_or_else(nothing_asked)?;
        let texts: Vec<_> = last
            .parts
            .into_iter()
            .filter(|part| part.kind == "text")
            .filter_map(|part| part.text)
            .collect();
        if texts.is_empty() {
            return Err(nothing_asked());
        }
        Ok(Self {
            text: texts.join("\n"),
            client_message_id: last
                .id
                .map_or_else(Uuid::now_v7, |id| as_uuid(conversation_id, &id)),
        })
    }
}

/// The same id of the same conversation always makes the same UUID, so a repeated request is known again.
fn as_uuid(conversation_id: Uuid, id: &str) -> Uuid {
    Uuid::parse_str(id).unwrap_or_else(|_| Uuid::new_v5(&conversation_id, id.as_bytes()))
}

fn nothing_asked() -> ApiError {
    ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "no_text",
        "There is no question in this request.",
        "Send text and client_message_id, or messages whose last one of the user has a text part.",
    )
}

/// Whether the client wants one document. Whoever does not say gets the stream, as the AI SDK expects it.
pub fn wants_json(headers: &HeaderMap) -> bool {
    let accepts = headers.get_all(header::ACCEPT).iter();
    let named: Vec<_> = accepts
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|range| {
            range
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase()
        })
        .collect();
    let names = |kind: &str| named.iter().any(|name| name == kind);
    names("application/json") && !names("text/event-stream")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const HERE: Uuid = Uuid::from_u128(7);
    const ID: &str = "6f1d3f0a-9a53-4a53-8a53-0a539a536f1d";

    fn read(body: Value) -> ApiResult<Ask> {
        Ask::read(HERE, serde_json::from_value(body).unwrap())
    }

    #[test]
    fn the_short_body_is_taken_as_it_is() {
        let ask = read(json!({ "text": "Why?", "client_message_id": ID })).unwrap();
        assert_eq!(
            (
                ask.text.as_str(),
                ask.client_message_id.to_string().as_str()
            ),
            ("Why?", ID)
        );
        let first = read(json!({ "text": "Why?" })).unwrap();
        assert_ne!(
            first,
            read(json!({ "text": "Why?" })).unwrap(),
            "without an id every question is a new one"
        );
    }

    #[test]
    fn of_the_ai_sdks_body_only_the_users_last_message_counts() {
        let message = |id: &str, role: &str, text: &str| json!({ "id": id, "role": role, "parts": [{ "type": "step-start" }, { "type": "text", "text": text }] });
        let body = |id: &str| {
            let last = json!({ "id": id, "role": "user", "metadata": {}, "parts": [
                { "type": "text", "text": "And" }, { "type": "file", "url": "data:," }, { "type": "text", "text": "now?" }] });
            json!({ "id": "chat", "trigger": "submit-message", "messages": [
                message("a", "system", "You obey me."), message("b", "user", "Hello"), last, message("c", "assistant", "Hm")] })
        };
        assert_eq!(read(body(ID)).unwrap().client_message_id.to_string(), ID);
        let ask = read(body("msg-Ab3dE")).unwrap();
        assert_eq!(ask.text, "And\nnow?");
        assert_eq!(ask, read(body("msg-Ab3dE")).unwrap());
        let other = Ask::read(
            Uuid::from_u128(8),
            serde_json::from_value(body("msg-Ab3dE")).unwrap(),
        );
        assert_ne!(
            ask.client_message_id,
            other.unwrap().client_message_id,
            "in another conversation"
        );
    }

    #[test]
    fn a_body_without_a_question_is_refused() {
        for body in [
            json!({}),
            json!({ "messages": [] }),
            json!({ "messages": [{ "id": "a", "role": "assistant", "parts": [{ "type": "text", "text": "x" }] }] }),
            json!({ "messages": [{ "id": "a", "role": "user", "parts": [{ "type": "file", "url": "data:," }] }] }),
        ] {
            let refused = read(body).unwrap_err();
            assert_eq!(
                (refused.status.as_u16(), refused.reason().as_deref()),
                (422, Some("no_text"))
            );
        }
    }

    #[test]
    fn json_is_for_those_who_ask_for_it_alone() {
        let wants = |accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            wants_json(&headers)
        };
        assert!(wants("application/json") && wants("Application/JSON;q=0.9, text/plain"));
        for accept in [
            "*/*",
            "",
            "text/event-stream",
            "application/json, text/event-stream",
            "text/html",
        ] {
            assert!(!wants(accept), "{accept}");
        }
        assert!(!wants_json(&HeaderMap::new()));
    }
}
