//! The triggers of `portal_booking_requests`: the rules on every path, and the job that holds the time.

use jiff::civil::{Date, Time};
use pgrx::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::rules::{self, Window, Wish};
use super::store;
use crate::documents::rules::check_attachments;
use crate::error::{PortalError, Result, trigger_surface};
use crate::ids::to_pg;
use crate::trigger::{self, TriggerResult};
use crate::types::BookingStatus;

/// Columns that the rules judge; an update of anything else is none of their business.
const JUDGED: [&str; 7] = [
    "service_type",
    "location_id",
    "attachments",
    "preferred_service_date",
    "preferred_time_window_start",
    "preferred_time_window_end",
    "flexible_date",
];

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_trigger]
    fn guard_booking_request<'a>(trigger: &'a PgTrigger<'a>) -> TriggerResult<'a> {
        trigger_surface(|| {
            let (old, new) = (trigger::old_json(trigger)?, trigger::new_json(trigger)?);
            let mut row = trigger::row(trigger);
            let is_insert = old.is_null();
            if !is_insert
                && JUDGED
                    .iter()
                    .all(|column| old.get(column) == new.get(column))
            {
                return Ok(Some(row));
            }
            let Some(judged) = judge(&new)? else {
                return Ok(Some(row));
            };
            if is_insert {
                let status = match judged.window {
                    Some(_) => BookingStatus::Submitted,
                    None => BookingStatus::UnderReview,
                };
                trigger::set(&mut row, "status", status);
                // The location says whose visit it is; a different customer fails at the foreign key.
                if new["customer_id"].is_null() {
                    trigger::set(&mut row, "customer_id", to_pg(judged.customer_id));
                }
            }
            Ok(Some(row))
        })
    }

    #[pg_trigger]
    fn place_booking_request<'a>(trigger: &'a PgTrigger<'a>) -> TriggerResult<'a> {
        trigger_surface(|| {
            let new = trigger::new_json(trigger)?;
            let mut row = trigger::row(trigger);
            if !new["related_work_order_id"].is_null() {
                return Ok(Some(row));
            }
            if let Some(work_order_id) = hold(&new)? {
                trigger::set(&mut row, "related_work_order_id", to_pg(work_order_id));
            }
            Ok(Some(row))
        })
    }
}

struct Judged {
    customer_id: Uuid,
    window: Option<Window>,
}

/// Nothing is judged where a key is missing: NOT NULL says that better.
fn judge(new: &Value) -> Result<Option<Judged>> {
    let (Some(org_id), Some(location_id)) = (id(new, "org_id"), id(new, "location_id")) else {
        return Ok(None);
    };
    let service = store::service(org_id, new["service_type"].as_str().unwrap_or_default())
        .ok_or_else(|| PortalError::absent("service"))?;
    let location =
        store::location(org_id, location_id).ok_or_else(|| PortalError::absent("location"))?;
    let window = rules::judge(&wish(new)?, location.today, service.horizon_days)?;
    check_attachments(&new["attachments"], org_id, location.customer_id)?;
    Ok(Some(Judged {
        customer_id: location.customer_id,
        window,
    }))
}

fn hold(new: &Value) -> Result<Option<Uuid>> {
    let ids = (
        id(new, "org_id"),
        id(new, "customer_id"),
        id(new, "location_id"),
    );
    let (Some(org_id), Some(customer_id), Some(location_id)) = ids else {
        return Ok(None);
    };
    let Wish {
        date: Some(date),
        start: Some(start),
        end: Some(end),
        ..
    } = wish(new)?
    else {
        return Ok(None);
    };
    let location =
        store::location(org_id, location_id).ok_or_else(|| PortalError::absent("location"))?;
    let zone =
        crate::time::zone(&location.timezone).ok_or_else(|| PortalError::absent("time zone"))?;
    let service_type = new["service_type"].as_str().unwrap_or_default();
    let window = Window { date, start, end };
    Ok(store::hold(
        org_id,
        customer_id,
        location_id,
        service_type,
        &window,
        &zone,
    ))
}

fn wish(row: &Value) -> Result<Wish> {
    Ok(Wish {
        date: column::<Date>(row, "preferred_service_date")?,
        start: column::<Time>(row, "preferred_time_window_start")?,
        end: column::<Time>(row, "preferred_time_window_end")?,
        flexible: row["flexible_date"].as_bool().unwrap_or_default(),
    })
}

/// Postgres knows dates and times (`infinity`, `24:00`) that no visit can have.
fn column<T: DeserializeOwned>(row: &Value, name: &'static str) -> Result<Option<T>> {
    serde_json::from_value(row[name].clone()).map_err(|_| {
        PortalError::invalid(
            name,
            format!("{name} is not a date or time that a visit can have."),
        )
    })
}

fn id(row: &Value, column: &str) -> Option<Uuid> {
    row[column].as_str()?.parse().ok()
}
