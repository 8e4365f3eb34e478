//! Whom a row belongs to, against what the person reaches.

use serde::Deserialize;
use uuid::Uuid;

use super::Line;
use super::relation::Relation;
use crate::access::scope;
use crate::ids::to_pg;
use crate::spi;
use crate::types::Capability;

/// The keys that say whose a row is; a table has some of them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Place {
    org_id: Option<Uuid>,
    customer_id: Option<Uuid>,
    location_id: Option<Uuid>,
    portal_account_id: Option<Uuid>,
    user_id: Option<Uuid>,
    technician_id: Option<Uuid>,
}

impl Place {
    /// Companies, customers, locations and accounts are their own.
    pub fn of(table: &Relation, row_id: Uuid) -> Self {
        let stored = serde_json::from_value(table.owners_of(row_id));
        let place: Self = stored.expect("the columns are ids");
        let id = Some(row_id);
        match table.name.as_str() {
            "public.orgs" => Self {
                org_id: id,
                ..place
            },
            "public.customers" => Self {
                customer_id: id,
                ..place
            },
            "public.customer_locations" => Self {
                location_id: id,
                ..place
            },
            "public.portal_accounts" => Self {
                portal_account_id: id,
                ..place
            },
            _ => place,
        }
    }

    /// Whether the row is in the person's reach, and in whose name. The policies decide; this says what they go by.
    pub fn line(&self) -> Line {
        let Some(org_id) = self.org_id else {
            return Line::new("row", None::<bool>, "The row is shared by all companies.");
        };
        let company = name(
            "select to_jsonb(o.slug) from public.orgs o where o.id = $1",
            org_id,
        );
        let owners = self.owners();
        let whose = match owners.is_empty() {
            true => format!("The row belongs to {company}"),
            false => format!("The row belongs to {company}, {}", owners.join(", ")),
        };
        if scope::org_id() != Some(org_id) {
            let other = "; the request is not for this company";
            return Line::new("row", false, format!("{whose}{other}."));
        }
        let (is_near, how) = self.nearness();
        Line::new("row", is_near, format!("{whose}; {how}."))
    }

    fn owners(&self) -> Vec<String> {
        let named = |what: &str, sql: &'static str, id: Option<Uuid>| {
            id.map(|id| format!("{what} {} ({id})", name(sql, id)))
        };
        [
            named("the customer", "select to_jsonb(c.full_name) from public.customers c where c.id = $1", self.customer_id),
            named(
                "the location",
                "select to_jsonb(coalesce(l.label, l.address_line1)) from public.customer_locations l where l.id = $1",
                self.location_id,
            ),
            self.portal_account_id.map(|id| format!("the account {id}")),
            self.user_id.map(|id| format!("the log-in {id}")),
            named("the technician", "select to_jsonb(t.display_name) from public.technicians t where t.id = $1", self.technician_id),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn nearness(&self) -> (Option<bool>, &'static str) {
        let reach = scope::reach(Capability::View);
        let is_own = |own: Option<Uuid>, id: Option<Uuid>| id.is_some() && own == id;
        let at_place = self
            .location_id
            .is_some_and(|id| reach.locations.contains(&id));
        if scope::is_office() {
            return (Some(true), "they are of its office");
        }
        if is_own(scope::account_id(), self.portal_account_id)
            || is_own(scope::user_id(), self.user_id)
        {
            return (Some(true), "which is theirs");
        }
        match self.customer_id {
            Some(id) if reach.whole.contains(&id) => {
                (Some(true), "they reach this customer as a whole")
            }
            Some(id) if scope::job_customer_ids().contains(&id) => {
                (Some(true), "they have a job at this customer's")
            }
            Some(_) if at_place => (Some(true), "they reach this location"),
            Some(id) if reach.partly.contains(&id) => (
                Some(false),
                "they reach single locations of this customer, and not this as such",
            ),
            Some(_) => (Some(false), "they do not reach this customer"),
            None if at_place => (Some(true), "they reach this location"),
            None => (None, "it is nobody's in particular"),
        }
    }
}

fn name(sql: &'static str, id: Uuid) -> String {
    spi::read(sql, &[to_pg(id).into()]).unwrap_or_else(|| "?".to_owned())
}
