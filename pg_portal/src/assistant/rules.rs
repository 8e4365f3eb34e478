//! What a conversation with the assistant may cost, how long it may be, and what of it a model is shown. Plain Rust.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::{PortalError, Result, Status};
use crate::messaging::rules::{Limit, too_many};

/// Longest question, in characters.
const MAX_QUESTION: usize = 4_000;
/// Longest answer, in characters; what the column takes less a safety notice.
const MAX_ANSWER: usize = 18_000;
/// Longest reason of a report, in characters.
const MAX_REASON: usize = 1_000;

/// How many passages a turn may rest on.
pub const PASSAGES: i32 = 8;
/// How long a turn may take before another request may begin it anew. The gateway gives up earlier.
pub const LEASE_SECONDS: i32 = 180;
/// When to ask again whether an open turn is over: most take a few seconds.
const ASK_AGAIN_SECONDS: i64 = 3;
/// What is set aside for the prompt of a turn until its real usage is known: instructions, passages, facts, history.
pub const PROMPT_TOKENS: i32 = 4_000;

/// How much of the conversation so far goes into the prompt, the newest first.
const HISTORY_LINES: usize = 12;
const HISTORY_CHARACTERS: usize = 6_000;

/// How many conversations an account begins in an hour.
pub const ACCOUNT_CONVERSATIONS: Limit = per_hour(30);

const fn per_hour(count: i32) -> Limit {
    Limit {
        count,
        seconds: 3600,
    }
}

/// A company's own settings, as the table has them; what is null is as [`Budget::default`] says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub is_enabled: Option<bool>,
    pub disclaimer: Option<String>,
    account_turns_per_hour: Option<i32>,
    conversation_turns: Option<i64>,
    conversation_tokens: Option<i64>,
    org_tokens_per_day: Option<i64>,
    anonymous_conversations_per_hour: Option<i32>,
    answer_tokens: Option<i32>,
}

/// What a company lets the assistant cost.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    pub account_turns: Limit,
    pub conversation_turns: i64,
    pub conversation_tokens: i64,
    pub org_tokens_per_day: i64,
    pub anonymous_conversations: Limit,
    pub answer_tokens: i32,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            account_turns: per_hour(30),
            conversation_turns: 60,
            conversation_tokens: 60_000,
            org_tokens_per_day: 1_000_000,
            anonymous_conversations: per_hour(60),
            answer_tokens: 700,
        }
    }
}

impl Settings {
    pub fn budget(&self) -> Budget {
        let usual = Budget::default();
        let hourly = |own: Option<i32>, usual: Limit| own.map_or(usual, per_hour);
        Budget {
            account_turns: hourly(self.account_turns_per_hour, usual.account_turns),
            conversation_turns: self.conversation_turns.unwrap_or(usual.conversation_turns),
            conversation_tokens: self
                .conversation_tokens
                .unwrap_or(usual.conversation_tokens),
            org_tokens_per_day: self.org_tokens_per_day.unwrap_or(usual.org_tokens_per_day),
            anonymous_conversations: hourly(
                self.anonymous_conversations_per_hour,
                usual.anonymous_conversations,
            ),
            answer_tokens: self.answer_tokens.unwrap_or(usual.answer_tokens),
        }
    }

    /// PT422 where the company has switched the assistant off.
    pub fn require_enabled(&self) -> Result<()> {
        if self.is_enabled.unwrap_or(true) {
            return Ok(());
        }
        Err(PortalError::new(
            Status::Refused,
            "assistant_off",
            "The company does not offer the assistant at the moment.",
            "Write to the company with create_thread, or call it.",
        ))
    }
}

/// What has been used so far, this turn not counted.
#[derive(Debug, Default, Deserialize)]
pub struct Spent {
    /// When the newest question but `count - 1` was asked, if there are so many.
    pub nth_newest: Option<Timestamp>,
    pub conversation_turns: i64,
    pub conversation_tokens: i64,
    /// Of today, what is set aside for open turns included.
    pub org_tokens: i64,
}

impl Budget {
    /// What a turn may cost at most, as far as is known before it is answered.
    pub fn reserve(&self) -> i32 {
        PROMPT_TOKENS.saturating_add(self.answer_tokens)
    }

    /// Whether one question more may be asked. Asked only for new ones.
    pub fn check_turns(&self, spent: &Spent, now: Timestamp) -> Result<()> {
        if let Some(wait) = self.account_turns.wait(spent.nth_newest, now) {
            return Err(too_many("too_many_turns", "questions", wait));
        }
        if spent.conversation_turns >= self.conversation_turns {
            return Err(conversation_budget());
        }
        Ok(())
    }

