//! The SQL of booking requests. Runs as the caller, under row level security, or as portal_owner inside the triggers
//! and the privileged steps.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::scheduling::rules::Span;
use crate::scheduling::{Free, Schedule};
use crate::spi;
use crate::types::{BookingMode, BookingStatus, SourceChannel, WorkOrderStatus};

/// A location as the caller may see it.
#[derive(Debug, Deserialize)]
pub struct Location {
    pub customer_id: Uuid,
    pub timezone: String,
}

pub fn location(org_id: Uuid, id: Uuid) -> Option<Location> {
    spi::read(
        "select jsonb_build_object('customer_id', l.customer_id, 'timezone', l.timezone)
         from public.customer_locations l
         where l.org_id = $1::uuid and l.id = $2::uuid and l.is_active",
        &[org_id.to_string().into(), id.to_string().into()],
    )
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

/// A booking request with its appointment: a `portal.booking_row` as the caller may see it.
pub fn booking(org_id: Uuid, id: Uuid) -> Option<Value> {
    spi::write(
        include_str!("booking.sql"),
        &[org_id.to_string().into(), id.to_string().into()],
    )
}

/// Takes free time with a job and answers its id. Runs as portal_owner, inside the trigger.
pub fn hold(schedule: &Schedule<'_>, free: &Free, mode: BookingMode) -> Uuid {
    let place = &schedule.place;
    spi::write(
        include_str!("hold.sql"),
        &[
            place.org_id.to_string().into(),
            schedule.location.customer_id.to_string().into(),
            place.location_id.to_string().into(),
            place.service_type.into(),
            free.technician_id.to_string().into(),
            free.window.span.start.to_string().into(),
            free.window.span.end.to_string().into(),
            (mode == BookingMode::Instant).into(),
        ],
    )
    .expect("an insert answers the new id")
}

/// Gives the time of a request back that will not be.
pub fn release(org_id: Uuid, work_order_id: Uuid, reason: Option<&str>) {
    spi::run(
        "update public.work_orders
         set status = 'canceled', cancel_reason = coalesce($3, cancel_reason)
         where org_id = $1::uuid and id = $2::uuid and status in ('tentative', 'scheduled')",
        &[
            org_id.to_string().into(),
            work_order_id.to_string().into(),
            reason.into(),
        ],
    );
}

/// Whether the time of a request was given back because nobody decided.
pub fn has_lapsed(org_id: Uuid, work_order_id: Uuid) -> bool {
    spi::write(
        "select to_jsonb(coalesce(w.status = 'canceled' and w.cancel_reason = 'hold_expired', false))
         from public.work_orders w
         where w.org_id = $1::uuid and w.id = $2::uuid",
        &[org_id.to_string().into(), work_order_id.to_string().into()],
    )
    .unwrap_or_default()
}

/// Turns a hold into an appointment. False when there is nothing left to confirm.
pub fn confirm(org_id: Uuid, work_order_id: Uuid) -> bool {
    spi::run(
        "update public.work_orders set status = 'scheduled'
         where org_id = $1::uuid and id = $2::uuid and status = 'tentative'",
        &[org_id.to_string().into(), work_order_id.to_string().into()],
    );
    spi::write(
        "select to_jsonb(w.status not in ('canceled', 'no_show'))
         from public.work_orders w
         where w.org_id = $1::uuid and w.id = $2::uuid",
        &[org_id.to_string().into(), work_order_id.to_string().into()],
    )
    .unwrap_or_default()
}

/// A request that is being decided on, locked, and where its job stands.
#[derive(Debug, Deserialize)]
pub struct Pending {
    pub customer_id: Uuid,
    pub location_id: Uuid,
    pub service_type: String,
    pub status: BookingStatus,
    pub job: Option<Held>,
    /// The window it asked for, where that is known.
    pub wished_start: Option<Timestamp>,
}

/// The job of such a request.
#[derive(Debug, Deserialize)]
pub struct Held {
    pub id: Uuid,
    pub status: WorkOrderStatus,
    pub is_lapsed: bool,
    pub window_start: Timestamp,
    pub technician_id: Option<Uuid>,
}

/// Locks a request, then its job: everybody who needs both takes them in this order.
pub fn lock_request(org_id: Uuid, id: Uuid) -> Option<Pending> {
    let args = [org_id.to_string().into(), id.to_string().into()];
    let locked: Option<bool> = spi::write(
        "select to_jsonb(true) from public.portal_booking_requests b
         where b.org_id = $1::uuid and b.id = $2::uuid
         for update",
        &args,
    );
    locked?;
    spi::run(
        "select w.id
         from public.portal_booking_requests b
         join public.work_orders w on w.org_id = b.org_id and w.id = b.related_work_order_id
         where b.org_id = $1::uuid and b.id = $2::uuid
         for update of w",
        &args,
    );
    spi::write(include_str!("pending.sql"), &args)
}

/// Confirms or moves the job of a request for the office: its window, its technician, and that it will be.
pub fn schedule_job(org_id: Uuid, id: Uuid, decided: &Decided<'_>) {
    spi::run(
        "update public.work_orders
         set status = 'scheduled', window_start = $3::timestamptz, window_end = $4::timestamptz,
             technician_id = $5::uuid, status_note = coalesce($6, status_note)
         where org_id = $1::uuid and id = $2::uuid",
        &[
            org_id.to_string().into(),
            id.to_string().into(),
            decided.window.start.to_string().into(),
            decided.window.end.to_string().into(),
            decided.technician_id.to_string().into(),
            decided.note.into(),
        ],
    );
}

/// Makes a scheduled job for a request that has none, or whose hold has lapsed.
pub fn add_job(org_id: Uuid, request: &Pending, decided: &Decided<'_>) -> Uuid {
    spi::write(
        "insert into public.work_orders
           (org_id, customer_id, location_id, service_type, technician_id, window_start, window_end, status, status_note)
         values ($1::uuid, $2::uuid, $3::uuid, $4, $5::uuid, $6::timestamptz, $7::timestamptz, 'scheduled', $8)
         returning to_jsonb(id)",
        &[
            org_id.to_string().into(),
            request.customer_id.to_string().into(),
            request.location_id.to_string().into(),
            request.service_type.as_str().into(),
            decided.technician_id.to_string().into(),
            decided.window.start.to_string().into(),
            decided.window.end.to_string().into(),
            decided.note.into(),
        ],
    )
    .expect("an insert answers the new id")
}

pub fn is_technician(org_id: Uuid, id: Uuid) -> bool {
    spi::read(
        "select to_jsonb(true) from public.technicians t where t.org_id = $1::uuid and t.id = $2::uuid",
        &[org_id.to_string().into(), id.to_string().into()],
    )
    .unwrap_or_default()
}

/// The time that the office decided on.
pub struct Decided<'a> {
    pub window: Span,
    pub technician_id: Uuid,
    pub note: Option<&'a str>,
}

/// Writes the decision. The triggers keep the job in step.
pub fn decide(
    org_id: Uuid,
    id: Uuid,
    status: BookingStatus,
    job: Option<Uuid>,
    note: Option<&str>,
) {
    spi::run(
        "update public.portal_booking_requests
         set status = $3::portal.booking_status, related_work_order_id = coalesce($4::uuid, related_work_order_id),
             decision_note = coalesce($5, decision_note)
         where org_id = $1::uuid and id = $2::uuid",
        &[
            org_id.to_string().into(),
            id.to_string().into(),
            status.label().into(),
            job.map(|id| id.to_string()).into(),
            note.into(),
        ],
    );
}
