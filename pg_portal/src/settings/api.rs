//! What clients call.

use jiff::Timestamp;
use pgrx::composite_type;
use pgrx::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::store::Session;
use super::{rules, store};
use crate::access::scope;
use crate::caller::Caller;
use crate::document::Document;
use crate::error::{PortalError, Result, Status, surface};
use crate::ids::from_pg;
use crate::receipts;
use crate::rows;
use crate::spi;
use crate::time;

/// A person as they see themselves.
#[derive(Serialize, Deserialize)]
pub struct ProfileRow {
    full_name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    preferred_language: String,
    updated_at: Timestamp,
}

/// What an account wants to be told; nothing where a wish stays as it is.
pub struct Preferences<'a> {
    pub notify_booking_updates_email: Option<bool>,
    pub notify_booking_updates_sms: Option<bool>,
    pub notify_marketing_email: Option<bool>,
    pub notify_marketing_sms: Option<bool>,
    pub notify_technician_enroute: Option<bool>,
    pub notify_messages_email: Option<bool>,
    pub quiet_hours_start: Option<Time>,
    pub quiet_hours_end: Option<Time>,
    pub timezone: Option<&'a str>,
    pub clear_quiet_hours: bool,
}

#[pg_schema]
mod portal {
    use super::*;

    #[pg_extern(stable)]
    fn dashboard() -> pgrx::JsonB {
        surface(|| show_dashboard(None))
    }

    /// A function of its own, without a default: dumps of 0.1.0 name the one above, and PostgREST tells the two apart.
    #[pg_extern(stable, name = "dashboard")]
    fn dashboard_at(location_id: Option<pgrx::Uuid>) -> pgrx::JsonB {
        surface(|| show_dashboard(location_id.map(from_pg)))
    }

    #[pg_extern(stable)]
    fn settings() -> pgrx::JsonB {
        surface(|| {
            let user_id = scope::require_user()?;
            let org_id = scope::org_id().ok_or_else(scope::no_place)?;
            let answer = store::settings(org_id, user_id, scope::account_id());
            Ok(pgrx::JsonB(answer.expect("the query answers one row")))
        })
    }

    #[pg_extern(volatile)]
    fn update_profile(
        full_name: default!(Option<&str>, "NULL"),
        phone: default!(Option<&str>, "NULL"),
        preferred_language: default!(Option<&str>, "NULL"),
    ) -> TableIterator<
        'static,
        (
            name!(full_name, Option<String>),
            name!(email, Option<String>),
            name!(phone, Option<String>),
            name!(preferred_language, String),
            name!(updated_at, TimestampWithTimeZone),
        ),
    > {
        surface(|| {
            let row: Option<ProfileRow> = spi::write(
                "select portal_internal.change_profile($1, $2, $3)",
                &[full_name.into(), phone.into(), preferred_language.into()],
            );
            Ok(TableIterator::new(row.map(|row| {
                (
                    row.full_name,
                    row.email,
                    row.phone,
                    row.preferred_language,
                    time::to_pg(row.updated_at),
                )
            })))
        })
    }

