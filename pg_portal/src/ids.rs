//! Ids: plain `uuid::Uuid` in the rules, `pgrx::Uuid` at the surface, short references for people.

use pgrx::prelude::*;
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

pub fn to_pg(id: Uuid) -> pgrx::Uuid {
    pgrx::Uuid::from_bytes(*id.as_bytes())
}

pub fn to_pg_all(ids: impl IntoIterator<Item = Uuid>) -> Vec<pgrx::Uuid> {
    ids.into_iter().map(to_pg).collect()
}

pub fn from_pg(id: pgrx::Uuid) -> Uuid {
    Uuid::from_bytes(*id.as_bytes())
}

/// Crockford's base 32: no I, L, O or U, so that a reference survives being read out on the phone.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Eight characters (40 bits) from random bytes: not guessable in a row, short enough for a phone call.
pub fn reference(prefix: &str, random: [u8; 5]) -> String {
    let bits = random
        .iter()
        .fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
    let characters = (0..8)
        .rev()
        .map(|i| char::from(ALPHABET[(bits >> (5 * i)) as usize & 31]));
    format!("{prefix}-{}", characters.collect::<String>())
}

/// Bytes from Postgres' cryptographic random source.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0u8; N];
    // SAFETY: the buffer has N bytes.
    let ok = unsafe { pgrx::pg_sys::pg_strong_random(bytes.as_mut_ptr().cast(), N) };
    assert!(ok, "Postgres has no random bytes to give");
    bytes
}

/// A secret to put in a link: 256 random bits in hex.
pub fn token() -> String {
    random::<32>()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What the database keeps of a token. A fast hash is enough for 256 random bits.
pub fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.trim().as_bytes()).to_vec()
}

/// An id for what a token stands for, from which the token cannot be guessed.
pub fn of_token(token: &str) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&token_hash(token)[16..]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(volatile, strict)]
    fn new_reference(prefix: &str) -> String {
        reference(prefix, random())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_short_and_spell_every_bit() {
        assert_eq!(reference("J", [0; 5]), "J-00000000");
        assert_eq!(reference("J", [0xff; 5]), "J-ZZZZZZZZ");
        assert_eq!(reference("B", [0, 0, 0, 0, 1]), "B-00000001");
    }
}
