//! What a turn tells its client, in whichever form that one reads it.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::{Begun, Row};
use crate::error::ApiError;

/// First that it began, then pieces of text, at last the end. A turn that is refused has only an end.
#[derive(Debug)]
pub enum Event {
    Began(Began),
    Text(String),
    Ended(Box<Ending>),
}

#[derive(Debug)]
pub struct Began {
    /// Of the answer, within the client's list; a repetition of the question gets the same.
    pub message_id: Uuid,
    pub conversation_id: Uuid,
    pub safety_notice: Option<String>,
}

/// How a turn ended: with what was stored of it, or with an error, or with both for an answer that broke off.
#[derive(Debug)]
pub struct Ending {
    pub row: Option<Row>,
    pub offer: Option<Offer>,
    pub error: Option<ApiError>,
}

impl Ending {
    pub fn failed(error: ApiError) -> Event {
        Event::Ended(Box::new(Self {
            row: None,
            offer: None,
            error: Some(error),
        }))
    }
}

/// That a person can help: by going on in a thread with the office, or by the company's telephone and e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Offer {
    /// `safety`, `customer_request` or `no_answer`; what to give `escalate` as its reason.
    #[schema(value_type = String, example = "no_answer")]
    pub reason: &'static str,
    /// Whether this caller can escalate; before log-in only the telephone helps.
    pub can_escalate: bool,
    pub phone: Option<String>,
    pub email: Option<String>,
}

impl Offer {
    /// Where somebody may be in danger, where the articles hold no answer, and for those who ask for it.
    pub fn of(begun: &Begun) -> Option<Self> {
        let reason = if begun.safety_notice.is_some() {
            "safety"
        } else if asks_for_a_person(&begun.question) {
            "customer_request"
        } else if !begun.answerable {
            "no_answer"
        } else {
            return None;
        };
        Some(Self {
            reason,
            can_escalate: begun.can_escalate,
            phone: begun.company.phone.clone(),
            email: begun.company.email.clone(),
        })
    }
}

/// Only offers something: nobody is handed over by a word.
fn asks_for_a_person(question: &str) -> bool {
    const ACTS: [&str; 9] = [
        "talk", "speak", "chat", "connect", "transfer", "call", "want", "need", "get",
    ];
    const PEOPLE: [&str; 9] = [
        "human",
        "person",
        "agent",
        "someone",
        "somebody",
        "representative",
        "operator",
        "dispatcher",
        "staff",
    ];
    let words: Vec<_> = question
        .split(|char: char| !char.is_alphanumeric())
        .map(str::to_lowercase)
        .collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(&PEOPLE) && (has(&ACTS) || words.len() <= 3)
}

#[cfg(test)]
mod tests {
    use super::asks_for_a_person;

    #[test]
    fn whoever_asks_for_a_person_is_noticed() {
        for question in [
            "Can I talk to a human?",
            "agent please",
            "I need to SPEAK with someone.",
            "Get me a person",
        ] {
            assert!(asks_for_a_person(question), "{question}");
        }
        for question in [
            "How many persons fit?",
            "Does someone have to be at home during the visit?",
            "My furnace is loud",
            "",
        ] {
            assert!(!asks_for_a_person(question), "{question}");
        }
    }
}
