//! What keeps one person's data from another's: row level security, grants, privileged functions, exposed schemas.

use super::catalogue::Catalogue;
use super::{Check, Finding, Look, Status, postgrest};

pub const CHECKS: [Check; 9] = [
    Check {
        name: "row_security",
        look: Look::Sql(include_str!("security/row_security.sql")),
        fine: "Every table of a company has row level security and policies.",
    },
    Check {
        name: "policies_in_force",
        look: Look::Rust(policies),
        fine: "The policies are those that the product comes with.",
    },
    Check {
        name: "grants",
        look: Look::Rust(grants),
        fine: "PUBLIC, anon and authenticated may do what the product grants them, and nothing else.",
    },
    Check {
        name: "roles",
        look: Look::Sql(include_str!("security/roles.sql")),
        fine: "The portal's roles have no power beyond their grants.",
    },
    Check {
        name: "definer_functions",
        look: Look::Sql(include_str!("security/definer_functions.sql")),
        fine: "What runs with more rights than its caller is not exposed, belongs to no superuser, and has its search_path pinned.",
    },
    Check {
        name: "postgrest",
        look: Look::Rust(postgrest::look),
        fine: "PostgREST exposes public and portal, and nothing internal.",
    },
    Check {
        name: "second_factors",
        look: Look::Sql(include_str!("security/second_factors.sql")),
        fine: "Whoever has set up a second factor is asked for it.",
    },
    Check {
        name: "foreign_keys",
        look: Look::Sql(include_str!("security/foreign_keys.sql")),
        fine: "Every foreign key has an index.",
    },
    Check {
        name: "indexes",
        look: Look::Sql(include_str!("security/indexes.sql")),
        fine: "Every index is valid.",
    },
];

fn policies() -> Vec<Finding> {
    let (product, live) = (Catalogue::expected(), Catalogue::live());
    let lost = product
        .policies
        .difference(&live.policies)
        .filter(|policy| live.relations.contains(&policy.table))
        .map(|policy| {
            let what = match live.has_policy(&policy.table, &policy.name) {
                true => "was changed",
                false => "is gone",
            };
            let detail = format!(
                "The policy \"{}\" ({}) on {} {what}. Drop what is left of it, and create it anew as the migration that made it says.",
                policy.name, policy.scope, policy.table
            );
            Finding::new(Status::Fail, detail)
        });
    let added = live
        .policies
        .iter()
        .filter(|policy| !product.has_policy(&policy.table, &policy.name))
        .map(|policy| {
            let detail = format!(
                "The policy \"{}\" ({}) on {} is not the product's, and it shows or allows more. Unless you mean it: drop policy \"{}\" on {};",
                policy.name, policy.scope, policy.table, policy.name, policy.table
            );
            Finding::new(Status::Warn, detail)
        });
    lost.chain(added).collect()
}

fn grants() -> Vec<Finding> {
    let (product, live) = (Catalogue::expected(), Catalogue::live());
    let excess = live.grants.difference(&product.grants).map(|grant| {
        let status = match grant.grantee.as_str() {
            "authenticated" => Status::Warn,
            _ => Status::Fail,
        };
        let detail = format!(
            "{} has {} on {}, which the product does not grant. Unless you mean it: revoke {} on {} from {};",
            grant.grantee, grant.privilege, grant.object, grant.privilege, grant.object, grant.grantee
        );
        Finding::new(status, detail)
    });
    let known = |object: &str| match object.split_once(' ') {
        Some(("table", name)) => live.relations.contains(name),
        _ => true,
    };
    let missing = product
        .grants
        .difference(&live.grants)
        .filter(|grant| known(&grant.object))
        .map(|grant| {
            let detail = format!(
                "{} lacks {} on {}, so some of the API fails. Run: grant {} on {} to {};",
                grant.grantee,
                grant.privilege,
                grant.object,
                grant.privilege,
                grant.object,
                grant.grantee
            );
            Finding::new(Status::Warn, detail)
        });
    excess.chain(missing).collect()
}
