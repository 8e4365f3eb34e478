//! Embeds what the database says lacks a vector, for the models that this gateway has.
//!
//! Articles are claimed for a while, so any number of gateways share the work; whoever is killed
//! half-way has stored nothing, and another one does it after the lease.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use metrics::counter;
use tokio::time::{sleep, timeout_at};

use super::{
    EmbedError, Embedder, Embeddings,
    queue::{self, Job, Model, NO_MODEL, State},
};
use crate::{
    config,
    db::Db,
    error::{ApiError, ApiResult},
    serve::Drain,
    trouble::{Trouble, pause_after},
};

/// How many articles are taken in hand at once.
const CLAIM: usize = 8;
/// How long they stay in hand at the most.
const LEASE: Duration = Duration::from_secs(120);
/// A model that does not answer is asked again this soon at first, and this seldom at last.
const SOONEST_RETRY: Duration = Duration::from_secs(1);
const LATEST_RETRY: Duration = Duration::from_secs(30);

/// What the worker works with.
#[derive(Clone)]
pub struct Worker {
    pub db: Db,
    pub drain: Drain,
    pub embeddings: Embeddings,
    /// How often to ask when there was nothing to do. Zero: others do it.
    pub poll: Duration,
    /// How many texts one request should hold.
    pub batch: usize,
    /// How long articles stay in hand.
    pub lease: Duration,
}

/// How it stands with one model.
#[derive(Default)]
struct Pace {
    failures: u32,
    not_before: Option<Instant>,
}

/// What the worker knows from round to round.
struct Memory {
    trouble: Trouble,
    /// One for each model of the gateway.
    paces: Vec<Pace>,
    /// What was known when a model was last offered.
    offered: Option<Arc<[Model]>>,
}

impl Worker {
    /// With the settings of a gateway.
    pub fn new(config: &config::Knowledge, db: Db, drain: Drain, embeddings: Embeddings) -> Self {
        Self {
            db,
            drain,
            embeddings,
            poll: config.poll,
            batch: config.server.batch,
            lease: LEASE,
        }
    }

    /// Works until the gateway shuts down; then finishes the articles that it has in hand.
    pub async fn run(self) {
        let embedders = self.embeddings.embedders();
        if embedders.is_empty() {
            tracing::info!("no embedding model is set up; articles are found by their words alone");
            return;
        }
        if self.poll.is_zero() {
            tracing::info!("embedding is left to others: knowledge_poll_milliseconds is 0");
            return;
        }
        let names: Vec<&str> = embedders.iter().map(|embedder| embedder.name()).collect();
        tracing::info!(models = names.join(", "), "embedding articles");
        let mut memory = Memory {
            trouble: Trouble::with("the knowledge base"),
            paces: embedders.iter().map(|_| Pace::default()).collect(),
            offered: None,
        };
        while !self.drain.begun() {
            let pause = match self.round(&mut memory).await {
                Ok(true) => continue,
                // Gateways that start together drift apart.
                Ok(false) => self.poll.mul_f64(0.9 + 0.2 * fastrand::f64()),
                Err(pause) => pause,
            };
            tokio::select! {
                () = self.drain.wait() => {}
                () = sleep(pause) => {}
            }
        }
    }

    /// Whether there was anything to do; or how long to wait because the database is away.
    async fn round(&self, memory: &mut Memory) -> Result<bool, Duration> {
        let models = memory.trouble.quietly(self.embeddings.models()).await?;
        self.offer(&models, memory).await?;
        let Memory { trouble, paces, .. } = memory;
        let mut worked = false;
        for (embedder, pace) in self.embeddings.embedders().iter().zip(paces) {
            let model = models
                .iter()
                .find(|model| model.name == embedder.name() && model.state != State::Retired);
            let Some((model, dimensions)) =
                model.and_then(|model| Some((model, model.dimensions?)))
            else {
                continue;
            };
            if pace.is_resting() || pace.does_not_fit(embedder, dimensions) {
                continue;
            }
            let found = self.serve(embedder, dimensions, pace, trouble).await?;
            if found && model.state == State::Building {
                // That may have been the last one, and the model the active one now.
                self.embeddings.ask_again();
            }
            worked |= found;
            if self.drain.begun() {
                break;
            }
        }
        Ok(worked)
    }

