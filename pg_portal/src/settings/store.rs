//! The SQL of settings. Runs as the caller, under row level security; what reads schema `auth` or writes profiles
//! runs as portal_owner inside the privileged steps.

use pgrx::prelude::*;
use pgrx::spi::SpiHeapTupleData;
use serde_json::Value;
use uuid::Uuid;

use super::api::{Preferences, ProfileRow};
use super::rules::Address;
use crate::access::scope;
use crate::ids::to_pg;
use crate::spi::{self, column};
use crate::types::Capability;

/// A location, and whose it is.
#[derive(Clone, Copy)]
pub struct Place {
    pub location_id: Uuid,
    pub customer_id: Uuid,
}

/// The location, if the caller sees it.
pub fn place(location_id: Uuid) -> Option<Place> {
    let customer_id = spi::read(
        "select to_jsonb(l.customer_id) from portal.locations l where l.id = $1",
        &[to_pg(location_id).into()],
    )?;
    Some(Place {
        location_id,
        customer_id,
    })
}

/// Of one place, or of all.
pub fn dashboard(org_id: Uuid, account_id: Uuid, at: Option<Place>) -> Option<Value> {
    spi::read(
        include_str!("dashboard.sql"),
        &[
            to_pg(org_id).into(),
            to_pg(account_id).into(),
            at.map(|place| to_pg(place.location_id)).into(),
            at.map(|place| to_pg(place.customer_id)).into(),
        ],
    )
}

pub fn settings(org_id: Uuid, user_id: Uuid, account_id: Option<Uuid>) -> Option<Value> {
    spi::read(
        include_str!("settings.sql"),
        &[
            to_pg(org_id).into(),
            to_pg(user_id).into(),
            account_id.map(to_pg).into(),
        ],
    )
}

/// Stores an address of the customer, and answers its id and zone; the zone is the company's where none is given.
pub fn add_location(org_id: Uuid, customer_id: Uuid, address: &Address) -> Option<(Uuid, String)> {
    spi::write(
        include_str!("add_location.sql"),
        &[
            to_pg(org_id).into(),
            to_pg(customer_id).into(),
            json(address).into(),
        ],
    )
}

fn json(address: &Address) -> pgrx::JsonB {
    pgrx::JsonB(serde_json::to_value(address).expect("plain data"))
}

/// A location as a `portal.location_row`, with what this transaction wrote.
pub fn location(org_id: Uuid, id: Uuid) -> Option<Value> {
    let mut row: Value = spi::write(
        "select to_jsonb(l) from public.customer_locations l where l.org_id = $1 and l.id = $2",
        &[to_pg(org_id).into(), to_pg(id).into()],
    )?;
    let uuid = |key: &str| row[key].as_str().and_then(|id| id.parse().ok());
    let customer_id: Uuid = uuid("customer_id")?;
    let can_book =
        row["is_active"] == true && scope::reach(Capability::Book).covers(customer_id, id);
    row["can_book"] = can_book.into();
    Some(row)
}

/// Locks the location for a change and answers its address, or nothing where the caller may not change it. With
/// `and_siblings` all locations of its customer are locked, in one order, so that one of them can become the primary.
pub fn lock_address(org_id: Uuid, id: Uuid, and_siblings: bool) -> Option<Value> {
    if and_siblings {
        spi::run(
            "select l.id from public.customer_locations l
             where l.org_id = $1 and l.customer_id = (
               select named.customer_id from public.customer_locations named where named.org_id = $1 and named.id = $2)
             order by l.id
             for update",
            &[to_pg(org_id).into(), to_pg(id).into()],
        );
    }
    spi::write(
        "select jsonb_build_object(
           'label', l.label, 'address_line1', l.address_line1, 'address_line2', l.address_line2, 'city', l.city,
           'region', l.region, 'postal_code', l.postal_code, 'country', l.country, 'timezone', l.timezone)
         from public.customer_locations l
         where l.org_id = $1 and l.id = $2
         for update",
        &[to_pg(org_id).into(), to_pg(id).into()],
    )
}

/// Writes the address, and whether the place is the primary one unless that stays as it is.
pub fn change_location(org_id: Uuid, id: Uuid, address: &Address, is_primary: Option<bool>) {
    if is_primary == Some(true) {
        spi::run(
            "update public.customer_locations l set is_primary = false
             where l.org_id = $1 and l.is_primary and l.id <> $2 and l.customer_id = (
               select named.customer_id from public.customer_locations named where named.org_id = $1 and named.id = $2)",
            &[to_pg(org_id).into(), to_pg(id).into()],
        );
    }
    spi::run(
        include_str!("change_location.sql"),
        &[
            to_pg(org_id).into(),
            to_pg(id).into(),
            json(address).into(),
            is_primary.into(),
        ],
    );
}

