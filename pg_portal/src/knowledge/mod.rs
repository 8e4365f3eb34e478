//! The knowledge base: articles cut into passages, their embeddings, and search over both.
//!
//! `chunks.rs` keeps the passages in step with their articles, on every path; `steps.rs` is what the gateway's worker
//! calls to embed them; `search.rs` finds them.

mod arms;
mod chunks;
pub mod models;
pub mod rules;
mod search;
mod steps;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use arms::quoted;
pub use search::{is_answerable, search};

pgrx::extension_sql_file!(
    "surface.sql",
    name = "knowledge_surface",
    requires = [
        portal_internal::chunk_article,
        portal::search_kb,
        portal_internal::kb_models,
        portal_internal::offer_embedding_model,
        portal_internal::claim_embedding_jobs,
        portal_internal::store_embeddings,
        portal_internal::fail_embedding_job,
    ]
);

/// What is searched for.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    pub text: &'a str,
    /// None searches by words alone.
    pub embedding: Option<&'a [f32]>,
    /// The model that made the embedding; none is the active one.
    pub model: Option<&'a str>,
    pub match_count: i32,
    /// Only articles of this category.
    pub category: Option<&'a str>,
}

/// A passage that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    pub article_id: Uuid,
    pub chunk_id: Uuid,
    pub slug: String,
    pub title: String,
    pub heading_path: Vec<String>,
    pub content: String,
    pub score: f64,
    pub vector_rank: Option<i32>,
    pub text_rank: Option<i32>,
    /// Cosine, from -1 to 1.
    pub similarity: Option<f32>,
}