    /// Offers the first model to a knowledge base that has none, once for each state of things.
    async fn offer(&self, models: &Arc<[Model]>, memory: &mut Memory) -> Result<(), Duration> {
        let has_one = models
            .iter()
            .any(|model| model.name != NO_MODEL && model.state != State::Retired);
        let (Some(embedder), Some(pace)) = (
            self.embeddings.embedders().first(),
            memory.paces.first_mut(),
        ) else {
            return Ok(());
        };
        if has_one || pace.is_resting() || memory.offered.as_ref() == Some(models) {
            return Ok(());
        }
        let name = embedder.name();
        let dimensions = match embedder.dimensions().await {
            Ok(dimensions) => dimensions,
            Err(error) => {
                pace.failed(name, &error);
                return Ok(());
            }
        };
        let offer = queue::offer(&self.db, name, dimensions);
        match heard(&mut memory.trouble, offer).await? {
            Ok(state) => tracing::info!(
                model = name,
                dimensions,
                state,
                "offered a model to the knowledge base"
            ),
            Err(error) => {
                tracing::warn!(model = name, dimensions, %error, "the knowledge base does not take this model");
            }
        }
        memory.offered = Some(models.clone());
        self.embeddings.ask_again();
        Ok(())
    }

    /// Takes articles in hand and embeds them; whether there were any.
    async fn serve(
        &self,
        embedder: &Embedder,
        dimensions: usize,
        pace: &mut Pace,
        trouble: &mut Trouble,
    ) -> Result<bool, Duration> {
        // A third of the lease is for telling the database.
        let deadline = Instant::now() + self.lease * 2 / 3;
        let claim = queue::claim(&self.db, embedder.name(), CLAIM, self.lease);
        let jobs = trouble.quietly(claim).await?;
        let found = !jobs.is_empty();
        let mut packs = packs(jobs, self.batch);
        // From the last to the first, so that what is to be done next can be put on top.
        packs.reverse();
        while let Some(pack) = packs.pop() {
            // The rest is free again after the lease.
            if Instant::now() >= deadline {
                break;
            }
            let texts: Vec<String> = texts(&pack);
            let embedded = timeout_at(deadline.into(), embedder.embed(&texts, dimensions)).await;
            let embedded = embedded.unwrap_or_else(|_| {
                Err(EmbedError::Unavailable(
                    "no vectors within the lease".to_owned(),
                ))
            });
            match embedded {
                Ok(vectors) => {
                    pace.went_well(embedder.name());
                    self.store(pack, vectors, trouble).await?;
                }
                // One text may be at fault: each article by itself.
                Err(EmbedError::Unusable(_)) if pack.len() > 1 => {
                    packs.extend(pack.into_iter().rev().map(|job| vec![job]));
                }
                Err(error) => {
                    if matches!(error, EmbedError::Unavailable(_)) {
                        pace.failed(embedder.name(), &error);
                    }
                    self.fail(&pack, &error.to_string(), trouble).await?;
                }
            }
        }
        Ok(found)
    }

    async fn store(
        &self,
        pack: Vec<Job>,
        vectors: Vec<Vec<f32>>,
        trouble: &mut Trouble,
    ) -> Result<(), Duration> {
        let mut vectors = vectors.into_iter();
        for job in pack {
            let own: Vec<_> = vectors.by_ref().take(job.chunks.len()).collect();
            match self.store_one(&job, &own, trouble).await? {
                Ok(stored) => {
                    // An edit or another gateway was quicker; what is missing then has a job of its own.
                    let late = stored == 0 && !job.chunks.is_empty();
                    count(if late { "superseded" } else { "done" }, 1);
                    let (article_id, model) = (job.article_id, &job.model);
                    tracing::debug!(%article_id, model, stored, "embedded an article");
                }
                Err(refusal) => self.fail(&[job], &refusal.to_string(), trouble).await?,
            }
        }
        Ok(())
    }

    /// Again and again while the database is away, as long as nobody else has the article: vectors are
    /// dearer than waiting.
    async fn store_one(
        &self,
        job: &Job,
        vectors: &[Vec<f32>],
        trouble: &mut Trouble,
    ) -> Result<ApiResult<i32>, Duration> {
        let deadline = Instant::now() + self.lease / 3;
        loop {
            match heard(trouble, queue::store(&self.db, job, vectors)).await {
                Err(pause) if Instant::now() + pause < deadline && !self.drain.begun() => {
                    sleep(pause).await;
                }
                told => return told,
            }
        }
    }

    async fn fail(&self, pack: &[Job], why: &str, trouble: &mut Trouble) -> Result<(), Duration> {
        count("failed", pack.len());
        for job in pack {
            let (article_id, model, attempt) = (job.article_id, &job.model, job.attempt);
            tracing::info!(%article_id, model, attempt, why, "an article is not embedded; it will be tried again");
            if let Err(error) = heard(trouble, queue::fail(&self.db, job, why)).await? {
                // Somebody else has it by now, or it is gone.
                tracing::debug!(%article_id, model, %error, "nothing to try again");
            }
        }
        Ok(())
    }
}

