//! Reads a company's chain from its first seal to its last, a seal's events at a time, and hands them to the checker.

use pgrx::datum::Date;
use uuid::Uuid;

use super::chain::{Anchor, Seal};
use super::check::{Checker, Fault, StoredEvent, StoredSeal};
use super::month::Month;
use super::seal::{event, hash, micros, personal};
use crate::ids::{from_pg, to_pg};
use crate::spi::{self, column};
use crate::time;

/// Seals that are read at a time.
const PAGE: i64 = 200;

pub struct Outcome {
    pub events: i64,
    pub fault: Option<Fault>,
    /// Of the chain as it stands.
    pub anchor: Option<Anchor>,
}

pub fn verify(org_id: Uuid, anchor: Option<Anchor>) -> Outcome {
    let mut checker = Checker::new(anchor);
    let mut last: Option<StoredSeal> = None;
    let fault = walk(org_id, &mut checker, &mut last)
        .and_then(|()| surplus(org_id))
        .and_then(|()| checker.finish())
        .err();
    Outcome {
        events: checker.events,
        fault,
        anchor: last.map(|stored| Anchor {
            org_id,
            last_seq: stored.seal.last_seq,
            hash: stored.hash,
        }),
    }
}

fn walk(org_id: Uuid, checker: &mut Checker, last: &mut Option<StoredSeal>) -> Result<(), Fault> {
    loop {
        let after = last.as_ref().map_or(0, |stored| stored.seal.first_seq);
        let page = spi::in_own_memory(|| seals(org_id, after));
        if page.is_empty() {
            return Ok(());
        }
        for stored in page {
            spi::in_own_memory(|| follow(checker, &stored))?;
            *last = Some(stored);
        }
    }
}

fn follow(checker: &mut Checker, stored: &StoredSeal) -> Result<(), Fault> {
    checker.open(stored)?;
    if !stored.is_purged {
        for event in events(stored) {
            checker.event(&event)?;
        }
    }
    checker.close(stored)
}

fn seals(org_id: Uuid, after: i64) -> Vec<StoredSeal> {
    let args = [to_pg(org_id).into(), after.into(), PAGE.into()];
    spi::rows(include_str!("verify/seals.sql"), &args, |row| {
        let month: Date = column(row, 2)?;
        let month = time::date_from_pg(month).map(|day| day.to_string());
        Ok(StoredSeal {
            seal: Seal {
                id: from_pg(column(row, 1)?),
                org_id,
                // As the hash has it, without the day.
                month: month.unwrap_or_default().chars().take(7).collect(),
                first_seq: column(row, 3)?,
                last_seq: column(row, 4)?,
                row_count: column(row, 5)?,
                from_at: micros(column(row, 6)?),
                to_at: micros(column(row, 7)?),
                sealed_at: micros(column(row, 8)?),
                previous_hash: row
                    .get::<Vec<u8>>(9)?
                    .and_then(|bytes| bytes.try_into().ok()),
                events_hash: hash(row, 10)?,
            },
            hash: hash(row, 11)?,
            is_purged: column(row, 12)?,
        })
    })
}

/// Events with a number of the seal, in its month.
fn events(StoredSeal { seal, .. }: &StoredSeal) -> Vec<StoredEvent> {
    // A seal with another month would have failed by its hash.
    let Some(month) = Month::parse(&seal.month) else {
        return vec![];
    };
    let args = [
        to_pg(seal.org_id).into(),
        time::to_pg(month.start()).into(),
        time::to_pg(month.next().start()).into(),
        seal.first_seq.into(),
        seal.last_seq.into(),
    ];
    spi::rows(include_str!("verify/events.sql"), &args, |row| {
        Ok(StoredEvent {
            event: event(row, seal.org_id, column(row, 12)?, hash(row, 13)?)?,
            month: seal.month.clone(),
            personal: personal(row, 8)?,
            salt: row
                .get::<Vec<u8>>(14)?
                .and_then(|bytes| bytes.try_into().ok()),
            erased_by: row.get(15)?.map(from_pg),
            hash: hash(row, 16)?,
        })
    })
}

/// An event with a number that no seal covers. Those under seals have been counted one by one, so they are looked for
/// only when there are more.
fn surplus(org_id: Uuid) -> Result<(), Fault> {
    let found = spi::rows(
        include_str!("verify/surplus.sql"),
        &[to_pg(org_id).into()],
        |row| Ok((column::<i64>(row, 1)?, from_pg(column(row, 2)?))),
    );
    match found.first() {
        None => Ok(()),
        Some((seq, id)) => Err(Fault {
            place: format!("event {seq} (id {id})"),
            reason: "This event has a number, and no seal covers it: it was inserted, or its seal was deleted.".into(),
        }),
    }
}