    #[pg_extern(volatile)]
    fn update_notification_preferences(
        notify_booking_updates_email: default!(Option<bool>, "NULL"),
        notify_booking_updates_sms: default!(Option<bool>, "NULL"),
        notify_marketing_email: default!(Option<bool>, "NULL"),
        notify_marketing_sms: default!(Option<bool>, "NULL"),
        notify_technician_enroute: default!(Option<bool>, "NULL"),
        notify_messages_email: default!(Option<bool>, "NULL"),
        quiet_hours_start: default!(Option<Time>, "NULL"),
        quiet_hours_end: default!(Option<Time>, "NULL"),
        timezone: default!(Option<&str>, "NULL"),
        clear_quiet_hours: default!(Option<bool>, "false"),
    ) -> SetOfIterator<'static, composite_type!('static, "portal.notification_preferences_row")>
    {
        surface(|| {
            let new = Preferences {
                notify_booking_updates_email,
                notify_booking_updates_sms,
                notify_marketing_email,
                notify_marketing_sms,
                notify_technician_enroute,
                notify_messages_email,
                quiet_hours_start,
                quiet_hours_end,
                timezone,
                clear_quiet_hours: clear_quiet_hours.unwrap_or_default(),
            };
            Ok(rows::notification_preferences(change_preferences(new)?))
        })
    }

    #[pg_extern(volatile)]
    fn add_location(
        label: default!(Option<&str>, "NULL"),
        address: default!(Option<Document>, "NULL"),
        timezone: default!(Option<&str>, "NULL"),
    ) -> SetOfIterator<'static, composite_type!('static, "portal.location_row")> {
        surface(|| {
            let given = given_address(address, label, timezone)?;
            let row = receipts::perform("add_location", None, None, &given, || add(&given))?;
            Ok(rows::location(row))
        })
    }

    #[pg_extern(volatile)]
    fn update_location(
        location_id: Option<pgrx::Uuid>,
        label: default!(Option<&str>, "NULL"),
        address: default!(Option<Document>, "NULL"),
        timezone: default!(Option<&str>, "NULL"),
        is_primary: default!(Option<bool>, "NULL"),
    ) -> SetOfIterator<'static, composite_type!('static, "portal.location_row")> {
        surface(|| {
            let id = location_id.map(from_pg);
            let given = given_address(address, label, timezone)?;
            let row = spi::attempt(|| change_location(id, &given, is_primary))?;
            Ok(rows::location(row))
        })
    }

    #[pg_extern(stable)]
    fn my_sessions() -> TableIterator<
        'static,
        (
            name!(id, pgrx::Uuid),
            name!(created_at, Option<TimestampWithTimeZone>),
            name!(last_seen_at, Option<TimestampWithTimeZone>),
            name!(user_agent, Option<String>),
            name!(ip, Option<String>),
            name!(is_current, bool),
        ),
    > {
        surface(|| {
            let caller = Caller::current();
            let current = caller.claims.get("session_id").and_then(Value::as_str);
            let current: Option<Uuid> = current.and_then(|id| id.parse().ok());
            let sessions = own_sessions().into_iter().map(move |session| {
                (
                    session.id,
                    session.created_at,
                    session.last_seen_at,
                    session.user_agent,
                    session.ip,
                    Some(from_pg(session.id)) == current,
                )
            });
            Ok(TableIterator::new(sessions))
        })
    }

    #[pg_extern(volatile)]
    fn revoke_session(session_id: Option<pgrx::Uuid>) {
        surface(|| {
            spi::run(
                "select portal_internal.end_session($1)",
                &[session_id.into()],
            );
            Ok(())
        })
    }
}

/// Of a location, or of all.
fn show_dashboard(location_id: Option<Uuid>) -> Result<pgrx::JsonB> {
    let (org_id, account_id) = scope::require_account()?;
    let seen = |id| store::place(id).ok_or_else(|| PortalError::absent("location"));
    let at = location_id.map(seen).transpose()?;
    let answer = store::dashboard(org_id, account_id, at);
    Ok(pgrx::JsonB(answer.expect("the query answers one row")))
}

fn own_sessions() -> Vec<Session> {
    spi::rows(
        "select s.id, s.created_at, s.last_seen_at, s.user_agent, s.ip from portal_internal.own_sessions() s",
        &[],
        Session::of,
    )
}

fn change_preferences(new: Preferences<'_>) -> Result<Value> {
    let (org_id, account_id) = scope::require_account()?;
    rules::check_quiet_hours(
        new.quiet_hours_start.is_some(),
        new.quiet_hours_end.is_some(),
        new.clear_quiet_hours,
    )?;
    if let Some(name) = new.timezone {
        rules::time_zone("timezone", name)?;
    }
    store::change_preferences(org_id, account_id, new).ok_or_else(|| PortalError::absent("account"))
}

/// The address with the label and the zone that were named beside it.
fn given_address(
    address: Option<Document>,
    label: Option<&str>,
    timezone: Option<&str>,
) -> Result<Value> {
    let address = match address {
        Some(address) => address.read("address")?,
        None => json!({}),
    };
    let beside = [("label", label), ("timezone", timezone)];
    let beside: Value = beside
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), Value::from(value?))))
        .collect();
    rules::overlay(address, &beside, "address")
}

fn add(given: &Value) -> Result<Value> {
    let (org_id, _) = scope::require_account()?;
    let customer_id = scope::customer_id().ok_or_else(scope::no_place)?;
    let address = rules::address("address", given)?;
    store::add_location(org_id, customer_id, &address)
        .and_then(|(id, _)| store::location(org_id, id))
        .ok_or_else(|| PortalError::absent("company"))
}

fn change_location(id: Option<Uuid>, given: &Value, is_primary: Option<bool>) -> Result<Value> {
    scope::require_user()?;
    let absent = || PortalError::absent("location");
    let org_id = scope::org_id().ok_or_else(scope::no_place)?;
    let id = id.ok_or_else(absent)?;
    store::location(org_id, id).ok_or_else(absent)?;
    let there = store::lock_address(org_id, id, is_primary == Some(true)).ok_or_else(|| {
        PortalError::new(
            Status::NotAllowed,
            "cannot_change_location",
            "Your account may see this location but not change it.",
            "Ask the property manager or the company to change it.",
        )
    })?;
    let address = rules::address("address", &rules::overlay(there, given, "address")?)?;
    store::change_location(org_id, id, &address, is_primary);
    store::location(org_id, id).ok_or_else(absent)
}
