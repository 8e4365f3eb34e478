//! Walks along a company's chain and finds the first place where it is not what was sealed. Plain Rust.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::chain::{self, Anchor, Batch, Event, Hash, Personal, Salt, Seal};

/// The event that says which others an erasure has blanked.
pub const ERASED: &str = "customer_erased";
/// The event that says up to which month events were dropped.
pub const PURGED: &str = "audit_purged";

/// The event that says that a customer's data was handed out.
pub const EXPORTED: &str = "customer_exported";
/// Events that no erasure touches: they hold nothing personal of the customer, and say what became of it.
pub const RECORDS: [&str; 3] = [ERASED, PURGED, EXPORTED];

/// What an erasure did to one month's events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Blanked {
    pub count: i64,
    /// Over the hashes of the blanked events, in their order.
    pub digest: String,
}

/// What the payload of [`ERASED`] holds beside other things, by month.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Erasure {
    pub events: BTreeMap<String, Blanked>,
}

/// What the payload of [`PURGED`] holds beside other things: all months before this one are gone.
#[derive(Debug, Serialize, Deserialize)]
pub struct Purge {
    pub before: String,
}

/// A seal as the table has it.
#[derive(Debug, Clone)]
pub struct StoredSeal {
    pub seal: Seal,
    pub hash: Hash,
    pub is_purged: bool,
}

/// A numbered event as the table has it.
#[derive(Debug, Clone)]
pub struct StoredEvent {
    pub event: Event,
    pub month: String,
    pub personal: Personal,
    pub salt: Option<Salt>,
    pub erased_by: Option<Uuid>,
    pub hash: Hash,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// `event 17 (id …)` or `seal of events 1 to 9 (id …)`.
    pub place: String,
    /// A sentence that says what is wrong there.
    pub reason: String,
}

type Checked = Result<(), Fault>;

#[derive(Default)]
pub struct Checker {
    pub events: i64,
    anchor: Option<Anchor>,
    anchor_met: bool,
    previous: Option<Hash>,
    last_seq: i64,
    batch: Option<Batch>,
    /// Events without their personal part, by the erasure that they name and by month.
    blanked: BTreeMap<Uuid, BTreeMap<String, Tally>>,
    /// Months of which seals say that the events are gone, with the place of the first of these seals.
    purged: BTreeMap<String, String>,
    /// The latest month that an event says so of.
    purged_before: Option<String>,
}

struct Tally {
    count: i64,
    digest: Batch,
    first_seq: i64,
    first: String,
}

impl Checker {
    pub fn new(anchor: Option<Anchor>) -> Self {
        Self {
            anchor,
            ..Self::default()
        }
    }

    /// A seal, in the order of its events, before any of these.
    pub fn open(&mut self, stored: &StoredSeal) -> Checked {
        let (seal, place) = (&stored.seal, seal_place(stored));
        if seal.hash() != stored.hash {
            return fault(
                place,
                "This seal was changed: its hash is not that of what it says.",
            );
        }
        if seal.previous_hash != self.previous || seal.first_seq != self.last_seq + 1 {
            let next = self.last_seq + 1;
            return fault(
                place,
                match seal.first_seq.cmp(&next) {
                    std::cmp::Ordering::Greater => format!("The seal before this one is missing: it should begin with event {next}."),
                    _ => "This seal does not belong here: it does not name the hash of the seal before it.".to_owned(),
                },
            );
        }
        if stored.is_purged {
            self.purged.entry(seal.month.clone()).or_insert(place);
            return self.pass(stored);
        }
        self.batch = Some(Batch::new());
        Ok(())
    }

    /// An event under the open seal, in the order of numbers.
    pub fn event(&mut self, stored: &StoredEvent) -> Checked {
        let (event, place) = (&stored.event, event_place(&stored.event));
        let expected = self.last_seq + 1;
        if event.seq > expected {
            return fault(
                format!("event {expected}"),
                format!(
                    "Event {expected} was deleted: the next one there is event {}.",
                    event.seq
                ),
            );
        }
        if event.seq < expected {
            return fault(
                place,
                "This event was inserted: another one has its number.",
            );
        }
        match &stored.salt {
            Some(salt) if stored.personal.commitment(salt) != event.commitment => {
                return fault(
                    place,
                    "This event was changed: who did it, the payload, the address or the program is not what was sealed.",
                );
            }
            None if !stored.personal.is_blank() || stored.erased_by.is_none() => {
                return fault(
                    place,
                    "This event was changed: its salt is gone, and no erasure is named as the reason.",
                );
            }
            _ => (),
        }
        if event.hash() != stored.hash {
            return fault(
                place,
                "This event was changed, or has changed places with another: its hash is not that of what it says.",
            );
        }
        self.remember(stored, place)?;
        if let Some(batch) = &mut self.batch {
            batch.add(&stored.hash);
        }
        self.last_seq = event.seq;
        self.events += 1;
        Ok(())
    }

