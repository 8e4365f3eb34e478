//! What clients call.

use pgrx::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::rules;
use super::store::{self, BookingRow, NewLocation, NewRequest};
use crate::access::scope;
use crate::document::Document;
use crate::error::{PortalError, Result, Status, surface};
use crate::ids::{from_pg, to_pg};
use crate::receipts;
use crate::spi;
use crate::time;
use crate::types::{BookingStatus, Capability, SourceChannel, WorkOrderStatus};

/// The arguments of `create_booking_request`, as they arrived.
#[derive(serde::Serialize)]
struct Request {
    service_type: Option<String>,
    problem_description: Option<String>,
    location_id: Option<Uuid>,
    new_location: Option<Value>,
    window_start: Option<TimestampWithTimeZone>,
    preferred_service_date: Option<Date>,
    preferred_time_window_start: Option<Time>,
    preferred_time_window_end: Option<Time>,
    flexible_date: bool,
    attachments: Option<Value>,
    source_channel: Option<String>,
}

#[pg_schema]
mod portal {
    use super::*;

    #[pg_extern(volatile)]
    fn create_booking_request(
        service_type: Option<&str>,
        problem_description: Option<&str>,
        location_id: default!(Option<pgrx::Uuid>, "NULL"),
        new_location: default!(Option<Document>, "NULL"),
        window_start: default!(Option<TimestampWithTimeZone>, "NULL"),
        preferred_service_date: default!(Option<Date>, "NULL"),
        preferred_time_window_start: default!(Option<Time>, "NULL"),
        preferred_time_window_end: default!(Option<Time>, "NULL"),
        flexible_date: default!(Option<bool>, "NULL"),
        attachments: default!(Option<Document>, "NULL"),
        source_channel: default!(Option<&str>, "'web_portal'"),
        idempotency_key: default!(Option<&str>, "NULL"),
        dry_run: default!(Option<bool>, "false"),
    ) -> TableIterator<
        'static,
        (
            name!(id, pgrx::Uuid),
            name!(org_id, pgrx::Uuid),
            name!(status, BookingStatus),
            name!(service_type, String),
            name!(problem_description, String),
            name!(location_id, pgrx::Uuid),
            name!(preferred_service_date, Option<Date>),
            name!(preferred_time_window_start, Option<Time>),
            name!(preferred_time_window_end, Option<Time>),
            name!(flexible_date, bool),
            name!(attachments, Option<pgrx::JsonB>),
            name!(source_channel, SourceChannel),
            name!(appointment_id, Option<pgrx::Uuid>),
            name!(created_at, TimestampWithTimeZone),
            name!(updated_at, TimestampWithTimeZone),
            name!(appointment_status, Option<WorkOrderStatus>),
            name!(window_start, Option<TimestampWithTimeZone>),
            name!(window_end, Option<TimestampWithTimeZone>),
        ),
    > {
        surface(|| {
            let request = Request {
                service_type: service_type.map(str::to_owned),
                problem_description: problem_description.map(str::to_owned),
                location_id: location_id.map(from_pg),
                new_location: new_location
                    .map(|json| json.read("new_location"))
                    .transpose()?,
                window_start,
                preferred_service_date,
                preferred_time_window_start,
                preferred_time_window_end,
                flexible_date: flexible_date.unwrap_or_default(),
                attachments: attachments
                    .map(|json| json.read("attachments"))
                    .transpose()?,
                source_channel: source_channel.map(str::to_owned),
            };
            let row = if dry_run.unwrap_or_default() {
                spi::rehearse(|| create(&request))?
            } else {
                let input = json!(request);
                receipts::once("create_booking_request", idempotency_key, &input, || {
                    create(&request)
                })?
            };
            Ok(TableIterator::once(columns(row)))
        })
    }
}

fn create(request: &Request) -> Result<BookingRow> {
    let (org_id, _) = scope::require_account()?;
    let service_type = request.service_type.as_deref().unwrap_or_default();
    if store::service(org_id, service_type).is_none() {
        return Err(PortalError::absent("service"));
    }
    let location_id = location(org_id, request)?;
    let (date, start, end) = wished_time(org_id, service_type, location_id, request)?;
    let id = store::insert(&NewRequest {
        org_id,
        location_id,
        service_type,
        problem_description: description(request)?,
        date,
        start,
        end,
        flexible: request.flexible_date,
        attachments: request.attachments.clone(),
        source_channel: channel(request)?,
    });
    id.and_then(|id| store::booking(org_id, id))
        .ok_or_else(|| PortalError::absent("booking request"))
}

fn description(request: &Request) -> Result<&str> {
    let text = request
        .problem_description
        .as_deref()
        .unwrap_or_default()
        .trim();
    if (1..=4000).contains(&text.chars().count()) {
        return Ok(text);
    }
    Err(PortalError::invalid(
        "problem_description",
        "Describe the problem in 1 to 4000 characters.",
    ))
}

