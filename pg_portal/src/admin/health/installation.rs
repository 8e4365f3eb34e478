//! What is installed: versions, and whether all that belongs to them is there.

use super::catalogue::Catalogue;
use super::known_problems::{self, Installed};
use super::{Check, Finding, Look, Status};
use crate::spi::{self, column};

pub const CHECKS: [Check; 4] = [
    Check {
        name: "extension",
        look: Look::Rust(extension),
        fine: concat!(
            "Version ",
            env!("CARGO_PKG_VERSION"),
            " is loaded, and the installed extension is up to date."
        ),
    },
    Check {
        name: "migrations",
        look: Look::Rust(migrations),
        fine: "Every migration up to the one that this version comes with was pushed.",
    },
    Check {
        name: "schema",
        look: Look::Rust(schema),
        fine: "Every table and view that this version works with is here.",
    },
    Check {
        name: "known_problems",
        look: Look::Rust(known_problems),
        fine: "Nothing is known against these versions of Postgres and pgvector.",
    },
];

/// The newest file of sql/supabase/migrations that this version comes with.
const LATEST_MIGRATION: &str = "20261127000210";

fn extension() -> Vec<Finding> {
    let loaded = env!("CARGO_PKG_VERSION");
    let of_the_database = include_str!("installation/extension.sql");
    spi::rows(of_the_database, &[loaded.into()], |row| {
        Ok(Finding::new(Status::Warn, column::<String>(row, 1)?))
    })
}

/// The history that the Supabase CLI keeps. Who pushes with psql has none, and then the objects alone can tell.
fn migrations() -> Vec<Finding> {
    let readable = "select to_jsonb(has_schema_privilege(n.oid, 'usage') and has_column_privilege(c.oid, 'version', 'select'))
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'supabase_migrations' and c.relname = 'schema_migrations'";
    match spi::read(readable, &[]) {
        Some(true) => pushed(),
        Some(false) => vec![Finding::new(
            Status::Ok,
            "You may not read the history of the migrations (supabase_migrations.schema_migrations); see schema, which compares the objects themselves.",
        )],
        None => vec![Finding::new(
            Status::Ok,
            "Nobody keeps a history of migrations in this database, as when psql pushes them; see schema, which compares the objects themselves.",
        )],
    }
}

fn pushed() -> Vec<Finding> {
    let newest: Option<String> = spi::read(
        "select to_jsonb(max(m.version)) from supabase_migrations.schema_migrations m where m.version <= $1",
        &[LATEST_MIGRATION.into()],
    );
    match newest {
        Some(newest) if newest == LATEST_MIGRATION => vec![],
        newest => vec![Finding::new(
            Status::Fail,
            format!(
                "The migrations were pushed up to {}, and this version of the extension comes with {LATEST_MIGRATION}. Push those that are missing: supabase --workdir sql db push.",
                newest.as_deref().unwrap_or("none of ours")
            ),
        )],
    }
}

/// Whether every table and view is there that the other checks ask.
pub fn is_whole() -> bool {
    missing().is_empty()
}

fn missing() -> Vec<String> {
    Catalogue::expected().relations_missing_in(&Catalogue::live())
}

fn schema() -> Vec<Finding> {
    let finding = |relation| {
        let detail = format!(
            "{relation} is missing. Push the migrations; if they were pushed, somebody has dropped it: restore it from a backup."
        );
        Finding::new(Status::Fail, detail)
    };
    missing().into_iter().map(finding).collect()
}

fn known_problems() -> Vec<Finding> {
    let installed: Option<Installed> = spi::read(include_str!("installation/versions.sql"), &[]);
    installed.iter().flat_map(known_problems::of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_migration_is_the_one_in_the_folder() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../sql/supabase/migrations");
        let names = std::fs::read_dir(folder).unwrap().map(|entry| {
            let name = entry.unwrap().file_name();
            name.to_string_lossy().into_owned()
        });
        let newest = names.max().unwrap();
        assert_eq!(newest.split('_').next(), Some(LATEST_MIGRATION));
    }
}
