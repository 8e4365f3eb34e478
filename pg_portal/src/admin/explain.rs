//! Why a person sees a row, or does not: what the tables say about the person, what the row belongs to, and what each
//! policy in force makes of that very row under the person's claims. The policies' expressions come from the
//! catalogue; nothing that the caller wrote is run.

mod place;
mod relation;
mod words;

use pgrx::prelude::*;
use uuid::Uuid;

use crate::access::scope;
use crate::error::{PortalError, Result, Status, surface};
use crate::guc;
use crate::ids::{from_pg, to_pg};
use crate::spi::{self, column};
use crate::types::Capability;
use place::Place;
use relation::{Policy, Relation};

#[pg_schema]
mod portal_admin {
    use super::*;

    #[pg_extern(stable)]
    fn explain_access(
        user_id: Option<pgrx::Uuid>,
        table_name: Option<&str>,
        row_id: Option<pgrx::Uuid>,
        org: default!(Option<&str>, "NULL"),
    ) -> TableIterator<
        'static,
        (
            name!(rule, String),
            name!(allowed, Option<bool>),
            name!(why, String),
        ),
    > {
        surface(|| {
            let user_id = known_user(user_id)?;
            let relation = Relation::named(table_name.unwrap_or_default())?;
            let row_id = row_id.map(from_pg).ok_or_else(|| no_row(&relation))?;
            let lines = explain(user_id, &relation, row_id, org)?;
            Ok(TableIterator::new(
                lines
                    .into_iter()
                    .map(|line| (line.rule, line.allowed, line.why)),
            ))
        })
    }
}

/// One row of the answer; `allowed` is null where it only tells a fact.
#[derive(Debug, PartialEq)]
pub struct Line {
    rule: String,
    allowed: Option<bool>,
    why: String,
}

impl Line {
    fn new(
        rule: impl Into<String>,
        allowed: impl Into<Option<bool>>,
        why: impl Into<String>,
    ) -> Self {
        Self {
            rule: rule.into(),
            allowed: allowed.into(),
            why: why.into(),
        }
    }
}

fn explain(
    user_id: Uuid,
    relation: &Relation,
    row_id: Uuid,
    org: Option<&str>,
) -> Result<Vec<Line>> {
    let mut lines = standing(user_id);
    lines.extend(second_factor(user_id));
    let tables = match relation.is_view {
        true => relation.tables_with(row_id),
        false => relation
            .has(row_id)
            .then(|| relation.clone())
            .into_iter()
            .collect(),
    };
    if tables.is_empty() {
        return Err(no_row(relation));
    }
    // Everything in here happens in the person's name and leaves nothing behind.
    spi::rehearse(|| {
        act_as(user_id, org);
        lines.extend([company(org), reach()]);
        let mut seen = true;
        for table in &tables {
            lines.push(Place::of(table, row_id).line());
            seen &= judge(table, row_id, &mut lines);
        }
        if relation.is_view {
            seen = relation.shows(row_id);
            lines.push(words::view(relation, seen));
        }
        let verdict = words::verdict(relation, seen, &lines);
        lines.push(verdict);
        Ok(lines)
    })
}

/// Adds a line for each thing that decides about a row of a table; answers whether the person sees it.
fn judge(table: &Relation, row_id: Uuid, lines: &mut Vec<Line>) -> bool {
    let granted = words::privilege(table);
    let is_granted = granted.allowed == Some(true);
    lines.push(granted);
    if !table.has_row_security {
        lines.push(words::no_row_security(table));
        return is_granted;
    }
    let policies: Vec<(Policy, bool)> = table
        .policies()
        .into_iter()
        .map(|policy| {
            let passes = table.passes(row_id, &policy);
            (policy, passes)
        })
        .collect();
    if policies.is_empty() {
        lines.push(words::no_policy(table));
    }
    lines.extend(
        policies
            .iter()
            .map(|(policy, passes)| words::policy(table, policy, *passes)),
    );
    let (permissive, restrictive): (Vec<_>, Vec<_>) = policies
        .iter()
        .partition(|(policy, _)| policy.is_permissive);
    let is_let_through = permissive.iter().any(|(_, passes)| *passes);
    let is_held_back = restrictive.iter().any(|(_, passes)| !passes);
    is_granted && is_let_through && !is_held_back
}

/// Takes the claims and headers of a request of the person, as PostgREST does. The token has all that a token can prove.
fn act_as(user_id: Uuid, org: Option<&str>) {
    let claims = serde_json::json!({ "role": "authenticated", "sub": user_id, "aud": "authenticated", "aal": "aal2" });
    let headers = org.map(|org| serde_json::json!({ "x-portal-org": org }));
    guc::set_local(c"request.jwt.claim.sub", "");
    guc::set_local(c"request.jwt.claims", &claims.to_string());
    guc::set_local(
        c"request.headers",
        &headers
            .map(|headers| headers.to_string())
            .unwrap_or_default(),
    );
}

