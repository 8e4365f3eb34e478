//! What has been said of an answer so far, and what of it is stored.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    markers::Markers,
    model::{ModelError, Usage},
    prompt::estimate,
    quotes::Quoted,
    sentences::{self, topics},
    store::{Answer, Begun, Passage},
};

/// The database stores no longer messages; the safety notice needs room as well.
const LONGEST_ANSWER: usize = 16_000;
/// So much of the answer before a marker says what the marker is about.
const BEFORE_MARKER: usize = 240;
const LONGEST_QUOTE: usize = 400;

/// Why an answer is not whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cut {
    /// The client hung up.
    ClientGone,
    /// The gateway shuts down.
    Draining,
    Model(ModelError),
}

/// An answer that grows.
pub struct Said {
    pub text: String,
    pub usage: Option<Usage>,
    pub finish_reason: &'static str,
    markers: Markers,
    characters: usize,
}

impl Said {
    pub fn new(passages: usize) -> Self {
        Self {
            text: String::new(),
            usage: None,
            finish_reason: "stop",
            markers: Markers::new(passages),
            characters: 0,
        }
    }

    /// What of this piece is passed on; empty while it may still become a marker.
    pub fn push(&mut self, piece: &str) -> String {
        let passed = self.markers.push(piece);
        self.keep(passed)
    }

    /// What had been held back when the answer ended.
    pub fn finish(&mut self) -> String {
        let rest = self.markers.finish();
        self.keep(rest)
    }

    pub fn is_too_long(&self) -> bool {
        self.characters >= LONGEST_ANSWER
    }

    fn keep(&mut self, text: String) -> String {
        let text = match self.text.is_empty() {
            // Many models begin with an empty line.
            true => text.trim_start().to_owned(),
            false => text,
        };
        self.characters += text.chars().count();
        self.text.push_str(&text);
        text
    }

    /// What shall be stored; none when there is nothing to store.
    pub fn answer(
        &self,
        begun: &Begun,
        cut: Option<&Cut>,
        usage: Value,
        offers_human: bool,
    ) -> Option<Answer> {
        let text = self.text.trim_end();
        let notice = begun.safety_notice.as_deref();
        let content = match (notice, text.is_empty()) {
            (None, true) => return None,
            (None, false) => self.text.clone(),
            (Some(notice), true) => notice.to_owned(),
            (Some(notice), false) => format!("{notice}\n\n{}", self.text),
        };
        let cited = begun
            .passages
            .iter()
            .filter(|passage| self.markers.used().contains(&passage.number));
        Some(Answer {
            content,
            citations: cited
                .filter_map(|passage| self.cite(begun, passage))
                .collect(),
            finish_reason: match cut {
                None => self.finish_reason,
                Some(Cut::ClientGone | Cut::Draining | Cut::Model(ModelError::TotalTimeout)) => {
                    "interrupted"
                }
                Some(Cut::Model(_)) => "error",
            },
            usage,
            offers_human,
        })
    }

    fn cite(&self, begun: &Begun, passage: &Passage) -> Option<(Uuid, String)> {
        let marker = format!("[{}]", passage.number);
        let before = self.text.split(&marker).next().unwrap_or_default();
        let from = before
            .char_indices()
            .rev()
            .take(BEFORE_MARKER)
            .last()
            .map_or(0, |(at, _)| at);
        let asked = topics(&format!("{} {}", before[from..].to_owned(), begun.question));
        let quote = sentences::best(&passage.content, &asked)
            .unwrap_or_else(|| beginning(&passage.content));
        (!quote.is_empty()).then(|| (passage.chunk_id, quote.to_owned()))
    }

    /// What a turn with a model is charged. A stream that was cut has not been counted by its server, and some servers
    /// never count.
    pub fn usage(&self, model: &str, prompt_characters: usize, cut: Option<&Cut>) -> Value {
        if let Some(usage) = self.usage {
            return json!({ "model": model, "prompt_tokens": usage.prompt_tokens, "completion_tokens": usage.completion_tokens });
        }
        let unasked = [Some("unreachable"), Some("refused"), Some("rate_limited")];
        let prompt_characters = match cut {
            Some(Cut::Model(error)) if unasked.contains(&Some(error.label())) => 0,
            _ => prompt_characters,
        };
        json!({
            "model": model,
            "prompt_tokens": estimate(prompt_characters),
            "completion_tokens": estimate(self.characters),
            "estimated": true,
        })
    }
}

impl From<&Quoted> for Said {
    fn from(quoted: &Quoted) -> Self {
        let most = quoted.used.last().copied().unwrap_or(0);
        let mut said = Self::new(most);
        for piece in &quoted.pieces {
            said.push(piece);
        }
        said
    }
}

