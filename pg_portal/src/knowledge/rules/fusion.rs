//! Reciprocal rank fusion: what is high on either list is high on the common one, whatever the scores mean.

use std::cmp::Ordering;
use std::collections::HashMap;

use uuid::Uuid;

use super::{K, TEXT_WEIGHT, VECTOR_WEIGHT};

/// A passage on the list of one arm, best first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    pub chunk_id: Uuid,
    /// To the question, by its embedding; nothing on the list of words, and for a passage that is not embedded yet.
    pub similarity: Option<f32>,
}

/// A passage on the common list.
#[derive(Debug, Clone, PartialEq)]
pub struct Fused {
    pub chunk_id: Uuid,
    pub score: f64,
    pub vector_rank: Option<i32>,
    pub text_rank: Option<i32>,
    pub similarity: Option<f32>,
}

/// The best `count` of two lists. Passages without an embedding come last, where the lists would not fill up otherwise.
pub fn fuse(vector: &[Hit], text: &[Hit], count: usize) -> Vec<Fused> {
    let mut fused: HashMap<Uuid, Fused> = HashMap::new();
    let mut of = |chunk_id, rank, take: fn(&mut Fused, i32, Option<f32>), similarity| {
        let entry = fused.entry(chunk_id).or_insert(Fused {
            chunk_id,
            score: 0.0,
            vector_rank: None,
            text_rank: None,
            similarity: None,
        });
        take(entry, rank, similarity);
    };
    for (rank, hit) in (1..).zip(vector) {
        of(
            hit.chunk_id,
            rank,
            |entry, rank, similarity| {
                entry.similarity = similarity;
                entry.vector_rank = similarity.map(|_| rank);
            },
            hit.similarity,
        );
    }
    for (rank, hit) in (1..).zip(text) {
        of(
            hit.chunk_id,
            rank,
            |entry, rank, _| entry.text_rank = Some(rank),
            None,
        );
    }
    let mut fused: Vec<_> = fused.into_values().map(scored).collect();
    fused.sort_by(better_first);
    fused.truncate(count);
    fused
}

fn scored(entry: Fused) -> Fused {
    let share =
        |rank: Option<i32>, weight: f64| rank.map_or(0.0, |rank| weight / (K + f64::from(rank)));
    let score = share(entry.vector_rank, VECTOR_WEIGHT) + share(entry.text_rank, TEXT_WEIGHT);
    Fused { score, ..entry }
}

fn better_first(a: &Fused, b: &Fused) -> Ordering {
    let similarity = |entry: &Fused| entry.similarity.unwrap_or(f32::MIN);
    b.score
        .total_cmp(&a.score)
        .then_with(|| similarity(b).total_cmp(&similarity(a)))
        .then_with(|| a.chunk_id.cmp(&b.chunk_id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::hash_set;
    use proptest::prelude::*;

    fn hit(number: u128) -> Hit {
        Hit {
            chunk_id: Uuid::from_u128(number),
            similarity: Some(1.0 / number as f32),
        }
    }

    fn words(number: u128) -> Hit {
        Hit {
            similarity: None,
            ..hit(number)
        }
    }

    fn order(fused: &[Fused]) -> Vec<u128> {
        fused.iter().map(|entry| entry.chunk_id.as_u128()).collect()
    }

    #[test]
    fn what_both_arms_find_comes_first() {
        let fused = fuse(&[hit(1), hit(2)], &[words(3), words(2)], 10);
        assert_eq!(order(&fused)[0], 2);
        assert_eq!(
            (fused[0].vector_rank, fused[0].text_rank),
            (Some(2), Some(2))
        );
        let expected = VECTOR_WEIGHT / (K + 2.0) + TEXT_WEIGHT / (K + 2.0);
        assert!((fused[0].score - expected).abs() < 1e-12);
    }

    #[test]
    fn one_arm_alone_keeps_its_order() {
        assert_eq!(order(&fuse(&[hit(3), hit(1), hit(2)], &[], 10)), [3, 1, 2]);
        assert_eq!(
            order(&fuse(&[], &[words(3), words(1), words(2)], 2)),
            [3, 1]
        );
        assert!(fuse(&[], &[], 10).is_empty());
    }

    #[test]
    fn what_has_no_embedding_yet_fills_up_behind_the_rest() {
        let fused = fuse(&[hit(5), words(1), words(6)], &[words(6)], 10);
        assert_eq!(order(&fused), [5, 6, 1]);
        assert_eq!(
            (fused[2].score, fused[2].vector_rank, fused[2].similarity),
            (0.0, None, None)
        );
    }

    proptest! {
        #[test]
        fn the_common_list_is_complete_and_in_order(
            vector in hash_set(1u128..60, 0..40), text in hash_set(1u128..60, 0..40), count in 0usize..80,
        ) {
            let hits: Vec<_> = vector.iter().copied().map(hit).collect();
            let found: Vec<_> = text.iter().copied().map(words).collect();
            let fused = fuse(&hits, &found, count);
            prop_assert_eq!(fused.len(), count.min(vector.union(&text).count()));
            prop_assert!(fused.windows(2).all(|pair| pair[0].score >= pair[1].score));
            for entry in &fused {
                let number = entry.chunk_id.as_u128();
                prop_assert_eq!(entry.vector_rank.is_some(), vector.contains(&number));
                prop_assert_eq!(entry.text_rank.is_some(), text.contains(&number));
            }
            prop_assert_eq!(fuse(&hits, &found, count), fused);
        }

        #[test]
        fn a_better_place_on_one_list_is_never_worse(places in hash_set(2u128..60, 2..40)) {
            let hits: Vec<_> = places.iter().copied().map(hit).collect();
            let score = |place: usize| {
                let before = (100..100 + place as u128).map(words);
                let text: Vec<_> = before.chain([words(1)]).collect();
                fuse(&hits, &text, 200).iter().find(|e| e.chunk_id.as_u128() == 1).unwrap().score
            };
            prop_assert!(score(0) > score(1) && score(1) > score(20));
        }
    }
}
