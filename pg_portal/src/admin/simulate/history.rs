//! What customers asked for in the last days, and what the calendar looked like at that moment.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use pgrx::spi::SpiHeapTupleData;
use serde::Deserialize;
use uuid::Uuid;

use crate::appointments::policy::Visit;
use crate::ids::from_pg;
use crate::scheduling::rules::{self, Inputs, Job, Service, Span, Wall};
use crate::scheduling::store::{self, Place, Sight};
use crate::spi::{self, column};
use crate::time;

pub fn org_exists(org_id: Uuid) -> bool {
    spi::read(
        "select to_jsonb(true) from public.orgs o where o.id = $1::uuid",
        &[org_id.to_string().into()],
    )
    .unwrap_or_default()
}

/// A request as it was first sent.
#[derive(Debug, Deserialize)]
pub struct Request {
    pub service_type: String,
    location_id: Uuid,
    timezone: String,
    asked_at: Timestamp,
    /// The job it became.
    job: Option<Uuid>,
    date: Option<Date>,
    start: Option<Wall>,
    /// Start of the window that was taken at once, which may have been moved since.
    taken: Option<Timestamp>,
    is_flexible: bool,
    /// It spoke of danger, and a person looked at it whatever the calendar said.
    is_hazard: bool,
}

/// The requests of the last days, of all services or one.
pub fn requests(org_id: Uuid, days: i32, only: Option<&str>) -> Vec<Request> {
    spi::read(
        include_str!("requests.sql"),
        &[org_id.to_string().into(), days.into(), only.into()],
    )
    .unwrap_or_default()
}

/// A move or cancellation by a customer, and the visit before it.
#[derive(Debug, Deserialize)]
pub struct Change {
    pub service_type: String,
    pub at: Timestamp,
    pub is_move: bool,
    pub visit: Visit,
}

/// The moves and cancellations of the last days, of all services or one.
pub fn changes(org_id: Uuid, days: i32, only: Option<&str>) -> Vec<Change> {
    spi::read(
        include_str!("changes.sql"),
        &[org_id.to_string().into(), days.into(), only.into()],
    )
    .unwrap_or_default()
}

/// A request and all that its judgement rests on beside the rules of the service.
pub struct Scene {
    asked_on: Date,
    /// The day that it named.
    day: Option<Date>,
    /// The window that it needed, and the calendar around it; nothing where the office would have found a time.
    window: Option<(Timestamp, Inputs)>,
}

impl Request {
    /// Reads what the calendar looked like when the request was sent.
    pub fn scene(&self, org_id: Uuid, service: &Service) -> Scene {
        let zone = time::zone(&self.timezone).unwrap_or(TimeZone::UTC);
        let date_of = |instant: Timestamp| instant.to_zoned(zone.clone()).date();
        let wished = self
            .date
            .zip(self.start)
            .map(|(date, start)| start.on(date, &zone));
        let start = self.taken.or(wished);
        let needed = start.filter(|_| !self.is_hazard && !self.is_flexible);
        Scene {
            asked_on: date_of(self.asked_at),
            day: start.map(date_of).or(self.date),
            window: needed
                .and_then(|start| Some((start, self.inputs(org_id, start, &zone, service)?))),
        }
    }

    fn inputs(
        &self,
        org_id: Uuid,
        start: Timestamp,
        zone: &TimeZone,
        service: &Service,
    ) -> Option<Inputs> {
        let place = Place {
            org_id,
            location_id: self.location_id,
            service_type: &self.service_type,
            except: None,
        };
        let calendar = store::calendar(org_id, self.location_id, &self.service_type)?;
        let date = start.to_zoned(zone.clone()).date();
        let mut inputs = store::inputs(
            &place,
            service.clone(),
            zone.clone(),
            &calendar,
            (date, date),
            Sight::Snapshot,
        );
        let jobs = self.jobs(org_id, start);
        inputs.now = self.asked_at;
        inputs.holidays = holidays(org_id);
        inputs.booked_per_day = booked_per_day(&jobs, &inputs.company_zone);
        inputs.jobs = jobs.iter().filter_map(|job| job.seen_by(&inputs)).collect();
        Some(inputs)
    }

    /// The jobs around a time that existed when the request was sent.
    fn jobs(&self, org_id: Uuid, start: Timestamp) -> Vec<PastJob> {
        let (from, to) = (start - 48.hours(), start + 72.hours());
        spi::rows(
            include_str!("jobs.sql"),
            &[
                org_id.to_string().into(),
                self.service_type.as_str().into(),
                time::to_pg(from).into(),
                time::to_pg(to).into(),
                time::to_pg(self.asked_at).into(),
                self.job.map(|id| id.to_string()).into(),
            ],
            PastJob::read,
        )
        .into_iter()
        .flatten()
        .collect()
    }
}

impl Scene {
    /// Whether the request would have been taken under these rules of its service.
    pub fn accepts(&self, service: &Service) -> bool {
        let last = self.asked_on.saturating_add(service.horizon_days.days());
        if self
            .day
            .is_some_and(|day| !(self.asked_on..=last).contains(&day))
        {
            return false;
        }
        self.window.as_ref().is_none_or(|(start, inputs)| {
            let service = service.clone();
            rules::verify(
                &Inputs {
                    service,
                    ..inputs.clone()
                },
                *start,
            )
            .is_ok()
        })
    }
}

/// A job as it stood in the way of a request.
struct PastJob {
    technician_id: Option<Uuid>,
    blocked: Span,
    is_emergency: bool,
    window_start: Timestamp,
    /// It is of the service that was asked for, and counts towards its daily cap.
    is_same_service: bool,
}

impl PastJob {
    fn read(row: &SpiHeapTupleData) -> pgrx::spi::Result<Option<Self>> {
        let instant = |ordinal| Ok::<_, pgrx::spi::Error>(time::from_pg(column(row, ordinal)?));
        let (Some(start), Some(end), Some(window_start)) = (instant(2)?, instant(3)?, instant(4)?)
        else {
            return Ok(None);
        };
        Ok(Some(Self {
            technician_id: row.get::<pgrx::Uuid>(1)?.map(from_pg),
            blocked: Span { start, end },
            window_start,
            is_emergency: column(row, 5)?,
            is_same_service: column(row, 6)?,
        }))
    }

    /// The job for the rules; nothing when it is another team's.
    fn seen_by(&self, inputs: &Inputs) -> Option<Job> {
        let technician = match self.technician_id {
            Some(id) => Some(
                inputs
                    .technicians
                    .iter()
                    .position(|technician| technician.id == id)?,
            ),
            None => None,
        };
        Some(Job {
            technician,
            blocked: self.blocked,
            is_emergency: self.is_emergency,
        })
    }
}

fn booked_per_day(jobs: &[PastJob], company_zone: &TimeZone) -> Vec<(Date, i32)> {
    let mut days = std::collections::BTreeMap::new();
    for job in jobs.iter().filter(|job| job.is_same_service) {
        let date = job.window_start.to_zoned(company_zone.clone()).date();
        *days.entry(date).or_default() += 1;
    }
    days.into_iter().collect()
}

fn holidays(org_id: Uuid) -> Vec<Date> {
    spi::read(
        "select coalesce(jsonb_agg(h.holiday_on), '[]') from public.org_holidays h where h.org_id = $1::uuid",
        &[org_id.to_string().into()],
    )
    .unwrap_or_default()
}
