//! The SQL of appointments. Functions say whose rights they need; who may ask is settled before.

use pgrx::prelude::*;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::calendar::Entry;
use super::decision::Facts;
use super::rules::{Event, Job};
use crate::booking::status::may;
use crate::ids::{to_pg, to_pg_all};
use crate::scheduling::Free;
use crate::scheduling::rules::Service;
use crate::spi::{self, column};
use crate::time;
use crate::types::{BookingStatus, WorkOrderStatus};

/// What a job's own row does not say about it.
#[derive(Debug, Default, Deserialize)]
pub struct Setting {
    pub company_zone: Option<String>,
    pub service: Option<Service>,
    /// Whether its technician is active and can do it; nothing where there is none.
    pub is_suited: Option<bool>,
}

pub fn setting(job: &Job) -> Setting {
    spi::read(
        include_str!("setting.sql"),
        &[
            to_pg(job.org_id).into(),
            job.service_type.as_str().into(),
            job.technician_id.map(to_pg).into(),
        ],
    )
    .unwrap_or_default()
}

pub struct NewEvent<'a> {
    pub job: &'a Job,
    pub event: &'a Event<'a>,
    pub actor_type: &'static str,
    pub actor_user_id: Option<Uuid>,
    /// The first line of the timeline happened when the job was made; later ones happen now.
    pub is_first: bool,
}

/// Adds a line to the timeline and answers its id. Runs as portal_owner.
pub fn add_event(new: &NewEvent<'_>) -> Uuid {
    let job = new.job;
    spi::write(
        "insert into public.work_order_events
           (org_id, work_order_id, event_type, status, note, window_start, window_end, eta,
            actor_type, actor_user_id, occurred_at)
         values ($1, $2, $3, $4::portal.work_order_status, $5, $6, $7, $8,
                 $9::portal.actor_type, $10, coalesce($11, clock_timestamp()))
         returning to_jsonb(id)",
        &[
            to_pg(job.org_id).into(),
            to_pg(job.id).into(),
            new.event.event_type.into(),
            job.status.label().into(),
            new.event.note.into(),
            time::to_pg(job.window_start).into(),
            time::to_pg(job.window_end).into(),
            job.eta.map(time::to_pg).into(),
            new.actor_type.into(),
            new.actor_user_id.map(to_pg).into(),
            new.is_first.then(|| time::to_pg(job.created_at)).into(),
        ],
    )
    .expect("an insert answers the new id")
}

/// Takes the request behind a job along, where its own rules let it go there. Runs as portal_owner.
pub fn follow(org_id: Uuid, work_order_id: Uuid, to: BookingStatus) {
    use BookingStatus as B;
    let open = [B::Submitted, B::UnderReview, B::Approved, B::Scheduled];
    let from = open.into_iter().filter(|from| may(*from, to));
    let from: Vec<_> = from.map(BookingStatus::label).collect();
    spi::run(
        "update public.portal_booking_requests b
         set status = $3::portal.booking_status
         where b.org_id = $1 and b.related_work_order_id = $2 and b.status = any ($4::portal.booking_status[])",
        &[
            to_pg(org_id).into(),
            to_pg(work_order_id).into(),
            to.label().into(),
            from.into(),
        ],
    );
}

/// What the caller's rights show of a job; nothing for one that is absent or out of reach.
pub fn facts(org_id: Uuid, id: Uuid) -> Option<Facts> {
    let args = [to_pg(org_id).into(), to_pg(id).into()];
    spi::read(include_str!("facts.sql"), &args)
}

/// Locks the request behind a job and then the job, as everybody does, and reads what is true from then on. Runs as
/// portal_owner.
pub fn lock(org_id: Uuid, id: Uuid) -> Option<Facts> {
    let args = [to_pg(org_id).into(), to_pg(id).into()];
    spi::run(
        "select b.id from public.portal_booking_requests b
         where b.org_id = $1 and b.related_work_order_id = $2
         order by b.id
         for update",
        &args,
    );
    spi::write(
        concat!(include_str!("facts.sql"), " for update of w"),
        &args,
    )
}

/// How a job is moved.
pub struct Move<'a> {
    pub to: &'a Free,
    /// Whether it counts as one of the customer's moves.
    pub counts: bool,
    /// From now, for a job that is only held.
    pub hold_minutes: i32,
    pub note: Option<&'a str>,
}

