//! The scope of the current request: worked out by `portal_internal.enter()`, kept in a transaction-local
//! setting, read back by the helpers that policies call.
//!
//! PostgREST and the gateway enter first thing. Where nobody did (Storage, Realtime, psql), or where the caller
//! has changed since, the first helper enters by itself. With no caller at all every helper answers nothing.

use std::collections::BTreeSet;
use std::ffi::CStr;

use uuid::Uuid;

use super::rules::{self, Reach, Scope};
use super::store;
use crate::caller::{self, Caller};
use crate::error::{PortalError, Result, Status};
use crate::settings;
use crate::spi;
use crate::types::{AccountRole, Capability, ProfileRole};

/// One setting holds the whole scope, because every setting costs time again when the transaction ends: its parts one
/// below the other, then [`OF_WHOM`], then the fingerprint of the caller whose scope it is.
const SCOPE: &CStr = c"portal.scope";
const OF_WHOM: char = '\u{1e}';

const USER: usize = 0;
const ORG: usize = 1;
const ORGS: usize = 2;
const ACCOUNT: usize = 3;
const ACCOUNT_ROLE: usize = 4;
const ACCOUNTS: usize = 5;
const CUSTOMER: usize = 6;
const STAFF_ROLE: usize = 7;
const TECHNICIAN: usize = 8;
const JOBS: usize = 9;
const JOB_CUSTOMERS: usize = 10;
const JOB_LOCATIONS: usize = 11;
/// The first of one part per capability, in the order of [`Capability::ALL`].
const REACH: usize = 12;
const PARTS: usize = REACH + Capability::ALL.len();

/// Reads the tables and keeps the scope. Runs as portal_owner, so it must take the person from the settings only.
pub fn enter() {
    let caller = Caller::current();
    let user_id = caller.user_id();
    let standing = user_id.map(store::standing).unwrap_or_default();
    let scope = rules::scope(&standing, caller.named_org());
    let jobs = match (scope.org_id, scope.technician_id, scope.staff_role) {
        (Some(org), Some(technician), Some(ProfileRole::Technician)) => {
            store::technician_jobs(org, technician)
        }
        _ => store::Jobs::default(),
    };
    let parts = parts(user_id, &scope, &jobs).join("\n");
    let kept = format!("{parts}{OF_WHOM}{}", caller::fingerprint());
    settings::set_local(SCOPE, &kept);
}

fn parts(user_id: Option<Uuid>, scope: &Scope, jobs: &store::Jobs) -> [String; PARTS] {
    let mut parts = [const { String::new() }; PARTS];
    parts[USER] = opt(user_id);
    parts[ORG] = opt(scope.org_id);
    parts[ORGS] = join(&scope.org_ids);
    parts[ACCOUNT] = opt(scope.account_id);
    parts[ACCOUNT_ROLE] = scope.account_role.map_or("", AccountRole::label).to_owned();
    parts[ACCOUNTS] = join(&scope.account_ids);
    parts[CUSTOMER] = opt(scope.customer_id);
    parts[STAFF_ROLE] = scope.staff_role.map_or("", ProfileRole::label).to_owned();
    parts[TECHNICIAN] = opt(scope.technician_id);
    parts[JOBS] = join(&jobs.ids);
    parts[JOB_CUSTOMERS] = join(&jobs.customers);
    parts[JOB_LOCATIONS] = join(&jobs.locations);
    for (part, reach) in parts[REACH..].iter_mut().zip(&scope.reach) {
        *part = [&reach.whole, &reach.partly, &reach.locations]
            .map(join)
            .join("|");
    }
    parts
}

/// One part of the present caller's scope; nothing when there is no caller or the part is empty.
fn text(part: usize) -> Option<String> {
    if !caller::is_known() {
        return None;
    }
    let text = kept(part).or_else(|| {
        // Through SQL, because only there it runs as its owner, who may read the tables.
        spi::rows("select portal_internal.enter()", &[], |_| Ok(()));
        kept(part)
    });
    text.filter(|text| !text.is_empty())
}

/// Nothing when the setting is unset or speaks of another caller.
fn kept(part: usize) -> Option<String> {
    settings::peek(SCOPE, |kept| {
        let (parts, of_whom) = std::str::from_utf8(kept).ok()?.split_once(OF_WHOM)?;
        let text = parts.split('\n').nth(part)?;
        caller::is_fingerprint(of_whom).then(|| text.to_owned())
    })
}

pub fn user_id() -> Option<Uuid> {
    one(USER)
}

pub fn org_id() -> Option<Uuid> {
    one(ORG)
}

pub fn org_ids() -> Vec<Uuid> {
    many(ORGS)
}

pub fn account_id() -> Option<Uuid> {
    one(ACCOUNT)
}

pub fn account_role() -> Option<String> {
    text(ACCOUNT_ROLE)
}

pub fn account_ids() -> Vec<Uuid> {
    many(ACCOUNTS)
}

/// The account's own customer.
pub fn customer_id() -> Option<Uuid> {
    one(CUSTOMER)
}

pub fn staff_role() -> Option<String> {
    text(STAFF_ROLE)
}

pub fn is_admin() -> bool {
    staff_role().as_deref() == Some("admin")
}

/// Staff who see the whole organization.
pub fn is_office() -> bool {
    matches!(
        staff_role().as_deref(),
        Some("admin" | "csr" | "dispatcher")
    )
}

pub fn technician_id() -> Option<Uuid> {
    one(TECHNICIAN)
}

pub fn job_ids() -> Vec<Uuid> {
    many(JOBS)
}

pub fn job_customer_ids() -> Vec<Uuid> {
    many(JOB_CUSTOMERS)
}

pub fn job_location_ids() -> Vec<Uuid> {
    many(JOB_LOCATIONS)
}

pub fn reach(capability: Capability) -> Reach {
    let lists = text(REACH + capability as usize).unwrap_or_default();
    let mut lists = lists
        .split('|')
        .map(|list| parse(list).collect::<BTreeSet<_>>());
    let mut next = || lists.next().unwrap_or_default();
    Reach {
        whole: next(),
        partly: next(),
        locations: next(),
    }
}

/// The caller's organization and account, or an error that says which of them is missing.
pub fn require_account() -> Result<(Uuid, Uuid)> {
    Caller::current().require_user()?;
    match (org_id(), account_id()) {
        (Some(org_id), Some(account_id)) => Ok((org_id, account_id)),
        _ => Err(no_place()),
    }
}

/// Why a signed-in caller has no organization or account to act in.
pub fn no_place() -> PortalError {
    if org_id().is_none() && org_ids().len() > 1 {
        return PortalError::new(
            Status::Malformed,
            "org_required",
            "You have accounts with several companies; the request must name one.",
            "Send the company's id or slug in the x-portal-org header.",
        );
    }
    PortalError::new(
        Status::NotAllowed,
        "no_active_account",
        "You have no active portal account here.",
        "Sign up with the company, accept its invitation, or ask it to reinstate your account.",
    )
}

fn one(part: usize) -> Option<Uuid> {
    text(part)?.parse().ok()
}

fn many(part: usize) -> Vec<Uuid> {
    text(part)
        .map(|list| parse(&list).collect())
        .unwrap_or_default()
}

fn parse(list: &str) -> impl Iterator<Item = Uuid> {
    list.split(',').filter_map(|id| id.parse().ok())
}

fn join<'a>(ids: impl IntoIterator<Item = &'a Uuid>) -> String {
    ids.into_iter()
        .map(Uuid::to_string)
        .collect::<Vec<_>>()
        .join(",")
}

fn opt(id: Option<Uuid>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}
