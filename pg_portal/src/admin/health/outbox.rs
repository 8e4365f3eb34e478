//! What keeps people from being told.

use super::{Check, Look};

pub const CHECKS: [Check; 3] = [
    Check {
        name: "outbox",
        look: Look::Sql(include_str!("outbox/outbox.sql")),
        fine: "Notifications leave in time.",
    },
    Check {
        name: "dead_letters",
        look: Look::Sql(include_str!("outbox/dead_letters.sql")),
        fine: "No notification of the last 30 days was given up.",
    },
    Check {
        name: "office_channels",
        look: Look::Sql(include_str!("outbox/office_channels.sql")),
        fine: "Every company is told what its customers do.",
    },
];
