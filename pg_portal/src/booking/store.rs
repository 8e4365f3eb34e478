//! The SQL of booking requests. Runs as the caller, under row level security, except [`hold`].

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::rules::{Offered, Window};
use crate::spi;
use crate::types::{BookingStatus, SourceChannel, WorkOrderStatus};

/// What the rules need to know of a service.
#[derive(Debug, Deserialize)]
pub struct Service {
    pub horizon_days: i32,
}

pub fn service(org_id: Uuid, code: &str) -> Option<Service> {
    spi::read(
        "select jsonb_build_object('horizon_days', s.horizon_days)
         from public.service_types s
         where s.org_id = $1::uuid and s.code = $2 and s.is_active",
        &[org_id.to_string().into(), code.into()],
    )
}

/// What the rules need to know of a location.
#[derive(Debug, Deserialize)]
pub struct Location {
    pub customer_id: Uuid,
    pub timezone: String,
    /// The date there, now.
    pub today: Date,
}

pub fn location(org_id: Uuid, id: Uuid) -> Option<Location> {
    spi::write(
        "select jsonb_build_object(
           'customer_id', l.customer_id, 'timezone', l.timezone,
           'today', (now() at time zone l.timezone)::date)
         from public.customer_locations l
         where l.org_id = $1::uuid and l.id = $2::uuid and l.is_active",
        &[org_id.to_string().into(), id.to_string().into()],
    )
}

/// Stores an address of the customer; the zone is the company's where none is given.
pub fn add_location(org_id: Uuid, customer_id: Uuid, location: &NewLocation) -> Option<Uuid> {
    spi::write(
        include_str!("add_location.sql"),
        &[
            org_id.to_string().into(),
            customer_id.to_string().into(),
            pgrx::JsonB(serde_json::to_value(location).expect("plain data")).into(),
        ],
    )
}

/// An address as `create_booking_request` takes it in `new_location`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewLocation {
    pub label: Option<String>,
    pub address_line1: String,
    pub address_line2: Option<String>,
    pub city: String,
    pub region: Option<String>,
    pub postal_code: String,
    pub country: Option<String>,
    pub timezone: Option<String>,
}

/// The windows that the company offers for a service, on any weekday.
pub fn offered_windows(org_id: Uuid, service_type: &str) -> Vec<Offered> {
    spi::read(
        "select coalesce(jsonb_agg(jsonb_build_object(
           'weekday', b.weekday, 'start', b.start_time, 'end', b.end_time) order by b.weekday, b.start_time), '[]')
         from public.booking_windows b
         where b.org_id = $1::uuid and b.is_active and (b.service_type is null or b.service_type = $2)",
        &[org_id.to_string().into(), service_type.into()],
    )
    .unwrap_or_default()
}

/// A booking request as the RPC stores it.
pub struct NewRequest<'a> {
    pub org_id: Uuid,
    pub location_id: Uuid,
    pub service_type: &'a str,
    pub problem_description: &'a str,
    pub date: Option<String>,
    pub start: Option<String>,
    pub end: Option<String>,
    pub flexible: bool,
    pub attachments: Option<Value>,
    pub source_channel: SourceChannel,
}

/// Inserts the request. The triggers on the table judge it, reserve its time and audit it.
pub fn insert(new: &NewRequest<'_>) -> Option<Uuid> {
    spi::write(
        "insert into public.portal_booking_requests
           (org_id, location_id, service_type, problem_description, preferred_service_date,
            preferred_time_window_start, preferred_time_window_end, flexible_date, attachments, source_channel)
         values ($1::uuid, $2::uuid, $3, $4, $5::date, $6::time, $7::time, $8, $9, $10::portal.source_channel)
         returning to_jsonb(id)",
        &[
            new.org_id.to_string().into(),
            new.location_id.to_string().into(),
            new.service_type.into(),
            new.problem_description.into(),
            new.date.clone().into(),
            new.start.clone().into(),
            new.end.clone().into(),
            new.flexible.into(),
            new.attachments.clone().map(pgrx::JsonB).into(),
            new.source_channel.label().into(),
        ],
    )
}

/// A booking request with its appointment, as the RPC answers it.
#[derive(Debug, Serialize, Deserialize)]
pub struct BookingRow {
    pub id: Uuid,
    pub org_id: Uuid,
    pub status: BookingStatus,
    pub service_type: String,
    pub problem_description: String,
    pub location_id: Uuid,
    pub preferred_service_date: Option<Date>,
    pub preferred_time_window_start: Option<Time>,
    pub preferred_time_window_end: Option<Time>,
    pub flexible_date: bool,
    pub attachments: Value,
    pub source_channel: SourceChannel,
    pub appointment_id: Option<Uuid>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub appointment_status: Option<WorkOrderStatus>,
    pub window_start: Option<Timestamp>,
    pub window_end: Option<Timestamp>,
}

pub fn booking(org_id: Uuid, id: Uuid) -> Option<BookingRow> {
    spi::write(
        include_str!("booking.sql"),
        &[org_id.to_string().into(), id.to_string().into()],
    )
}

/// Reserves the window with a tentative job and answers its id. Runs as portal_owner, inside the trigger.
pub fn hold(
    org_id: Uuid,
    customer_id: Uuid,
    location_id: Uuid,
    service_type: &str,
    window: &Window,
    zone: &jiff::tz::TimeZone,
) -> Option<Uuid> {
    let (start, end) = window.instants(zone);
    spi::write(
        include_str!("hold.sql"),
        &[
            org_id.to_string().into(),
            customer_id.to_string().into(),
            location_id.to_string().into(),
            service_type.into(),
            start.to_string().into(),
            end.to_string().into(),
        ],
    )
}
