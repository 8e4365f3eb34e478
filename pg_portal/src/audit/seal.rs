//! Numbers what has been committed, company by company, and puts a seal under each batch.
//!
//! Events are numbered in the order in which they are found, not in that of their time: whoever commits late gets a later
//! number and is never left out. One company's seals are made by one transaction at a time.

use jiff::Timestamp;
use pgrx::datum::TimestampWithTimeZone;
use pgrx::spi::SpiHeapTupleData;
use uuid::{Builder, Uuid};

use super::chain::{Anchor, Batch, Event, Hash, Personal, Salt, Seal};
use super::month::Month;
use crate::ids::{self, from_pg, to_pg};
use crate::spi::{self, column};
use crate::time;
use crate::unlock::{self, Rules};

/// Events under one seal at most: what is held in memory at a time, here and where it is verified.
const BATCH: i64 = 1000;

/// Batches that a run of the due jobs seals at most, so that no run lasts long.
const BATCHES_AT_ONCE: usize = 20;

/// How long events of a quiet company wait, so that it does not get a seal every minute.
const WAIT: &str = "5 minutes";

/// Where a company's chain stands.
pub struct Chain {
    pub org_id: Uuid,
    pub org_slug: String,
    pub sealed: i64,
    pub last_seq: i64,
    pub anchor: String,
}

/// Seals all there is and answers where every chain stands. Waits for whoever is sealing.
pub fn seal_everything() -> Vec<Chain> {
    let sealed: Vec<_> = orgs(
        "select distinct e.org_id from public.portal_audit_events e where e.seq is null order by 1",
        &[],
    )
    .into_iter()
    .map(|org_id| (org_id, seal_org(org_id)))
    .collect();
    let rows = spi::latest_rows(include_str!("seal/chains.sql"), &[], |row| {
        Ok((
            from_pg(column(row, 1)?),
            column(row, 2)?,
            column(row, 3)?,
            hash(row, 4)?,
        ))
    });
    let chain = |(org_id, org_slug, last_seq, hash)| Chain {
        org_id,
        org_slug,
        sealed: sealed
            .iter()
            .find(|(id, _)| *id == org_id)
            .map_or(0, |(_, sealed)| *sealed),
        last_seq,
        anchor: Anchor {
            org_id,
            last_seq,
            hash,
        }
        .to_string(),
    };
    rows.into_iter().map(chain).collect()
}

/// The due job: some of what has waited. A company that somebody else is sealing is left to the next run.
pub fn seal_due() -> usize {
    let mut batches = 0;
    let mut sealed = 0;
    for org_id in orgs(include_str!("seal/due.sql"), &[BATCH.into(), WAIT.into()]) {
        while batches < BATCHES_AT_ONCE && try_alone(org_id) {
            let Some(rows) = seal_batch(org_id) else {
                break;
            };
            sealed += rows as usize;
            batches += 1;
        }
    }
    sealed
}

/// Seals all events of a company, also those that this transaction wrote, and answers how many. From here to the end of
/// the transaction nobody else seals them.
pub fn seal_org(org_id: Uuid) -> i64 {
    alone(org_id);
    std::iter::from_fn(|| seal_batch(org_id)).sum()
}

/// Waits until nobody else seals the company's events; then nobody does until this transaction ends.
pub fn alone(org_id: Uuid) {
    spi::queue_up(&lock_of(org_id));
}

fn try_alone(org_id: Uuid) -> bool {
    let sql = "select to_jsonb(pg_try_advisory_xact_lock(hashtextextended($1, 0)))";
    spi::write(sql, &[lock_of(org_id).into()]).expect("the attempt to lock has an answer")
}

fn lock_of(org_id: Uuid) -> String {
    format!("portal audit seal {org_id}")
}

fn orgs(sql: &'static str, args: &[pgrx::datum::DatumWithOid]) -> Vec<Uuid> {
    spi::latest_rows(sql, args, |row| Ok(from_pg(column(row, 1)?)))
}

/// Seals the oldest events of a company, of one month and [`BATCH`] at most. Nothing when there are none.
fn seal_batch(org_id: Uuid) -> Option<i64> {
    spi::in_own_memory(|| {
        let (last_seq, previous_hash) = tip(org_id);
        let found = unsealed(org_id, last_seq + 1);
        let month = found.first().map(|event| month_of(event.0.occurred_at))?;
        let batch: Vec<_> = found
            .into_iter()
            .take_while(|event| month_of(event.0.occurred_at) == month)
            .collect();
        let events_hash = number(org_id, month, &batch);
        let instants = || batch.iter().map(|(event, _)| event.occurred_at);
        let seal = Seal {
            id: Builder::from_random_bytes(ids::random()).into_uuid(),
            org_id,
            month: month.to_string(),
            first_seq: last_seq + 1,
            last_seq: last_seq + batch.len() as i64,
            row_count: batch.len() as i64,
            from_at: instants().min()?,
            to_at: instants().max()?,
            sealed_at: time::now().as_microsecond(),
            previous_hash,
            events_hash,
        };
        keep(&seal, month);
        Some(seal.row_count)
    })
}

