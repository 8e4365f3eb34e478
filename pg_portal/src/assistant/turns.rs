//! The SQL of turns. Runs as portal_owner, inside the privileged steps; the conversation is locked.

use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::citations::Retrieved;
use super::rules::{Finish, LEASE_SECONDS, Line, Spent, Usage};
use super::store::{Conversation, Office};
use crate::error::PortalError;
use crate::ids::to_pg;
use crate::spi;
use crate::time;

pub fn absent() -> PortalError {
    PortalError::absent("turn")
}

/// A question that is there already.
#[derive(Debug, Deserialize)]
pub struct Asked {
    pub id: Uuid,
    pub content: String,
    /// How its answer ended, if it has one.
    finish_reason: Option<Finish>,
    has_answer: bool,
}

impl Asked {
    /// Whether its answer stays. One without a reason was written by hand.
    pub fn is_answered(&self) -> bool {
        self.has_answer && self.finish_reason.is_none_or(Finish::is_final)
    }
}

pub fn asked(conversation: &Conversation, client_message_id: Uuid) -> Option<Asked> {
    spi::write(
        "select jsonb_build_object(
           'id', m.id, 'content', m.content, 'finish_reason', a.finish_reason, 'has_answer', a.id is not null)
         from public.portal_ai_messages m
         left join public.portal_ai_messages a
           on a.org_id = m.org_id and a.conversation_id = m.conversation_id and a.reply_to_id = m.id
         where m.org_id = $1 and m.conversation_id = $2 and m.client_message_id = $3 and m.role = 'user'",
        &[
            to_pg(conversation.org_id).into(),
            to_pg(conversation.id).into(),
            to_pg(client_message_id).into(),
        ],
    )
}

/// What counts against the budgets. `nth`: which of the newest questions is looked at.
pub fn spent(conversation: &Conversation, office: &Office, nth: i32) -> Spent {
    spi::write(
        include_str!("spent.sql"),
        &[
            to_pg(conversation.org_id).into(),
            to_pg(conversation.id).into(),
            conversation.portal_account_id.map(to_pg).into(),
            nth.into(),
            time::to_pg(office.day_start).into(),
        ],
    )
    .expect("the query answers one row")
}

/// For how many seconds another request still has a turn of the conversation in hand.
pub fn lease_left(conversation: &Conversation) -> Option<i64> {
    spi::write(
        "select to_jsonb(ceil(extract(epoch from t.lease_until - clock_timestamp()))::int)
         from public.portal_ai_turns t
         where t.org_id = $1 and t.conversation_id = $2 and t.lease_until > clock_timestamp()",
        &[
            to_pg(conversation.org_id).into(),
            to_pg(conversation.id).into(),
        ],
    )
}

/// Stores a question and answers its id. Its time is later than that of everything said before.
pub fn ask(conversation: &Conversation, question: &str, client_message_id: Option<Uuid>) -> Uuid {
    spi::write(
        "insert into public.portal_ai_messages
           (org_id, conversation_id, role, content, client_message_id, created_at)
         select $1, $2, 'user', $3, $4, greatest(clock_timestamp(), (
           select max(m.created_at) + interval '1 microsecond'
           from public.portal_ai_messages m where m.org_id = $1 and m.conversation_id = $2))
         returning to_jsonb(id)",
        &[
            to_pg(conversation.org_id).into(),
            to_pg(conversation.id).into(),
            question.into(),
            client_message_id.map(to_pg).into(),
        ],
    )
    .expect("an insert answers the new id")
}

/// Gives the turn to this request, for as long as an answer may take.
pub fn open(conversation: &Conversation, turn_id: Uuid, reserve: i32) {
    spi::run(
        "insert into public.portal_ai_turns as t (org_id, conversation_id, turn_id, lease_until, reserved_tokens)
         values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4), $5)
         on conflict (org_id, conversation_id) do update
         set turn_id = excluded.turn_id, lease_until = excluded.lease_until,
             reserved_tokens = excluded.reserved_tokens",
        &[
            to_pg(conversation.org_id).into(),
            to_pg(conversation.id).into(),
            to_pg(turn_id).into(),
            f64::from(LEASE_SECONDS).into(),
            reserve.into(),
        ],
    );
}

/// Ends the turn, whoever has it in hand.
pub fn close(conversation: &Conversation, turn_id: Uuid) {
    spi::run(
        "delete from public.portal_ai_turns t where t.org_id = $1 and t.conversation_id = $2 and t.turn_id = $3",
        &[
            to_pg(conversation.org_id).into(),
            to_pg(conversation.id).into(),
            to_pg(turn_id).into(),
        ],
    );
}

