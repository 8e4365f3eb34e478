//! Which models there are, and how one takes over from another.

use pgrx::datum::DatumWithOid;
use serde::Deserialize;

use crate::error::{PortalError, Result, Status};
use crate::spi;

/// How long the set of a model that was replaced is kept, for gateways that have not noticed yet.
const RETIRED_ARE_KEPT: &str = "1 day";

/// The index that `portal_admin.index_kb()` makes, of one model's embeddings.
pub const INDEX: &str = "idx_kb_article_chunks_nearest";

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Building,
    Active,
    Retired,
}

impl State {
    pub fn label(self) -> &'static str {
        match self {
            Self::Building => "building",
            Self::Active => "active",
            Self::Retired => "retired",
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct Model {
    pub model: String,
    /// None of the model `text`.
    pub dimensions: Option<i32>,
    pub state: State,
    pub weak_below: f32,
}

/// No set is begun until the end of this transaction.
pub fn hold_still() {
    spi::run(
        "select pg_advisory_xact_lock_shared(hashtextextended('portal embedding models', 0))",
        &[],
    );
}

/// Nobody writes an article until the end of this transaction, and all that was written can be seen.
fn alone() {
    spi::run(
        "select pg_advisory_xact_lock(hashtextextended('portal embedding models', 0))",
        &[],
    );
}

pub fn all() -> Vec<Model> {
    let models: Option<Vec<Model>> = spi::write(
        "select jsonb_agg(to_jsonb(m) order by m.created_at, m.model) from public.kb_embedding_models m",
        &[],
    );
    models.unwrap_or_default()
}

/// The model that answers.
pub fn active() -> Model {
    let active = all().into_iter().find(|model| model.state == State::Active);
    active.expect("one model is always active")
}

pub fn find(name: &str) -> Option<Model> {
    all().into_iter().find(|model| model.model == name)
}

/// The refusal of an embedding of another length than the model's.
pub fn mismatch(status: Status, model: &Model, given: usize) -> PortalError {
    let expected = model.dimensions.unwrap_or_default();
    PortalError::new(
        status,
        "dimension_mismatch",
        format!(
            "The embedding has {given} dimensions; those of {} have {expected}.",
            model.model
        ),
        "Make the embedding with that model, or name the model that made it.",
    )
    .fact("model", model.model.as_str())
    .fact("expected", expected)
    .fact("given", given)
}

/// Name and dimensions of a model with embeddings, checked.
pub fn checked(model: Option<&str>, dimensions: Option<i32>) -> Result<(&str, i32)> {
    let model = model
        .filter(|name| (1..=200).contains(&name.trim().chars().count()) && *name != "text")
        .ok_or_else(|| {
            PortalError::invalid(
                "model",
                "Name the model, in up to 200 characters; text stands for none.",
            )
        })?;
    let dimensions = dimensions
        .filter(|dimensions| (1..=16_000).contains(dimensions))
        .ok_or_else(|| PortalError::invalid("dimensions", "dimensions must be from 1 to 16000."))?;
    Ok((model, dimensions))
}

/// What a gateway that has a model is told: the model is registered when there is none with embeddings.
pub fn offer(name: &str, dimensions: i32) -> Result<&'static str> {
    // Asked every few seconds, so nobody is kept from writing articles for what is known already.
    if let Some(state) = known(name, dimensions)? {
        return Ok(state.label());
    }
    alone();
    if let Some(state) = known(name, dimensions)? {
        return Ok(state.label());
    }
    if all()
        .iter()
        .any(|model| model.dimensions.is_some() && model.state != State::Retired)
    {
        return Ok("unused");
    }
    begin(name, Some(dimensions));
    Ok(find(name).map_or("unused", |model| model.state.label()))
}

fn known(name: &str, dimensions: i32) -> Result<Option<State>> {
    match find(name) {
        Some(model) if model.dimensions != Some(dimensions) => Err(mismatch(
            Status::Refused,
            &model,
            usize::try_from(dimensions).unwrap_or_default(),
        )),
        model => Ok(model.map(|model| model.state)),
    }
}

/// Makes the set of a model beside the active one, as a copy without embeddings.
fn begin(name: &str, dimensions: Option<i32>) {
    spi::run(
        "insert into public.kb_embedding_models (model, dimensions) values ($1, $2)",
        &[name.into(), dimensions.into()],
    );
    spi::run(include_str!("copy_set.sql"), &[name.into()]);
    queue_missing(name);
    activate_if_complete(name);
}

fn queue_missing(name: &str) {
    spi::run(include_str!("queue_set.sql"), &[name.into()]);
}

/// The switch: when nothing is missing of a set that is being built, it becomes the one that answers.
///
/// The model's row is locked first, so that of two workers that store the last two embeddings at once the second sees
/// what the first did.
pub fn activate_if_complete(name: &str) {
    let args: [DatumWithOid; 1] = [name.into()];
    let building = "select to_jsonb(m.state = 'building') from public.kb_embedding_models m where m.model = $1 for update";
    if spi::write(building, &args) != Some(true) {
        return;
    }
    let complete = "select to_jsonb($1 = 'text' or not exists (
        select from public.kb_article_chunks c where c.model = $1 and c.embedding is null))";
    if spi::write(complete, &args) == Some(true) {
        spi::run(
            "update public.kb_embedding_models m set state = 'retired', retired_at = now() where m.state = 'active'",
            &[],
        );
        spi::run(
            "update public.kb_embedding_models m set state = 'active', activated_at = now() where m.model = $1",
            &args,
        );
    }
}

/// Begins the set of a model, or tries again what was given up of one that is there.
pub fn reembed(name: &str, dimensions: Option<i32>) -> Result<()> {
    alone();
    match find(name) {
        Some(model) if model.dimensions != dimensions => Err(mismatch(
            Status::Refused,
            &model,
            dimensions.unwrap_or_default().max(0) as usize,
        )),
        Some(model) if model.state != State::Retired => {
            queue_missing(name);
            Ok(())
        }
        known => {
            if let Some(other) = all().iter().find(|model| model.state == State::Building) {
                drop_set(&other.model);
            }
            if known.is_some() {
                drop_set(name);
            }
            begin(name, dimensions);
            Ok(())
        }
    }
}

fn drop_set(name: &str) {
    for sql in [
        "delete from public.kb_embedding_jobs j where j.model = $1",
        "delete from public.kb_article_chunks c where c.model = $1",
        "delete from public.kb_embedding_models m where m.model = $1",
    ] {
        spi::run(sql, &[name.into()]);
    }
}

/// Drops the sets that were replaced long enough ago; answers how many.
pub fn drop_retired() -> usize {
    let retired: Option<Vec<String>> = spi::write(
        "select jsonb_agg(m.model) from public.kb_embedding_models m
         where m.state = 'retired' and m.retired_at < now() - $1::interval",
        &[RETIRED_ARE_KEPT.into()],
    );
    let retired = retired.unwrap_or_default();
    retired.iter().for_each(|name| drop_set(name));
    retired.len()
}
