//! What the gateway's worker calls: which models there are, what is to be embedded, and what became of it.

use pgrx::datum::JsonB;
use pgrx::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::models::{self, Model};
use super::rules;
use crate::document::Document;
use crate::error::{PortalError, Result, Status, between, surface};
use crate::ids::{from_pg, to_pg};
use crate::notifications;
use crate::spi::{self, column};

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn kb_models() -> TableIterator<
        'static,
        (
            name!(model, String),
            name!(dimensions, Option<i32>),
            name!(state, String),
        ),
    > {
        surface(|| {
            let row = |model: Model| {
                (
                    model.model,
                    model.dimensions,
                    model.state.label().to_owned(),
                )
            };
            Ok(TableIterator::new(models::all().into_iter().map(row)))
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn offer_embedding_model(model: Option<&str>, dimensions: Option<i32>) -> String {
        surface(|| {
            let (model, dimensions) = models::checked(model, dimensions)?;
            models::offer(model, dimensions).map(str::to_owned)
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn claim_embedding_jobs(
        model: Option<&str>,
        batch: Option<i32>,
        lease_seconds: Option<i32>,
    ) -> TableIterator<
        'static,
        (
            name!(model, String),
            name!(article_id, pgrx::Uuid),
            name!(attempt, i32),
            name!(chunks, JsonB),
        ),
    > {
        surface(|| {
            let model = model.ok_or_else(|| PortalError::invalid("model", "Name the model."))?;
            let batch = between(batch, 1, 1000, "batch")?;
            let lease = between(lease_seconds, 1, 3600, "lease_seconds")?;
            Ok(TableIterator::new(claim(model, batch, lease)))
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn store_embeddings(
        model: Option<&str>,
        article_id: Option<pgrx::Uuid>,
        attempt: Option<i32>,
        embeddings: Option<Document>,
    ) -> i32 {
        surface(|| {
            let model = model
                .and_then(models::find)
                .ok_or_else(|| PortalError::absent("model"))?;
            let embeddings = embeddings.ok_or_else(malformed)?.read("embeddings")?;
            check(&model, &embeddings)?;
            let (Some(article_id), Some(attempt)) = (article_id, attempt) else {
                return Ok(0);
            };
            Ok(store(
                &model.model,
                from_pg(article_id),
                attempt,
                embeddings,
            ))
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn fail_embedding_job(
        model: Option<&str>,
        article_id: Option<pgrx::Uuid>,
        attempt: Option<i32>,
        error: Option<&str>,
    ) -> bool {
        surface(|| {
            let wait = attempt.and_then(notifications::wait_after);
            let error = error.map(|error| error.chars().take(MAX_ERROR).collect::<String>());
            let failed = spi::run(
                "update public.kb_embedding_jobs j
                 set lease_until = null, last_error = $5,
                   not_before = coalesce(now() + make_interval(secs => $4), 'infinity')
                 where j.model = $1 and j.article_id = $2 and j.attempts = $3 and j.lease_until is not null",
                &[
                    model.into(),
                    article_id.into(),
                    attempt.into(),
                    wait.map(|wait| wait.as_secs_f64()).into(),
                    error.into(),
                ],
            );
            Ok(failed > 0)
        })
    }
}

/// Longest text of `last_error`, in characters.
const MAX_ERROR: usize = 2000;

#[derive(Deserialize)]
struct Missing {
    chunk_id: Uuid,
    hash: String,
    title: String,
    heading_path: Vec<String>,
    content: String,
}

fn claim(model: &str, batch: i32, lease: i32) -> Vec<(String, pgrx::Uuid, i32, JsonB)> {
    spi::run(
        include_str!("give_up.sql"),
        &[model.into(), notifications::TRIES.into()],
    );
    let claimed = spi::latest_rows(
        include_str!("claim.sql"),
        &[model.into(), batch.into(), lease.into()],
        |row| {
            let JsonB(missing) = column(row, 3)?;
            Ok((
                model.to_owned(),
                column(row, 1)?,
                column(row, 2)?,
                JsonB(texts(missing)),
            ))
        },
    );
    // The last article that lacked something may have been withdrawn instead of embedded.
    if claimed.is_empty() {
        models::activate_if_complete(model);
    }
    claimed
}

fn texts(missing: Value) -> Value {
    let missing = Vec::<Missing>::deserialize(missing)
        .unwrap_or_else(|e| panic!("claim.sql of pg_portal answered an unexpected shape: {e}"));
    let text = |m: Missing| {
        let text = rules::embedded_text(&m.title, &m.heading_path, &m.content);
        json!({ "chunk_id": m.chunk_id, "hash": m.hash, "text": text })
    };
    missing.into_iter().map(text).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Embedding {
    #[serde(rename = "chunk_id")]
    _chunk_id: Uuid,
    #[serde(rename = "hash")]
    _hash: String,
    embedding: Vec<f32>,
}

fn malformed() -> PortalError {
    PortalError::invalid(
        "embeddings",
        "embeddings is a list of objects with chunk_id, hash and embedding, a list of numbers.",
    )
}

fn check(model: &Model, embeddings: &Value) -> Result<()> {
    for given in Vec::<Embedding>::deserialize(embeddings).map_err(|_| malformed())? {
        if model.dimensions != i32::try_from(given.embedding.len()).ok() {
            return Err(models::mismatch(
                Status::Refused,
                model,
                given.embedding.len(),
            ));
        }
        if !is_direction(&given.embedding) {
            return Err(PortalError::new(
                Status::Refused,
                "embedding_without_direction",
                "An embedding is all zeros, or has a number that is not finite.",
                "Make the embedding again; similar texts cannot be found by this one.",
            ));
        }
    }
    Ok(())
}

/// Whether a cosine can be taken of it.
pub fn is_direction(embedding: &[f32]) -> bool {
    let norm: f32 = embedding.iter().map(|x| x * x).sum();
    norm.is_finite() && norm > 0.0
}

fn store(model: &str, article_id: Uuid, attempt: i32, embeddings: Value) -> i32 {
    let of = [model.into(), to_pg(article_id).into(), attempt.into()];
    let mine = "select to_jsonb(true) from public.kb_embedding_jobs j
        where j.model = $1 and j.article_id = $2 and j.attempts = $3 and j.lease_until is not null
        for update";
    if spi::write(mine, &of) != Some(true) {
        return 0;
    }
    let stored = spi::run(
        include_str!("store.sql"),
        &[
            model.into(),
            to_pg(article_id).into(),
            JsonB(embeddings).into(),
        ],
    );
    spi::run(
        include_str!("settle.sql"),
        &[model.into(), to_pg(article_id).into()],
    );
    models::activate_if_complete(model);
    i32::try_from(stored).unwrap_or(i32::MAX)
}
