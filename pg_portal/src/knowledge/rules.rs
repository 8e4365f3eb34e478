//! How two rankings become one, and when what was found is no answer. Plain Rust.

use std::collections::HashMap;

use uuid::Uuid;

/// Reciprocal rank fusion: a passage gets weight / (K + rank) from each arm that found it. A large K flattens the
/// difference between neighbours in rank.
pub const K: f64 = 20.0;
/// What the arm of meaning counts for, and the arm of words. Chosen by measuring (docs/performance.md, `retrieval`).
pub const VECTOR_WEIGHT: f64 = 1.0;
pub const TEXT_WEIGHT: f64 = 0.35;
/// How many passages each arm brings along at least.
pub const CANDIDATES: i32 = 40;
/// Most results that somebody may ask for.
pub const MOST_RESULTS: i32 = 50;
/// Longest query, in characters.
pub const MOST_CHARACTERS: usize = 2000;
/// So many passages of a company are scanned exactly even where an index exists: it would not be faster, and an index
/// misses some (docs/performance.md, `search`).
pub const EXACT_UP_TO: i64 = 20_000;
/// How far an index looks around at least (hnsw.ef_search).
pub const SEARCH_BREADTH: i32 = 100;
/// Without embeddings: the share of a question's words that a passage must have to count as an answer.
const ENOUGH_WORDS: f32 = 0.6;

/// What the arms found of one passage.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub id: Uuid,
    /// From 1.
    pub vector_rank: Option<i32>,
    pub text_rank: Option<i32>,
    /// Cosine, from -1 to 1.
    pub similarity: Option<f32>,
}

impl Candidate {
    pub fn score(&self) -> f64 {
        let part = |rank: Option<i32>, weight: f64| {
            rank.map_or(0.0, |rank| weight / (K + f64::from(rank)))
        };
        part(self.vector_rank, VECTOR_WEIGHT) + part(self.text_rank, TEXT_WEIGHT)
    }
}

/// The best `count`, best first; equal ones in the order of their ids, so that pages are the same each time.
pub fn fuse(candidates: Vec<Candidate>, count: usize) -> Vec<Candidate> {
    let mut fused = candidates;
    fused.sort_by(|a, b| b.score().total_cmp(&a.score()).then(a.id.cmp(&b.id)));
    fused.truncate(count);
    fused
}

/// Puts rows that came in any order back into that of the candidates.
pub fn in_order<T>(candidates: &[Candidate], rows: Vec<(Uuid, T)>) -> Vec<(Candidate, T)> {
    let mut rows: HashMap<_, _> = rows.into_iter().collect();
    let with_row = |one: &Candidate| Some((one.clone(), rows.remove(&one.id)?));
    candidates.iter().filter_map(with_row).collect()
}

/// Whether a passage answers rather than being the least unfitting one.
///
/// * `weak_below`: the model's own bound for `similarity`, for their scales differ.
/// * `coverage`: the share of the question's words that the passage has; what counts where there are no embeddings.
pub fn is_strong(similarity: Option<f32>, weak_below: f32, coverage: f32) -> bool {
    match similarity {
        Some(similarity) => similarity >= weak_below,
        None => coverage >= ENOUGH_WORDS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(n: u128, vector_rank: Option<i32>, text_rank: Option<i32>) -> Candidate {
        Candidate {
            id: Uuid::from_u128(n),
            vector_rank,
            text_rank,
            similarity: vector_rank.map(|_| 0.5),
        }
    }

    fn ids(candidates: &[Candidate]) -> Vec<u128> {
        candidates.iter().map(|one| one.id.as_u128()).collect()
    }

    #[test]
    fn what_both_arms_found_comes_before_what_one_did_at_the_same_rank() {
        let all = vec![
            found(1, Some(2), None),
            found(2, None, Some(2)),
            found(3, Some(2), Some(2)),
        ];
        assert_eq!(ids(&fuse(all, 3)), [3, 1, 2]);
    }

    #[test]
    fn the_constants_are_those_that_were_measured() {
        let first = found(1, Some(1), Some(1)).score();
        assert!((first - (VECTOR_WEIGHT + TEXT_WEIGHT) / (K + 1.0)).abs() < 1e-12);
        assert_eq!(found(1, None, None).score(), 0.0);
        const { assert!(CANDIDATES <= MOST_RESULTS && VECTOR_WEIGHT > TEXT_WEIGHT) };
    }

    #[test]
    fn a_passage_answers_by_meaning_or_where_there_is_none_by_its_words() {
        assert!(is_strong(Some(0.36), 0.35, 0.0));
        assert!(!is_strong(Some(0.34), 0.35, 1.0));
        assert!(is_strong(None, 0.35, 0.7));
        assert!(!is_strong(None, 0.35, 0.5));
    }

    #[test]
    fn rows_come_back_in_the_order_of_the_candidates() {
        let fused = vec![
            found(2, Some(1), None),
            found(1, Some(2), None),
            found(3, Some(3), None),
        ];
        let rows = vec![(Uuid::from_u128(1), "one"), (Uuid::from_u128(2), "two")];
        let told: Vec<_> = in_order(&fused, rows)
            .into_iter()
            .map(|(_, row)| row)
            .collect();
        assert_eq!(told, ["two", "one"]);
    }

    proptest! {
        #[test]
        fn fusing_keeps_the_best_and_ranks_no_worse_what_an_arm_ranks_better(
            ranks in proptest::collection::vec((proptest::option::of(1..60i32), proptest::option::of(1..60i32)), 0..40),
            count in 0..50usize,
        ) {
            let all: Vec<_> = ranks.iter().zip(1..).map(|((v, t), n)| found(n, *v, *t)).collect();
            let fused = fuse(all.clone(), count);
            prop_assert_eq!(fused.len(), count.min(all.len()));
            prop_assert!(fused.windows(2).all(|pair| pair[0].score() >= pair[1].score()));
            for left_out in all.iter().filter(|one| !fused.contains(one)) {
                prop_assert!(fused.iter().all(|kept| kept.score() >= left_out.score()));
            }
            for one in &all {
                let better = Candidate { text_rank: one.text_rank.map(|rank| (rank - 1).max(1)), ..one.clone() };
                prop_assert!(better.score() >= one.score());
            }
        }
    }
}
