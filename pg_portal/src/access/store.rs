//! What the tables say about a person.

use std::ffi::CStr;

use pgrx::pg_sys;
use pgrx::spi::{Result, SpiHeapTupleData};
use uuid::Uuid;

use super::rules::{Account, Grant, StaffProfile, Standing};
use crate::guc;
use crate::ids::{from_pg, to_pg};
use crate::spi::{self, column};
use crate::types::{AccountRole, Capability, ProfileRole};

/// Runs `work` as portal_owner, who may read what the caller may not: what a SECURITY DEFINER function does, without
/// calling one through SQL.
pub fn as_owner<T>(work: impl FnOnce() -> T) -> T {
    as_role(c"portal_owner", work)
}

/// Runs `work` as another role. The fixed search_path keeps a caller's own operators out of the queries.
pub fn as_role<T>(name: &CStr, work: impl FnOnce() -> T) -> T {
    // SAFETY: as Postgres itself calls such a function; after an error the end of the (sub)transaction restores the
    // caller.
    unsafe {
        let (mut caller, mut context) = (pg_sys::InvalidOid, 0);
        pg_sys::GetUserIdAndSecContext(&mut caller, &mut context);
        let role = pg_sys::get_role_oid(name.as_ptr(), false);
        let local = pg_sys::SECURITY_LOCAL_USERID_CHANGE as i32;
        pg_sys::SetUserIdAndSecContext(role, context | local);
        let answer = guc::with(c"search_path", c"pg_catalog, pg_temp", work);
        pg_sys::SetUserIdAndSecContext(caller, context);
        answer
    }
}

/// Whether to look for a person's second factors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Factors {
    LookFor,
    Leave,
}

/// The live accounts (with their grants) and staff profiles of a user in all active organizations.
///
/// Every request begins with this: two plain queries, read column by column, take a fraction of the time of one that
/// builds a JSON document (docs/performance.md). The second looks for a second factor on its way.
pub fn standing(user_id: Uuid, factors: Factors) -> Standing {
    let user_id = to_pg(user_id);
    let accounts = spi::rows(include_str!("accounts.sql"), &[user_id.into()], |row| {
        Ok((account(row)?, grant(row)?))
    });
    let profiles = match factors == Factors::LookFor && can_read_factors() {
        true => concat!(
            include_str!("profiles.sql"),
            include_str!("second_factor.sql")
        ),
        false => include_str!("profiles.sql"),
    };
    let rows = spi::rows(profiles, &[user_id.into()], profile);
    Standing {
        accounts: with_grants(accounts),
        has_second_factor: rows.iter().any(Option::is_none),
        profiles: rows.into_iter().flatten().collect(),
    }
}

/// Whether the person has set up a second factor.
pub fn has_second_factor(user_id: Uuid) -> bool {
    standing(user_id, Factors::LookFor).has_second_factor
}

/// Whether Supabase Auth keeps second factors here, and the present role may read them. Asked at every request, so
/// Postgres' caches are asked and not SQL.
fn can_read_factors() -> bool {
    // SAFETY: look-ups by name and number, which answer 0 for what is not there.
    unsafe {
        let schema = pg_sys::get_namespace_oid(c"auth".as_ptr(), true);
        let table = pg_sys::get_relname_relid(c"mfa_factors".as_ptr(), schema);
        let (role, select) = (pg_sys::GetUserId(), pg_sys::ACL_SELECT as pg_sys::AclMode);
        let is_readable = |column: &CStr| {
            let column = pg_sys::get_attnum(table, column.as_ptr());
            let verdict = pg_sys::pg_attribute_aclcheck(table, column, role, select);
            column > 0 && verdict == pg_sys::AclResult::ACLCHECK_OK
        };
        let is_all_readable = || {
            let verdict = pg_sys::pg_class_aclcheck(table, role, select);
            verdict == pg_sys::AclResult::ACLCHECK_OK
        };
        table != pg_sys::InvalidOid
            && (is_all_readable() || [c"user_id", c"status"].into_iter().all(is_readable))
    }
}

/// The query answers one row for each grant, and one for an account that has none.
fn with_grants(rows: Vec<(Account, Option<Grant>)>) -> Vec<Account> {
    let mut accounts: Vec<Account> = Vec::new();
    for (account, grant) in rows {
        match accounts.iter_mut().find(|known| known.id == account.id) {
            Some(known) => known.grants.extend(grant),
            None => accounts.push(Account {
                grants: grant.into_iter().collect(),
                ..account
            }),
        }
    }
    accounts
}

fn account(row: &SpiHeapTupleData) -> Result<Account> {
    Ok(Account {
        id: id(row, 1)?,
        org_id: id(row, 2)?,
        org_slug: column(row, 3)?,
        customer_id: id(row, 4)?,
        role: AccountRole::from_label(&column::<String>(row, 5)?),
        implicit_grant: column(row, 6)?,
        grants: vec![],
    })
}

fn grant(row: &SpiHeapTupleData) -> Result<Option<Grant>> {
    let Some(customer_id) = row.get::<pgrx::Uuid>(7)? else {
        return Ok(None);
    };
    let capabilities: Vec<String> = column(row, 9)?;
    Ok(Some(Grant {
        customer_id: from_pg(customer_id),
        location_id: row.get(8)?.map(from_pg),
        capabilities: capabilities
            .iter()
            .map(|label| Capability::from_label(label))
            .collect(),
    }))
}

/// Nothing for the row that tells of a second factor.
fn profile(row: &SpiHeapTupleData) -> Result<Option<StaffProfile>> {
    let Some(org_id) = row.get::<pgrx::Uuid>(1)? else {
        return Ok(None);
    };
    Ok(Some(StaffProfile {
        org_id: from_pg(org_id),
        org_slug: column(row, 2)?,
        role: ProfileRole::from_label(&column::<String>(row, 3)?),
        technician_id: row.get(4)?.map(from_pg),
    }))
}

fn id(row: &SpiHeapTupleData, ordinal: usize) -> Result<Uuid> {
    Ok(from_pg(column(row, ordinal)?))
}

/// The jobs a technician works on: open ones, and those of the last 90 days for follow-up questions.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Jobs {
    pub ids: Vec<Uuid>,
    pub customers: Vec<Uuid>,
    pub locations: Vec<Uuid>,
}

pub fn technician_jobs(org_id: Uuid, technician_id: Uuid) -> Jobs {
    spi::read(
        "select jsonb_build_object(
           'ids',       coalesce(jsonb_agg(w.id), '[]'),
           'customers', coalesce(jsonb_agg(distinct w.customer_id), '[]'),
           'locations', coalesce(jsonb_agg(distinct w.location_id), '[]'))
         from public.work_orders w
         where w.org_id = $1::uuid and w.technician_id = $2::uuid
           and w.window_start > now() - interval '90 days'",
        &[org_id.to_string().into(), technician_id.to_string().into()],
    )
    .unwrap_or_default()
}