/// The last number and hash of the chain.
fn tip(org_id: Uuid) -> (i64, Option<Hash>) {
    let sql = "select s.last_seq, s.hash from public.portal_audit_seals s where s.org_id = $1 order by s.first_seq desc limit 1";
    let rows = spi::latest_rows(sql, &[to_pg(org_id).into()], |row| {
        Ok((column(row, 1)?, Some(hash(row, 2)?)))
    });
    rows.into_iter().next().unwrap_or((0, None))
}

/// The oldest events without a number, numbered from `next`, each with a new salt and its commitment to the personal part.
fn unsealed(org_id: Uuid, next: i64) -> Vec<(Event, Salt)> {
    let args = [to_pg(org_id).into(), BATCH.into()];
    let mut events = spi::latest_rows(include_str!("seal/unsealed.sql"), &args, |row| {
        let salt: Salt = ids::random();
        let commitment = personal(row, 8)?.commitment(&salt);
        Ok((event(row, org_id, 0, commitment)?, salt))
    });
    for ((event, _), seq) in events.iter_mut().zip(next..) {
        event.seq = seq;
    }
    events
}

/// Columns 1 to 7: id, occurred_at, event_type, portal_account_id, actor_type, entity, entity_id.
pub fn event(
    row: &SpiHeapTupleData,
    org_id: Uuid,
    seq: i64,
    commitment: Hash,
) -> pgrx::spi::Result<Event> {
    Ok(Event {
        org_id,
        seq,
        id: from_pg(column(row, 1)?),
        occurred_at: micros(column(row, 2)?),
        event_type: column(row, 3)?,
        portal_account_id: row.get(4)?.map(from_pg),
        actor_type: column(row, 5)?,
        entity: row.get(6)?,
        entity_id: row.get(7)?.map(from_pg),
        commitment,
    })
}

/// Four columns from `first` on: actor_user_id, event_payload, ip_address, user_agent.
pub fn personal(row: &SpiHeapTupleData, first: usize) -> pgrx::spi::Result<Personal> {
    Ok(Personal {
        actor_user_id: row.get(first)?.map(from_pg),
        payload: row.get(first + 1)?,
        ip_address: row.get(first + 2)?,
        user_agent: row.get(first + 3)?,
    })
}

pub fn micros(instant: TimestampWithTimeZone) -> i64 {
    let instant = time::from_pg(instant).expect("events are at finite times");
    instant.as_microsecond()
}

/// A hash as stored; what is none becomes one that nothing has.
pub fn hash(row: &SpiHeapTupleData, ordinal: usize) -> pgrx::spi::Result<Hash> {
    let bytes: Option<Vec<u8>> = row.get(ordinal)?;
    Ok(bytes
        .and_then(|bytes| bytes.try_into().ok())
        .unwrap_or_default())
}

fn month_of(micros: i64) -> Month {
    Month::of(instant(micros))
}

fn instant(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).expect("the time of an event is in range")
}

/// Writes numbers, salts and hashes to the events and answers the hash over all of them.
fn number(org_id: Uuid, month: Month, batch: &[(Event, Salt)]) -> Hash {
    let hashes: Vec<Hash> = batch.iter().map(|(event, _)| event.hash()).collect();
    let first_seq = batch.first().map_or(0, |(event, _)| event.seq);
    let numbered = unlock::during(Rules::LetSeal, || {
        spi::run(
            include_str!("seal/number.sql"),
            &[
                to_pg(org_id).into(),
                time::to_pg(month.start()).into(),
                time::to_pg(month.next().start()).into(),
                first_seq.into(),
                ids::to_pg_all(batch.iter().map(|(event, _)| event.id)).into(),
                batch
                    .iter()
                    .flat_map(|(_, salt)| *salt)
                    .collect::<Vec<u8>>()
                    .into(),
                batch
                    .iter()
                    .flat_map(|(event, _)| event.commitment)
                    .collect::<Vec<u8>>()
                    .into(),
                hashes.concat().into(),
            ],
        )
    });
    assert_eq!(
        numbered,
        batch.len(),
        "every event of a batch is numbered once"
    );
    let mut all = Batch::new();
    hashes.iter().for_each(|hash| all.add(hash));
    all.hash()
}

fn keep(seal: &Seal, month: Month) {
    spi::run(
        "insert into public.portal_audit_seals
           (id, org_id, month, first_seq, last_seq, row_count, from_at, to_at, sealed_at, previous_hash, events_hash, hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &[
            to_pg(seal.id).into(),
            to_pg(seal.org_id).into(),
            time::date_to_pg(month.first_day()).into(),
            seal.first_seq.into(),
            seal.last_seq.into(),
            seal.row_count.into(),
            time::to_pg(instant(seal.from_at)).into(),
            time::to_pg(instant(seal.to_at)).into(),
            time::to_pg(instant(seal.sealed_at)).into(),
            seal.previous_hash.map(|hash| hash.to_vec()).into(),
            seal.events_hash.to_vec().into(),
            seal.hash().to_vec().into(),
        ],
    );
}