/// Moves a job in one update, and the wish of the request behind it. Runs as portal_owner.
pub fn move_to(org_id: Uuid, id: Uuid, how: &Move<'_>) {
    let window = &how.to.window;
    spi::run(
        "update public.work_orders w
         set window_start = $3, window_end = $4, technician_id = $5, reschedule_count = w.reschedule_count + $6,
             hold_expires_at = case w.status when 'tentative' then now() + make_interval(mins => $7) end,
             status_note = $8
         where w.org_id = $1 and w.id = $2",
        &[
            to_pg(org_id).into(),
            to_pg(id).into(),
            time::to_pg(window.span.start).into(),
            time::to_pg(window.span.end).into(),
            to_pg(how.to.technician_id).into(),
            i32::from(how.counts).into(),
            how.hold_minutes.into(),
            how.note.into(),
        ],
    );
    spi::run(
        "update public.portal_booking_requests b
         set preferred_service_date = $3, preferred_time_window_start = $4, preferred_time_window_end = $5
         where b.org_id = $1 and b.related_work_order_id = $2",
        &[
            to_pg(org_id).into(),
            to_pg(id).into(),
            time::date_to_pg(window.date).into(),
            time::wall_to_pg(window.start.seconds()).into(),
            time::wall_to_pg(window.end.seconds()).into(),
        ],
    );
}

/// Cancels a job. Runs as portal_owner.
pub fn cancel(org_id: Uuid, id: Uuid, reason: Option<&str>, fee_cents: i32) {
    spi::run(
        "update public.work_orders w
         set status = 'canceled', cancel_reason = $3, cancel_fee_cents = $4
         where w.org_id = $1 and w.id = $2",
        &[
            to_pg(org_id).into(),
            to_pg(id).into(),
            reason.into(),
            fee_cents.into(),
        ],
    );
}

/// The job as a `portal.appointment_row`, with what this transaction wrote.
pub fn appointment(org_id: Uuid, id: Uuid) -> Option<Value> {
    let args = [to_pg(org_id).into(), to_pg(id).into()];
    spi::write(include_str!("appointment.sql"), &args)
}

/// What calendar files say of these jobs `(organization, job)`; nothing of those that the caller cannot see.
pub fn calendar_entries(jobs: &[(Uuid, Uuid)]) -> Vec<Entry> {
    let (orgs, ids) = jobs.iter().copied().unzip::<_, _, Vec<_>, Vec<_>>();
    let args = [to_pg_all(orgs).into(), to_pg_all(ids).into()];
    spi::read(include_str!("calendar.sql"), &args).unwrap_or_default()
}

pub struct StatusRow {
    pub status: WorkOrderStatus,
    pub eta: Option<TimestampWithTimeZone>,
    pub technician_name: Option<String>,
    pub updated_at: TimestampWithTimeZone,
}

pub fn status(org_id: Uuid, id: Uuid) -> Option<StatusRow> {
    let args = [to_pg(org_id).into(), to_pg(id).into()];
    let rows = spi::rows(
        "select w.status::text, w.eta, t.display_name, w.updated_at
         from public.work_orders w
         left join public.technicians t on t.org_id = w.org_id and t.id = w.technician_id
         where w.org_id = $1 and w.id = $2",
        &args,
        |row| {
            Ok(StatusRow {
                status: WorkOrderStatus::from_label(&column::<String>(row, 1)?),
                eta: row.get(2)?,
                technician_name: row.get(3)?,
                updated_at: column(row, 4)?,
            })
        },
    );
    rows.into_iter().next()
}

/// What staff report of a job; nothing where a value stays as it is. Runs as the caller.
pub struct Report<'a> {
    pub status: Option<WorkOrderStatus>,
    pub eta: Option<TimestampWithTimeZone>,
    pub note: Option<&'a str>,
}

pub fn report(org_id: Uuid, id: Uuid, report: &Report<'_>) {
    spi::run(
        "update public.work_orders w
         set status = coalesce($3::portal.work_order_status, w.status), eta = coalesce($4, w.eta),
             status_note = coalesce($5, w.status_note)
         where w.org_id = $1 and w.id = $2",
        &[
            to_pg(org_id).into(),
            to_pg(id).into(),
            report.status.map(WorkOrderStatus::label).into(),
            report.eta.into(),
            report.note.into(),
        ],
    );
}

/// The job as the rules see it. Runs as the caller.
pub fn job(org_id: Uuid, id: Uuid) -> Option<Job> {
    let args = [to_pg(org_id).into(), to_pg(id).into()];
    spi::write(
        "select to_jsonb(w) from public.work_orders w where w.org_id = $1 and w.id = $2",
        &args,
    )
}

/// Gives a job to a technician. Runs as the caller.
pub fn assign(org_id: Uuid, id: Uuid, technician_id: Uuid) {
    spi::run(
        "update public.work_orders w set technician_id = $3 where w.org_id = $1 and w.id = $2",
        &[
            to_pg(org_id).into(),
            to_pg(id).into(),
            to_pg(technician_id).into(),
        ],
    );
}

/// `{id, name}` of technicians, in the order given; those that the company does not have are left out.
pub fn technicians(org_id: Uuid, ids: &[Uuid]) -> Vec<Value> {
    let ids: Vec<_> = ids.iter().copied().map(to_pg).collect();
    spi::read(
        "select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.display_name) order by n.number), '[]')
         from unnest($2) with ordinality n (id, number)
         join public.technicians t on t.org_id = $1 and t.id = n.id",
        &[to_pg(org_id).into(), ids.into()],
    )
    .unwrap_or_default()
}
