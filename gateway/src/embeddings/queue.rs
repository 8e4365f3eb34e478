//! What the database says about models, and the texts that lack a vector.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};
use uuid::Uuid;

use crate::{
    db::Db,
    error::{ApiError, ApiResult},
};

/// A few statements over a few articles; longer means something is stuck.
const TIME_LIMIT: Duration = Duration::from_secs(20);

const MODELS: &str = "select model, dimensions, state from portal_internal.kb_models()";
const OFFER: &str = "select portal_internal.offer_embedding_model($1, $2)";
const CLAIM: &str =
    "select article_id, attempt, chunks from portal_internal.claim_embedding_jobs($1, $2, $3)";
const STORE: &str = "select portal_internal.store_embeddings($1, $2, $3, $4)";
const FAIL: &str = "select portal_internal.fail_embedding_job($1, $2, $3, $4)";

/// The database's name for no embeddings at all.
pub const NO_MODEL: &str = "text";

/// How a model stands in the knowledge base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its vectors are being made, beside the active model's.
    Building,
    /// Questions are asked in it.
    Active,
    /// It was active once.
    Retired,
}

/// A model that the knowledge base knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    pub name: String,
    /// None for [`NO_MODEL`] alone.
    pub dimensions: Option<usize>,
    pub state: State,
}

/// An article of which some texts lack a vector, in this gateway's hands until the lease runs out.
#[derive(Debug, Clone)]
pub struct Job {
    pub model: String,
    pub article_id: Uuid,
    /// Which try this is; what the database knows a late answer by.
    pub attempt: i32,
    pub chunks: Vec<Chunk>,
}

/// A text that lacks a vector.
#[derive(Debug, Clone, Deserialize)]
pub struct Chunk {
    pub chunk_id: Uuid,
    /// What the text is known by: an answer for another text is dropped.
    pub hash: String,
    pub text: String,
}

/// All models that the knowledge base knows.
///
/// Errors: those of the database.
pub async fn models(db: &Db) -> ApiResult<Vec<Model>> {
    let rows = ask(db, MODELS, &[]).await?;
    Ok(rows.iter().map(read_model).collect::<Result<Vec<_>, _>>()?)
}

fn read_model(row: &Row) -> Result<Model, tokio_postgres::Error> {
    let dimensions: Option<i32> = row.try_get(1)?;
    let state: String = row.try_get(2)?;
    Ok(Model {
        name: row.try_get(0)?,
        dimensions: dimensions.and_then(|number| usize::try_from(number).ok()),
        state: match state.as_str() {
            "active" => State::Active,
            "building" => State::Building,
            _ => State::Retired,
        },
    })
}

/// Offers a model to a knowledge base that may have none, and answers what became of it: `building`,
/// `active`, `retired` or `unused`.
///
/// Errors: those of the database.
pub async fn offer(db: &Db, model: &str, dimensions: usize) -> ApiResult<String> {
    let dimensions = int(dimensions);
    let arguments: [Argument; 2] = [(&model, Type::TEXT), (&dimensions, Type::INT4)];
    one(db, OFFER, &arguments).await
}

/// Takes up to `batch` articles in hand for `lease`.
///
/// Errors: those of the database; what it may have handed out all the same is free again after the lease.
pub async fn claim(db: &Db, model: &str, batch: usize, lease: Duration) -> ApiResult<Vec<Job>> {
    let (batch, lease) = (
        int(batch),
        i32::try_from(lease.as_secs()).unwrap_or(i32::MAX),
    );
    let arguments: [Argument; 3] = [
        (&model, Type::TEXT),
        (&batch, Type::INT4),
        (&lease, Type::INT4),
    ];
    let rows = ask(db, CLAIM, &arguments).await?;
    rows.iter().map(|row| read_job(model, row)).collect()
}

fn read_job(model: &str, row: &Row) -> ApiResult<Job> {
    let chunks = serde_json::from_value(row.try_get(2)?).map_err(|error| {
        // Where it went wrong, not what stands there.
        let (line, column) = (error.line(), error.column());
        tracing::error!(line, column, "claimed texts have an unexpected shape");
        ApiError::internal()
    })?;
    Ok(Job {
        model: model.to_owned(),
        article_id: row.try_get(0)?,
        attempt: row.try_get(1)?,
        chunks,
    })
}

/// Stores one vector per text of the job, in their order. Texts that changed meanwhile are passed over.
/// Answers how many were stored.
///
/// Errors: those of the database.
pub async fn store(db: &Db, job: &Job, vectors: &[Vec<f32>]) -> ApiResult<i32> {
    let embeddings: Value = job
        .chunks
        .iter()
        .zip(vectors)
        .map(|(chunk, vector)| {
            json!({ "chunk_id": chunk.chunk_id, "hash": chunk.hash, "embedding": vector })
        })
        .collect();
    let arguments: [Argument; 4] = [
        (&job.model, Type::TEXT),
        (&job.article_id, Type::UUID),
        (&job.attempt, Type::INT4),
        (&embeddings, Type::JSONB),
    ];
    one(db, STORE, &arguments).await
}

/// Says why it did not work; the database says when it is tried again.
///
/// Errors: those of the database.
pub async fn fail(db: &Db, job: &Job, error: &str) -> ApiResult<()> {
    let arguments: [Argument; 4] = [
        (&job.model, Type::TEXT),
        (&job.article_id, Type::UUID),
        (&job.attempt, Type::INT4),
        (&error, Type::TEXT),
    ];
    ask(db, FAIL, &arguments).await.map(drop)
}

type Argument<'a> = (&'a (dyn ToSql + Sync), Type);

async fn ask(db: &Db, sql: &str, arguments: &[Argument<'_>]) -> ApiResult<Vec<Row>> {
    db.as_gateway(TIME_LIMIT, async |tx| {
        Ok(tx.query_typed(sql, arguments).await?)
    })
    .await
}

async fn one<T: for<'a> tokio_postgres::types::FromSql<'a>>(
    db: &Db,
    sql: &str,
    arguments: &[Argument<'_>],
) -> ApiResult<T> {
    let rows = ask(db, sql, arguments).await?;
    let row = rows.first().ok_or_else(ApiError::internal)?;
    Ok(row.try_get(0)?)
}

fn int(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
