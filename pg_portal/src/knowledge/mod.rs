//! The knowledge base: articles become passages as they are written, passages get embeddings later, and search fuses
//! what their words and what their meaning say.
//!
//! `chunk.rs` cuts articles, `rules.rs` judges and fuses (both plain Rust). `follow.rs` is the trigger, `search.rs`
//! searches as the caller, `work.rs` is what the gateway's worker calls, `models.rs` which model answers.

mod admin;
mod api;
mod chunk;
mod follow;
mod models;
mod rules;
mod search;
mod work;

pub use models::drop_retired;
pub use search::{Passage, Question, search};

/// Whether the passages that were found are an answer, or only the least unfitting there are.
pub fn is_answerable(passages: &[Passage]) -> bool {
    passages.iter().any(|passage| passage.is_strong)
}

pgrx::extension_sql_file!(
    "surface.sql",
    name = "knowledge_surface",
    requires = [
        portal::search_kb,
        portal_internal::chunk_article,
        portal_internal::kb_models,
        portal_internal::offer_embedding_model,
        portal_internal::claim_embedding_jobs,
        portal_internal::store_embeddings,
        portal_internal::fail_embedding_job,
        portal_internal::begin_embedding_set,
        portal_admin::reembed_kb,
        portal_admin::index_kb,
    ]
);
