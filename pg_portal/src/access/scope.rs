//! The scope of the current request: worked out once, kept in memory, read by the helpers that policies call.
//!
//! The gateway enters first thing. Where nobody did (PostgREST, Storage, Realtime, psql), or where the caller has
//! changed since, the first helper enters by itself. With no caller at all every helper answers nothing.
//!
//! What is kept counts only for the caller of whom it speaks and within the (sub)transaction that read it, so that
//! it never outlives a request: see [`Known::is_current`].

use std::cell::RefCell;

use pgrx::pg_sys;
use uuid::Uuid;

use super::rules::{self, Reach, Scope};
use super::store::{self, Factors, Jobs};
use crate::caller::{self, Caller, Fingerprint};
use crate::error::{PortalError, Result, Status};
use crate::types::{AccountRole, Capability, ProfileRole};

/// One subtransaction of one transaction of this session. None ever comes again: a savepoint that was rolled back to,
/// or set anew, is another one.
#[derive(Debug, PartialEq)]
struct Place {
    transaction: pg_sys::LocalTransactionId,
    subtransaction: pg_sys::SubTransactionId,
}

impl Place {
    fn current() -> Self {
        // SAFETY: a session's entry in shared memory stays as long as it lives, and only it writes this part.
        unsafe {
            let own = &*pg_sys::MyProc;
            #[cfg(any(feature = "pg15", feature = "pg16"))]
            let transaction = own.lxid;
            #[cfg(not(any(feature = "pg15", feature = "pg16")))]
            let transaction = own.vxid.lxid;
            Self {
                transaction,
                subtransaction: pg_sys::GetCurrentSubTransactionId(),
            }
        }
    }
}

struct Known {
    place: Place,
    of_whom: Fingerprint,
    user_id: Option<Uuid>,
    scope: Scope,
    jobs: Jobs,
}

impl Known {
    /// False after the end of the transaction or savepoint, and when other claims or headers were set since. Asked by
    /// every helper each time.
    fn is_current(&self) -> bool {
        self.place == Place::current() && caller::is_fingerprint(&self.of_whom)
    }
}

thread_local! {
    static KNOWN: RefCell<Option<Known>> = const { RefCell::new(None) };
}

/// Reads the tables and keeps the scope. Reads as portal_owner, so it must take the person from the settings only.
pub fn enter() {
    let caller = Caller::current();
    let (user_id, assurance) = (caller.user_id(), caller.assurance());
    let factors = match rules::proves_second_factor(assurance) {
        true => Factors::Leave,
        false => Factors::LookFor,
    };
    let (scope, jobs) = store::as_owner(|| {
        let standing = user_id
            .map(|id| store::standing(id, factors))
            .unwrap_or_default();
        let scope = rules::scope_by_token(&standing, assurance, caller.named_org());
        let jobs = jobs(&scope);
        (scope, jobs)
    });
    KNOWN.set(Some(Known {
        place: Place::current(),
        of_whom: caller::fingerprint(),
        user_id,
        scope,
        jobs,
    }));
}

fn jobs(scope: &Scope) -> Jobs {
    match (scope.org_id, scope.technician_id, scope.staff_role) {
        (Some(org), Some(technician), Some(ProfileRole::Technician)) => {
            store::technician_jobs(org, technician)
        }
        _ => Jobs::default(),
    }
}

/// What is known of the present caller; nothing when there is no caller. `look` must not ask for a scope itself.
fn known<T: Default>(look: impl FnOnce(&Known) -> T) -> T {
    if !KNOWN.with_borrow(|known| known.as_ref().is_some_and(Known::is_current)) {
        if !caller::is_known() {
            return T::default();
        }
        enter();
    }
    KNOWN.with_borrow(|known| known.as_ref().map(look).unwrap_or_default())
}

/// Whom the token names. That they may not act yet, [`acting_user_id`] knows.
pub fn user_id() -> Option<Uuid> {
    known(|of| of.user_id)
}

/// The person as policies and views compare them: nobody while the second factor is missing.
pub fn acting_user_id() -> Option<Uuid> {
    known(|of| of.user_id.filter(|_| !of.scope.lacks_second_factor))
}

pub fn org_id() -> Option<Uuid> {
    known(|of| of.scope.org_id)
}

pub fn org_ids() -> Vec<Uuid> {
    known(|of| of.scope.org_ids.iter().copied().collect())
}

pub fn account_id() -> Option<Uuid> {
    known(|of| of.scope.account_id)
}

pub fn account_role() -> Option<String> {
    known(|of| of.scope.account_role).map(|role: AccountRole| role.label().to_owned())
}

pub fn account_ids() -> Vec<Uuid> {
    known(|of| of.scope.account_ids.iter().copied().collect())
}

/// The account's own customer.
pub fn customer_id() -> Option<Uuid> {
    known(|of| of.scope.customer_id)
}

pub fn staff_role() -> Option<String> {
    staff().map(|role| role.label().to_owned())
}

fn staff() -> Option<ProfileRole> {
    known(|of| of.scope.staff_role)
}

pub fn is_admin() -> bool {
    staff() == Some(ProfileRole::Admin)
}

/// Staff who see the whole organization.
pub fn is_office() -> bool {
    use ProfileRole as Role;
    matches!(staff(), Some(Role::Admin | Role::Csr | Role::Dispatcher))
}

pub fn technician_id() -> Option<Uuid> {
    known(|of| of.scope.technician_id)
}

pub fn job_ids() -> Vec<Uuid> {
    known(|of| of.jobs.ids.clone())
}

pub fn job_customer_ids() -> Vec<Uuid> {
    known(|of| of.jobs.customers.clone())
}

pub fn job_location_ids() -> Vec<Uuid> {
    known(|of| of.jobs.locations.clone())
}

pub fn reach(capability: Capability) -> Reach {
    known(|of| of.scope.reach.get(capability as usize).cloned()).unwrap_or_default()
}

/// The signed-in user, or PT401.
pub fn require_user() -> Result<Uuid> {
    require_second_factor()?;
    user_id().ok_or_else(|| {
        PortalError::new(
            Status::NoUser,
            "not_signed_in",
            "Nobody is signed in.",
            "Sign in and send the access token as Authorization: Bearer.",
        )
    })
}

/// PT401 for a token that was given for the password alone, of a person who has set up a second factor. For what people
/// may do without an account too.
pub fn require_second_factor() -> Result<()> {
    match known(|of| of.scope.lacks_second_factor) {
        true => Err(second_factor_required()),
        false => Ok(()),
    }
}

fn second_factor_required() -> PortalError {
    PortalError::new(
        Status::NoUser,
        "second_factor_required",
        "Your log-in has a second step that is still to be taken.",
        "Enter the code of your authenticator app (supabase.auth.mfa.challengeAndVerify), and send the new access token.",
    )
}

/// The caller's organization and account, or an error that says which of them is missing.
pub fn require_account() -> Result<(Uuid, Uuid)> {
    require_user()?;
    match (org_id(), account_id()) {
        (Some(org_id), Some(account_id)) => Ok((org_id, account_id)),
        _ => Err(no_place()),
    }
}

/// Why a signed-in caller has no organization or account to act in.
pub fn no_place() -> PortalError {
    if let Err(refusal) = require_second_factor() {
        return refusal;
    }
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