/// Of a passage that has no sentence, such as a table.
fn beginning(content: &str) -> &str {
    let content = content.trim();
    let end = content
        .char_indices()
        .map(|(at, _)| at)
        .take_while(|at| *at <= LONGEST_QUOTE)
        .last();
    if content.len() <= LONGEST_QUOTE {
        content
    } else {
        content[..end.unwrap_or(0)].trim_end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(safety_notice: Option<&str>) -> Begun {
        let passage = |number: u128, content: &str| json!({ "number": number, "chunk_id": Uuid::from_u128(number), "title": "T", "content": content });
        serde_json::from_value(json!({
            "turn_id": Uuid::nil(), "conversation_id": Uuid::nil(), "question": "How often do I change it?",
            "answer": null, "company": { "name": "Acme", "phone": null, "email": null }, "system": null,
            "safety_notice": safety_notice, "answerable": true, "facts": null, "answer_tokens": 9, "can_escalate": true,
            "passages": [
                passage(1, "Filters keep dust out. A grey filter is spent. Buy them at the counter."),
                passage(2, "| size | price |\n|---|---|\n| 10 | 20 |"),
                passage(3, "Never cited."),
            ],
        }))
        .unwrap()
    }

    fn said(pieces: &[&str]) -> Said {
        let mut said = Said::new(3);
        for piece in pieces {
            said.push(piece);
        }
        said
    }

    fn stored(said: &Said, notice: Option<&str>, cut: Option<Cut>) -> Option<Answer> {
        said.answer(&begun(notice), cut.as_ref(), json!({}), false)
    }

    #[test]
    fn a_citation_is_the_sentence_of_the_passage_that_fits_what_was_said() {
        let said = said(&[
            "\n\nWhen the filter has ",
            "turned grey [1",
            "], and a size 10 costs 20 [2]. [9]",
        ]);
        assert_eq!(
            said.text,
            "When the filter has turned grey [1], and a size 10 costs 20 [2]. "
        );
        let answer = stored(&said, None, None).unwrap();
        let expected = [
            (Uuid::from_u128(1), "A grey filter is spent.".to_owned()),
            (
                Uuid::from_u128(2),
                "| size | price |\n|---|---|\n| 10 | 20 |".to_owned(),
            ),
        ];
        assert_eq!(answer.citations, expected);
        assert_eq!((answer.content, answer.finish_reason), (said.text, "stop"));
    }

    #[test]
    fn the_safety_notice_comes_first_and_is_stored_even_if_no_answer_comes() {
        let answer = stored(&said(&["Then call."]), Some("Leave!"), None).unwrap();
        assert_eq!(answer.content, "Leave!\n\nThen call.");
        let cut = Some(Cut::Model(ModelError::Unreachable));
        let answer = stored(&said(&[]), Some("Leave!"), cut.clone()).unwrap();
        assert_eq!(
            (answer.content.as_str(), answer.finish_reason),
            ("Leave!", "error")
        );
        assert!(stored(&said(&[" \n"]), None, cut).is_none());
    }

    #[test]
    fn how_an_answer_was_cut_is_stored() {
        for (cut, reason) in [
            (Cut::ClientGone, "interrupted"),
            (Cut::Draining, "interrupted"),
            (Cut::Model(ModelError::TotalTimeout), "interrupted"),
            (Cut::Model(ModelError::IdleTimeout), "error"),
            (Cut::Model(ModelError::Broken), "error"),
        ] {
            assert_eq!(
                stored(&said(&["x"]), None, Some(cut))
                    .unwrap()
                    .finish_reason,
                reason
            );
        }
    }

    #[test]
    fn a_cut_answer_is_charged_by_estimate_and_one_that_was_never_begun_is_not() {
        let mut said = said(&["12345678"]);
        let estimated = said.usage("m", 40, Some(&Cut::ClientGone));
        assert_eq!(
            estimated,
            json!({ "model": "m", "prompt_tokens": 10, "completion_tokens": 2, "estimated": true })
        );
        let unreachable = Cut::Model(ModelError::Unreachable);
        assert_eq!(
            Said::new(0).usage("m", 40, Some(&unreachable))["prompt_tokens"],
            0
        );
        said.usage = Some(Usage {
            prompt_tokens: 7,
            completion_tokens: 3,
        });
        let counted = said.usage("m", 40, None);
        assert_eq!(
            counted,
            json!({ "model": "m", "prompt_tokens": 7, "completion_tokens": 3 })
        );
    }

    #[test]
    fn an_answer_without_an_end_is_too_long_at_some_point() {
        let mut said = Said::new(0);
        while !said.is_too_long() {
            said.push(&"é".repeat(1000));
        }
        assert_eq!(said.text.chars().count(), LONGEST_ANSWER);
    }
}