// The person -------------------------------------------------------------------------------------------

fn known_user(user_id: Option<pgrx::Uuid>) -> Result<Uuid> {
    let sql = "select to_jsonb(true) from auth.users u where u.id = $1";
    let is_known = |id: &pgrx::Uuid| {
        crate::access::as_owner(|| spi::read::<bool>(sql, &[(*id).into()])).is_some()
    };
    user_id.filter(is_known).map(from_pg).ok_or_else(|| {
        PortalError::new(
            Status::Absent,
            "not_found",
            "There is no such user.",
            "Look for the log-in's id in auth.users, or in user_id of public.portal_accounts and public.profiles.",
        )
    })
}

/// What the tables say about the person, at every company.
fn standing(user_id: Uuid) -> Vec<Line> {
    let lines = spi::rows(
        include_str!("explain/standing.sql"),
        &[to_pg(user_id).into()],
        |row| {
            Ok(Line::new(
                column::<String>(row, 1)?,
                row.get::<bool>(2)?,
                column::<String>(row, 3)?,
            ))
        },
    );
    match lines.is_empty() {
        true => vec![Line::new(
            "account",
            false,
            "They have no account and no staff profile at any company.",
        )],
        false => lines,
    }
}

/// What their tokens must prove, where they have asked for it.
fn second_factor(user_id: Uuid) -> Option<Line> {
    let has_one = crate::access::as_owner(|| crate::access::has_second_factor(user_id));
    has_one.then(|| {
        Line::new(
            "second factor",
            None,
            "They have set up a second factor: what follows holds for a token that was given for it (aal2). With one for the password alone (aal1) they see and do nothing.",
        )
    })
}

/// The company that the request is for, as the scope sees it.
fn company(named: Option<&str>) -> Line {
    let slug = |id: Uuid| -> String {
        let sql = "select to_jsonb(o.slug) from public.orgs o where o.id = $1";
        spi::read(sql, &[to_pg(id).into()]).unwrap_or_else(|| id.to_string())
    };
    match (scope::org_id(), named) {
        (Some(id), Some(_)) => Line::new(
            "company",
            true,
            format!("The request is for {}, which it names.", slug(id)),
        ),
        (Some(id), None) => Line::new(
            "company",
            true,
            format!("The request is for {}, their only company.", slug(id)),
        ),
        (None, Some(named)) => Line::new(
            "company",
            false,
            format!("The request names {named}, where they have nothing that counts."),
        ),
        (None, None) => match &scope::org_ids()[..] {
            [] => Line::new(
                "company",
                false,
                "They have nothing that counts at any company, so the request is for none.",
            ),
            several => {
                let slugs: Vec<_> = several.iter().map(|id| slug(*id)).collect();
                Line::new(
                    "company",
                    false,
                    format!(
                        "They belong to {}, and the request names none of them, so it is for none. Explain it with org => '{}'.",
                        slugs.join(" and "),
                        slugs[0]
                    ),
                )
            }
        },
    }
}

/// What the scope covers, by capability.
fn reach() -> Line {
    if scope::is_office() {
        let role = scope::staff_role().unwrap_or_default();
        return Line::new(
            "reach",
            true,
            format!("As {role} they see every customer of the company."),
        );
    }
    if scope::technician_id().is_some() {
        let jobs = scope::job_ids().len();
        return Line::new(
            "reach",
            jobs > 0,
            format!("As a technician they see their own {jobs} job(s), with customers and places."),
        );
    }
    let covered: Vec<_> = Capability::ALL
        .into_iter()
        .map(|capability| {
            let reach = scope::reach(capability);
            let (whole, single) = (reach.whole.len(), reach.locations.len());
            format!("{} {whole} + {single}", capability.label())
        })
        .collect();
    let is_any = !scope::reach(Capability::View).whole.is_empty()
        || !scope::reach(Capability::View).partly.is_empty();
    let why = match is_any {
        true => format!(
            "They reach (whole customers + single locations): {}.",
            covered.join(", ")
        ),
        false => "No customer and no location is in reach.".to_owned(),
    };
    Line::new("reach", is_any, why)
}

fn no_row(relation: &Relation) -> PortalError {
    PortalError::new(
        Status::Absent,
        "not_found",
        format!("There is no row with this id in {}.", relation.name),
        "Check row_id: it is the column id of the table, or of the table beneath the view.",
    )
    .fact("table", relation.name.as_str())
}
