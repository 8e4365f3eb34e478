//! Texts as vectors: a tiny model made here, and servers that answer what they should not.

mod handle;
mod local;
mod remote;
mod tiny;

/// How far two vectors are apart at most, in any of their parts.
fn distance(one: &[f32], other: &[f32]) -> f32 {
    assert_eq!(one.len(), other.len());
    let pairs = one.iter().zip(other);
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