/// What was said before the question.
#[derive(Debug, Deserialize)]
pub struct Said {
    /// The company's words at the beginning.
    pub system: String,
    pub lines: Vec<Line>,
}

pub fn said(conversation: &Conversation, question_id: Uuid) -> Said {
    spi::write(
        include_str!("said.sql"),
        &[
            to_pg(conversation.org_id).into(),
            to_pg(conversation.id).into(),
            to_pg(question_id).into(),
        ],
    )
    .expect("the question is there")
}

/// Keeps what a question found; false where no such turn is open.
pub fn keep_passages(conversation: &Conversation, turn_id: Uuid, found: Value) -> bool {
    spi::run(
        "update public.portal_ai_messages m set metadata = $4
         where m.org_id = $1 and m.conversation_id = $2 and m.id = $3 and m.role = 'user'
           and exists (
             select from public.portal_ai_turns t
             where t.org_id = $1 and t.conversation_id = $2 and t.turn_id = $3)",
        &[
            to_pg(conversation.org_id).into(),
            to_pg(conversation.id).into(),
            to_pg(turn_id).into(),
            pgrx::JsonB(found).into(),
        ],
    ) == 1
}

/// A question, with what it found.
#[derive(Debug, Deserialize)]
pub struct Question {
    pub content: String,
    #[serde(default)]
    pub metadata: Found,
    pub finish_reason: Option<Finish>,
    pub has_answer: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Found {
    pub retrieved: Vec<Retrieved>,
    pub answerable: bool,
}

impl Question {
    /// As [`Asked::is_answered`].
    pub fn is_answered(&self) -> bool {
        self.has_answer && self.finish_reason.is_none_or(Finish::is_final)
    }
}

pub fn question(conversation: &Conversation, turn_id: Uuid) -> Option<Question> {
    spi::write(
        "select jsonb_build_object(
           'content', m.content, 'metadata', coalesce(m.metadata, '{}'), 'finish_reason', a.finish_reason,
           'has_answer', a.id is not null)
         from public.portal_ai_messages m
         left join public.portal_ai_messages a
           on a.org_id = m.org_id and a.conversation_id = m.conversation_id and a.reply_to_id = m.id
         where m.org_id = $1 and m.conversation_id = $2 and m.id = $3 and m.role = 'user'",
        &[
            to_pg(conversation.org_id).into(),
            to_pg(conversation.id).into(),
            to_pg(turn_id).into(),
        ],
    )
}

/// An answer that is to be stored.
pub struct Answer {
    pub turn_id: Uuid,
    pub content: String,
    pub citations: Value,
    pub finish: Finish,
    pub is_answered: Option<bool>,
    pub tokens: Option<i32>,
    pub metadata: Value,
}

/// Stores it, in place of one that broke off; what that one cost stays counted.
pub fn answer(conversation: &Conversation, answer: Answer) {
    spi::run(
        include_str!("answer.sql"),
        &[
            to_pg(conversation.org_id).into(),
            to_pg(conversation.id).into(),
            to_pg(answer.turn_id).into(),
            answer.content.as_str().into(),
            pgrx::JsonB(answer.citations).into(),
            answer.finish.label().into(),
            answer.is_answered.into(),
            answer.tokens.into(),
            pgrx::JsonB(answer.metadata).into(),
        ],
    );
}

/// Counts what was used for no answer with the question.
pub fn charge(conversation: &Conversation, turn_id: Uuid, usage: &Usage) {
    let Some(tokens) = usage.tokens().filter(|tokens| *tokens > 0) else {
        return;
    };
    spi::run(
        "update public.portal_ai_messages m set tokens_used = coalesce(m.tokens_used, 0) + $4
         where m.org_id = $1 and m.conversation_id = $2 and m.id = $3 and m.role = 'user'",
        &[
            to_pg(conversation.org_id).into(),
            to_pg(conversation.id).into(),
            to_pg(turn_id).into(),
            tokens.into(),
        ],
    );
}

/// The answer to a question, as the view `ai_messages` shows it.
pub fn answer_to(conversation: &Conversation, turn_id: Uuid) -> Option<Value> {
    spi::write(
        include_str!("message.sql"),
        &[
            to_pg(conversation.org_id).into(),
            to_pg(conversation.id).into(),
            to_pg(turn_id).into(),
        ],
    )
}
