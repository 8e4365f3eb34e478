//! The first half of a turn: the question is stored, and everything that an answer may rest on is gathered. What the
//! caller may not write is done by the privileged steps here; passages and facts are found under the caller's own rights.

use pgrx::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::citations::Retrieved;
use super::context;
use super::rules::{self, Line};
use super::steps::ended;
use super::store::{self, Conversation, Office};
use super::turns::{self, Asked};
use super::who;
use super::words::{self, Company};
use crate::error::{PortalError, Result, Status, surface};
use crate::ids::{from_pg, to_pg};
use crate::knowledge;
use crate::spi;
use crate::time;
use crate::types::{AiContextType, AiConversationStatus};

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(volatile)]
    fn ai_begin_turn(
        conversation_id: Option<pgrx::Uuid>,
        body: Option<&str>,
        client_message_id: default!(Option<pgrx::Uuid>, "NULL"),
        query_embedding: default!(Option<Vec<f32>>, "NULL"),
        embedding_model: default!(Option<&str>, "NULL"),
    ) -> pgrx::JsonB {
        surface(|| {
            let opened: Option<Opened> = spi::attempt(|| {
                Ok(spi::write(
                    "select portal_internal.ai_open_turn($1, $2, $3)",
                    &[
                        conversation_id.into(),
                        body.into(),
                        client_message_id.into(),
                    ],
                ))
            })?;
            let opened = opened.expect("an opened turn has an answer");
            if opened.answer.is_some() {
                return Ok(pgrx::JsonB(begun(&opened, &[], false, Value::Null)));
            }
            let (passages, answerable) = retrieve(
                &opened.question,
                query_embedding.as_deref(),
                embedding_model,
            )?;
            keep(&opened, &passages, answerable);
            let facts = context::facts(opened.context_type, opened.appointment_id);
            Ok(pgrx::JsonB(begun(&opened, &passages, answerable, facts)))
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn ai_open_turn(
        conversation_id: Option<pgrx::Uuid>,
        body: Option<&str>,
        client_message_id: Option<pgrx::Uuid>,
    ) -> pgrx::JsonB {
        surface(|| {
            let question = rules::question(body)?;
            let conversation = who::conversation(conversation_id)?;
            let opened = open(&conversation, question, client_message_id.map(from_pg))?;
            Ok(pgrx::JsonB(
                serde_json::to_value(opened).expect("plain data"),
            ))
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn ai_keep_passages(
        conversation_id: Option<pgrx::Uuid>,
        turn_id: Option<pgrx::Uuid>,
        found: Option<pgrx::JsonB>,
    ) {
        surface(|| {
            let conversation = who::conversation(conversation_id)?;
            let turn_id = turn_id.map(from_pg).unwrap_or_default();
            let found = found.map(|found| found.0).unwrap_or_default();
            match turns::keep_passages(&conversation, turn_id, found) {
                true => Ok(()),
                false => Err(turns::absent()),
            }
        })
    }
}

/// A turn that was opened, before anything was looked up for it.
#[derive(Debug, Serialize, Deserialize)]
struct Opened {
    org_id: Uuid,
    conversation_id: Uuid,
    turn_id: Uuid,
    question: String,
    /// The answer that the question has already.
    answer: Option<Value>,
    company: Company,
    system: String,
    safety_notice: Option<String>,
    history: Vec<Line>,
    answer_tokens: i32,
    can_escalate: bool,
    context_type: AiContextType,
    appointment_id: Option<Uuid>,
}

fn open(conversation: &Conversation, question: &str, client_id: Option<Uuid>) -> Result<Opened> {
    let office =
        store::office(conversation.org_id).ok_or_else(|| PortalError::absent("company"))?;
    let notice = words::safety_notice(question, &office.company);
    let asked = client_id.and_then(|id| turns::asked(conversation, id));
    let opened = admit(conversation, &office, question, client_id, asked);
    // Whatever stands in the way, who tells of danger hears what to do.
    let (turn_id, answer) = match notice.clone() {
        Some(notice) => opened.map_err(|refusal| refusal.fact("safety_notice", notice))?,
        None => opened?,
    };
    let said = turns::said(conversation, turn_id);
    Ok(Opened {
        org_id: conversation.org_id,
        conversation_id: conversation.id,
        turn_id,
        question: question.to_owned(),
        answer,
        company: office.company,
        system: said.system,
        safety_notice: notice,
        history: rules::history(&said.lines).to_vec(),
        answer_tokens: office.settings.budget().answer_tokens,
        can_escalate: conversation.portal_account_id.is_some(),
        context_type: conversation.context_type,
        appointment_id: conversation.related_work_order_id,
    })
}

/// The turn's id, and its answer where it has one that stays.
fn admit(
    conversation: &Conversation,
    office: &Office,
    question: &str,
    client_id: Option<Uuid>,
    asked: Option<Asked>,
) -> Result<(Uuid, Option<Value>)> {
    if asked
        .as_ref()
        .is_some_and(|asked| asked.content != question)
    {
        return Err(reused());
    }
    if let Some(asked) = asked.as_ref().filter(|asked| asked.is_answered()) {
        return Ok((asked.id, turns::answer_to(conversation, asked.id)));
    }
    check_open(conversation)?;
    office.settings.require_enabled()?;
    let budget = office.settings.budget();
    // Who asks at once in two conversations, or a whole company, queue up: what is counted is all there is.
    store::queue_up(
        "questions",
        conversation.org_id,
        Some(conversation.portal_account_id.unwrap_or(conversation.id)),
    );
    store::queue_up("tokens", conversation.org_id, None);
    let spent = turns::spent(conversation, office, budget.account_turns.count);
    if asked.is_none() {
        budget.check_turns(&spent, time::clock())?;
    }
    budget.check_tokens(&spent, office.day_left)?;
    if let Some(left) = turns::lease_left(conversation) {
        return Err(rules::in_progress(left));
    }
    let turn_id = match asked {
        Some(asked) => asked.id,
        None => turns::ask(conversation, question, client_id),
    };
    turns::open(conversation, turn_id, budget.reserve());
    Ok((turn_id, None))
}

fn check_open(conversation: &Conversation) -> Result<()> {
    match conversation.status {
        AiConversationStatus::Active => Ok(()),
        AiConversationStatus::Ended => Err(ended()),
        AiConversationStatus::Escalated => Err(PortalError::new(
            Status::Conflict,
            "conversation_escalated",
            "A person has taken this conversation over.",
            "Go on in the conversation named in details, with send_message.",
        )
        .fact(
            "thread_id",
            conversation.escalated_to_thread_id.map(|id| id.to_string()),
        )),
    }
}

fn reused() -> PortalError {
    PortalError::new(
        Status::Refused,
        "client_message_id_reused",
        "This client_message_id came with another question.",
        "Make a new random one for every question; repeat the same question to get its answer again.",
    )
    .fact("argument", "client_message_id")
}

/// What the caller may read that fits the question, and whether it answers it.
fn retrieve(
    question: &str,
    embedding: Option<&[f32]>,
    model: Option<&str>,
) -> Result<(Vec<Passage>, bool)> {
    let question = knowledge::Question {
        text: question,
        embedding,
        model,
        match_count: rules::PASSAGES,
        category: None,
    };
    let found = knowledge::search(&question)?;
    let answerable = knowledge::is_answerable(&question, &found)?;
    Ok((found.into_iter().map(Passage::from).collect(), answerable))
}

/// A passage for the prompt, as the gateway takes it.
#[derive(Debug, Serialize)]
struct Passage {
    #[serde(flatten)]
    retrieved: Retrieved,
    similarity: Option<f32>,
}

impl From<knowledge::Passage> for Passage {
    fn from(found: knowledge::Passage) -> Self {
        Self {
            retrieved: Retrieved {
                chunk_id: found.chunk_id,
                article_id: found.article_id,
                slug: found.slug,
                title: found.title,
                heading_path: found.heading_path,
                content: found.content,
            },
            similarity: found.similarity,
        }
    }
}

/// Keeps with the question what it found: an answer may cite that and nothing else.
fn keep(opened: &Opened, passages: &[Passage], answerable: bool) {
    let retrieved: Vec<_> = passages.iter().map(|passage| &passage.retrieved).collect();
    spi::run(
        "select portal_internal.ai_keep_passages($1, $2, $3)",
        &[
            to_pg(opened.conversation_id).into(),
            to_pg(opened.turn_id).into(),
            pgrx::JsonB(json!({ "retrieved": retrieved, "answerable": answerable })).into(),
        ],
    );
}

fn begun(opened: &Opened, passages: &[Passage], answerable: bool, facts: Value) -> Value {
    let numbered: Vec<_> = (1..)
        .zip(passages)
        .map(|(number, passage)| {
            let mut passage = json!(passage);
            passage["number"] = Value::from(number);
            passage
        })
        .collect();
    let mut begun = json!(opened);
    begun["passages"] = numbered.into();
    begun["answerable"] = answerable.into();
    begun["facts"] = facts;
    begun
}
