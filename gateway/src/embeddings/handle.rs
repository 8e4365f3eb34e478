//! What a request asks for the vector of its question.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread::available_parallelism,
    time::{Duration, Instant},
};

use tokio::{sync::Semaphore, time::timeout};

use super::{
    EmbedError, Embedder,
    local::Local,
    queue::{self, Model, NO_MODEL, State},
    remote::Remote,
};
use crate::{
    config::{self, ConfigError},
    db::Db,
    error::ApiResult,
};

/// What is known of the models is asked again after this long.
const FRESH: Duration = Duration::from_secs(2);
/// A question that takes longer to embed is asked by its words alone.
const QUESTION_LIMIT: Duration = Duration::from_secs(5);
/// After that, questions do not wait for the model for this long.
const COOLING: Duration = Duration::from_secs(10);
/// How many portions of arithmetic run at once. Each one uses several processors by itself.
const LANES: usize = 2;

/// The models of this gateway, and which of them counts. Cheap to clone.
#[derive(Clone)]
pub struct Embeddings(Arc<Inner>);

struct Inner {
    db: Db,
    embedders: Vec<Arc<Embedder>>,
    known: Mutex<Known>,
    /// Held by the one who asks the database; the others go on with what is known.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    models: Arc<[Model]>,
    asked: Option<Instant>,
    /// Why the last question got no vector; said once.
    said: Option<Silence>,
    cooling_until: Option<Instant>,
}

/// Why a question gets no vector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Silence {
    #[error("the knowledge base has no embeddings yet")]
    NoEmbeddings,
    #[error("the knowledge base is in model {0}, which this gateway does not have")]
    OtherModel(String),
    #[error("model {name} makes {here} dimensions here, but has {there} in the knowledge base")]
    OtherDimensions {
        name: String,
        here: usize,
        there: usize,
    },
    #[error("the database does not say which model counts")]
    Unknown,
    #[error("no vector within {QUESTION_LIMIT:?}")]
    TooSlow,
    #[error(transparent)]
    Failed(#[from] EmbedError),
}

impl Silence {
    fn log(&self) {
        const WHAT: &str = "questions are asked by their words alone";
        match self {
            // So it is after every installation, for a while.
            Self::NoEmbeddings => tracing::info!(reason = %self, "{WHAT}"),
            _ => tracing::warn!(reason = %self, "{WHAT}"),
        }
    }
}