impl Pace {
    fn is_resting(&self) -> bool {
        self.not_before.is_some_and(|then| Instant::now() < then)
    }

    fn went_well(&mut self, model: &str) {
        if self.failures > 0 {
            tracing::info!(model, failures = self.failures, "the model answers again");
        }
        *self = Self::default();
    }

    fn failed(&mut self, model: &str, error: &EmbedError) {
        if self.failures == 0 {
            tracing::warn!(model, %error, "the model does not answer; asking again until it does");
        }
        self.failures = self.failures.saturating_add(1);
        let pause = pause_after(self.failures - 1, SOONEST_RETRY, LATEST_RETRY);
        self.not_before = Some(Instant::now() + pause);
    }

    /// A folder can hold another model than the one whose name it has.
    fn does_not_fit(&mut self, embedder: &Embedder, there: usize) -> bool {
        let Embedder::Local(model) = embedder else {
            return false;
        };
        let fits = model.dimensions() == there;
        if !fits {
            let what = format!(
                "it makes {} dimensions here, but has {there} in the knowledge base",
                model.dimensions()
            );
            self.failed(model.name(), &EmbedError::Unusable(what));
        }
        !fits
    }
}

/// A refusal is an answer; only a database that cannot be reached is trouble.
async fn heard<T>(
    trouble: &mut Trouble,
    work: impl Future<Output = ApiResult<T>>,
) -> Result<Result<T, ApiError>, Duration> {
    let heard = async {
        match work.await {
            Err(error) if error.status.is_client_error() => Ok(Err(error)),
            Err(error) => Err(error),
            Ok(value) => Ok(Ok(value)),
        }
    };
    trouble.quietly(heard).await
}

/// Articles together, until they have as many texts as one request should hold.
fn packs(jobs: Vec<Job>, batch: usize) -> Vec<Vec<Job>> {
    let mut packs: Vec<Vec<Job>> = Vec::new();
    let mut room = 0;
    for job in jobs {
        let size = job.chunks.len();
        match packs.last_mut() {
            Some(pack) if size <= room => pack.push(job),
            _ => {
                packs.push(vec![job]);
                room = batch;
            }
        }
        room = room.saturating_sub(size);
    }
    packs
}

fn texts(pack: &[Job]) -> Vec<String> {
    let chunks = pack.iter().flat_map(|job| &job.chunks);
    chunks.map(|chunk| chunk.text.clone()).collect()
}

fn count(outcome: &'static str, jobs: usize) {
    counter!("portal_kb_jobs_total", "outcome" => outcome).increment(jobs as u64);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::embeddings::queue::Chunk;

    fn job(number: usize, texts: usize) -> Job {
        let chunk = |text: usize| Chunk {
            chunk_id: Uuid::nil(),
            hash: String::new(),
            text: format!("{number}.{text}"),
        };
        Job {
            model: "m".to_owned(),
            article_id: Uuid::nil(),
            attempt: 1,
            chunks: (0..texts).map(chunk).collect(),
        }
    }

    proptest! {
        #[test]
        fn packs_keep_every_text_in_order_and_are_no_larger_than_need_be(
            sizes in prop::collection::vec(0_usize..50, 0..20),
            batch in 1_usize..40,
        ) {
            let jobs: Vec<Job> = sizes.iter().enumerate().map(|(n, size)| job(n, *size)).collect();
            let all = texts(&jobs);
            let packs = packs(jobs, batch);
            let packed: Vec<String> = packs.iter().flat_map(|pack| texts(pack)).collect();
            prop_assert_eq!(packed, all);
            for pack in &packs {
                // One article alone may be too large; what joined it then has no texts.
                prop_assert!(texts(pack).len() <= batch || texts(&pack[1..]).is_empty());
            }
            // Two neighbours would not have fitted into one request.
            for pair in packs.windows(2) {
                prop_assert!(texts(&pair[0]).len() + pair[1][0].chunks.len() > batch);
            }
        }
    }

    #[test]
    fn a_model_that_fails_rests_for_longer_each_time_and_never_for_long() {
        let mut pace = Pace::default();
        assert!(!pace.is_resting());
        for _ in 0..100 {
            pace.failed("m", &EmbedError::Unavailable("away".to_owned()));
            let until = pace.not_before.unwrap();
            assert!(pace.is_resting() && until <= Instant::now() + LATEST_RETRY);
        }
        pace.went_well("m");
        assert!(!pace.is_resting());
    }
}
