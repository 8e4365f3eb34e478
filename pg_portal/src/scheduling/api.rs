//! What clients call.

use jiff::ToSpan;
use pgrx::prelude::*;

use super::rules::{self, Offer, Wall};
use super::store::Sight;
use super::{Place, Schedule};
use crate::access::scope;
use crate::error::{PortalError, Result, surface};
use crate::ids::from_pg;
use crate::spi::{self, column};
use crate::time;
use crate::types::Capability;

/// Days that one call may ask for.
const MOST_DAYS: i32 = 62;
/// Days ahead that a call without `to_date` answers.
const USUAL_DAYS: i32 = 14;

#[pg_schema]
mod portal {
    use super::*;

    #[pg_extern(stable)]
    fn available_windows(
        location_id: Option<pgrx::Uuid>,
        service_type: Option<&str>,
        from_date: default!(Option<Date>, "NULL"),
        to_date: default!(Option<Date>, "NULL"),
    ) -> TableIterator<
        'static,
        (
            name!(window_start, TimestampWithTimeZone),
            name!(window_end, TimestampWithTimeZone),
            name!(local_date, Date),
            name!(local_start, Time),
            name!(local_end, Time),
            name!(timezone, String),
            name!(capacity, i32),
        ),
    > {
        surface(|| {
            let rows = spi::rows(
                "select window_start, window_end, local_date, local_start, local_end, timezone, capacity
                 from portal_internal.free_windows($1, $2, $3, $4)",
                &[location_id.into(), service_type.into(), from_date.into(), to_date.into()],
                |row| {
                    Ok((
                        column(row, 1)?,
                        column(row, 2)?,
                        column(row, 3)?,
                        column(row, 4)?,
                        column(row, 5)?,
                        column(row, 6)?,
                        column(row, 7)?,
                    ))
                },
            );
            Ok(TableIterator::new(rows))
        })
    }
}

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(stable, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn free_windows(
        location_id: Option<pgrx::Uuid>,
        service_type: Option<&str>,
        from_date: Option<Date>,
        to_date: Option<Date>,
    ) -> TableIterator<
        'static,
        (
            name!(window_start, TimestampWithTimeZone),
            name!(window_end, TimestampWithTimeZone),
            name!(local_date, Date),
            name!(local_start, Time),
            name!(local_end, Time),
            name!(timezone, String),
            name!(capacity, i32),
        ),
    > {
        surface(|| {
            let schedule = schedule(location_id, service_type.unwrap_or_default())?;
            let days = days(&schedule, from_date, to_date)?;
            let offers = rules::list(&schedule.inputs(days, Sight::Snapshot), days.0, days.1);
            let zone = schedule.location.timezone;
            Ok(TableIterator::new(
                offers.into_iter().map(move |offer| columns(offer, &zone)),
            ))
        })
    }
}

/// The schedule of a location that the caller may see. Anybody else's is absent.
fn schedule<'a>(location_id: Option<pgrx::Uuid>, service_type: &'a str) -> Result<Schedule<'a>> {
    scope::require_user()?;
    let org_id = scope::org_id().ok_or_else(scope::no_place)?;
    let location_id = location_id.map(from_pg).ok_or_else(|| {
        PortalError::invalid("location_id", "Say where: give the id of a location.")
    })?;
    let schedule = Schedule::read(Place {
        org_id,
        location_id,
        service_type,
        except: None,
    })?;
    let customer_id = schedule.location.customer_id;
    if scope::is_office() || scope::reach(Capability::View).covers(customer_id, location_id) {
        Ok(schedule)
    } else {
        Err(PortalError::absent("location"))
    }
}

/// The days that are asked for, as dates at the location.
fn days(
    schedule: &Schedule<'_>,
    from: Option<Date>,
    to: Option<Date>,
) -> Result<(jiff::civil::Date, jiff::civil::Date)> {
    let date = |argument, date: Option<Date>| {
        date.map(|date| {
            time::date_from_pg(date).ok_or_else(|| {
                PortalError::invalid(argument, "That is not a date of any calendar.")
            })
        })
        .transpose()
    };
    let from = date("from_date", from)?.unwrap_or(schedule.location.today);
    let to = date("to_date", to)?.unwrap_or(from.saturating_add(USUAL_DAYS.days()));
    if to < from {
        return Err(PortalError::invalid(
            "to_date",
            "The last date lies before the first.",
        ));
    }
    if to > from.saturating_add((MOST_DAYS - 1).days()) {
        return Err(PortalError::invalid(
            "to_date",
            "One call answers at most 62 days.",
        ));
    }
    Ok((from, to))
}

type Columns = (
    TimestampWithTimeZone,
    TimestampWithTimeZone,
    Date,
    Time,
    Time,
    String,
    i32,
);

fn columns(offer: Offer, zone: &str) -> Columns {
    let window = offer.window;
    (
        time::to_pg(window.span.start),
        time::to_pg(window.span.end),
        time::date_to_pg(window.date),
        wall(window.start),
        wall(window.end),
        zone.to_owned(),
        offer.capacity,
    )
}

fn wall(time: Wall) -> Time {
    time::wall_to_pg(time.seconds())
}
