//! The scope of the current request: worked out by `portal_internal.enter()`, kept in settings `portal.*` until
//! the transaction ends, read back by the helpers that policies call.
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

const ENTERED: &CStr = c"portal.entered";
const USER: &CStr = c"portal.user_id";
const ORG: &CStr = c"portal.org_id";
const ORGS: &CStr = c"portal.org_ids";
const ACCOUNT: &CStr = c"portal.account_id";
const ACCOUNT_ROLE: &CStr = c"portal.account_role";
const ACCOUNTS: &CStr = c"portal.account_ids";
const CUSTOMER: &CStr = c"portal.customer_id";
const STAFF_ROLE: &CStr = c"portal.staff_role";
const TECHNICIAN: &CStr = c"portal.technician_id";
const JOBS: &CStr = c"portal.job_ids";
const JOB_CUSTOMERS: &CStr = c"portal.job_customer_ids";
const JOB_LOCATIONS: &CStr = c"portal.job_location_ids";

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
    put(USER, opt(user_id));
    put(ORG, opt(scope.org_id));
    put(ORGS, join(&scope.org_ids));
    put(ACCOUNT, opt(scope.account_id));
    put(
        ACCOUNT_ROLE,
        scope
            .account_role
            .map(AccountRole::label)
            .unwrap_or_default()
            .to_owned(),
    );
    put(ACCOUNTS, join(&scope.account_ids));
    put(CUSTOMER, opt(scope.customer_id));
    put(
        STAFF_ROLE,
        scope
            .staff_role
            .map(ProfileRole::label)
            .unwrap_or_default()
            .to_owned(),
    );
    put(TECHNICIAN, opt(scope.technician_id));
    put(JOBS, join(&jobs.ids));
    put(JOB_CUSTOMERS, join(&jobs.customers));
    put(JOB_LOCATIONS, join(&jobs.locations));
    put_reach(&scope);
    settings::set_local(ENTERED, &caller::fingerprint());
}

/// False when there is no caller; otherwise the settings hold the caller's scope.
fn entered() -> bool {
    if !caller::is_known() {
        return false;
    }
    if !caller::has_fingerprint(ENTERED) {
        // Through SQL, because only there it runs as its owner, who may read the tables.
        spi::rows("select portal_internal.enter()", &[], |_| Ok(()));
    }
    true
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
    let lists = text(reach_setting(capability)).unwrap_or_default();
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

fn reach_setting(capability: Capability) -> &'static CStr {
    match capability {
        Capability::View => c"portal.reach_view",
        Capability::Book => c"portal.reach_book",
        Capability::Cancel => c"portal.reach_cancel",
        Capability::Billing => c"portal.reach_billing",
        Capability::Manage => c"portal.reach_manage",
    }
}

fn put_reach(scope: &Scope) {
    let none = Reach::default();
    for capability in Capability::ALL {
        let reach = scope.reach.get(capability as usize).unwrap_or(&none);
        let lists = [&reach.whole, &reach.partly, &reach.locations].map(join);
        let empty = lists.iter().all(String::is_empty);
        put(
            reach_setting(capability),
            if empty {
                String::new()
            } else {
                lists.join("|")
            },
        );
    }
}

/// Most settings are empty for most callers, and an empty one need not be written unless it held something.
fn put(name: &CStr, value: String) {
    if !value.is_empty() || settings::get(name).is_some() {
        settings::set_local(name, &value);
    }
}

fn text(name: &CStr) -> Option<String> {
    entered().then(|| settings::get(name)).flatten()
}

fn one(name: &CStr) -> Option<Uuid> {
    text(name)?.parse().ok()
}

fn many(name: &CStr) -> Vec<Uuid> {
    text(name)
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
