//! The SQL of accounts. Everything here runs inside the privileged steps, as portal_owner.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rules::{Invite, LinkedBy, Match};
use crate::spi;
use crate::types::{AccountRole, AccountStatus, Capability};

/// An account as `sign_up` and `accept_invite` answer it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountRow {
    pub account_id: Uuid,
    pub org_id: Uuid,
    pub customer_id: Uuid,
    pub role: AccountRole,
    pub status: AccountStatus,
    pub linked_by: Option<String>,
    pub implicit_grant: bool,
}

/// The transaction's clock, so that one transaction never disagrees with itself about what has expired.
pub fn now() -> Timestamp {
    spi::read("select to_jsonb(now())", &[]).expect("now() has an answer")
}

/// Queues sign-ups of one person at one company behind each other, so that a double click makes one customer.
pub fn lock_person(org_id: Uuid, user_id: Uuid) {
    spi::queue_up(&format!("portal sign-up {org_id} {user_id}"));
}

pub fn active_org(slug: &str) -> Option<Uuid> {
    spi::read(
        "select to_jsonb(o.id) from public.orgs o where o.slug = $1 and o.is_active",
        &[slug.into()],
    )
}

pub fn account_of(org_id: Uuid, user_id: Uuid) -> Option<AccountRow> {
    spi::write(
        "select jsonb_build_object(
           'account_id', a.id, 'org_id', a.org_id, 'customer_id', a.customer_id, 'role', a.role,
           'status', a.status, 'linked_by', a.linked_by, 'implicit_grant', a.implicit_grant)
         from public.portal_accounts a
         where a.org_id = $1::uuid and a.user_id = $2::uuid",
        &[org_id.to_string().into(), user_id.to_string().into()],
    )
}

/// The customers that the user's verified e-mail, verified phone, or the reference together with one of them lead to.
pub fn matches(org_id: Uuid, user_id: Uuid, reference: Option<&str>) -> Vec<Match> {
    spi::read(
        include_str!("matches.sql"),
        &[
            org_id.to_string().into(),
            user_id.to_string().into(),
            reference.into(),
        ],
    )
    .unwrap_or_default()
}

/// A new customer. Only verified identifiers are stored: the next sign-up is matched against them.
pub fn create_customer(org_id: Uuid, user_id: Uuid, full_name: &str) -> Uuid {
    spi::write(
        "insert into public.customers (org_id, kind, full_name, email, phone)
         select $1::uuid, 'individual', $3,
           case when u.email_confirmed_at is not null then lower(nullif(u.email, '')) end,
           case when u.phone_confirmed_at is not null then '+' || ltrim(nullif(u.phone, ''), '+') end
         from auth.users u where u.id = $2::uuid
         returning to_jsonb(id)",
        &[org_id.to_string().into(), user_id.to_string().into(), full_name.into()],
    )
    .expect("the signed-in user is in auth.users")
}

pub struct NewAccount {
    pub org_id: Uuid,
    pub user_id: Uuid,
    pub customer_id: Uuid,
    pub role: AccountRole,
    pub linked_by: LinkedBy,
    pub implicit_grant: bool,
}

pub fn create_account(new: &NewAccount) {
    let via = if new.linked_by == LinkedBy::Invite {
        "email_invite"
    } else {
        "self_signup"
    };
    spi::run(
        "insert into public.portal_accounts
           (org_id, user_id, customer_id, role, status, invited_via, linked_by, implicit_grant)
         values ($1::uuid, $2::uuid, $3::uuid, $4::portal.account_role, 'active', $5::portal.invited_via, $6, $7)",
        &[
            new.org_id.to_string().into(),
            new.user_id.to_string().into(),
            new.customer_id.to_string().into(),
            new.role.label().into(),
            via.into(),
            new.linked_by.as_str().into(),
            new.implicit_grant.into(),
        ],
    );
}

