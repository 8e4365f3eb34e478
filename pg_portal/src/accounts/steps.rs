//! The privileged steps of accounts: they run as portal_owner, take the person from the verified token only, and
//! re-check every right themselves. Clients cannot call them; `api.rs` does.

use pgrx::prelude::*;
use uuid::Uuid;

use super::invitation::{self, Invitation};
use super::rules::{self, Inviter, LinkedBy};
use super::store::{self, AccountRow, NewAccount};
use crate::access::rules::implicit_capabilities;
use crate::access::scope;
use crate::audit;
use crate::caller::Caller;
use crate::error::{PortalError, Result, Status, surface};
use crate::ids::{self, from_pg};
use crate::types::{AccountRole, AccountStatus, Capability};

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn link_account(
        org_slug: Option<&str>,
        full_name: Option<&str>,
        phone: Option<&str>,
        invite_token: Option<&str>,
        reference: Option<&str>,
    ) -> pgrx::JsonB {
        surface(|| {
            document(sign_up(
                org_slug,
                full_name,
                phone,
                invite_token,
                reference,
            )?)
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn accept_invitation(token: Option<&str>) -> pgrx::JsonB {
        surface(|| {
            let user_id = permanent_user()?;
            document(accept(user_id, token.unwrap_or_default(), None, None)?)
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn create_invitation(
        email: Option<&str>,
        role: Option<&str>,
        full_name: Option<&str>,
        location_ids: Option<Vec<Option<pgrx::Uuid>>>,
        customer_id: Option<pgrx::Uuid>,
    ) -> pgrx::JsonB {
        surface(|| {
            let locations = invitation::named_locations(location_ids)?;
            invite(email, role, full_name, &locations, customer_id.map(from_pg))
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn close_contact(account_id: Option<pgrx::Uuid>) -> pgrx::JsonB {
        surface(|| close(account_id.map(from_pg)))
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn report_event(event_type: Option<&str>, payload: Option<pgrx::JsonB>) {
        surface(|| report(event_type.unwrap_or_default(), payload.map(|p| p.0)))
    }
}

fn document(answer: impl serde::Serialize) -> Result<pgrx::JsonB> {
    Ok(pgrx::JsonB(
        serde_json::to_value(answer).expect("answers are plain data"),
    ))
}

/// The signed-in user, who must exist and have a credential of their own.
fn permanent_user() -> Result<Uuid> {
    let user_id = scope::require_user()?;
    if Caller::current().is_anonymous() {
        return Err(PortalError::new(
            Status::NotAllowed,
            "anonymous_user",
            "A guest cannot hold a portal account.",
            "Add an e-mail address or phone number to the log-in first.",
        ));
    }
    if !store::user_exists(user_id) {
        return Err(PortalError::new(
            Status::NoUser,
            "user_gone",
            "This log-in no longer exists.",
            "Sign in again, or sign up.",
        ));
    }
    Ok(user_id)
}

fn sign_up(
    org_slug: Option<&str>,
    full_name: Option<&str>,
    phone: Option<&str>,
    invite_token: Option<&str>,
    reference: Option<&str>,
) -> Result<AccountRow> {
    let user_id = permanent_user()?;
    let org_id = store::active_org(org_slug.unwrap_or_default())
        .ok_or_else(|| PortalError::absent("company"))?;
    let phone = phone.map(rules::phone).transpose()?;
    if let Some(token) = invite_token {
        return accept(user_id, token, Some(org_id), phone.as_deref());
    }
    store::lock_person(org_id, user_id);
    if let Some(account) = store::account_of(org_id, user_id) {
        return still_open(account);
    }
    let name = rules::full_name(full_name.unwrap_or_default())?;
    let found = rules::choose_customer(&store::matches(org_id, user_id, reference));
    let (customer_id, linked_by) = match found {
        Some(found) => (found.customer_id, found.by),
        None => (
            store::create_customer(org_id, user_id, &name),
            LinkedBy::New,
        ),
    };
    let role = AccountRole::Customer;
    let account = NewAccount {
        org_id,
        user_id,
        customer_id,
        role,
        linked_by,
        implicit_grant: true,
    };
    open_account(&account, &name, phone.as_deref())
}

fn open_account(new: &NewAccount, full_name: &str, phone: Option<&str>) -> Result<AccountRow> {
    store::create_account(new);
    store::create_profile(new, full_name, phone);
    scope::enter();
    Ok(store::account_of(new.org_id, new.user_id).expect("the account was just made"))
}

/// A suspended account stays out whatever its owner tries; a closed one needs a new invitation.
fn still_open(account: AccountRow) -> Result<AccountRow> {
    let refuse = |reason, message: &'static str| {
        Err(PortalError::new(
            Status::NotAllowed,
            reason,
            message,
            "Ask the company to reinstate it.",
        ))
    };
    match account.status {
        AccountStatus::Active | AccountStatus::Invited => Ok(account),
        AccountStatus::Suspended => {
            refuse("account_suspended", "Your portal account is suspended.")
        }
        AccountStatus::Closed => refuse("account_closed", "Your portal account is closed."),
    }
}

/// `org_id`: the company that the person named beside the token, if any; the token must be that company's.
fn accept(
    user_id: Uuid,
    token: &str,
    org_id: Option<Uuid>,
    phone: Option<&str>,
) -> Result<AccountRow> {
    let invite = store::lock_invite(&ids::token_hash(token))
        .filter(|invite| org_id.is_none_or(|org| org == invite.org_id))
        .ok_or_else(|| PortalError::absent("invitation"))?;
    rules::check_invite(&invite, user_id, store::now())?;
    store::lock_person(invite.org_id, user_id);
    let before = store::account_of(invite.org_id, user_id);
    if invite.accepted_by_user_id.is_some() {
        return still_open(before.expect("whoever accepted it has the account"));
    }
    let whole = invite.location_ids.is_empty();
    let account = match before {
        None => {
            let new = NewAccount {
                org_id: invite.org_id,
                user_id,
                customer_id: invite.customer_id,
                role: invite.role,
                linked_by: LinkedBy::Invite,
                implicit_grant: whole,
            };
            open_account(&new, &invite_name(&invite), phone)?
        }
        Some(account) => widen(account, &invite)?,
    };
    let capabilities = implicit_capabilities(invite.role);
    for location_id in &invite.location_ids {
        store::grant(
            invite.org_id,
            account.account_id,
            invite.customer_id,
            Some(*location_id),
            capabilities,
        );
    }
    if whole && account.customer_id != invite.customer_id {
        store::grant(
            invite.org_id,
            account.account_id,
            invite.customer_id,
            None,
            capabilities,
        );
    }
    store::mark_accepted(&invite, account.account_id);
    scope::enter();
    Ok(account)
}

fn invite_name(invite: &rules::Invite) -> String {
    let given = Caller::current()
        .claims
        .pointer("/user_metadata/full_name")
        .cloned();
    let given = given.as_ref().and_then(|name| name.as_str());
    let name = given.and_then(|name| rules::full_name(name).ok());
    name.or_else(|| invite.full_name.clone())
        .unwrap_or_else(|| "Portal user".to_owned())
}

/// What an invitation adds to an account that exists: a closed one opens again, but only for what the invitation
/// names; nothing that was taken away comes back with it.
fn widen(account: AccountRow, invite: &rules::Invite) -> Result<AccountRow> {
    let was_closed = account.status == AccountStatus::Closed;
    if !was_closed {
        still_open(account.clone())?;
    }
    let whole_own = invite.location_ids.is_empty() && invite.customer_id == account.customer_id;
    let implicit_grant = whole_own || (account.implicit_grant && !was_closed);
    let role = if was_closed || (whole_own && !account.implicit_grant) {
        invite.role
    } else {
        account.role
    };
    store::reopen_account(account.org_id, account.account_id, role, implicit_grant);
    Ok(AccountRow {
        status: AccountStatus::Active,
        role,
        implicit_grant,
        ..account
    })
}

fn invite(
    email: Option<&str>,
    role: Option<&str>,
    full_name: Option<&str>,
    locations: &[Uuid],
    customer_id: Option<Uuid>,
) -> Result<pgrx::JsonB> {
    let (org_id, inviter) = inviter()?;
    let email = rules::email(email.unwrap_or_default())?;
    let role = rules::parse_role(role.unwrap_or("customer"))?;
    let full_name = full_name.map(rules::full_name).transpose()?;
    rules::check_invited_role(inviter, role)?;
    let customer_id = managed_customer(inviter, org_id, customer_id, locations)?;
    document(invitation::issue(&Invitation {
        org_id,
        customer_id,
        location_ids: locations,
        role,
        email: &email,
        full_name: full_name.as_deref(),
        invited_by_user_id: Caller::current().user_id(),
        invited_by_account_id: scope::account_id(),
    })?)
}

fn inviter() -> Result<(Uuid, Inviter)> {
    scope::require_user()?;
    let org_id = scope::org_id().ok_or_else(scope::no_place)?;
    if scope::is_office() {
        return Ok((org_id, Inviter::Office));
    }
    let role = scope::account_role().ok_or_else(scope::no_place)?;
    Ok((org_id, Inviter::Account(rules::parse_role(&role)?)))
}

/// The customer that an invitation is for, if the inviter manages it: staff any of their organization, an account
/// those it manages as a whole, or single locations that it manages.
fn managed_customer(
    inviter: Inviter,
    org_id: Uuid,
    customer_id: Option<Uuid>,
    locations: &[Uuid],
) -> Result<Uuid> {
    let absent = || PortalError::absent("customer");
    if inviter == Inviter::Office {
        let customer_id = customer_id.ok_or_else(|| {
            PortalError::invalid(
                "customer_id",
                "Staff must say which customer the invitation is for.",
            )
        })?;
        return store::customer_exists(org_id, customer_id)
            .then_some(customer_id)
            .ok_or_else(absent);
    }
    let customer_id = customer_id.or_else(scope::customer_id).ok_or_else(absent)?;
    let reach = scope::reach(Capability::Manage);
    let whole = reach.whole.contains(&customer_id);
    let these = !locations.is_empty() && locations.iter().all(|l| reach.locations.contains(l));
    (whole || these).then_some(customer_id).ok_or_else(absent)
}

fn close(account_id: Option<Uuid>) -> Result<pgrx::JsonB> {
    let (org_id, inviter) = inviter()?;
    let absent = || PortalError::absent("contact");
    let account_id = account_id.ok_or_else(absent)?;
    if Some(account_id) == scope::account_id() {
        return Err(PortalError::new(
            Status::Refused,
            "own_account",
            "You cannot revoke your own access.",
            "Ask another manager or the company.",
        ));
    }
    let contact = store::lock_contact(org_id, account_id).ok_or_else(absent)?;
    let managed = scope::reach(Capability::Manage).whole;
    let manages = |customer: &Uuid| inviter == Inviter::Office || managed.contains(customer);
    let granted: Vec<Uuid> = contact.granted.iter().copied().filter(manages).collect();
    let owns = manages(&contact.customer_id);
    if !owns && granted.is_empty() {
        return Err(absent());
    }
    rules::check_invited_role(inviter, contact.role)?;
    store::revoke_grants(org_id, account_id, &granted);
    if owns {
        store::close_account(org_id, account_id);
    }
    document(store::account_of(org_id, contact.user_id))
}

fn report(event_type: &str, payload: Option<serde_json::Value>) -> Result<()> {
    scope::require_user()?;
    rules::check_event(event_type, payload.as_ref())?;
    let org_id = scope::org_id().ok_or_else(scope::no_place)?;
    let account_id = scope::account_id();
    if let (Some(account_id), "login") = (account_id, event_type) {
        store::note_login(org_id, account_id);
    }
    audit::record(&audit::Event {
        org_id,
        account_id,
        event_type,
        payload,
        entity: None,
    });
    Ok(())
}
