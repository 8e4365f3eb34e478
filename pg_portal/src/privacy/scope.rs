//! Whose data it is about: the customer, their accounts, the people behind these and the ids of all that is theirs.

use pgrx::datum::DatumWithOid;
use serde::Deserialize;
use uuid::Uuid;

use super::inventory;
use crate::error::{PortalError, Result};
use crate::ids::{to_pg, to_pg_all};
use crate::spi;

#[derive(Deserialize)]
pub struct Scope {
    pub org_id: Uuid,
    pub customer_id: Uuid,
    pub org_slug: String,
    pub org_name: String,
    pub accounts: Vec<Uuid>,
    /// Log-ins behind the accounts, but for those of the company's own staff.
    pub persons: Vec<Uuid>,
    /// Of these, who is nobody else anywhere: no other company's customer or staff.
    pub leaving: Vec<Uuid>,
    /// Of every row that is the customer's, or was.
    #[serde(default)]
    pub ids: Vec<Uuid>,
}

impl Scope {
    pub fn of(customer_id: Option<pgrx::Uuid>) -> Result<Self> {
        let scope: Option<Self> =
            spi::write(include_str!("scope/people.sql"), &[customer_id.into()]);
        let mut scope = scope.ok_or_else(|| PortalError::absent("customer"))?;
        scope.ids = spi::write_once(&ids_sql(), &scope.arguments()).unwrap_or_default();
        Ok(scope)
    }

    /// As [`Scope::of`], once everybody who is writing about the customer has finished; who comes later waits.
    pub fn alone(customer_id: Option<pgrx::Uuid>) -> Result<Self> {
        for lock in LOCKS {
            spi::run(lock, &[customer_id.into()]);
        }
        Self::of(customer_id)
    }

    /// As the list of what is stored names them: $1 to $5.
    pub fn arguments(&self) -> [DatumWithOid<'static>; 5] {
        [
            to_pg(self.org_id).into(),
            to_pg(self.customer_id).into(),
            to_pg_all(self.accounts.iter().copied()).into(),
            to_pg_all(self.persons.iter().copied()).into(),
            to_pg_all(self.ids.iter().copied()).into(),
        ]
    }
}

/// Rows that others refer to. Whoever adds to one of them holds it until the end of their transaction.
const LOCKS: [&str; 6] = [
    "select from public.customers c where c.id = $1 for update",
    "select from public.portal_accounts a join public.customers c on c.org_id = a.org_id and c.id = a.customer_id
     where c.id = $1 for update of a",
    "select from public.customer_locations l join public.customers c on c.org_id = l.org_id and c.id = l.customer_id
     where c.id = $1 for update of l",
    "select from public.work_orders w join public.customers c on c.org_id = w.org_id and c.id = w.customer_id
     where c.id = $1 for update of w",
    "select from public.portal_threads t join public.customers c on c.org_id = t.org_id and c.id = t.customer_id
     where c.id = $1 for update of t",
    "select from public.portal_ai_conversations v join public.customers c on c.org_id = v.org_id and c.id = v.customer_id
     where c.id = $1 for update of v",
];

/// What is there, and what the log says was there.
fn ids_sql() -> String {
    let mut parts: Vec<_> = inventory::tables()
        .iter()
        .filter_map(inventory::Table::ids_sql)
        .collect();
    parts.push(include_str!("scope/past_ids.sql").to_owned());
    format!(
        "select jsonb_agg(owned.id) from ({}) as owned (id)",
        parts.join(" union ")
    )
}