    /// The end of the open seal.
    pub fn close(&mut self, stored: &StoredSeal) -> Checked {
        let (seal, next) = (&stored.seal, self.last_seq + 1);
        let Some(batch) = self.batch.take() else {
            return Ok(());
        };
        if next <= seal.last_seq {
            return fault(
                format!("event {next}"),
                format!(
                    "Event {next} was deleted: its seal goes on to event {}.",
                    seal.last_seq
                ),
            );
        }
        if next - seal.first_seq != seal.row_count || batch.hash() != seal.events_hash {
            return fault(
                seal_place(stored),
                "An event under this seal was changed together with its own hash.",
            );
        }
        self.pass(stored)
    }

    /// What can only be judged once everything has been seen.
    pub fn finish(&self) -> Checked {
        let unrecorded = self.blanked.values().flat_map(BTreeMap::values);
        if let Some(tally) = unrecorded.min_by_key(|tally| tally.first_seq) {
            return fault(
                tally.first.clone(),
                "This event lost its personal part, and no sealed erasure says so.",
            );
        }
        let recorded = |month: &&String| {
            self.purged_before
                .as_ref()
                .is_some_and(|before| *month < before)
        };
        if let Some((month, place)) = self.purged.iter().find(|(month, _)| !recorded(month)) {
            return fault(
                place.clone(),
                format!("The events of {month} are gone, and no sealed purge says so."),
            );
        }
        let Some(anchor) = self.anchor.as_ref().filter(|_| !self.anchor_met) else {
            return Ok(());
        };
        let place = format!("event {}", anchor.last_seq);
        if anchor.last_seq > self.last_seq {
            return fault(
                place,
                format!(
                    "The anchor names event {}, and the chain ends with event {}: its end was cut off.",
                    anchor.last_seq, self.last_seq
                ),
            );
        }
        fault(
            place,
            "No seal ends with the event that the anchor names: the chain was built anew.",
        )
    }

    fn pass(&mut self, stored: &StoredSeal) -> Checked {
        self.last_seq = stored.seal.last_seq;
        self.previous = Some(stored.hash);
        let here = self
            .anchor
            .as_ref()
            .filter(|anchor| anchor.last_seq == self.last_seq);
        if here.is_some_and(|anchor| anchor.hash != stored.hash) {
            return fault(
                seal_place(stored),
                "The anchor has another hash for this seal: the chain was built anew.",
            );
        }
        self.anchor_met |= here.is_some();
        Ok(())
    }

    fn remember(&mut self, stored: &StoredEvent, place: String) -> Checked {
        let event = &stored.event;
        if let (None, Some(erasure)) = (&stored.salt, stored.erased_by) {
            let months = self.blanked.entry(erasure).or_default();
            let tally = months.entry(stored.month.clone()).or_insert_with(|| Tally {
                count: 0,
                digest: Batch::new(),
                first_seq: event.seq,
                first: place,
            });
            tally.count += 1;
            tally.digest.add(&stored.hash);
            return Ok(());
        }
        let payload = stored.personal.payload.as_deref().unwrap_or_default();
        match event.event_type.as_str() {
            ERASED => {
                let erasure: Erasure = serde_json::from_str(payload).unwrap_or_default();
                self.settle(event.id, &erasure, place)
            }
            PURGED => {
                let purge: Option<Purge> = serde_json::from_str(payload).ok();
                self.purged_before = self
                    .purged_before
                    .take()
                    .max(purge.map(|purge| purge.before));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Compares what an erasure says with the events that name it; both but for months that are gone.
    fn settle(&mut self, id: Uuid, erasure: &Erasure, place: String) -> Checked {
        let mut found = self.blanked.remove(&id).unwrap_or_default();
        let months: BTreeSet<_> = erasure
            .events
            .keys()
            .cloned()
            .chain(found.keys().cloned())
            .collect();
        for month in months
            .into_iter()
            .filter(|month| !self.purged.contains_key(month))
        {
            let (said, tally) = (erasure.events.get(&month), found.remove(&month));
            let first = tally
                .as_ref()
                .map_or(place.clone(), |tally| tally.first.clone());
            let seen = tally.map(|tally| Blanked {
                count: tally.count,
                digest: chain::hex(&tally.digest.hash()),
            });
            if said != seen.as_ref() {
                return fault(
                    first,
                    format!(
                        "The events without personal part that name this erasure are not those of {month} that it blanked."
                    ),
                );
            }
        }
        Ok(())
    }
}

pub fn event_place(event: &Event) -> String {
    format!("event {} (id {})", event.seq, event.id)
}

fn seal_place(StoredSeal { seal, .. }: &StoredSeal) -> String {
    format!(
        "seal of events {} to {} (id {})",
        seal.first_seq, seal.last_seq, seal.id
    )
}

fn fault(place: impl Into<String>, reason: impl Into<String>) -> Checked {
    Err(Fault {
        place: place.into(),
        reason: reason.into(),
    })
}

#[cfg(test)]
mod tests;
