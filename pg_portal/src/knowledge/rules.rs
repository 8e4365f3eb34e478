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

/// How far below its model's threshold a similarity still leaves open whether a question is answered.
pub const OPEN_BELOW: f32 = 0.06;

/// Whether the best similarity says that a question is answered; nothing where it leaves that open.
pub fn is_near(best: f32, weak_below: f32) -> Option<bool> {
    let is_open = (weak_below - OPEN_BELOW..weak_below).contains(&best);
    (!is_open).then_some(best >= weak_below)
}

/// How much of a question is searched for, in characters.
pub const LONGEST_QUESTION: usize = 2000;

#[cfg(test)]
mod tests {
    use super::{EXACT_UP_TO, is_near};

    #[test]
    fn a_similarity_just_below_the_threshold_leaves_the_answer_to_the_words() {
        assert_eq!(is_near(0.36, 0.36), Some(true));
        assert_eq!(is_near(0.35, 0.36), None);
        assert_eq!(is_near(0.31, 0.36), None);
        assert_eq!(is_near(0.29, 0.36), Some(false));
        assert_eq!(is_near(-0.2, 0.36), Some(false));
    }

    #[test]
    fn health_asks_for_an_index_where_search_would_use_one() {
        let check = include_str!("../admin/health/knowledge/knowledge_index.sql");
        assert!(check.contains(&format!("having count(*) > {EXACT_UP_TO}")));
    }
}
