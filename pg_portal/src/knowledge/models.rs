//! Which model's passages answer, and the change from one model to another. Runs as portal_owner.

use serde::Deserialize;

use crate::error::{PortalError, Result, Status};
use crate::spi;

/// What stands for no model at all: passages are found by their words alone.
pub const TEXT: &str = "text";

/// No model begins or ends until the end of the transaction.
pub fn lock_shared() {
    spi::run(
        "select pg_advisory_xact_lock_shared(hashtextextended('portal embedding models', 0))",
        &[],
    );
}

/// Nothing is written for any model until the end of the transaction.
pub fn lock() {
    spi::run(
        "select pg_advisory_xact_lock(hashtextextended('portal embedding models', 0))",
        &[],
    );
}

/// While a set is being made, those who fill it queue up: of the last two each would miss what the other has not yet
/// committed, and neither would find it complete.
pub fn lock_to_store() {
    let is_building = |one: &Model| one.state == "building";
    match all().iter().any(is_building) {
        true => lock(),
        false => lock_shared(),
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Model {
    pub model: String,
    /// Nothing for [`TEXT`].
    pub dimensions: Option<i32>,
    pub state: String,
}

impl Model {
    pub fn is_live(&self) -> bool {
        self.state != "retired"
    }
}

pub fn all() -> Vec<Model> {
    spi::write(
        "select coalesce(jsonb_agg(to_jsonb(m) order by m.created_at, m.model), '[]') from public.kb_embedding_models m",
        &[],
    )
    .unwrap_or_default()
}

/// Begins the set of passages of a model, beside the one that answers; answers how many there are to embed.
///
/// Errors: PT400 for a name or a number of dimensions that no model has; PT409 where the model answers already, or
/// another one is being prepared.
pub fn begin(model: &str, dimensions: i32) -> Result<i64> {
    check(model, dimensions)?;
    lock();
    let models = all();
    if let Some(live) = models
        .iter()
        .find(|one| one.model == model && one.is_live())
    {
        return Err(PortalError::new(
            Status::Conflict,
            "model_in_use",
            format!("{model} is {} already.", live.state),
            "Nothing needs to be done; public.kb_embedding_models shows how far it is.",
        ));
    }
    if let Some(other) = models.iter().find(|one| one.state == "building") {
        return Err(PortalError::new(
            Status::Conflict,
            "model_being_built",
            format!("The passages of {} are being embedded.", other.model),
            "Wait until it answers, or see health() for what keeps it from that.",
        ));
    }
    spi::run(
        include_str!("begin_model.sql"),
        &[model.into(), dimensions.into()],
    );
    let passages = spi::run(include_str!("copy_set.sql"), &[model.into()]);
    spi::run(
        include_str!("queue.sql"),
        &[None::<pgrx::Uuid>.into(), model.into()],
    );
    switch_when_complete();
    Ok(passages as i64)
}

fn check(model: &str, dimensions: i32) -> Result<()> {
    if model == TEXT || !(1..=200).contains(&model.trim().chars().count()) {
        let message = "The model needs a name of 1 to 200 characters, and `text` stands for none.";
        return Err(PortalError::invalid("model", message));
    }
    // As many as a vector holds.
    if !(1..=16_000).contains(&dimensions) {
        let message = "A model has 1 to 16000 dimensions.";
        return Err(PortalError::invalid("dimensions", message));
    }
    Ok(())
}

/// A new set that is complete becomes the one that answers, all at once.
pub fn switch_when_complete() {
    let complete: Option<String> = spi::write(
        "select to_jsonb(m.model) from public.kb_embedding_models m
         where m.state = 'building' and not exists (
           select from public.kb_article_chunks c where c.model = m.model and c.embedding is null)",
        &[],
    );
    let Some(model) = complete else { return };
    // One after the other: only one may be active at any moment.
    spi::run(
        "update public.kb_embedding_models m set state = 'retired', retired_at = now() where m.state = 'active'",
        &[],
    );
    spi::run(
        "update public.kb_embedding_models m set state = 'active', activated_at = now() where m.model = $1",
        &[model.as_str().into()],
    );
}

/// Forgets passages of models that answer no more, at most so many; answers how many.
pub fn drop_retired(most: i64) -> usize {
    spi::run(
        "delete from public.kb_article_chunks c
         where c.id in (
           select o.id from public.kb_article_chunks o
           join public.kb_embedding_models m on m.model = o.model
           where m.state = 'retired'
           limit $1)",
        &[most.into()],
    )
}
