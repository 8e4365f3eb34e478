//! The model that set-up brings, in this process.

use std::{path::Path, sync::Arc};

use portal_gateway::embeddings::local::Local;
use tokio::sync::Semaphore;

use super::variable;

fn model() -> Local {
    let folder = variable("PORTAL_TEST_MODEL_DIR");
    Local::load(Path::new(&folder), Arc::new(Semaphore::new(2))).unwrap()
}

/// Of vectors of length 1.
fn similarity(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

#[tokio::test]
async fn what_means_the_same_is_nearer_than_what_does_not() {
    let model = model();
    assert_eq!(
        (model.name(), model.dimensions()),
        ("all-minilm-l6-v2", 384)
    );
    for (text, same, other) in [
        (
            "How do I cancel my appointment?",
            "I want to call off the visit of the technician.",
            "How do I pay my invoice?",
        ),
        (
            "My heating does not work.",
            "The radiators stay cold.",
            "The invoice is due next month.",
        ),
        (
            "It smells of gas.",
            "There is an odor of gas in the kitchen.",
            "The opening hours on Sundays.",
        ),
    ] {
        let vectors = model
            .embed(&[text, same, other].map(str::to_owned))
            .await
            .unwrap();
        let (near, far) = (
            similarity(&vectors[0], &vectors[1]),
            similarity(&vectors[0], &vectors[2]),
        );
        assert!(near > far + 0.05, "{text}: {near} and {far}");
    }
}

#[tokio::test]
async fn the_published_example_has_the_published_similarities() {
    // Of the model's own page and the documentation of sentence-transformers.
    let texts = [
        "The weather is lovely today.",
        "It's so sunny outside!",
        "He drove to the stadium.",
    ];
    let vectors = model().embed(&texts.map(str::to_owned)).await.unwrap();
    for (one, other, published) in [(0, 1, 0.6660), (0, 2, 0.1046), (1, 2, 0.1411)] {
        let found = similarity(&vectors[one], &vectors[other]);
        assert!((found - published).abs() < 5e-4, "{found} for {published}");
    }
}

#[tokio::test]
async fn a_batch_gives_what_each_text_gives_alone() {
    let model = model();
    let texts: Vec<String> = (1..24)
        .map(|count| "The valve beside the boiler drips. ".repeat(count * 2))
        .collect();
    let together = model.embed(&texts).await.unwrap();
    for (text, vector) in texts.iter().zip(&together) {
        let alone = model
            .embed(std::slice::from_ref(text))
            .await
            .unwrap()
            .remove(0);
        let apart = alone.iter().zip(vector).map(|(a, b)| (a - b).abs());
        assert!(apart.fold(0.0, f32::max) < 1e-5);
        assert!((similarity(&alone, &alone) - 1.0).abs() < 1e-5);
    }
    // Both are longer than the 256 tokens that the model reads.
    assert!(similarity(&together[21], &together[22]) > 0.999_999);
}