/// What the person says about themselves. Never matched against, so it needs no proof.
pub fn create_profile(account: &NewAccount, full_name: &str, phone: Option<&str>) {
    let profile_role = match account.role {
        AccountRole::PropertyManager | AccountRole::Admin => "portal_manager",
        AccountRole::Customer | AccountRole::BillingContact => "portal_customer",
    };
    spi::run(
        "insert into public.profiles (org_id, user_id, customer_id, role, full_name, email, phone)
         select $1::uuid, u.id, $3::uuid, $4::portal.profile_role, $5, lower(nullif(u.email, '')), $6
         from auth.users u where u.id = $2::uuid
         on conflict (org_id, user_id) do update set customer_id = excluded.customer_id",
        &[
            account.org_id.to_string().into(),
            account.user_id.to_string().into(),
            account.customer_id.to_string().into(),
            profile_role.into(),
            full_name.into(),
            phone.into(),
        ],
    );
}

/// Whether the log-in that the token names still exists.
pub fn user_exists(user_id: Uuid) -> bool {
    spi::read(
        "select to_jsonb(true) from auth.users u where u.id = $1::uuid",
        &[user_id.to_string().into()],
    )
    .unwrap_or_default()
}

/// The invitation behind a token, locked so that it is accepted once.
pub fn lock_invite(token_hash: &[u8]) -> Option<Invite> {
    // Two statements: the second one's snapshot shows all that whoever held the lock before has written.
    spi::run(
        "select from public.portal_invites i where i.token_hash = $1 for update",
        &[token_hash.to_vec().into()],
    );
    spi::write(
        "select jsonb_build_object(
           'id', i.id, 'org_id', i.org_id, 'customer_id', i.customer_id, 'role', i.role,
           'location_ids', to_jsonb(i.location_ids), 'full_name', i.full_name, 'status', i.status,
           'expires_at', i.expires_at, 'accepted_by_user_id', a.user_id)
         from public.portal_invites i
         left join public.portal_accounts a
           on a.org_id = i.org_id and a.id = i.accepted_by_portal_account_id
         where i.token_hash = $1",
        &[token_hash.to_vec().into()],
    )
}

pub fn mark_accepted(invite: &Invite, account_id: Uuid) {
    spi::run(
        "update public.portal_invites
         set status = 'accepted', accepted_at = now(), accepted_by_portal_account_id = $3::uuid
         where org_id = $1::uuid and id = $2::uuid",
        &[
            invite.org_id.to_string().into(),
            invite.id.to_string().into(),
            account_id.to_string().into(),
        ],
    );
}

/// Sets what an account that existed before is after it accepted an invitation.
pub fn reopen_account(org_id: Uuid, account_id: Uuid, role: AccountRole, implicit_grant: bool) {
    spi::run(
        "update public.portal_accounts
         set status = 'active', role = $3::portal.account_role, implicit_grant = $4
         where org_id = $1::uuid and id = $2::uuid",
        &[
            org_id.to_string().into(),
            account_id.to_string().into(),
            role.label().into(),
            implicit_grant.into(),
        ],
    );
}

/// Grants capabilities at one location, or (`None`) for the whole customer; an earlier grant is replaced.
pub fn grant(
    org_id: Uuid,
    account_id: Uuid,
    customer_id: Uuid,
    location_id: Option<Uuid>,
    capabilities: &[Capability],
) {
    let capabilities: Vec<String> = capabilities.iter().map(|c| c.label().to_owned()).collect();
    spi::run(
        "insert into public.portal_account_grants
           (org_id, portal_account_id, customer_id, location_id, capabilities, granted_by_user_id)
         values ($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::portal.capability[],
                 (select u.id from auth.users u where u.id = $6::uuid))
         on conflict (org_id, portal_account_id, customer_id, location_id)
         do update set capabilities = excluded.capabilities, revoked_at = null",
        &[
            org_id.to_string().into(),
            account_id.to_string().into(),
            customer_id.to_string().into(),
            location_id.map(|id| id.to_string()).into(),
            capabilities.into(),
            crate::caller::Caller::current()
                .user_id()
                .map(|id| id.to_string())
                .into(),
        ],
    );
}