fn channel(request: &Request) -> Result<SourceChannel> {
    let Some(channel) = &request.source_channel else {
        return Ok(SourceChannel::WebPortal);
    };
    serde_json::from_value(channel.as_str().into()).map_err(|_| {
        PortalError::invalid(
            "source_channel",
            "The channel must be web_portal, mobile_app or ai_assistant.",
        )
    })
}

/// The location that the caller names, or a new one of their own customer.
fn location(org_id: Uuid, request: &Request) -> Result<Uuid> {
    match (request.location_id, &request.new_location) {
        (Some(id), None) => {
            let location =
                store::location(org_id, id).ok_or_else(|| PortalError::absent("location"))?;
            let reach = scope::reach(Capability::Book);
            if scope::is_office()
                || reach.whole.contains(&location.customer_id)
                || reach.locations.contains(&id)
            {
                return Ok(id);
            }
            Err(PortalError::new(
                Status::NotAllowed,
                "cannot_book_here",
                "Your account may see this location but not book visits for it.",
                "Ask the property manager or the company to book, or to let you.",
            ))
        }
        (None, Some(address)) => add_location(org_id, address),
        (Some(_), Some(_)) => Err(PortalError::invalid(
            "new_location",
            "Give either location_id or new_location, not both.",
        )),
        (None, None) => Err(PortalError::invalid(
            "location_id",
            "Say where: give location_id or new_location.",
        )),
    }
}

fn add_location(org_id: Uuid, address: &Value) -> Result<Uuid> {
    let customer_id = scope::customer_id().ok_or_else(scope::no_place)?;
    let address: NewLocation = serde_json::from_value(address.clone()).map_err(|error| {
        PortalError::invalid(
            "new_location",
            "The address needs address_line1, city and postal_code; label, address_line2, region, country and timezone may be given.",
        )
        .fact("problem", error.to_string())
    })?;
    if address
        .timezone
        .as_deref()
        .is_some_and(|name| time::zone(name).is_none())
    {
        return Err(PortalError::invalid(
            "new_location",
            "The time zone is not an IANA name like America/Chicago.",
        ));
    }
    store::add_location(org_id, customer_id, &address).ok_or_else(|| PortalError::absent("company"))
}

type WallClock = (Option<String>, Option<String>, Option<String>);

/// The date and times to store: those of the offered window that starts at `window_start`, or the preferred ones.
fn wished_time(
    org_id: Uuid,
    service_type: &str,
    location_id: Uuid,
    request: &Request,
) -> Result<WallClock> {
    let preferred = (
        request.preferred_service_date.map(|date| date.to_string()),
        request
            .preferred_time_window_start
            .map(|time| time.to_string()),
        request
            .preferred_time_window_end
            .map(|time| time.to_string()),
    );
    let Some(window_start) = request.window_start else {
        return Ok(preferred);
    };
    if preferred != (None, None, None) {
        return Err(PortalError::invalid(
            "window_start",
            "Give either window_start or preferred times, not both.",
        ));
    }
    let instant = time::from_pg(window_start).ok_or_else(|| {
        PortalError::invalid(
            "window_start",
            "The window must start at a real point in time.",
        )
    })?;
    let location =
        store::location(org_id, location_id).ok_or_else(|| PortalError::absent("location"))?;
    let zone = time::zone(&location.timezone).ok_or_else(|| PortalError::absent("time zone"))?;
    let window = rules::offered_at(
        instant,
        &zone,
        &store::offered_windows(org_id, service_type),
    )?;
    Ok((
        Some(window.date.to_string()),
        Some(window.start.to_string()),
        Some(window.end.to_string()),
    ))
}

type Columns = (
    pgrx::Uuid,
    pgrx::Uuid,
    BookingStatus,
    String,
    String,
    pgrx::Uuid,
    Option<Date>,
    Option<Time>,
    Option<Time>,
    bool,
    Option<pgrx::JsonB>,
    SourceChannel,
    Option<pgrx::Uuid>,
    TimestampWithTimeZone,
    TimestampWithTimeZone,
    Option<WorkOrderStatus>,
    Option<TimestampWithTimeZone>,
    Option<TimestampWithTimeZone>,
);

fn columns(row: BookingRow) -> Columns {
    (
        to_pg(row.id),
        to_pg(row.org_id),
        row.status,
        row.service_type,
        row.problem_description,
        to_pg(row.location_id),
        row.preferred_service_date.map(time::date_to_pg),
        row.preferred_time_window_start.map(time::time_to_pg),
        row.preferred_time_window_end.map(time::time_to_pg),
        row.flexible_date,
        (!row.attachments.is_null()).then_some(pgrx::JsonB(row.attachments)),
        row.source_channel,
        row.appointment_id.map(to_pg),
        time::to_pg(row.created_at),
        time::to_pg(row.updated_at),
        row.appointment_status,
        row.window_start.map(time::to_pg),
        row.window_end.map(time::to_pg),
    )
}
