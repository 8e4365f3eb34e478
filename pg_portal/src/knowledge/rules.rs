//! The rules of the knowledge base: how an article is cut, and how two lists of hits become one. Plain Rust.

mod chunking;
mod fusion;

pub use chunking::{Chunk, chunk, content_hash, embedded_text};
pub use fusion::{Fused, Hit, fuse};

/// How many hits each arm of a search hands to the fusion, unless more are asked for.
pub const CANDIDATES: i32 = 40;

/// How far down the list a rank still counts: the larger, the less the first places weigh (reciprocal rank fusion).
pub const K: f64 = 5.0;

pub const VECTOR_WEIGHT: f64 = 1.0;
pub const TEXT_WEIGHT: f64 = 0.6;

/// Up to how many passages (own and shared) every one is compared, which finds the nearest for certain.
pub const EXACT_UP_TO: i64 = 50_000;

/// How many passages a search can be asked for.
pub const MOST: i32 = 50;

/// Without embeddings, the share of a question's words that one passage must have to pass for an answer.
pub const WEAK_BELOW_SHARE: f64 = 0.5;

/// How much of a question is searched for, in characters.
pub const LONGEST_QUESTION: usize = 2000;

#[cfg(test)]
mod tests {
    use super::EXACT_UP_TO;

    #[test]
    fn health_asks_for_an_index_where_search_would_use_one() {
        let check = include_str!("../admin/health/knowledge/knowledge_index.sql");
        assert!(check.contains(&format!("having count(*) > {EXACT_UP_TO}")));
    }
}