pub fn change_preferences(org_id: Uuid, account_id: Uuid, new: Preferences<'_>) -> Option<Value> {
    let key = [to_pg(org_id).into(), to_pg(account_id).into()];
    spi::run(
        include_str!("change_preferences.sql"),
        &[
            to_pg(org_id).into(),
            to_pg(account_id).into(),
            new.notify_booking_updates_email.into(),
            new.notify_booking_updates_sms.into(),
            new.notify_marketing_email.into(),
            new.notify_marketing_sms.into(),
            new.notify_technician_enroute.into(),
            new.notify_messages_email.into(),
            new.quiet_hours_start.into(),
            new.quiet_hours_end.into(),
            new.timezone.into(),
            new.clear_quiet_hours.into(),
        ],
    );
    spi::write(
        "select to_jsonb(p) from portal.notification_preferences p where p.org_id = $1 and p.portal_account_id = $2",
        &key,
    )
}

/// What is given replaces what is there.
pub fn change_profile(
    org_id: Uuid,
    user_id: Uuid,
    full_name: Option<&str>,
    phone: Option<&str>,
    language: Option<&str>,
) -> Option<ProfileRow> {
    spi::write(
        "update public.profiles p
         set full_name = coalesce($3, p.full_name), phone = coalesce($4, p.phone),
             preferred_language = coalesce($5, p.preferred_language)
         where p.org_id = $1 and p.user_id = $2
         returning to_jsonb(p)",
        &[
            to_pg(org_id).into(),
            to_pg(user_id).into(),
            full_name.into(),
            phone.into(),
            language.into(),
        ],
    )
}

/// Tables of Supabase Auth that other makers of users need not have.
#[derive(Clone, Copy)]
pub enum AuthTable {
    Sessions,
    Factors,
}

/// Whether the table is there and portal_owner may read it.
pub fn has(table: AuthTable) -> bool {
    let name = match table {
        AuthTable::Sessions => "auth.sessions",
        AuthTable::Factors => "auth.mfa_factors",
    };
    spi::read(
        "select to_jsonb(has_any_column_privilege(to_regclass($1), 'select'))",
        &[name.into()],
    )
    .unwrap_or_default()
}

pub fn sign_in_facts(user_id: Uuid) -> Option<Value> {
    spi::read(
        "select jsonb_build_object(
           'email', u.email, 'email_verified', u.email_confirmed_at is not null,
           'phone', u.phone, 'phone_verified', u.phone_confirmed_at is not null,
           'last_sign_in_at', u.last_sign_in_at)
         from auth.users u
         where u.id = $1",
        &[to_pg(user_id).into()],
    )
}

pub fn factors(user_id: Uuid) -> Vec<Value> {
    spi::read(
        "select jsonb_agg(jsonb_build_object(
           'id', f.id, 'type', f.factor_type, 'name', f.friendly_name, 'created_at', f.created_at)
           order by f.created_at, f.id)
         from auth.mfa_factors f
         where f.user_id = $1 and f.status = 'verified'",
        &[to_pg(user_id).into()],
    )
    .unwrap_or_default()
}

pub struct Session {
    pub id: pgrx::Uuid,
    pub created_at: Option<TimestampWithTimeZone>,
    pub last_seen_at: Option<TimestampWithTimeZone>,
    pub user_agent: Option<String>,
    pub ip: Option<String>,
}

impl Session {
    /// Of a row with these columns, in their order.
    pub fn of(row: &SpiHeapTupleData) -> pgrx::spi::Result<Self> {
        Ok(Self {
            id: column(row, 1)?,
            created_at: row.get(2)?,
            last_seen_at: row.get(3)?,
            user_agent: row.get(4)?,
            ip: row.get(5)?,
        })
    }
}

/// The live ones, the one seen last first.
pub fn sessions(user_id: Uuid) -> Vec<Session> {
    // refreshed_at is in UTC without saying so.
    spi::rows(
        "select s.id, s.created_at, coalesce(s.refreshed_at at time zone 'UTC', s.updated_at, s.created_at) as seen_at,
           s.user_agent, host(s.ip)
         from auth.sessions s
         where s.user_id = $1 and (s.not_after is null or s.not_after > now())
         order by seen_at desc, s.id",
        &[to_pg(user_id).into()],
        Session::of,
    )
}

/// False when the person has no such session.
pub fn delete_session(user_id: Uuid, id: Uuid) -> bool {
    let deleted = spi::run(
        "delete from auth.sessions s where s.user_id = $1 and s.id = $2",
        &[to_pg(user_id).into(), to_pg(id).into()],
    );
    deleted == 1
}
