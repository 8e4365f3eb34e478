//! What PostgREST is told in the database (`alter role authenticator set pgrst.…`). What it is told by a file or its
//! environment the database cannot know, and the finding says so.

use serde::Deserialize;

use super::{Finding, Status};
use crate::spi;

/// What clients must reach.
const EXPOSED: [&str; 2] = ["public", "portal"];

/// What they must never reach: privileged steps, administration, log-ins, secrets.
const INTERNAL: [&str; 7] = [
    "portal_internal",
    "portal_admin",
    "auth",
    "vault",
    "extensions",
    "pg_catalog",
    "information_schema",
];

#[derive(Debug, Default, Deserialize)]
struct Settings {
    db_schemas: Option<String>,
    db_pre_request: Option<String>,
    /// Whether there is a function of the name in `db_pre_request` that anon and authenticated may call.
    is_callable: bool,
}

pub fn look() -> Vec<Finding> {
    let settings: Option<Settings> = spi::read(include_str!("security/postgrest.sql"), &[]);
    judge(&settings.unwrap_or_default())
}

fn judge(settings: &Settings) -> Vec<Finding> {
    let (schemas, pre_request) = (&settings.db_schemas, &settings.db_pre_request);
    if schemas.is_none() && pre_request.is_none() {
        return vec![Finding::new(
            Status::Ok,
            "PostgREST is configured outside the database, which cannot see it: its db-schemas must be \"public, portal\" and name no schema of ours beside them.",
        )];
    }
    let pre_request = pre_request.as_deref().filter(|_| !settings.is_callable);
    schemas
        .iter()
        .flat_map(|schemas| exposure(schemas))
        .chain(pre_request.map(not_callable))
        .collect()
}

fn exposure(setting: &str) -> Vec<Finding> {
    let names: Vec<_> = setting
        .split(',')
        .map(|name| name.trim().trim_matches('"'))
        .collect();
    let exposed = INTERNAL.into_iter().filter(|name| names.contains(name)).map(|name| {
        format!("PostgREST exposes the schema {name} to clients. Take it out of pgrst.db_schemas; {}", remedy())
    });
    let hidden = EXPOSED
        .into_iter()
        .filter(|name| !names.contains(name))
        .map(|name| {
            format!(
                "PostgREST does not expose the schema {name}, so clients find nothing of it. {}",
                remedy()
            )
        });
    exposed
        .chain(hidden)
        .map(|detail| Finding::new(Status::Fail, detail))
        .collect()
}

fn remedy() -> &'static str {
    "run: alter role authenticator set pgrst.db_schemas = 'public, portal'; notify pgrst, 'reload config';"
}

fn not_callable(function: &str) -> Finding {
    Finding::new(
        Status::Fail,
        format!(
            "PostgREST calls {function} before each request, and there is no such function that anon and authenticated may call, so every request fails. Grant it, or run: alter role authenticator reset pgrst.db_pre_request; notify pgrst, 'reload config'; (the portal needs none)."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statuses(
        schemas: Option<&str>,
        pre_request: Option<&str>,
        is_callable: bool,
    ) -> Vec<Status> {
        let settings = Settings {
            db_schemas: schemas.map(str::to_owned),
            db_pre_request: pre_request.map(str::to_owned),
            is_callable,
        };
        judge(&settings)
            .into_iter()
            .map(|finding| finding.status)
            .collect()
    }

    #[test]
    fn what_a_file_says_is_not_known_and_that_is_said() {
        assert_eq!(statuses(None, None, false), [Status::Ok]);
    }

    #[test]
    fn the_api_alone_is_no_finding() {
        assert!(statuses(Some("public, portal"), None, false).is_empty());
        assert!(
            statuses(
                Some("public,portal,storage,graphql_public"),
                Some("portal_internal.enter"),
                true
            )
            .is_empty()
        );
    }

    #[test]
    fn each_internal_schema_and_each_missing_one_is_a_finding() {
        assert_eq!(
            statuses(Some("public, portal, portal_internal, auth"), None, false),
            [Status::Fail, Status::Fail]
        );
        assert_eq!(statuses(Some("public"), None, false), [Status::Fail]);
    }

    #[test]
    fn a_step_before_each_request_that_nobody_may_call_is_a_finding() {
        assert_eq!(
            statuses(Some("public, portal"), Some("gone"), false),
            [Status::Fail]
        );
    }
}
