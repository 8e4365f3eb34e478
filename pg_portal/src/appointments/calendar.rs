//! Appointments as calendar files (RFC 5545, RFC 5546). Plain Rust, but for the SQL type of the answer.

use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};
use jiff::Timestamp;
use pgrx::callconv::{BoxRet, FcInfo};
use pgrx::datum::Datum;
use pgrx::pgrx_sql_entity_graph::metadata::{
    ArgumentError, ReturnsError, ReturnsRef, SqlMappingRef, SqlTranslatable, TypeOrigin,
};
use serde::Deserialize;
use uuid::Uuid;

use crate::types::WorkOrderStatus;

/// What a calendar file says of a job.
#[derive(Debug, Clone, Deserialize)]
pub struct Entry {
    pub id: Uuid,
    pub org_id: Uuid,
    pub reference: String,
    /// Rises with every revision, so that a calendar knows which of two files is newer.
    pub sequence: i32,
    pub status: WorkOrderStatus,
    pub window_start: Timestamp,
    pub window_end: Timestamp,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub service_name: String,
    pub job_summary: Option<String>,
    pub technician_name: Option<String>,
    pub address: String,
    pub company_name: String,
    pub company_phone: Option<String>,
    pub company_email: Option<String>,
}

/// The appointment as an iCalendar document: a calendar that has it already replaces it, or takes it out when it was
/// canceled.
pub fn document(entry: &Entry) -> String {
    let is_canceled = entry.status == WorkOrderStatus::Canceled;
    let mut calendar = Calendar::empty();
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//pg_portal//appointments//EN"))
        .append_property(("CALSCALE", "GREGORIAN"))
        .append_property(("METHOD", if is_canceled { "CANCEL" } else { "PUBLISH" }))
        .push(event(entry));
    let lines = calendar.to_string();
    lines
        .split("\r\n")
        .map(folded)
        .collect::<Vec<_>>()
        .join("\r\n")
}

/// The library lets the last piece of a folded line be an octet longer than the 75 of RFC 5545.
fn folded(line: &str) -> String {
    if line.len() <= 75 {
        return line.to_owned();
    }
    let (head, tail) = line.split_at(line.floor_char_boundary(75));
    format!("{head}\r\n {tail}")
}

fn event(entry: &Entry) -> Event {
    let mut event = Event::with_uid(&format!("{}@{}", entry.id, entry.org_id));
    event
        .append_property(Property::new("DTSTAMP", utc(entry.updated_at)))
        .append_property(Property::new("LAST-MODIFIED", utc(entry.updated_at)))
        .append_property(Property::new("CREATED", utc(entry.created_at)))
        .append_property(Property::new("DTSTART", utc(entry.window_start)))
        .append_property(Property::new("DTEND", utc(entry.window_end)))
        .append_property(Property::new("SEQUENCE", entry.sequence.to_string()))
        .summary(&plain(&format!(
            "{}: {}",
            entry.company_name, entry.service_name
        )))
        .location(&plain(&entry.address))
        .description(&plain(&description(entry)))
        .status(match entry.status {
            WorkOrderStatus::Tentative => EventStatus::Tentative,
            WorkOrderStatus::Canceled => EventStatus::Cancelled,
            _ => EventStatus::Confirmed,
        });
    if let Some(email) = &entry.company_email {
        // A quotation mark would end the name early.
        let name = plain(&entry.company_name).replace(['"', '\n'], " ");
        let organizer = Property::new("ORGANIZER", format!("mailto:{}", plain(email)))
            .add_parameter("CN", &name)
            .done();
        event.append_property(organizer);
    }
    event.done()
}

fn description(entry: &Entry) -> String {
    let technician = entry.technician_name.as_ref();
    let lines = [
        Some(format!(
            "Arrival window of your appointment {}.",
            entry.reference
        )),
        technician.map(|name| format!("Technician: {name}")),
        entry.job_summary.clone(),
        entry
            .company_phone
            .as_ref()
            .map(|phone| format!("Questions: {phone}")),
    ];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn utc(instant: Timestamp) -> String {
    instant.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Text that cannot pass for a line of its own: the library escapes line feeds, everything else that ends or controls a
/// line goes.
fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .collect()
}

/// A document that PostgREST answers as `text/calendar`.
pub struct CalendarFile(pub String);

unsafe impl SqlTranslatable for CalendarFile {
    const TYPE_IDENT: &'static str = pgrx::pgrx_resolved_type!(CalendarFile);
    const TYPE_ORIGIN: TypeOrigin = TypeOrigin::External;
    const ARGUMENT_SQL: Result<SqlMappingRef, ArgumentError> =
        Ok(SqlMappingRef::As("portal.\"text/calendar\""));
    const RETURN_SQL: Result<ReturnsRef, ReturnsError> = Ok(ReturnsRef::One(SqlMappingRef::As(
        "portal.\"text/calendar\"",
    )));
}

unsafe impl BoxRet for CalendarFile {
    unsafe fn box_into<'fcx>(self, fcinfo: &mut FcInfo<'fcx>) -> Datum<'fcx> {
        // SAFETY: the type is a domain over text.
        unsafe { self.0.box_into(fcinfo) }
    }
}

#[cfg(test)]
mod tests;
