//! Texts as vectors, by which the knowledge base is searched by meaning.
//!
//! - [`local`]: a model in this process; [`remote`]: a server of OpenAI's shape
//! - [`Embeddings`]: what a request asks for the vector of its question
//! - [`worker`]: embeds what the database says is missing; [`queue`] is what it asks the database
//!
//! Which model counts is the database's decision. A gateway serves those that it has, and offers one
//! to a knowledge base that has none.

mod handle;
pub mod local;
pub mod queue;
pub mod remote;
pub mod worker;

use std::time::Instant;

use metrics::{counter, histogram};

use crate::telemetry;
pub use handle::Embeddings;
use local::Local;
use remote::Remote;

/// Why texts did not become vectors. Holds nothing of the texts and no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmbedError {
    /// May be different the next time.
    #[error("{0}")]
    Unavailable(String),
    /// The text, the model or the settings are at fault.
    #[error("{0}")]
    Unusable(String),
}

/// A model that this gateway has.
pub enum Embedder {
    Local(Local),
    Remote(Remote),
}

impl Embedder {
    /// The model's name in the database.
    pub fn name(&self) -> &str {
        match self {
            Self::Local(model) => model.name(),
            Self::Remote(model) => model.name(),
        }
    }

    fn source(&self) -> &'static str {
        match self {
            Self::Local(_) => "local",
            Self::Remote(_) => "remote",
        }
    }

    /// How long its vectors are. A server has to be asked, once.
    ///
    /// Errors: a server that does not answer.
    pub async fn dimensions(&self) -> Result<usize, EmbedError> {
        match self {
            Self::Local(model) => Ok(model.dimensions()),
            Self::Remote(model) => model.dimensions().await,
        }
    }

    /// One vector of so many `dimensions` per text, in order.
    ///
    /// Errors: a model that does not answer, or answers what cannot be used.
    pub async fn embed(
        &self,
        texts: &[String],
        dimensions: usize,
    ) -> Result<Vec<Vec<f32>>, EmbedError> {
        let started = Instant::now();
        let embedded = match self {
            Self::Local(model) => model.embed(texts).await,
            Self::Remote(model) => model.embed(texts).await,
        };
        let checked = embedded.and_then(|vectors| {
            check(&vectors, texts.len(), Some(dimensions))?;
            Ok(vectors)
        });
        let outcome = if checked.is_ok() { "done" } else { "failed" };
        counter!("portal_embeddings_total", "source" => self.source(), "outcome" => outcome)
            .increment(texts.len() as u64);
        histogram!(telemetry::EMBEDDING_DURATION, "source" => self.source())
            .record(started.elapsed());
        checked
    }
}

/// Whether these are the vectors that were asked for. A wrong one would be stored, and found by nobody.
fn check(vectors: &[Vec<f32>], count: usize, dimensions: Option<usize>) -> Result<(), EmbedError> {
    let unusable = |what: String| Err(EmbedError::Unusable(what));
    if vectors.len() != count {
        return unusable(format!(
            "the model answered {} vectors for {count} texts",
            vectors.len()
        ));
    }
    let wanted = dimensions.or(vectors.first().map(Vec::len)).unwrap_or(0);
    for vector in vectors {
        if vector.len() != wanted || wanted == 0 {
            return unusable(format!(
                "the model answered a vector of {} dimensions where {wanted} are expected",
                vector.len()
            ));
        }
        if !vector.iter().all(|part| part.is_finite()) {
            return unusable("the model answered a vector that holds no number".to_owned());
        }
        if vector.iter().all(|part| *part == 0.0) {
            return unusable("the model answered a vector of nothing but zeros".to_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(vectors: &[Vec<f32>], count: usize, dimensions: Option<usize>) -> String {
        check(vectors, count, dimensions).unwrap_err().to_string()
    }

    #[test]
    fn only_whole_vectors_of_the_right_length_pass() {
        let good = vec![vec![0.6, 0.8], vec![0.0, -1.0]];
        assert_eq!(check(&good, 2, Some(2)), Ok(()));
        assert_eq!(check(&good, 2, None), Ok(()));
        assert!(reason(&good, 3, None).contains("2 vectors for 3 texts"));
        assert!(reason(&good, 2, Some(3)).contains("2 dimensions where 3"));
        assert!(reason(&[vec![1.0], vec![1.0, 0.0]], 2, None).contains("2 dimensions where 1"));
        assert!(reason(&[vec![]], 1, None).contains("0 dimensions"));
        assert!(reason(&[vec![1.0, f32::NAN]], 1, None).contains("no number"));
        assert!(reason(&[vec![1.0, f32::INFINITY]], 1, None).contains("no number"));
        assert!(reason(&[vec![0.0, -0.0]], 1, None).contains("zeros"));
    }
}
