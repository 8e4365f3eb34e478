//! Whether an appointment may be moved or canceled, in words: the explanation before and the refusal after come from
//! the same verdict of `policy.rs`. Plain Rust.

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::policy::{self, Policy, Refused, Verdict, Visit};
use crate::error::{PortalError, Status};
use crate::time;
use crate::types::Capability;

/// What decides: a job, its company's policy and the time.
#[derive(Debug, Clone, Deserialize)]
pub struct Facts {
    pub now: Timestamp,
    pub customer_id: Uuid,
    pub location_id: Uuid,
    pub technician_id: Option<Uuid>,
    pub service_type: String,
    pub timezone: String,
    pub visit: Visit,
    policy: Option<Policy>,
    pub hold_minutes: i32,
    pub currency: String,
    pub contact_phone: Option<String>,
    pub contact_email: Option<String>,
}

impl Facts {
    pub fn policy(&self) -> Policy {
        self.policy.clone().unwrap_or_default()
    }

    /// What canceling now costs the customer, in cents.
    pub fn fee_cents(&self) -> i32 {
        policy::fee(&self.policy(), &self.visit, self.now)
    }

    pub fn fee_free_until(&self) -> Option<Timestamp> {
        policy::free_until(&self.policy(), &self.visit, self.now)
    }

    pub fn moves_left(&self) -> i32 {
        (self.policy().max_reschedules - self.visit.reschedule_count).max(0)
    }

    /// As people at the location say it: `Tuesday, December 1, 9:00 AM CST`.
    fn say(&self, instant: Timestamp) -> String {
        let zone = time::zone(&self.timezone).unwrap_or(jiff::tz::TimeZone::UTC);
        let there = instant.to_zoned(zone);
        there.strftime("%A, %B %-d, %-I:%M %p %Z").to_string()
    }
}

/// What somebody wants to do with an appointment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Action {
    Move,
    Cancel,
}

impl Action {
    /// What an account needs at the location.
    pub fn capability(self) -> Capability {
        match self {
            Self::Move => Capability::Book,
            Self::Cancel => Capability::Cancel,
        }
    }

    pub fn verb(self) -> &'static str {
        match self {
            Self::Move => "move",
            Self::Cancel => "cancel",
        }
    }

    fn done(self) -> &'static str {
        match self {
            Self::Move => "moved",
            Self::Cancel => "canceled",
        }
    }

    /// What a customer may do now.
    pub fn verdict(self, facts: &Facts) -> Verdict {
        let judge = match self {
            Self::Move => policy::moving,
            Self::Cancel => policy::canceling,
        };
        judge(&facts.policy(), &facts.visit, facts.now)
    }

    /// Whether the office may do it although a customer may not: what is over stays over, and a technician at the door
    /// is not moved to another day, but can be called off.
    pub fn may_bypass(self, refused: Refused) -> bool {
        match refused {
            Refused::InsideNotice | Refused::TooManyMoves => true,
            Refused::AlreadyUnderWay => self == Self::Cancel,
            Refused::AlreadyOver => false,
        }
    }

    /// For an account that sees the appointment and may not touch it.
    pub fn not_here(self) -> PortalError {
        let reason = match self {
            Self::Move => "cannot_book_here",
            Self::Cancel => "cannot_cancel_here",
        };
        let message = format!(
            "Your account may see this appointment but not {} it.",
            self.verb()
        );
        let hint = "Ask the property manager or the company to do it, or to let you.";
        PortalError::new(Status::NotAllowed, reason, message, hint)
    }

    /// The refusal of a customer, with whom to ask instead.
    pub fn refusal(self, facts: &Facts, refused: Refused, until: Option<Timestamp>) -> PortalError {
        let hint = match (&facts.contact_phone, &facts.contact_email) {
            (Some(phone), _) => format!("Call the company: {phone}."),
            (None, Some(email)) => format!("Write to the company: {email}."),
            (None, None) => "Get in touch with the company.".to_owned(),
        };
        let message = self.why_not(facts, refused, until);
        let error = PortalError::new(Status::Refused, refused.reason(), message, hint)
            .fact("contact_phone", facts.contact_phone.clone())
            .fact("contact_email", facts.contact_email.clone());
        match until {
            Some(until) => error.fact("allowed_until", until.to_string()),
            None => error,
        }
    }

    /// What a customer is told before they try.
    pub fn explain(self, facts: &Facts, verdict: &Verdict) -> String {
        if let Some(refused) = verdict.refusal {
            return self.why_not(facts, refused, verdict.until);
        }
        let until = match verdict.until {
            Some(until) => format!("until {}", facts.say(until)),
            None => "now".to_owned(),
        };
        let terms = match self {
            Self::Move => moves(facts),
            Self::Cancel => fees(facts),
        };
        format!("You can {} this appointment {until}. {terms}", self.verb())
    }

    fn why_not(self, facts: &Facts, refused: Refused, until: Option<Timestamp>) -> String {
        let done = self.done();
        match (refused, until) {
            (Refused::InsideNotice, Some(until)) => {
                format!(
                    "This appointment could be {done} until {}.",
                    facts.say(until)
                )
            }
            (Refused::InsideNotice, None) => {
                format!("It is too late: this appointment cannot be {done} any more.")
            }
            (Refused::TooManyMoves, _) => {
                "This appointment has been moved as often as the company allows.".to_owned()
            }
            (Refused::AlreadyUnderWay, _) => {
                format!(
                    "The technician is on the way or at work, so this appointment cannot be {done}."
                )
            }
            (Refused::AlreadyOver, _) => {
                format!("This appointment is over, so it cannot be {done}.")
            }
        }
    }
}

fn moves(facts: &Facts) -> String {
    match facts.moves_left() {
        1 => "That can be done once more.".to_owned(),
        left => format!("That can be done {left} times more."),
    }
}

fn fees(facts: &Facts) -> String {
    match (facts.fee_cents(), facts.fee_free_until()) {
        (0, Some(until)) => format!("It is free until {}.", facts.say(until)),
        (0, None) => "It is free.".to_owned(),
        (cents, _) => format!(
            "It costs {}.{:02} {}.",
            cents / 100,
            cents % 100,
            facts.currency
        ),
    }
}

/// For staff who go beyond the policy without saying why.
pub fn reason_required(action: Action, bypassed: &'static str) -> PortalError {
    PortalError::new(
        Status::Refused,
        "reason_required",
        format!(
            "The policy does not let customers {} this appointment as it stands.",
            action.verb()
        ),
        "Give a reason to do it nevertheless; the audit log keeps it.",
    )
    .fact("bypassed", bypassed)
}

#[cfg(test)]
mod tests;