impl Embeddings {
    /// Reads the models of this process; asks neither the database nor a server yet.
    ///
    /// Errors: a model that cannot be used; two of the same name.
    pub fn new(config: &config::Knowledge, db: Db) -> Result<Self, ConfigError> {
        let lanes = available_parallelism().map_or(1, usize::from).min(LANES);
        let lanes = Arc::new(Semaphore::new(lanes));
        let mut embedders = Vec::new();
        for folder in &config.model_dirs {
            embedders.push(Embedder::Local(Local::load(folder, lanes.clone())?));
        }
        embedders.extend(Remote::new(&config.server)?.map(Embedder::Remote));
        let mut names: Vec<_> = embedders.iter().map(Embedder::name).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(ConfigError(format!(
                "two embedding models have the name {}; rename a folder of embedding_model_dirs",
                twice[0]
            )));
        }
        if names.contains(&NO_MODEL) {
            let what = "a folder of embedding_model_dirs must not be named \"text\", the name for search by words alone";
            return Err(ConfigError(what.to_owned()));
        }
        Ok(Self(Arc::new(Inner {
            db,
            embedders: embedders.into_iter().map(Arc::new).collect(),
            known: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
        })))
    }

    /// The active model and `text` as its vector. None when there is no such model, when it is not one
    /// of this gateway's, or when it fails: then the question is asked by its words alone. The reason
    /// is logged when it begins.
    pub async fn question(&self, text: &str) -> Option<(String, Vec<f32>)> {
        // Said at the start.
        if self.0.embedders.is_empty() || text.trim().is_empty() {
            return None;
        }
        match self.try_question(text).await {
            Ok(embedded) => {
                if self.say(None) {
                    tracing::info!("questions are asked by their meaning again");
                }
                Some(embedded)
            }
            Err(reason) => {
                if self.say(Some(reason.clone())) {
                    reason.log();
                }
                None
            }
        }
    }

    async fn try_question(&self, text: &str) -> Result<(String, Vec<f32>), Silence> {
        let models = self.models().await.map_err(|_| Silence::Unknown)?;
        let active = models.iter().find(|model| model.state == State::Active);
        let active = active.ok_or(Silence::NoEmbeddings)?;
        let (name, dimensions) = (&active.name, active.dimensions);
        let dimensions = dimensions.ok_or(Silence::NoEmbeddings)?;
        let embedder = self.embedder(name);
        let embedder = embedder.ok_or_else(|| Silence::OtherModel(name.clone()))?;
        if self.is_cooling() {
            return Err(Silence::TooSlow);
        }
        let texts = [text.to_owned()];
        let Ok(embedded) = timeout(QUESTION_LIMIT, fitting(&embedder, &texts, dimensions)).await
        else {
            self.lock().cooling_until = Some(Instant::now() + COOLING);
            return Err(Silence::TooSlow);
        };
        let vector = embedded?.pop().unwrap_or_default();
        Ok((name.clone(), vector))
    }

    /// What the knowledge base knows, at most [`FRESH`] old, or older while the database is away.
    ///
    /// Errors: those of the database, when nothing is known yet.
    pub(super) async fn models(&self) -> ApiResult<Arc<[Model]>> {
        let (known, fresh) = self.known();
        if fresh {
            return Ok(known);
        }
        let asking = if known.is_empty() {
            self.0.asking.lock().await
        } else if let Ok(asking) = self.0.asking.try_lock() {
            asking
        } else {
            return Ok(known);
        };
        // Somebody else may have asked while this one waited.
        let (known, fresh) = self.known();
        if fresh {
            return Ok(known);
        }
        let answer = queue::models(&self.0.db).await;
        drop(asking);
        let mut state = self.lock();
        match answer {
            Ok(models) => {
                state.models = models.into();
                state.asked = Some(Instant::now());
            }
            Err(error) if known.is_empty() => return Err(error),
            // Asked again as late as if it had answered, for each request would wait for it.
            Err(_) => state.asked = Some(Instant::now()),
        }
        Ok(state.models.clone())
    }

    /// What is known may have changed: it is asked for at the next occasion.
    pub(super) fn ask_again(&self) {
        self.lock().asked = None;
    }

    /// All models of this gateway; the first is the one to offer.
    pub(super) fn embedders(&self) -> &[Arc<Embedder>] {
        &self.0.embedders
    }

    fn embedder(&self, name: &str) -> Option<Arc<Embedder>> {
        let all = self.0.embedders.iter();
        all.clone()
            .find(|embedder| embedder.name() == name)
            .cloned()
    }

    fn known(&self) -> (Arc<[Model]>, bool) {
        let known = self.lock();
        let fresh = known.asked.is_some_and(|asked| asked.elapsed() < FRESH);
        (known.models.clone(), fresh)
    }

    fn is_cooling(&self) -> bool {
        let until = self.lock().cooling_until;
        until.is_some_and(|until| Instant::now() < until)
    }

    /// Whether this has not been said yet.
    fn say(&self, reason: Option<Silence>) -> bool {
        let mut known = self.lock();
        let is_news = known.said != reason;
        known.said = reason;
        is_news
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Embeds for a model of so many dimensions, unless it is another one than here.
async fn fitting(
    embedder: &Embedder,
    texts: &[String],
    there: usize,
) -> Result<Vec<Vec<f32>>, Silence> {
    if let Embedder::Local(model) = embedder
        && model.dimensions() != there
    {
        let (name, here) = (model.name().to_owned(), model.dimensions());
        return Err(Silence::OtherDimensions { name, here, there });
    }
    Ok(embedder.embed(texts, there).await?)
}
