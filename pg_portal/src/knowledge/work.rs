//! What the gateway's worker calls to embed passages. An article at a time, so that all of one article's passages get
//! their embeddings in one transaction.

use pgrx::datum::JsonB;
use pgrx::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::chunk;
use super::models::{self, Model};
use crate::error::{PortalError, Result, Status, surface};
use crate::guc;
use crate::ids::{self, to_pg};
use crate::notifications::retry;
use crate::spi::{self, column};
use crate::time;

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
            let rows = models::all().into_iter();
            Ok(TableIterator::new(
                rows.map(|one| (one.model, one.dimensions, one.state)),
            ))
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn offer_embedding_model(model: Option<&str>, dimensions: Option<i32>) -> String {
        surface(|| offer(model.unwrap_or_default(), dimensions.unwrap_or_default()))
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
            let batch = between(batch, 1, 100, "batch")?;
            let lease = between(lease_seconds, 1, 3600, "lease_seconds")?;
            let jobs = claim(model.unwrap_or_default(), batch, lease);
            let row = |job: Job| {
                let chunks = job.chunks.iter().map(Lacking::to_json).collect();
                (job.model, to_pg(job.article_id), job.attempt, JsonB(chunks))
            };
            Ok(TableIterator::new(jobs.into_iter().map(row)))
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn store_embeddings(
        model: Option<&str>,
        article_id: Option<pgrx::Uuid>,
        attempt: Option<i32>,
        embeddings: Option<JsonB>,
    ) -> i32 {
        surface(|| {
            let embeddings = embeddings.map(|JsonB(list)| list).unwrap_or_default();
            store(model.unwrap_or_default(), article_id, attempt, embeddings)
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn fail_embedding_job(
        model: Option<&str>,
        article_id: Option<pgrx::Uuid>,
        attempt: Option<i32>,
        error: Option<&str>,
    ) {
        surface(|| {
            fail(model, article_id, attempt, error);
            Ok(())
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn begin_embedding_set(model: Option<&str>, dimensions: Option<i32>) -> i64 {
        surface(|| models::begin(model.unwrap_or_default(), dimensions.unwrap_or_default()))
    }
}

fn between(given: Option<i32>, least: i32, most: i32, argument: &str) -> Result<i32> {
    given
        .filter(|given| (least..=most).contains(given))
        .ok_or_else(|| {
            let message = format!("{argument} must be from {least} to {most}.");
            PortalError::invalid(argument, message)
        })
}

/// A gateway's own model becomes the first one; after that a DBA decides (`reembed_kb`).
fn offer(model: &str, dimensions: i32) -> Result<String> {
    models::lock();
    let models = models::all();
    if let Some(known) = models
        .iter()
        .find(|one| one.model == model && one.is_live())
    {
        return Ok(known.state.clone());
    }
    let is_first = |one: &Model| one.model == models::TEXT || !one.is_live();
    if !models.iter().all(is_first) {
        return Ok("unused".to_owned());
    }
    models::begin(model, dimensions)?;
    let now = models::all();
    let begun = now.into_iter().find(|one| one.model == model);
    Ok(begun.map_or_else(String::new, |one| one.state))
}

#[derive(Deserialize)]
struct Job {
    model: String,
    article_id: Uuid,
    attempt: i32,
    chunks: Vec<Lacking>,
}

/// A passage that lacks its embedding.
#[derive(Deserialize)]
struct Lacking {
    chunk_id: Uuid,
    hash: String,
    title: String,
    heading_path: Vec<String>,
    content: String,
}

impl Lacking {
    fn to_json(&self) -> Value {
        json!({
            "chunk_id": self.chunk_id,
            "hash": self.hash,
            "text": chunk::embedded_text(&self.title, &self.heading_path, &self.content),
        })
    }
}

/// As for notifications, the planner does not know how few are due.
fn claim(model: &str, batch: i32, lease_seconds: i32) -> Vec<Job> {
    guc::with(c"jit", c"off", || {
        spi::latest_rows(
            include_str!("claim.sql"),
            &[
                model.into(),
                batch.into(),
                lease_seconds.into(),
                retry::TRIES.into(),
            ],
            |row| {
                let JsonB(document) = column(row, 1)?;
                Ok(Job::deserialize(document).unwrap_or_else(|e| {
                    panic!("claim.sql of pg_portal answered an unexpected shape: {e}")
                }))
            },
        )
    })
}

#[derive(Deserialize)]
struct Embedded {
    embedding: Vec<f32>,
}

fn store(
    model: &str,
    article_id: Option<pgrx::Uuid>,
    attempt: Option<i32>,
    embeddings: Value,
) -> Result<i32> {
    models::lock_to_store();
    let known = models::all();
    let dimensions = known
        .iter()
        .find(|one| one.model == model && one.is_live())
        .and_then(|one| one.dimensions)
        .ok_or_else(|| PortalError::absent("embedding model"))?;
    check(model, dimensions, &embeddings)?;
    let stored: Option<i32> = spi::write(
        include_str!("store.sql"),
        &[model.into(), article_id.into(), JsonB(embeddings).into()],
    );
    spi::run(
        include_str!("settle.sql"),
        &[model.into(), article_id.into(), attempt.into()],
    );
    models::switch_when_complete();
    Ok(stored.unwrap_or_default())
}

fn check(model: &str, dimensions: i32, embeddings: &Value) -> Result<()> {
    let malformed = || {
        let message = "embeddings is a list of objects with chunk_id, hash and embedding (a list of numbers).";
        PortalError::invalid("embeddings", message)
    };
    let list = Vec::<Embedded>::deserialize(embeddings).map_err(|_| malformed())?;
    let wrong = list
        .iter()
        .map(|one| one.embedding.len())
        .find(|count| *count != dimensions as usize);
    match wrong {
        None => Ok(()),
        Some(count) => Err(PortalError::new(
            Status::Refused,
            "dimension_mismatch",
            format!("An embedding has {count} numbers; {model} has {dimensions} dimensions."),
            "Embed with the model of that name, or begin another one with portal_admin.reembed_kb.",
        )
        .fact("expected", dimensions)
        .fact("found", count)),
    }
}

/// Longest text of `last_error`, in characters.
const MAX_ERROR: usize = 2000;

fn fail(
    model: Option<&str>,
    article_id: Option<pgrx::Uuid>,
    attempt: Option<i32>,
    error: Option<&str>,
) {
    let chance = f64::from(u32::from_ne_bytes(ids::random())) / f64::from(u32::MAX);
    let wait = retry::wait(attempt.unwrap_or_default(), chance);
    let not_before = wait.and_then(|wait| time::now().checked_add(wait).ok());
    let error = error.map(|error| error.chars().take(MAX_ERROR).collect::<String>());
    spi::run(
        "update public.kb_embedding_jobs j
         set lease_until = null, not_before = coalesce($4, j.not_before), last_error = $5
         where j.model = $1 and j.article_id = $2 and j.attempts = $3",
        &[
            model.into(),
            article_id.into(),
            attempt.into(),
            not_before.map(time::to_pg).into(),
            error.into(),
        ],
    );
}
