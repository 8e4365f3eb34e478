//! People's access, as a DBA gives it and takes it away.

use pgrx::prelude::*;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::access;
use crate::accounts::{self, Invitation};
use crate::audit;
use crate::error::{PortalError, Result, Status, surface};
use crate::ids::to_pg;
use crate::spi;
use crate::time;
use crate::types::{AccountRole, AccountStatus};

#[pg_schema]
mod portal_admin {
    use super::*;

    #[pg_extern(volatile)]
    fn invite_customer(
        customer_id: Option<pgrx::Uuid>,
        email: default!(Option<&str>, "NULL"),
        role: default!(Option<&str>, "'customer'"),
        full_name: default!(Option<&str>, "NULL"),
        location_ids: default!(Option<Vec<Option<pgrx::Uuid>>>, "NULL"),
    ) -> TableIterator<
        'static,
        (
            name!(invite_id, pgrx::Uuid),
            name!(org_id, pgrx::Uuid),
            name!(email, String),
            name!(role, AccountRole),
            name!(token, String),
            name!(expires_at, TimestampWithTimeZone),
            name!(times_sent, i32),
            name!(is_queued, bool),
        ),
    > {
        surface(|| {
            let locations = accounts::named_locations(location_ids)?;
            let customer = customer(customer_id)?;
            let (invitation, role) = invitation(&customer, email, role, full_name)?;
            let receipt = access::as_owner(|| {
                accounts::issue_invitation(&Invitation {
                    location_ids: &locations,
                    email: &invitation.email,
                    full_name: invitation.full_name.as_deref(),
                    org_id: customer.org_id,
                    customer_id: customer.id,
                    role,
                    invited_by_user_id: None,
                    invited_by_account_id: None,
                })
            })?;
            let (times_sent, is_queued) = access::as_owner(|| fate(receipt.invite_id));
            Ok(TableIterator::once((
                to_pg(receipt.invite_id),
                to_pg(customer.org_id),
                invitation.email,
                role,
                receipt.token.unwrap_or_default(),
                time::to_pg(receipt.expires_at),
                times_sent,
                is_queued,
            )))
        })
    }

    #[pg_extern(volatile)]
    fn suspend_account(
        account_id: Option<pgrx::Uuid>,
        reason: Option<&str>,
    ) -> TableIterator<
        'static,
        (
            name!(account_id, pgrx::Uuid),
            name!(org_id, pgrx::Uuid),
            name!(user_id, Option<pgrx::Uuid>),
            name!(status, AccountStatus),
            name!(changed, bool),
            name!(done, String),
        ),
    > {
        surface(|| {
            Ok(TableIterator::once(columns(change(
                &SUSPEND, account_id, reason,
            )?)))
        })
    }

    #[pg_extern(volatile)]
    fn reinstate_account(
        account_id: Option<pgrx::Uuid>,
        reason: Option<&str>,
    ) -> TableIterator<
        'static,
        (
            name!(account_id, pgrx::Uuid),
            name!(org_id, pgrx::Uuid),
            name!(user_id, Option<pgrx::Uuid>),
            name!(status, AccountStatus),
            name!(changed, bool),
            name!(done, String),
        ),
    > {
        surface(|| {
            Ok(TableIterator::once(columns(change(
                &REINSTATE, account_id, reason,
            )?)))
        })
    }
}

// Invitations -----------------------------------------------------------------------------------------

#[derive(Deserialize)]
struct Customer {
    id: Uuid,
    org_id: Uuid,
    full_name: String,
    email: Option<String>,
    is_served: bool,
}

fn customer(id: Option<pgrx::Uuid>) -> Result<Customer> {
    let found: Option<Customer> = spi::write(
        "select jsonb_build_object('id', c.id, 'org_id', c.org_id, 'full_name', c.full_name, 'email', c.email,
           'is_served', c.is_active and o.is_active)
         from public.customers c
         join public.orgs o on o.id = c.org_id
         where c.id = $1",
        &[id.into()],
    );
    let found = found.ok_or_else(|| no_such("customer", "public.customers"))?;
    if found.is_served {
        return Ok(found);
    }
    Err(PortalError::new(
        Status::Refused,
        "customer_inactive",
        "The customer, or the company, is not active.",
        "Set is_active to true in public.customers or public.orgs first.",
    ))
}

struct Addressee {
    email: String,
    full_name: Option<String>,
}

/// Without an address it is the customer's own, and then the name is as well.
fn invitation(
    customer: &Customer,
    email: Option<&str>,
    role: Option<&str>,
    full_name: Option<&str>,
) -> Result<(Addressee, AccountRole)> {
    let own = customer.email.as_deref();
    let given = email.or(own).ok_or_else(|| {
        PortalError::invalid(
            "email",
            "The customer has no e-mail address, so the invitation must name one.",
        )
    })?;
    let full_name = full_name.map(accounts::full_name).transpose()?;
    let addressee = Addressee {
        email: accounts::email(given)?,
        full_name: full_name.or_else(|| email.is_none().then(|| customer.full_name.clone())),
    };
    Ok((addressee, accounts::parse_role(role.unwrap_or("customer"))?))
}

