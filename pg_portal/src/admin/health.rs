//! What is misconfigured, one row per finding, so that a DBA need not find out from customers. The checks of each
//! group are in its own file.

mod audit;
mod catalogue;
mod installation;
mod knowledge;
mod known_problems;
mod outbox;
mod postgrest;
mod schedule;
mod security;

use pgrx::prelude::*;

use crate::error::surface;
use crate::guc;
use crate::spi::{self, column};

/// One thing that is looked at.
struct Check {
    name: &'static str,
    look: Look,
    /// What is said where there is no finding.
    fine: &'static str,
}

/// Finds what is wrong, each with a sentence that says what to do.
enum Look {
    /// A query that answers status and sentence of each finding.
    Sql(&'static str),
    Rust(fn() -> Vec<Finding>),
}

#[derive(Debug, PartialEq)]
struct Finding {
    status: Status,
    detail: String,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Status {
    Ok,
    Warn,
    Fail,
}

impl Status {
    fn label(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

impl Finding {
    fn new(status: Status, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { status, detail }
    }
}

/// What everything else rests on, so that it is looked at first.
static GROUND: [&[Check]; 2] = [&installation::CHECKS, &security::CHECKS];

static BUSINESS: [&[Check]; 4] = [
    &schedule::CHECKS,
    &outbox::CHECKS,
    &knowledge::CHECKS,
    &audit::CHECKS,
];

#[pg_schema]
mod portal_admin {
    use super::*;

    #[pg_extern(stable)]
    fn health() -> TableIterator<
        'static,
        (
            name!(check_name, String),
            name!(status, String),
            name!(detail, String),
        ),
    > {
        surface(|| {
            // Names are written out, whatever the caller's search_path, so that each command runs as it stands.
            Ok(TableIterator::new(guc::with(
                c"search_path",
                c"pg_catalog, pg_temp",
                all_findings,
            )))
        })
    }
}

/// Without its tables there is nothing to ask about the business; `schema` names those that are missing.
fn all_findings() -> Vec<(String, String, String)> {
    let business: &[&[Check]] = match installation::is_whole() {
        true => &BUSINESS,
        false => &[],
    };
    let checks = GROUND.iter().chain(business).copied().flatten();
    checks.flat_map(findings).collect()
}

fn findings(check: &'static Check) -> Vec<(String, String, String)> {
    let row = |status: &str, detail: String| (check.name.to_owned(), status.to_owned(), detail);
    let found: Vec<_> = match check.look {
        Look::Sql(sql) => spi::rows(sql, &[], |found| {
            Ok(row(&column::<String>(found, 1)?, column(found, 2)?))
        }),
        Look::Rust(look) => look()
            .into_iter()
            .map(|found| row(found.status.label(), found.detail))
            .collect(),
    };
    match found.is_empty() {
        true => vec![row("ok", check.fine.to_owned())],
        false => found,
    }
}
