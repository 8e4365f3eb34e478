//! What is hashed, and how. Plain Rust.
//!
//! **Encoding.** A hash is SHA-256 over a list of fields: first the name of what is hashed (`pg_portal audit event 1`),
//! then its fields in the order below. A field is the byte 0 where it is null; otherwise the byte 1, its length as eight
//! bytes (most significant first) and its bytes. Numbers are written in decimal, ids in lower-case text with hyphens,
//! instants as microseconds since 1970 in UTC, months as `2026-11`, `jsonb` as Postgres prints it, and hashes and salts
//! as they are. No field can run into the next, and null is not the empty text.
//!
//! **An event** is hashed in two steps. Its personal part becomes a commitment with a random salt, so that whoever
//! deletes both cannot get it back by trying; everything else, and the commitment, becomes its hash. Erasure takes the
//! personal part and the salt and leaves the commitment, so the hash stays as it was.
//!
//! **A seal** covers a batch of events of one company and month, and names the hash of the seal before.

use std::fmt;

use sha2::{Digest, Sha256};
use uuid::Uuid;

pub type Hash = [u8; 32];
pub type Salt = [u8; 16];

/// The part of an event that may be about a person.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Personal {
    pub actor_user_id: Option<Uuid>,
    pub payload: Option<String>,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
}

impl Personal {
    pub fn commitment(&self, salt: &Salt) -> Hash {
        Fields::of("pg_portal audit personal part 1")
            .bytes(Some(salt))
            .text(self.actor_user_id)
            .text(self.payload.as_deref())
            .text(self.ip_address.as_deref())
            .text(self.user_agent.as_deref())
            .hash()
    }

    pub fn is_blank(&self) -> bool {
        *self == Self::default()
    }
}

/// What stays of an event for as long as its month is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub org_id: Uuid,
    pub seq: i64,
    pub id: Uuid,
    /// Microseconds since 1970.
    pub occurred_at: i64,
    pub event_type: String,
    pub portal_account_id: Option<Uuid>,
    pub actor_type: String,
    pub entity: Option<String>,
    pub entity_id: Option<Uuid>,
    pub commitment: Hash,
}

impl Event {
    pub fn hash(&self) -> Hash {
        Fields::of("pg_portal audit event 1")
            .text(Some(self.org_id))
            .text(Some(self.seq))
            .text(Some(self.id))
            .text(Some(self.occurred_at))
            .text(Some(&self.event_type))
            .text(self.portal_account_id)
            .text(Some(&self.actor_type))
            .text(self.entity.as_deref())
            .text(self.entity_id)
            .bytes(Some(&self.commitment))
            .hash()
    }
}

/// The hashes of a batch's events, in their order, made into one.
pub struct Batch(Sha256);

impl Batch {
    pub fn new() -> Self {
        Self(Sha256::new_with_prefix(b"pg_portal audit batch 1"))
    }

    /// Hashes are all of one length, so nothing needs to stand between them.
    pub fn add(&mut self, hash: &Hash) {
        self.0.update(hash);
    }

    pub fn hash(self) -> Hash {
        self.0.finalize().into()
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Seal {
    pub id: Uuid,
    pub org_id: Uuid,
    /// Such as `2026-11`: a batch never spans two months, so that a month can go as a whole.
    pub month: String,
    pub first_seq: i64,
    pub last_seq: i64,
    pub row_count: i64,
    pub from_at: i64,
    pub to_at: i64,
    pub sealed_at: i64,
    /// Of the seal before.
    pub previous_hash: Option<Hash>,
    pub events_hash: Hash,
}

impl Seal {
    pub fn hash(&self) -> Hash {
        Fields::of("pg_portal audit seal 1")
            .text(Some(self.id))
            .text(Some(self.org_id))
            .text(Some(&self.month))
            .text(Some(self.first_seq))
            .text(Some(self.last_seq))
            .text(Some(self.row_count))
            .text(Some(self.from_at))
            .text(Some(self.to_at))
            .text(Some(self.sealed_at))
            .bytes(self.previous_hash.as_ref().map(Hash::as_slice))
            .bytes(Some(&self.events_hash))
            .hash()
    }
}

/// Where a chain stood: one line to keep outside the database.
#[derive(Debug, Clone, PartialEq)]
pub struct Anchor {
    pub org_id: Uuid,
    pub last_seq: i64,
    pub hash: Hash,
}

const ANCHOR: &str = "pg_portal-audit-1";

impl Anchor {
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<_> = text.trim().split(':').collect();
        let [ANCHOR, org_id, last_seq, hash] = parts.as_slice() else {
            return None;
        };
        Some(Self {
            org_id: org_id.parse().ok()?,
            last_seq: last_seq.parse().ok().filter(|seq| *seq > 0)?,
            hash: from_hex(hash)?,
        })
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            org_id, last_seq, ..
        } = self;
        write!(to, "{ANCHOR}:{org_id}:{last_seq}:{}", hex(&self.hash))
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn from_hex(text: &str) -> Option<Hash> {
    let mut hash = Hash::default();
    if text.len() != 2 * hash.len() || !text.is_ascii() {
        return None;
    }
    for (byte, digits) in hash.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(hash)
}

/// A hash over fields, as the head of this file says.
pub struct Fields(Sha256);

impl Fields {
    pub fn of(what: &str) -> Self {
        Self(Sha256::new()).text(Some(what))
    }

    pub fn text(self, value: Option<impl fmt::Display>) -> Self {
        let value = value.map(|value| value.to_string());
        self.bytes(value.as_deref().map(str::as_bytes))
    }

    pub fn bytes(mut self, value: Option<&[u8]>) -> Self {
        match value {
            None => self.0.update([0]),
            Some(bytes) => {
                self.0.update([1]);
                self.0.update((bytes.len() as u64).to_be_bytes());
                self.0.update(bytes);
            }
        }
        self
    }

    pub fn hash(self) -> Hash {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests;
