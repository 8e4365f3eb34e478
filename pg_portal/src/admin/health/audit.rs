//! Whether the audit log can be proven, and has room.

use super::{Check, Look};

pub const CHECKS: [Check; 2] = [
    Check {
        name: "audit_seal",
        look: Look::Sql(include_str!("audit/seal.sql")),
        fine: "Every event of the audit log that is older than an hour is sealed.",
    },
    Check {
        name: "audit_partitions",
        look: Look::Sql(include_str!("audit/partitions.sql")),
        fine: "The audit log has its partition for next month.",
    },
];