/// How often an invitation was sent, and whether the outbox holds its present message. Runs as portal_owner.
fn fate(invite_id: Uuid) -> (i32, bool) {
    let fate: Option<(i32, bool)> = spi::write(
        include_str!("people/fate_of_invitation.sql"),
        &[to_pg(invite_id).into()],
    );
    fate.expect("the invitation was just made")
}

// Suspension ------------------------------------------------------------------------------------------

/// A change of an account's status by a DBA.
struct Change {
    from: AccountStatus,
    to: AccountStatus,
    event: &'static str,
    done: &'static str,
    no_need: &'static str,
}

const SUSPEND: Change = Change {
    from: AccountStatus::Active,
    to: AccountStatus::Suspended,
    event: "account_suspended",
    done: "Suspended: from now on the account reaches nothing.",
    no_need: "It was suspended already; nothing was changed.",
};

const REINSTATE: Change = Change {
    from: AccountStatus::Suspended,
    to: AccountStatus::Active,
    event: "account_reinstated",
    done: "Reinstated: the account reaches again what it did.",
    no_need: "It was active already; nothing was changed.",
};

#[derive(Deserialize)]
struct Account {
    id: Uuid,
    org_id: Uuid,
    /// Nothing once the person was erased.
    user_id: Option<Uuid>,
    status: AccountStatus,
}

struct Changed {
    account: Account,
    changed: bool,
    done: &'static str,
}

fn change(
    change: &Change,
    account_id: Option<pgrx::Uuid>,
    reason: Option<&str>,
) -> Result<Changed> {
    let reason = reason.unwrap_or_default().trim();
    if !(1..=1000).contains(&reason.chars().count()) {
        return Err(PortalError::invalid(
            "reason",
            "Say why, in 1 to 1000 characters: the audit log keeps it.",
        ));
    }
    let account = lock_account(account_id)?;
    if account.status == change.to {
        return Ok(Changed {
            account,
            changed: false,
            done: change.no_need,
        });
    }
    if account.status != change.from {
        return Err(PortalError::new(
            Status::Refused,
            "status_not_allowed",
            format!(
                "The account is {}, not {}.",
                account.status.label(),
                change.from.label()
            ),
            "A closed account opens again by an invitation: see portal_admin.invite_customer().",
        )
        .fact("status", account.status.label()));
    }
    set_status(&account, change.to);
    access::as_owner(|| note(&account, change.event, reason));
    let account = Account {
        status: change.to,
        ..account
    };
    Ok(Changed {
        account,
        changed: true,
        done: change.done,
    })
}

fn lock_account(id: Option<pgrx::Uuid>) -> Result<Account> {
    let found: Option<Account> = spi::write(
        "select jsonb_build_object('id', a.id, 'org_id', a.org_id, 'user_id', a.user_id, 'status', a.status)
         from public.portal_accounts a
         where a.id = $1
         for update",
        &[id.into()],
    );
    found.ok_or_else(|| no_such("account", "public.portal_accounts"))
}

fn set_status(account: &Account, status: AccountStatus) {
    spi::run(
        "update public.portal_accounts set status = $3::portal.account_status where org_id = $1 and id = $2",
        &[
            to_pg(account.org_id).into(),
            to_pg(account.id).into(),
            status.label().into(),
        ],
    );
}

/// The trigger writes what changed; this says why, and at whose hand. Runs as portal_owner.
fn note(account: &Account, event_type: &str, reason: &str) {
    let by: Option<String> = spi::read("select to_jsonb(session_user::text)", &[]);
    audit::record(&audit::Event {
        org_id: account.org_id,
        account_id: Some(account.id),
        event_type,
        payload: Some(json!({ "reason": reason, "database_user": by })),
        entity: Some(("account", Some(account.id))),
    });
}

type Columns = (
    pgrx::Uuid,
    pgrx::Uuid,
    Option<pgrx::Uuid>,
    AccountStatus,
    bool,
    String,
);

fn columns(changed: Changed) -> Columns {
    let account = changed.account;
    (
        to_pg(account.id),
        to_pg(account.org_id),
        account.user_id.map(to_pg),
        account.status,
        changed.changed,
        changed.done.to_owned(),
    )
}

/// Whoever calls sees every row, so it is not for want of rights.
fn no_such(what: &str, table: &str) -> PortalError {
    let hint = format!("Look for its id in {table}.");
    PortalError::new(
        Status::Absent,
        "not_found",
        format!("There is no such {what}."),
        hint,
    )
}