pub struct NewInvite<'a> {
    pub org_id: Uuid,
    pub customer_id: Uuid,
    pub location_ids: &'a [Uuid],
    pub role: AccountRole,
    pub email: &'a str,
    pub full_name: Option<&'a str>,
    pub token_hash: Vec<u8>,
    pub invited_by_user_id: Option<Uuid>,
    pub invited_by_account_id: Option<Uuid>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct InviteReceipt {
    pub invite_id: Uuid,
    /// Shown once; the table keeps its hash.
    pub token: Option<String>,
    pub expires_at: Timestamp,
}

/// A new invitation, or the pending one for the same address with a new token: the old token is void.
pub fn save_invite(new: &NewInvite<'_>) -> InviteReceipt {
    let location_ids: Vec<String> = new.location_ids.iter().map(Uuid::to_string).collect();
    spi::write(
        include_str!("save_invite.sql"),
        &[
            new.org_id.to_string().into(),
            new.customer_id.to_string().into(),
            location_ids.into(),
            new.role.label().into(),
            new.email.into(),
            new.full_name.into(),
            new.token_hash.clone().into(),
            new.invited_by_user_id.map(|id| id.to_string()).into(),
            new.invited_by_account_id.map(|id| id.to_string()).into(),
        ],
    )
    .expect("an insert answers its row")
}

/// How many of the locations belong to the customer and are in use.
pub fn count_locations(org_id: Uuid, customer_id: Uuid, location_ids: &[Uuid]) -> usize {
    let ids: Vec<String> = location_ids.iter().map(Uuid::to_string).collect();
    spi::read(
        "select to_jsonb(count(*)) from public.customer_locations l
         where l.org_id = $1::uuid and l.customer_id = $2::uuid and l.id = any ($3::uuid[]) and l.is_active",
        &[org_id.to_string().into(), customer_id.to_string().into(), ids.into()],
    )
    .unwrap_or_default()
}

pub fn customer_exists(org_id: Uuid, customer_id: Uuid) -> bool {
    spi::read(
        "select to_jsonb(true) from public.customers c where c.org_id = $1::uuid and c.id = $2::uuid",
        &[org_id.to_string().into(), customer_id.to_string().into()],
    )
    .unwrap_or_default()
}

/// An account and the customers it holds grants for.
#[derive(Debug, Deserialize)]
pub struct Contact {
    pub user_id: Uuid,
    pub customer_id: Uuid,
    pub role: AccountRole,
    pub granted: Vec<Uuid>,
}

pub fn lock_contact(org_id: Uuid, account_id: Uuid) -> Option<Contact> {
    spi::write(
        "select jsonb_build_object(
           'user_id', a.user_id, 'customer_id', a.customer_id, 'role', a.role,
           'granted', coalesce((
             select jsonb_agg(g.customer_id) from public.portal_account_grants g
             where g.org_id = a.org_id and g.portal_account_id = a.id and g.revoked_at is null), '[]'))
         from public.portal_accounts a
         where a.org_id = $1::uuid and a.id = $2::uuid and a.user_id is not null
         for update of a",
        &[org_id.to_string().into(), account_id.to_string().into()],
    )
}

/// Ends an account's grants for these customers.
pub fn revoke_grants(org_id: Uuid, account_id: Uuid, customer_ids: &[Uuid]) {
    let ids: Vec<String> = customer_ids.iter().map(Uuid::to_string).collect();
    spi::run(
        "update public.portal_account_grants
         set revoked_at = now()
         where org_id = $1::uuid and portal_account_id = $2::uuid
           and customer_id = any ($3::uuid[]) and revoked_at is null",
        &[
            org_id.to_string().into(),
            account_id.to_string().into(),
            ids.into(),
        ],
    );
}

pub fn close_account(org_id: Uuid, account_id: Uuid) {
    spi::run(
        "update public.portal_accounts set status = 'closed' where org_id = $1::uuid and id = $2::uuid",
        &[org_id.to_string().into(), account_id.to_string().into()],
    );
}

pub fn note_login(org_id: Uuid, account_id: Uuid) {
    spi::run(
        "update public.portal_accounts set last_login_at = now() where org_id = $1::uuid and id = $2::uuid",
        &[org_id.to_string().into(), account_id.to_string().into()],
    );
}
