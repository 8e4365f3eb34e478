//! Free time: which windows can be booked, and the one engine that lists them, verifies one and takes it.
//!
//! Everybody who takes time holds the lock of those days first ([`lock_days`]): the booking engine before it reads, the
//! trigger of `work_orders` for every other path. So what was read is still true when the job is written; the
//! exclusion constraint of the table stands behind it.

mod api;
mod duty;
pub mod refusals;
pub mod rules;
pub mod store;
mod windows;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use pgrx::{direct_function_call, prelude::*};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::{PortalError, Result};
use rules::{Refusal, Service, Span, Window};
use store::{Calendar, Location, Sight};
pub use store::{Leaving, Place};

pgrx::extension_sql_file!(
    "surface.sql",
    name = "scheduling_surface",
    requires = [portal::available_windows, portal_internal::free_windows,]
);

/// How many other windows a refusal names.
const ALTERNATIVES: usize = 3;

/// A service at a place, known to exist.
pub struct Schedule<'a> {
    pub place: Place<'a>,
    pub service: Service,
    pub location: Location,
    pub calendar: Calendar,
}

/// Time that is free, and locked until the end of the transaction.
pub struct Free {
    pub window: Window,
    pub technician_id: Uuid,
}

impl<'a> Schedule<'a> {
    /// Reads what windows there could be. Errors: PT404 for a service or location that is absent or not in use.
    pub fn read(place: Place<'a>) -> Result<Self> {
        let mut calendar = store::calendar(place.org_id, place.location_id, place.service_type)
            .ok_or_else(|| PortalError::absent("company"))?;
        let service = calendar.service.take();
        let location = calendar.location.take();
        Ok(Self {
            place,
            service: service.ok_or_else(|| PortalError::absent("service"))?,
            location: location.ok_or_else(|| PortalError::absent("location"))?,
            calendar,
        })
    }

    /// The window that begins at an instant, whether or not anybody has time.
    pub fn window_at(&self, start: Timestamp) -> Option<Window> {
        rules::window_at(&self.calendar.windows, &self.location.zone(), start)
    }

    /// Verifies the window that begins at `start` and takes its time: nobody else can until this transaction ends.
    ///
    /// * `prefer`: a technician who keeps the job when free.
    ///
    /// Errors: PT422 and PT409 as `available_windows` would not list it, with up to three alternatives.
    pub fn take(&self, start: Timestamp, prefer: Option<Uuid>) -> Result<Free> {
        let Some(window) = self.window_at(start) else {
            return Err(self.refuse(&Refusal::NotOffered, start));
        };
        self.stand_still(window.span);
        let inputs = self.inputs((window.date, window.date), Sight::Latest);
        let free = rules::verify(&inputs, start).map_err(|why| self.refuse(&why, start))?;
        let ids = || free.technicians.iter().map(|&n| inputs.technicians[n].id);
        let kept = ids().find(|id| Some(*id) == prefer);
        let technician_id = kept
            .or_else(|| ids().next())
            .expect("a free window has a technician");
        Ok(Free {
            window: free.window,
            technician_id,
        })
    }

    /// The technicians who have time for a window, best first, whether or not it can be booked: nobody else takes them
    /// until this transaction ends.
    pub fn free_at(&self, window: Span) -> Vec<Uuid> {
        self.stand_still(window);
        let date = |instant: Timestamp| instant.to_zoned(self.location.zone()).date();
        let inputs = self.inputs((date(window.start), date(window.end)), Sight::Latest);
        let free = rules::who_is_free(&inputs, window).into_iter();
        free.map(|n| inputs.technicians[n].id).collect()
    }

    /// Whether a technician has another job then; shifts and time off do not count. Nobody else takes their time until
    /// this transaction ends.
    pub fn is_busy(&self, technician_id: Uuid, window: Span) -> bool {
        self.stand_still(window);
        let blocked = self.service.blocked(window);
        blocked.is_none_or(|blocked| store::is_busy(&self.place, technician_id, blocked))
    }

    /// Nobody else takes time of these days from here on; holds that are over are gone.
    fn stand_still(&self, window: Span) {
        if let Some(blocked) = self.service.blocked(window) {
            let (org_id, zone) = (self.place.org_id, self.calendar.company_zone());
            line_up(org_id, &zone, blocked);
            lock_days(org_id, &zone, blocked);
            store::lapse_holds(Some((org_id, blocked)));
        }
    }

    /// The refusal as clients see it, with what could be had instead.
    pub fn refuse(&self, why: &Refusal, wanted: Timestamp) -> PortalError {
        refusals::sentence(why)
            .fact("window_start", wanted.to_string())
            .fact("alternatives", self.alternatives(wanted))
    }

    /// Up to three windows that can be booked, nearest to the wanted time first.
    pub fn alternatives(&self, wanted: Timestamp) -> Vec<Value> {
        let (first, last) = (
            self.location.today,
            self.location
                .today
                .saturating_add(self.service.horizon_days.days()),
        );
        let near = wanted
            .to_zoned(self.location.zone())
            .date()
            .clamp(first, last);
        let from = near.saturating_sub(3.days()).max(first);
        let to = near.saturating_add(10.days()).min(last);
        // After waiting for others, the statement's snapshot would still show what they have taken as free.
        let inputs = self.inputs((from, to), Sight::Latest);
        // Where the job to be moved is already, it cannot be moved to.
        let present = self.place.except.map(|leaving| leaving.window_start);
        rules::nearest(&inputs, wanted, ALTERNATIVES + 1, from, to)
            .iter()
            .filter(|window| Some(window.span.start) != present)
            .take(ALTERNATIVES)
            .map(|window| json!({ "window_start": window.span.start, "window_end": window.span.end }))
            .collect()
    }

    fn inputs(&self, days: (jiff::civil::Date, jiff::civil::Date), sight: Sight) -> rules::Inputs {
        let zone = self.location.zone();
        store::inputs(
            &self.place,
            self.service.clone(),
            zone,
            &self.calendar,
            days,
            sight,
        )
    }
}

/// Waits for everybody else who is taking time on the company's days that `blocked` touches, and keeps them out until
/// this transaction ends. In the order of the days, so that two never wait for each other.
pub fn lock_days(org_id: Uuid, company_zone: &TimeZone, blocked: Span) {
    lock_each("day", org_id, company_zone, blocked);
}

/// Lets one booking at a time wait for those days. Staff whose transactions lock days in crossing orders end in a
/// deadlock, and Postgres then also ends everybody who stands in line between them: so that is one, who tries again
/// ([`crate::spi::attempt`]), and not all.
fn line_up(org_id: Uuid, company_zone: &TimeZone, blocked: Span) {
    lock_each("line", org_id, company_zone, blocked);
}

fn lock_each(what: &str, org_id: Uuid, company_zone: &TimeZone, blocked: Span) {
    for day in rules::days_of(blocked, company_zone) {
        let mut hash = Sha256::new();
        hash.update(what);
        hash.update(org_id.as_bytes());
        hash.update(day.to_string());
        let key = i64::from_be_bytes(hash.finalize()[..8].try_into().expect("eight bytes"));
        // SAFETY: the function takes one bigint.
        unsafe {
            direct_function_call::<()>(pg_sys::pg_advisory_xact_lock_int8, &[key.into_datum()]);
        }
    }
}
