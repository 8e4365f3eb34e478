//! The second half of a turn: the answer is checked and stored, or the turn is given up. Both run as portal_owner and
//! ask anew whose conversation it is, because whoever asked may have lost it meanwhile.

use pgrx::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::citations;
use super::rules::{self, Finish, Usage};
use super::store::{self, Conversation};
use super::turns::{self, Answer, Question};
use super::who;
use super::words;
use crate::document::Document;
use crate::error::{PortalError, Result, Status, surface};
use crate::ids::from_pg;
use crate::types::AiConversationStatus;

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn ai_commit_turn(
        conversation_id: Option<pgrx::Uuid>,
        turn_id: Option<pgrx::Uuid>,
        content: Option<&str>,
        citations: Option<Document>,
        finish_reason: Option<&str>,
        usage: default!(Option<Document>, "NULL"),
        offers_human: default!(Option<bool>, "false"),
    ) -> pgrx::JsonB {
        surface(|| {
            let given = Given {
                turn_id: turn_id.map(from_pg).ok_or_else(turns::absent)?,
                content: rules::answer(content)?,
                citations: read(citations, "citations")?,
                finish: Finish::read(finish_reason)?,
                usage: read_usage(usage)?,
                offers_human: offers_human.unwrap_or_default(),
            };
            let conversation = who::conversation(conversation_id)?;
            commit(&conversation, given).map(pgrx::JsonB)
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn ai_abandon_turn(
        conversation_id: Option<pgrx::Uuid>,
        turn_id: Option<pgrx::Uuid>,
        usage: default!(Option<Document>, "NULL"),
    ) {
        surface(|| {
            let usage = read_usage(usage)?;
            let turn_id = turn_id.map(from_pg).ok_or_else(turns::absent)?;
            let conversation = who::conversation(conversation_id)?;
            turns::charge(&conversation, turn_id, &usage);
            turns::close(&conversation, turn_id);
            Ok(())
        })
    }
}

fn read(document: Option<Document>, argument: &str) -> Result<Value> {
    document.map_or(Ok(Value::Null), |document| document.read(argument))
}

fn read_usage(usage: Option<Document>) -> Result<Usage> {
    match read(usage, "usage")? {
        Value::Null => Ok(Usage::default()),
        usage => Usage::deserialize(usage).map_err(|_| {
            PortalError::invalid(
                "usage",
                "usage is an object with model, prompt_tokens and completion_tokens.",
            )
        }),
    }
}

/// What the gateway brings back.
struct Given<'a> {
    turn_id: Uuid,
    content: &'a str,
    citations: Value,
    finish: Finish,
    usage: Usage,
    offers_human: bool,
}

fn commit(conversation: &Conversation, given: Given<'_>) -> Result<Value> {
    let question = turns::question(conversation, given.turn_id).ok_or_else(turns::absent)?;
    if conversation.status != AiConversationStatus::Active {
        return Err(human_took_over(conversation));
    }
    let turn_id = given.turn_id;
    if question.is_answered() {
        // A request that was slower than its lease: the answer that was first stays, and both are paid for.
        turns::charge(conversation, turn_id, &given.usage);
    } else {
        turns::answer(conversation, checked(conversation, &question, &given)?);
    }
    turns::close(conversation, turn_id);
    turns::answer_to(conversation, turn_id).ok_or_else(turns::absent)
}

fn checked(conversation: &Conversation, question: &Question, given: &Given<'_>) -> Result<Answer> {
    let found = &question.metadata;
    let citations = citations::check(given.citations.clone(), &found.retrieved)?;
    let office = store::office(conversation.org_id).ok_or_else(turns::absent)?;
    let notice = words::safety_notice(&question.content, &office.company);
    let content = words::with_safety_first(given.content, notice.as_deref());
    let is_answered = found.answerable && !citations.is_empty();
    Ok(Answer {
        turn_id: given.turn_id,
        content: content.into_owned(),
        citations: serde_json::to_value(citations).expect("plain data"),
        finish: given.finish,
        is_answered: given.finish.is_final().then_some(is_answered),
        tokens: given.usage.tokens(),
        metadata: json!({
            "model": given.usage.model,
            "prompt_tokens": given.usage.prompt_tokens,
            "completion_tokens": given.usage.completion_tokens,
            "offers_human": given.offers_human,
            "answerable": found.answerable,
        }),
    })
}

fn human_took_over(conversation: &Conversation) -> PortalError {
    PortalError::new(
        Status::Conflict,
        "human_took_over",
        "The conversation has gone to a person or ended meanwhile; the answer was not stored.",
        "Go on in the conversation named in details, with send_message.",
    )
    .fact("status", conversation.status.label())
    .fact(
        "thread_id",
        conversation.escalated_to_thread_id.map(|id| id.to_string()),
    )
}
