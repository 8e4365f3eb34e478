//! The trigger of `work_orders` that works out which time the job takes from its technician.

use jiff::{SignedDuration, Timestamp};
use pgrx::datum::{Range, RangeBound};
use pgrx::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use crate::access::scope;
use crate::error::{PortalError, Result, Status, trigger_surface};
use crate::spi;
use crate::time;
use crate::trigger::{self, TriggerResult};

/// Minutes around a visit that its technician is kept free.
#[derive(Debug, Default, Deserialize)]
struct Buffers {
    before: i64,
    after: i64,
}

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_trigger]
    fn guard_work_order<'a>(trigger: &'a PgTrigger<'a>) -> TriggerResult<'a> {
        trigger_surface(|| {
            let (old, new) = (trigger::old_json(trigger)?, trigger::new_json(trigger)?);
            let mut row = trigger::row(trigger);
            let same = |column: &str| old.get(column) == new.get(column);
            if scope::staff_role().as_deref() == Some("technician") {
                check_technician(&old, &new)?;
            }
            if ["window_start", "window_end", "service_type", "blocked"]
                .into_iter()
                .all(same)
            {
                return Ok(Some(row));
            }
            if let Some((start, end)) = blocked(&new)? {
                trigger::set(
                    &mut row,
                    "blocked",
                    Range::new(time::to_pg(start), RangeBound::Exclusive(time::to_pg(end))),
                );
            }
            Ok(Some(row))
        })
    }
}

/// Technicians report on their job; planning it is the office's. Grants cannot tell the two apart, because both are
/// the database role `authenticated`.
const REPORTED: [&str; 4] = ["status", "eta", "job_summary", "updated_at"];

fn check_technician(old: &Value, new: &Value) -> Result<()> {
    let Some(columns) = old.as_object() else {
        return Ok(());
    };
    let planned = columns.iter().find(|(column, was)| {
        !REPORTED.contains(&column.as_str()) && new.get(column.as_str()) != Some(was)
    });
    match planned {
        None => Ok(()),
        Some((column, _)) => Err(PortalError::new(
            Status::NotAllowed,
            "not_for_technicians",
            format!("A technician cannot change {column} of a job."),
            "Ask the dispatcher.",
        )
        .fact("column", column.as_str())),
    }
}

/// The window with the service's buffers around it; nothing where NOT NULL or a CHECK will refuse the row anyway.
fn blocked(row: &Value) -> Result<Option<(Timestamp, Timestamp)>> {
    let instant = |column: &'static str| -> Result<Option<Timestamp>> {
        serde_json::from_value(row[column].clone()).map_err(|_| {
            PortalError::invalid(column, "A visit must start and end at real points in time.")
        })
    };
    let (Some(start), Some(end)) = (instant("window_start")?, instant("window_end")?) else {
        return Ok(None);
    };
    if end <= start {
        return Ok(None);
    }
    let buffers = buffers(row["org_id"].as_str(), row["service_type"].as_str());
    let widened = (
        start.checked_sub(SignedDuration::from_mins(buffers.before)),
        end.checked_add(SignedDuration::from_mins(buffers.after)),
    );
    match widened {
        (Ok(from), Ok(until)) => Ok(Some((from, until))),
        _ => Err(PortalError::invalid(
            "window_start",
            "That time is out of range.",
        )),
    }
}

fn buffers(org_id: Option<&str>, service_type: Option<&str>) -> Buffers {
    spi::read(
        "select jsonb_build_object('before', s.buffer_before_minutes, 'after', s.buffer_after_minutes)
         from public.service_types s
         where s.org_id = $1::uuid and s.code = $2",
        &[org_id.into(), service_type.into()],
    )
    .unwrap_or_default()
}
