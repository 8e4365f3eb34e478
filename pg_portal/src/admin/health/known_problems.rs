//! Versions of Postgres and pgvector that have known problems which concern the portal. Plain Rust.

use serde::Deserialize;

use super::{Finding, Status};

#[derive(Debug, Clone, Deserialize)]
pub struct Installed {
    /// As `server_version_num`: 150019 is 15.19.
    pub postgres: u32,
    pub pgvector: Option<String>,
    /// Whether `portal_admin.index_kb()` has built its index.
    pub has_hnsw: bool,
}

/// Minor versions of Postgres that the release of August 2026 repaired: 44 vulnerabilities, and btree_gist, which the
/// constraint against double booking is made of. https://github.com/orgs/supabase/discussions/50918
const POSTGRES_REPAIRED: [(u32, u32); 2] = [(15, 19), (17, 11)];

/// * <https://github.com/pgvector/pgvector/issues/959>: 0.6.0 to 0.8.1.
const PGVECTOR_PARALLEL: ([u32; 3], [u32; 3]) = ([0, 6, 0], [0, 8, 2]);

/// Repaired by 0.8.3 (its change log): vacuuming could corrupt an HNSW index.
const PGVECTOR_VACUUM: ([u32; 3], [u32; 3]) = ([0, 5, 0], [0, 8, 3]);

pub fn of(installed: &Installed) -> Vec<Finding> {
    postgres(installed.postgres)
        .into_iter()
        .chain(pgvector(installed))
        .collect()
}

fn postgres(number: u32) -> Option<Finding> {
    let (major, minor) = (number / 10_000, number % 10_000);
    let (_, repaired) = POSTGRES_REPAIRED
        .into_iter()
        .find(|(of, repaired)| *of == major && minor < *repaired)?;
    Some(Finding::new(
        Status::Warn,
        format!(
            "Postgres {major}.{minor} has security holes that {major}.{repaired} closes. Update it; its notes ask to rebuild some btree_gist indexes, and the one against double booking is such: afterwards run reindex table public.work_orders."
        ),
    ))
}

fn pgvector(installed: &Installed) -> Option<Finding> {
    let name = installed.pgvector.as_deref()?;
    let is = |(first, repaired): ([u32; 3], [u32; 3])| {
        version(name).is_some_and(|version| first <= version && version < repaired)
    };
    if is(PGVECTOR_PARALLEL) {
        return Some(Finding::new(
            Status::Warn,
            format!(
                "pgvector {name} reads and writes beyond its memory when an HNSW index is built by parallel workers (CVE-2026-3172). Update it to 0.8.3 or newer; until then build such indexes with portal_admin.index_kb() alone, which uses none, or set max_parallel_maintenance_workers to 0."
            ),
        ));
    }
    (is(PGVECTOR_VACUUM) && installed.has_hnsw).then(|| {
        Finding::new(
            Status::Warn,
            format!(
                "Vacuuming can corrupt an HNSW index of pgvector {name}, and there is one. Update pgvector to 0.8.3 or newer, then call portal_admin.index_kb() again."
            ),
        )
    })
}

/// `0.8.2` as numbers that compare.
fn version(name: &str) -> Option<[u32; 3]> {
    let mut parts = name.split('.').map(|part| part.parse().ok());
    Some([
        parts.next()??,
        parts.next().flatten().unwrap_or(0),
        parts.next().flatten().unwrap_or(0),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(postgres: u32, pgvector: &str, has_hnsw: bool) -> Vec<String> {
        let pgvector = Some(pgvector.to_owned());
        let installed = Installed {
            postgres,
            pgvector,
            has_hnsw,
        };
        of(&installed)
            .into_iter()
            .map(|found| found.detail)
            .collect()
    }

    #[test]
    fn repaired_versions_have_no_finding() {
        for postgres in [150_019, 150_020, 170_011, 160_000, 180_001] {
            assert_eq!(
                found(postgres, "0.8.3", true),
                Vec::<String>::new(),
                "{postgres}"
            );
        }
        assert_eq!(found(150_019, "0.10.0", true), Vec::<String>::new());
    }

    #[test]
    fn an_old_minor_version_of_postgres_is_named_with_the_one_to_go_to() {
        for (number, old, new) in [(150_018, "15.18", "15.19"), (170_010, "17.10", "17.11")] {
            let [finding] = &found(number, "0.8.3", false)[..] else {
                panic!("one finding")
            };
            assert!(finding.contains(old) && finding.contains(new), "{finding}");
            assert!(
                finding.contains("reindex table public.work_orders"),
                "{finding}"
            );
        }
    }

    #[test]
    fn parallel_builds_of_pgvector_are_warned_of_where_they_overflow() {
        for (version, affected) in [
            ("0.5.1", false),
            ("0.6.0", true),
            ("0.8.1", true),
            ("0.8.2", false),
        ] {
            let is = found(150_020, version, false)
                .iter()
                .any(|found| found.contains("CVE-2026-3172"));
            assert_eq!(is, affected, "{version}");
        }
    }

    #[test]
    fn a_corruptible_index_is_warned_of_where_there_is_one() {
        assert_eq!(found(150_020, "0.8.2", false), Vec::<String>::new());
        assert!(found(150_020, "0.8.2", true)[0].contains("index_kb"));
    }
}
