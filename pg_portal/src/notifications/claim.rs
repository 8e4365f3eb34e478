//! Gives due rows to a worker, after a second look: two statements for a whole batch, and one more where there are
//! calendar files to send.

use std::collections::HashMap;

use jiff::Timestamp;
use pgrx::datum::JsonB;
use pgrx::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::look::{self, Present, Verdict};
use super::rules::{self, Category, Event};
use crate::appointments::calendars;
use crate::error::{PortalError, between, surface};
use crate::guc;
use crate::ids::to_pg;
use crate::spi::{self, column};
use crate::time;
use crate::types::{Channel, NotificationStatus};

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn claim_notifications(
        channel: Option<Channel>,
        batch: Option<i32>,
        lease_seconds: Option<i32>,
    ) -> TableIterator<
        'static,
        (
            name!(org_id, pgrx::Uuid),
            name!(id, pgrx::Uuid),
            name!(attempt, i32),
            name!(event, String),
            name!(category, String),
            name!(recipient, String),
            name!(dedupe_key, String),
            name!(expires_at, Option<TimestampWithTimeZone>),
            name!(created_at, TimestampWithTimeZone),
            name!(facts, JsonB),
            name!(calendar, Option<String>),
            name!(url, Option<String>),
            name!(secret, Option<String>),
        ),
    > {
        surface(|| {
            let channel = channel.ok_or_else(|| {
                PortalError::invalid("channel", "Name the channel to claim from.")
            })?;
            let batch = between(batch, 1, 1000, "batch")?;
            let lease = between(lease_seconds, 1, 3600, "lease_seconds")?;
            let claimed = claim(channel, batch, lease)
                .into_iter()
                .map(|(row, calendar)| {
                    (
                        to_pg(row.org_id),
                        to_pg(row.id),
                        row.present.attempts + 1,
                        row.event,
                        row.category.label().to_owned(),
                        row.present
                            .address
                            .expect("a row without an address is not sent"),
                        row.dedupe_key,
                        row.present.expires_at.map(time::to_pg),
                        time::to_pg(row.created_at),
                        JsonB(row.facts),
                        calendar,
                        row.url,
                        row.secret,
                    )
                });
            Ok(TableIterator::new(claimed.collect::<Vec<_>>()))
        })
    }
}

/// A row that is due, as `claim.sql` reads it.
#[derive(Debug, Deserialize)]
struct Due {
    org_id: Uuid,
    id: Uuid,
    event: String,
    category: Category,
    status: NotificationStatus,
    dedupe_key: String,
    created_at: Timestamp,
    work_order_id: Option<Uuid>,
    url: Option<String>,
    secret: Option<String>,
    facts: Value,
    #[serde(flatten)]
    present: Present,
}

/// What becomes of a row, as `write.sql` takes it. It is left alone when it is not as it was any more.
#[derive(Debug, Serialize)]
pub struct Change {
    pub org_id: Uuid,
    pub id: Uuid,
    pub was: NotificationStatus,
    pub attempt: i32,
    pub status: NotificationStatus,
    pub attempts: i32,
    pub not_before: Option<Timestamp>,
    pub recipient: Option<String>,
    pub last_error: Option<String>,
}

/// Writes what was decided and answers of how many rows.
///
/// `lease_seconds`: for rows that are being sent from now on.
pub fn write(changes: &[Change], lease_seconds: i32) -> i32 {
    if changes.is_empty() {
        return 0;
    }
    spi::write(
        include_str!("write.sql"),
        &[
            JsonB(serde_json::to_value(changes).expect("changes are plain data")).into(),
            lease_seconds.into(),
        ],
    )
    .unwrap_or_default()
}

fn claim(channel: Channel, batch: i32, lease_seconds: i32) -> Vec<(Due, Option<String>)> {
    let now = time::now();
    let (changes, due): (Vec<_>, Vec<_>) = due(channel, batch)
        .into_iter()
        .map(|row| {
            let event = rules::event(&row.event);
            let verdict = look::look(event, &row.present, now);
            (change(&row, verdict), (verdict, event, row))
        })
        .unzip();
    write(&changes, lease_seconds);
    let to_send = due
        .into_iter()
        .filter(|(verdict, ..)| *verdict == Verdict::Send);
    with_calendars(to_send.map(|(_, event, row)| (event, row)).collect())
}

/// Row level security keeps the planner from the statistics of the status, so it takes most rows for due ones, and the
/// query for one that is worth compiling: that alone would take a thousand times as long as the batch.
fn due(channel: Channel, batch: i32) -> Vec<Due> {
    guc::with(c"jit", c"off", || {
        spi::latest_rows(
            include_str!("claim.sql"),
            &[channel.label().into(), batch.into()],
            |row| {
                let JsonB(document) = column(row, 1)?;
                Ok(Due::deserialize(document).unwrap_or_else(|e| {
                    panic!("claim.sql of pg_portal answered an unexpected shape: {e}")
                }))
            },
        )
    })
}

fn change(row: &Due, verdict: Verdict) -> Change {
    use NotificationStatus as S;
    let (status, not_before, last_error) = match verdict {
        Verdict::Send => (S::Sending, None, None),
        Verdict::Defer(until) => (S::Pending, Some(until), None),
        Verdict::Cancel(why) => (S::Canceled, None, Some(why)),
        Verdict::Expire(why) => (S::Expired, None, Some(why)),
        Verdict::GiveUp(why) => (S::Dead, None, Some(why)),
    };
    let attempt = row.present.attempts;
    Change {
        org_id: row.org_id,
        id: row.id,
        was: row.status,
        attempt,
        status,
        attempts: attempt + i32::from(verdict == Verdict::Send),
        not_before,
        recipient: row.present.address.clone(),
        last_error: last_error.map(str::to_owned),
    }
}

/// E-mails about an appointment bring it along for the calendar.
fn with_calendars(rows: Vec<(Option<&Event>, Due)>) -> Vec<(Due, Option<String>)> {
    let job = |event: Option<&Event>, row: &Due| {
        let carries = event.is_some_and(rules::carries_calendar);
        let by_mail = row.present.channel == Channel::Email;
        let job = row.work_order_id.filter(|_| carries && by_mail)?;
        Some((row.org_id, job))
    };
    let jobs: Vec<_> = rows
        .iter()
        .filter_map(|(event, row)| job(*event, row))
        .collect();
    let files: HashMap<_, _> = match jobs.is_empty() {
        true => HashMap::new(),
        false => calendars(&jobs),
    };
    let with = |(event, row): (Option<&Event>, Due)| {
        let file = job(event, &row).and_then(|job| files.get(&job).cloned());
        (row, file)
    };
    rows.into_iter().map(with).collect()
}
