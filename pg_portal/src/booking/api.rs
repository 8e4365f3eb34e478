//! What clients call.

use jiff::Timestamp;
use pgrx::{composite_type, prelude::*};
use serde_json::{Value, json};
use uuid::Uuid;

use super::review::{self, Review};
use super::store::{self, NewRequest};
use crate::access::scope;
use crate::appointments::words;
use crate::document::Document;
use crate::error::{PortalError, Result, Status, surface};
use crate::ids::{from_pg, to_pg};
use crate::receipts;
use crate::rows;
use crate::scheduling::refusals;
use crate::scheduling::rules::Refusal;
use crate::settings;
use crate::spi;
use crate::time;
use crate::types::{Capability, SourceChannel};

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
    ) -> SetOfIterator<'static, composite_type!('static, "portal.booking_row")> {
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
            let row = receipts::perform(
                "create_booking_request",
                idempotency_key,
                dry_run,
                &json!(request),
                || create(&request),
            )?;
            Ok(rows::booking(row))
        })
    }

    #[pg_extern(volatile)]
    fn cancel_booking_request(
        booking_request_id: Option<pgrx::Uuid>,
        reason: default!(Option<&str>, "NULL"),
        idempotency_key: default!(Option<&str>, "NULL"),
    ) -> SetOfIterator<'static, composite_type!('static, "portal.booking_row")> {
        surface(|| {
            let id = booking_request_id.map(from_pg);
            let input = json!({ "booking_request_id": id, "reason": reason });
            let withdraw = || withdraw(id, reason);
            let row = receipts::perform(
                "cancel_booking_request",
                idempotency_key,
                None,
                &input,
                withdraw,
            )?;
            Ok(rows::booking(row))
        })
    }

    #[pg_extern(volatile)]
    fn review_booking_request(
        booking_request_id: Option<pgrx::Uuid>,
        decision: Option<&str>,
        window_start: default!(Option<TimestampWithTimeZone>, "NULL"),
        technician_id: default!(Option<pgrx::Uuid>, "NULL"),
        note: default!(Option<&str>, "NULL"),
    ) -> SetOfIterator<'static, composite_type!('static, "portal.booking_row")> {
        surface(|| {
            let start = window_start
                .map(|at| instant("window_start", at))
                .transpose()?;
            let review = Review {
                window_start: start,
                technician_id: technician_id.map(from_pg),
                note: words("note", note)?,
            };
            let id = booking_request_id.map(from_pg);
            let row = spi::attempt(|| review::decide(id, decision.unwrap_or_default(), &review))?;
            Ok(rows::booking(row))
        })
    }
}

fn withdraw(id: Option<Uuid>, reason: Option<&str>) -> Result<Value> {
    let org_id = scope::org_id().ok_or_else(scope::no_place)?;
    let id = id.ok_or_else(|| PortalError::absent("booking request"))?;
    spi::run(
        "select portal_internal.withdraw_request($1, $2)",
        &[to_pg(id).into(), words("reason", reason)?.into()],
    );
    store::booking(org_id, id).ok_or_else(|| PortalError::absent("booking request"))
}

fn instant(argument: &str, at: TimestampWithTimeZone) -> Result<Timestamp> {
    time::from_pg(at).ok_or_else(|| {
        PortalError::invalid(argument, "The window must start at a real point in time.")
    })
}

fn create(request: &Request) -> Result<Value> {
    let (org_id, _) = scope::require_account()?;
    let (location_id, zone) = location(org_id, request)?;
    let (date, start, end) = wished_time(&zone, request)?;
    let id = store::insert(&NewRequest {
        org_id,
        location_id,
        service_type: request.service_type.as_deref().unwrap_or_default(),
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

/// The location that the caller names, or a new one of their own customer; and its zone.
fn location(org_id: Uuid, request: &Request) -> Result<(Uuid, String)> {
    match (request.location_id, &request.new_location) {
        (Some(id), None) => {
            let location =
                store::location(org_id, id).ok_or_else(|| PortalError::absent("location"))?;
            if scope::is_office() || scope::reach(Capability::Book).covers(location.customer_id, id)
            {
                return Ok((id, location.timezone));
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

fn add_location(org_id: Uuid, address: &Value) -> Result<(Uuid, String)> {
    let customer_id = scope::customer_id().ok_or_else(scope::no_place)?;
    let address = settings::address("new_location", address)?;
    settings::add_location(org_id, customer_id, &address)
        .ok_or_else(|| PortalError::absent("company"))
}

type WallClock = (Option<String>, Option<String>, Option<String>);

/// The date and times to store: the wall clock at `window_start`, or the preferred ones. A start alone names the
/// offered window that begins then.
fn wished_time(zone: &str, request: &Request) -> Result<WallClock> {
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
    let start = instant("window_start", window_start)?;
    let zone = time::zone(zone).ok_or_else(|| PortalError::absent("time zone"))?;
    let local = zone.to_datetime(start);
    // The second pass through an hour that the clocks repeat has the wall clock of the first.
    if zone.to_ambiguous_timestamp(local).compatible().ok() != Some(start) {
        return Err(refusals::sentence(&Refusal::NotOffered));
    }
    Ok((
        Some(local.date().to_string()),
        Some(local.time().to_string()),
        None,
    ))
}
