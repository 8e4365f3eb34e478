//! What keeps customers from booking.

use super::{Check, Look};

pub const CHECKS: [Check; 11] = [
    Check {
        name: "due_jobs",
        look: Look::Sql(include_str!("schedule/due_jobs.sql")),
        fine: "Holds that run out are let go in time.",
    },
    Check {
        name: "holds",
        look: Look::Sql(include_str!("schedule/holds.sql")),
        fine: "Every tentative job says when it lapses.",
    },
    Check {
        name: "time_zones",
        look: Look::Sql(include_str!("schedule/time_zones.sql")),
        fine: "Every company and location is in a time zone that is known.",
    },
    Check {
        name: "staff",
        look: Look::Sql(include_str!("schedule/staff.sql")),
        fine: "Every company has somebody in its office who can sign in.",
    },
    Check {
        name: "services",
        look: Look::Sql(include_str!("schedule/services.sql")),
        fine: "Every company offers a service.",
    },
    Check {
        name: "technicians_for_services",
        look: Look::Sql(include_str!("schedule/technicians_for_services.sql")),
        fine: "Every active service has an active technician with the skill.",
    },
    Check {
        name: "shifts",
        look: Look::Sql(include_str!("schedule/shifts.sql")),
        fine: "Every active technician has a shift, now or later.",
    },
    Check {
        name: "booking_windows",
        look: Look::Sql(include_str!("schedule/booking_windows.sql")),
        fine: "Every active service has booking windows, and each of them fits into somebody's shift.",
    },
    Check {
        name: "emergency_lead_times",
        look: Look::Sql(include_str!("schedule/emergency_lead_times.sql")),
        fine: "No emergency service asks for more than an hour's notice.",
    },
    Check {
        name: "policies",
        look: Look::Sql(include_str!("schedule/policies.sql")),
        fine: "Every booking policy leaves customers time to change their minds.",
    },
    Check {
        name: "fee_tiers",
        look: Look::Sql(include_str!("schedule/fee_tiers.sql")),
        fine: "Every fee schedule can be read.",
    },
];
