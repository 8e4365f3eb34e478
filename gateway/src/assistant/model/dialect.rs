//! In what the servers that call themselves OpenAI-compatible differ. A parameter that a server refuses by name is left
//! out, or written the other way, from then on.

use serde_json::{Value, json};

use crate::assistant::prompt::Message;

/// Which parameters a server takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    takes_stream_options: bool,
    takes_temperature: bool,
    /// `max_tokens` everywhere but at newer models of OpenAI's own.
    limit: &'static str,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            takes_stream_options: true,
            takes_temperature: true,
            limit: OLD_LIMIT,
        }
    }
}

const OLD_LIMIT: &str = "max_tokens";
const NEW_LIMIT: &str = "max_completion_tokens";

impl Dialect {
    /// The body of a request.
    pub fn body(
        self,
        model: &str,
        temperature: f64,
        messages: &[Message],
        max_tokens: u32,
        stream: bool,
    ) -> Value {
        let mut body = json!({ "model": model, "messages": messages, "stream": stream });
        body[self.limit] = json!(max_tokens);
        if self.takes_temperature {
            body["temperature"] = json!(temperature);
        }
        if stream && self.takes_stream_options {
            body["stream_options"] = json!({ "include_usage": true });
        }
        body
    }

    /// Another way to ask, if the refusal names a parameter that can be asked for otherwise.
    pub fn taught_by(self, refusal: &str) -> Option<Self> {
        if self.takes_stream_options
            && (refusal.contains("stream_options") || refusal.contains("include_usage"))
        {
            return Some(Self {
                takes_stream_options: false,
                ..self
            });
        }
        if self.limit == OLD_LIMIT && refusal.contains(OLD_LIMIT) {
            return Some(Self {
                limit: NEW_LIMIT,
                ..self
            });
        }
        if self.takes_temperature && refusal.contains("temperature") {
            return Some(Self {
                takes_temperature: false,
                ..self
            });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_parameter_is_asked_for_otherwise_and_nothing_is_tried_twice() {
        let mut dialect = Dialect::default();
        for (refusal, lacks) in [
            (
                "Unrecognized request argument: stream_options",
                "stream_options",
            ),
            (
                "'max_tokens' is not supported, use 'max_completion_tokens'",
                OLD_LIMIT,
            ),
            ("'temperature' does not support 0.2", "temperature"),
        ] {
            assert!(dialect.body("m", 0.2, &[], 9, true).get(lacks).is_some());
            dialect = dialect.taught_by(refusal).unwrap();
            assert!(dialect.body("m", 0.2, &[], 9, true).get(lacks).is_none());
            assert_eq!(dialect.taught_by(refusal), None);
        }
        assert_eq!(dialect.body("m", 0.2, &[], 9, true)[NEW_LIMIT], 9);
        assert_eq!(Dialect::default().taught_by("context too long"), None);
    }

    #[test]
    fn only_a_stream_has_options() {
        let body = Dialect::default().body("m", 0.2, &[], 9, false);
        assert_eq!(
            body,
            json!({ "model": "m", "messages": [], "stream": false, "max_tokens": 9, "temperature": 0.2 })
        );
    }
}
