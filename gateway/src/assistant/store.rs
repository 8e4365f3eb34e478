//! What a turn asks of the database, as the caller.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::ask::Ask;
use crate::{
    caller::Caller,
    db::Db,
    error::{ApiError, ApiResult},
};

/// The question's embedding and the model that made it.
pub type Embedded = Option<(String, Vec<f32>)>;

/// All that a turn may know. The model is told no id of it.
#[derive(Debug, Clone, Deserialize)]
pub struct Begun {
    pub turn_id: Uuid,
    pub conversation_id: Uuid,
    pub question: String,
    /// The stored answer, when the question has been answered before.
    pub answer: Option<Value>,
    pub company: Company,
    /// What the company's staff wrote for the beginning of every conversation.
    pub system: Option<String>,
    /// What has to come first, because the question speaks of danger.
    pub safety_notice: Option<String>,
    #[serde(default)]
    pub history: Vec<Line>,
    #[serde(default)]
    pub passages: Vec<Passage>,
    /// Whether the passages are likely to answer the question.
    pub answerable: bool,
    pub facts: Option<Value>,
    pub answer_tokens: u32,
    pub can_escalate: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Company {
    pub name: String,
    pub phone: Option<String>,
    pub email: Option<String>,
}

/// Something said earlier.
#[derive(Debug, Clone, Deserialize)]
pub struct Line {
    pub role: String,
    pub content: String,
}

/// A passage of an article, numbered from 1.
#[derive(Debug, Clone, Deserialize)]
pub struct Passage {
    pub number: usize,
    pub chunk_id: Uuid,
    pub title: String,
    #[serde(default)]
    pub heading_path: Vec<String>,
    pub content: String,
    /// Cosine; nothing for what was found by words alone.
    pub similarity: Option<f32>,
}

/// A stored answer: the whole row, for clients, and what of it the stream is made of.
#[derive(Debug, Clone)]
pub struct Row {
    pub whole: Value,
    pub id: Uuid,
    pub content: String,
    pub citations: Vec<Citation>,
    pub finish_reason: String,
    pub tokens_used: Option<u64>,
}

#[derive(Deserialize)]
struct Columns {
    id: Uuid,
    content: String,
    #[serde(default)]
    citations: Vec<Citation>,
    finish_reason: Option<String>,
    tokens_used: Option<u64>,
}

/// What an answer rests on, as the database has checked it.
#[derive(Debug, Clone, Deserialize)]
pub struct Citation {
    pub chunk_id: Uuid,
    pub article_id: Uuid,
    pub slug: String,
    pub title: String,
    #[serde(default)]
    pub heading_path: Vec<String>,
    pub quote: String,
}

/// An answer that shall be stored.
#[derive(Debug, Clone)]
pub struct Answer {
    pub content: String,
    /// Passages and the sentence of each.
    pub citations: Vec<(Uuid, String)>,
    pub finish_reason: &'static str,
    pub usage: Value,
    pub offers_human: bool,
}

impl Row {
    /// Errors: 500 for a row that is not as this gateway knows it.
    pub fn read(whole: Value) -> ApiResult<Self> {
        let columns: Columns = read(whole.clone())?;
        Ok(Self {
            whole,
            id: columns.id,
            content: columns.content,
            citations: columns.citations,
            finish_reason: columns.finish_reason.unwrap_or_else(|| "stop".to_owned()),
            tokens_used: columns.tokens_used,
        })
    }
}

/// Stores the question, once, and finds what may answer it.
///
/// Errors: as the database has them: 404, 409, 410, 422, 429.
pub async fn begin(
    db: &Db,
    caller: &Caller,
    conversation_id: Uuid,
    ask: &Ask,
    embedded: &Embedded,
) -> ApiResult<Begun> {
    let (model, embedding) = embedded.clone().unzip();
    let sql = "select portal_internal.ai_begin_turn($1, $2, $3, $4, $5)";
    let values: [(&(dyn ToSql + Sync), Type); 5] = [
        (&conversation_id, Type::UUID),
        (&ask.text, Type::TEXT),
        (&ask.client_message_id, Type::UUID),
        (&embedding, Type::FLOAT4_ARRAY),
        (&model, Type::TEXT),
    ];
    read(call(db, caller, sql, &values).await?)
}

/// Stores the answer.
///
/// Errors: 409 when a person has taken over, 422 for a citation of what the turn did not find.
pub async fn commit(db: &Db, caller: &Caller, begun: &Begun, answer: &Answer) -> ApiResult<Row> {
    let sql = "select portal_internal.ai_commit_turn($1, $2, $3, $4, $5, $6, $7)";
    let citation =
        |(chunk_id, quote): &(Uuid, String)| json!({ "chunk_id": chunk_id, "quote": quote });
    let citations = Value::Array(answer.citations.iter().map(citation).collect());
    let values: [(&(dyn ToSql + Sync), Type); 7] = [
        (&begun.conversation_id, Type::UUID),
        (&begun.turn_id, Type::UUID),
        (&answer.content, Type::TEXT),
        (&citations, Type::JSONB),
        (&answer.finish_reason, Type::TEXT),
        (&answer.usage, Type::JSONB),
        (&answer.offers_human, Type::BOOL),
    ];
    Row::read(call(db, caller, sql, &values).await?)
}

/// Gives a turn up that brought nothing to store, and charges what it used.
pub async fn abandon(db: &Db, caller: &Caller, begun: &Begun, usage: &Value) -> ApiResult<()> {
    let sql = "select portal_internal.ai_abandon_turn($1, $2, $3)";
    let values: [(&(dyn ToSql + Sync), Type); 3] = [
        (&begun.conversation_id, Type::UUID),
        (&begun.turn_id, Type::UUID),
        (usage, Type::JSONB),
    ];
    let work =
        async |tx: &tokio_postgres::Client| Ok(tx.query_typed(sql, &values).await.map(drop)?);
    db.as_caller(caller, work).await
}

/// Hands a conversation to people; the thread in which it goes on.
///
/// Errors: as the database has them.
pub async fn escalate(
    db: &Db,
    caller: &Caller,
    conversation_id: Uuid,
    reason: &str,
) -> ApiResult<Uuid> {
    let sql = "select thread_id from portal.escalate_ai_conversation($1, $2) as t (thread_id)";
    let values: [(&(dyn ToSql + Sync), Type); 2] =
        [(&conversation_id, Type::UUID), (&reason, Type::TEXT)];
    let work = async |tx: &tokio_postgres::Client| {
        Ok(tx.query_typed_one(sql, &values).await?.try_get(0)?)
    };
    db.as_caller(caller, work).await
}

async fn call(
    db: &Db,
    caller: &Caller,
    sql: &str,
    values: &[(&(dyn ToSql + Sync), Type)],
) -> ApiResult<Value> {
    let work = async |tx: &tokio_postgres::Client| {
        Ok(tx.query_typed_one(sql, values).await?.try_get(0)?)
    };
    db.as_caller(caller, work).await
}

/// The error is not logged as it is: it would quote what people wrote.
fn read<T: DeserializeOwned>(document: Value) -> ApiResult<T> {
    serde_json::from_value(document).map_err(|error| {
        let kind = error.classify();
        tracing::error!(
            ?kind,
            "the database's turn cannot be read; is its extension of this gateway's version?"
        );
        ApiError::internal()
    })
}