    /// Whether there are tokens for a turn.
    ///
    /// * `day_left`: seconds until the company's day is over and its tokens are counted anew.
    pub fn check_tokens(&self, spent: &Spent, day_left: i64) -> Result<()> {
        let reserve = i64::from(self.reserve());
        if spent.conversation_tokens.saturating_add(reserve) > self.conversation_tokens {
            return Err(conversation_budget());
        }
        if spent.org_tokens.saturating_add(reserve) > self.org_tokens_per_day {
            return Err(PortalError::new(
                Status::TooMany,
                "org_budget",
                "The assistant has answered as much as it may today.",
                "Write to the company with create_thread or call it; the assistant is back tomorrow.",
            )
            .fact("retry_after_seconds", day_left));
        }
        Ok(())
    }
}

fn conversation_budget() -> PortalError {
    PortalError::new(
        Status::TooMany,
        "conversation_budget",
        "This conversation with the assistant has become too long.",
        "Begin a new one with start_ai_conversation, or hand it over to a person with escalate_ai_conversation.",
    )
}

/// More conversations begin than may.
pub fn too_many_conversations(wait_seconds: i64) -> PortalError {
    PortalError::new(
        Status::TooMany,
        "too_many_conversations",
        "Too many conversations with the assistant have begun in a short time.",
        "Wait for the seconds named in details, or go on with the conversation before.",
    )
    .fact("retry_after_seconds", wait_seconds)
}

/// Another request has the turn in hand.
///
/// * `lease_left`: seconds until it may be taken from it.
pub fn in_progress(lease_left: i64) -> PortalError {
    PortalError::new(
        Status::Conflict,
        "turn_in_progress",
        "The assistant is still answering the question before.",
        "Wait for that answer, then ask again.",
    )
    .fact(
        "retry_after_seconds",
        lease_left.clamp(1, ASK_AGAIN_SECONDS),
    )
}

/// Why a conversation goes to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    CustomerRequest,
    NoAnswer,
    Safety,
    Other,
}

impl Reason {
    pub fn read(text: Option<&str>) -> Result<Self> {
        let text = text.unwrap_or("customer_request");
        serde_json::from_value(text.into()).map_err(|_| {
            PortalError::invalid(
                "reason",
                "The reason must be customer_request, no_answer, safety or other.",
            )
        })
    }
}

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finish {
    Stop,
    Length,
    ContentFilter,
    Interrupted,
    Error,
}

impl Finish {
    pub fn read(text: Option<&str>) -> Result<Self> {
        serde_json::from_value(text.into()).map_err(|_| {
            PortalError::invalid(
                "finish_reason",
                "finish_reason must be stop, length, content-filter, interrupted or error.",
            )
        })
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::ContentFilter => "content-filter",
            Self::Interrupted => "interrupted",
            Self::Error => "error",
        }
    }

    /// Whether the answer stays: one that broke off is given anew when the question comes again.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Interrupted | Self::Error)
    }
}

/// What a model counted for a turn.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Usage {
    pub model: Option<String>,
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
}

/// More than any turn takes; keeps sums in their columns.
const MAX_TOKENS: i64 = 10_000_000;

impl Usage {
    /// Their sum; nothing where no model counted.
    pub fn tokens(&self) -> Option<i32> {
        let parts = [self.prompt_tokens, self.completion_tokens];
        let parts = parts.into_iter().flatten();
        parts
            .map(|part| part.clamp(0, MAX_TOKENS) as i32)
            .reduce(|a, b| a + b)
    }
}

/// The question without the white space around it.
pub fn question(text: Option<&str>) -> Result<&str> {
    within(text, MAX_QUESTION, "body", "Ask in 1 to 4000 characters.")
}

/// The answer without the white space around it.
pub fn answer(text: Option<&str>) -> Result<&str> {
    let message = "An answer has 1 to 18000 characters.";
    within(text, MAX_ANSWER, "content", message)
}

/// Why an answer did not help, if that is said.
pub fn report(text: Option<&str>) -> Result<Option<&str>> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(None),
        given => {
            let message = "The reason must have at most 1000 characters.";
            within(given, MAX_REASON, "reason", message).map(Some)
        }
    }
}

fn within<'a>(
    text: Option<&'a str>,
    most: usize,
    argument: &str,
    message: &'static str,
) -> Result<&'a str> {
    let text = text.unwrap_or_default().trim();
    if (1..=most).contains(&text.chars().count()) {
        return Ok(text);
    }
    Err(PortalError::invalid(argument, message))
}

/// Something that was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    pub role: String,
    pub content: String,
}

/// The newest lines that fit, in their order, beginning with a question: a model is not shown answers to what it does
/// not see.
///
/// * `lines`: the conversation so far, oldest first, instructions and the present question left out.
pub fn history(lines: &[Line]) -> &[Line] {
    let mut room = HISTORY_CHARACTERS;
    let fits = lines
        .iter()
        .rev()
        .take(HISTORY_LINES)
        .take_while(|line| {
            let length = line.content.chars().count();
            let fits = length <= room;
            room = room.saturating_sub(length);
            fits
        })
        .count();
    let newest = &lines[lines.len() - fits..];
    let first = newest.iter().position(|line| line.role == "user");
    first.map_or(&[], |first| &newest[first..])
}

#[cfg(test)]
mod tests;
