//! Why a window cannot be booked, in words.

use super::rules::Refusal;
use crate::error::{PortalError, Status};

/// The refusal without the facts that need another look at the calendar.
pub fn sentence(why: &Refusal) -> PortalError {
    let status = if why.is_lost_race() {
        Status::Conflict
    } else {
        Status::Refused
    };
    let (message, hint) = words(why);
    let refusal = PortalError::new(status, why.reason(), message, hint);
    match why {
        Refusal::BeyondHorizon {
            first_date,
            last_date,
        } => refusal
            .fact("first_date", first_date.to_string())
            .fact("last_date", last_date.to_string()),
        Refusal::InsideLeadTime { earliest } => {
            refusal.fact("earliest", earliest.map(|instant| instant.to_string()))
        }
        _ => refusal,
    }
}

const CHOOSE: &str =
    "Choose one of the alternatives in details, or another window that available_windows lists.";

fn words(why: &Refusal) -> (&'static str, &'static str) {
    match why {
        Refusal::NotOffered => ("No visit window starts at that time.", CHOOSE),
        Refusal::InPast => ("That time has passed.", CHOOSE),
        Refusal::BeyondHorizon { .. } => (
            "That date is too far ahead to be booked yet.",
            "Choose a date in the range named in details.",
        ),
        Refusal::InsideLeadTime { .. } => (
            "That is too soon: the company needs more notice for this service.",
            CHOOSE,
        ),
        Refusal::Holiday => ("The company does not work on that day.", CHOOSE),
        Refusal::OutsideServiceArea => (
            "The company does not serve that address.",
            "Call the company if you think that it should.",
        ),
        Refusal::NobodyCanDoIt => (
            "Nobody at the company can do this service at present.",
            "Send the request with flexible_date, and the company will get in touch.",
        ),
        Refusal::SlotTaken => ("That window has just been taken.", CHOOSE),
        Refusal::DayFull => ("That day is fully booked for this service.", CHOOSE),
    }
}
