//! What is misconfigured, one row per finding, so that a DBA need not find out from customers.

use pgrx::prelude::*;

use crate::error::surface;
use crate::spi::{self, column};

/// One thing that is looked at. `sql` answers a row per finding: `warn` or `fail`, and a sentence that says what to
/// do. Where it answers none, `fine` is the sentence.
struct Check {
    name: &'static str,
    sql: &'static str,
    fine: &'static str,
}

const CHECKS: [Check; 16] = [
    Check {
        name: "extension",
        sql: include_str!("health/extension.sql"),
        fine: concat!(
            "Version ",
            env!("CARGO_PKG_VERSION"),
            " is loaded, and the installed extension is up to date."
        ),
    },
    Check {
        name: "due_jobs",
        sql: include_str!("health/due_jobs.sql"),
        fine: "Holds that run out are let go in time.",
    },
    Check {
        name: "holds",
        sql: include_str!("health/holds.sql"),
        fine: "Every tentative job says when it lapses.",
    },
    Check {
        name: "time_zones",
        sql: include_str!("health/time_zones.sql"),
        fine: "Every company and location is in a time zone that is known.",
    },
    Check {
        name: "technicians_for_services",
        sql: include_str!("health/technicians_for_services.sql"),
        fine: "Every active service has an active technician with the skill.",
    },
    Check {
        name: "shifts",
        sql: include_str!("health/shifts.sql"),
        fine: "Every active technician has a shift, now or later.",
    },
    Check {
        name: "booking_windows",
        sql: include_str!("health/booking_windows.sql"),
        fine: "Every active service has booking windows, and each of them fits into somebody's shift.",
    },
    Check {
        name: "emergency_lead_times",
        sql: include_str!("health/emergency_lead_times.sql"),
        fine: "No emergency service asks for more than an hour's notice.",
    },
    Check {
        name: "policies",
        sql: include_str!("health/policies.sql"),
        fine: "Every booking policy leaves customers time to change their minds.",
    },
    Check {
        name: "fee_tiers",
        sql: include_str!("health/fee_tiers.sql"),
        fine: "Every fee schedule can be read.",
    },
    Check {
        name: "outbox",
        sql: include_str!("health/outbox.sql"),
        fine: "Notifications leave in time.",
    },
    Check {
        name: "dead_letters",
        sql: include_str!("health/dead_letters.sql"),
        fine: "No notification of the last 30 days was given up.",
    },
    Check {
        name: "office_channels",
        sql: include_str!("health/office_channels.sql"),
        fine: "Every company is told what its customers do.",
    },
    Check {
        name: "embedding_jobs",
        sql: include_str!("health/embedding_jobs.sql"),
        fine: "Articles are embedded in time.",
    },
    Check {
        name: "embeddings",
        sql: include_str!("health/embeddings.sql"),
        fine: "Every published article has its passages, and each an embedding or a place in the queue.",
    },
    Check {
        name: "knowledge_index",
        sql: include_str!("health/knowledge_index.sql"),
        fine: "No company has more passages than can be searched one by one.",
    },
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
        surface(|| Ok(TableIterator::new(CHECKS.iter().flat_map(findings))))
    }
}

fn findings(check: &'static Check) -> Vec<(String, String, String)> {
    let rows = spi::rows(check.sql, &[], |row| {
        Ok((check.name.to_owned(), column(row, 1)?, column(row, 2)?))
    });
    if rows.is_empty() {
        return vec![(
            check.name.to_owned(),
            "ok".to_owned(),
            check.fine.to_owned(),
        )];
    }
    rows
}
