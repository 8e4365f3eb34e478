//! Who may be linked to which customer, who may invite whom, and which events may be reported. Plain Rust.

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use crate::error::{PortalError, Result, Status};
use crate::types::{AccountRole, InviteStatus};

/// A customer that one of the caller's verified identifiers leads to.
#[derive(Debug, Clone, Deserialize, PartialEq)]
pub struct Match {
    pub customer_id: Uuid,
    pub by: LinkedBy,
}

/// How an account came to its customer.
#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub enum LinkedBy {
    Reference,
    Email,
    Phone,
    Invite,
    New,
}

impl LinkedBy {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Invite => "invite",
            Self::New => "new",
        }
    }
}

/// Picks the customer that the verified identifiers lead to.
///
/// A reference is the most precise, then the e-mail, then the phone. An identifier that leads to several customers
/// (a shared family address, say) proves nothing about which one, so it is passed over.
pub fn choose_customer(matches: &[Match]) -> Option<Match> {
    [LinkedBy::Reference, LinkedBy::Email, LinkedBy::Phone]
        .into_iter()
        .find_map(|by| {
            let mut found = matches.iter().filter(|m| m.by == by);
            let first = found.next()?;
            found
                .all(|m| m.customer_id == first.customer_id)
                .then(|| first.clone())
        })
}

/// An invitation as the table holds it.
#[derive(Debug, Clone, Deserialize)]
pub struct Invite {
    pub id: Uuid,
    pub org_id: Uuid,
    pub customer_id: Uuid,
    pub role: AccountRole,
    pub location_ids: Vec<Uuid>,
    pub full_name: Option<String>,
    pub status: InviteStatus,
    pub expires_at: Timestamp,
    /// Who accepted it, if somebody did.
    pub accepted_by_user_id: Option<Uuid>,
}

/// Whether that user may accept the invitation now. Accepting again what one has accepted is a retry.
pub fn check_invite(invite: &Invite, user_id: Uuid, now: Timestamp) -> Result<()> {
    let gone = |reason, message: &'static str| {
        Err(PortalError::new(
            Status::Gone,
            reason,
            message,
            "Ask the person who invited you for a new invitation.",
        ))
    };
    match invite.status {
        InviteStatus::Accepted if invite.accepted_by_user_id == Some(user_id) => Ok(()),
        InviteStatus::Accepted => gone("invite_used", "This invitation has already been used."),
        InviteStatus::Revoked => gone("invite_revoked", "This invitation was withdrawn."),
        InviteStatus::Expired => gone("invite_expired", "This invitation has expired."),
        InviteStatus::Pending if invite.expires_at <= now => {
            gone("invite_expired", "This invitation has expired.")
        }
        InviteStatus::Pending => Ok(()),
    }
}

/// The roles that an inviter may give away: staff and a customer's own admin any, a manager all but `admin`.
pub fn check_invited_role(inviter: Inviter, role: AccountRole) -> Result<()> {
    let allowed = match inviter {
        Inviter::Office | Inviter::Account(AccountRole::Admin) => true,
        Inviter::Account(AccountRole::PropertyManager) => role != AccountRole::Admin,
        Inviter::Account(_) => false,
    };
    if allowed {
        return Ok(());
    }
    Err(PortalError::new(
        Status::NotAllowed,
        "role_not_yours_to_give",
        "This role is not yours to give or to take away.",
        "Choose customer, billing_contact or property_manager, or ask the company.",
    ))
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Inviter {
    Office,
    Account(AccountRole),
}

/// The role that an invitation names; people type it, so the answer lists the choices.
pub fn parse_role(role: &str) -> Result<AccountRole> {
    serde_json::from_value(role.into()).map_err(|_| {
        PortalError::invalid(
            "role",
            "The role must be customer, property_manager, billing_contact or admin.",
        )
    })
}

/// Events that a client may report itself. Everything else is written by the database when it happens.
pub const REPORTED_EVENTS: [&str; 7] = [
    "login",
    "logout",
    "profile_viewed",
    "password_changed",
    "mfa_enabled",
    "mfa_disabled",
    "document_downloaded",
];

/// Longest payload of a reported event, in bytes of JSON.
pub const MAX_EVENT_PAYLOAD: usize = 4096;

pub fn check_event(event_type: &str, payload: Option<&serde_json::Value>) -> Result<()> {
    if !REPORTED_EVENTS.contains(&event_type) {
        return Err(PortalError::new(
            Status::Refused,
            "event_not_allowed",
            "This event cannot be reported by a client.",
            format!("Report one of: {}.", REPORTED_EVENTS.join(", ")),
        ));
    }
    match payload {
        None => Ok(()),
        Some(p) if !p.is_object() => Err(PortalError::invalid(
            "payload",
            "The payload must be a JSON object.",
        )),
        Some(p) if p.to_string().len() > MAX_EVENT_PAYLOAD => Err(PortalError::invalid(
            "payload",
            "The payload must not be longer than 4096 bytes.",
        )),
        Some(_) => Ok(()),
    }
}

/// A person's name as given: trimmed, 1 to 200 characters, no control characters.
pub fn full_name(given: &str) -> Result<String> {
    let name = given.trim();
    let length = name.chars().count();
    if !(1..=200).contains(&length) || name.chars().any(char::is_control) {
        return Err(PortalError::invalid(
            "full_name",
            "The name must have between 1 and 200 characters.",
        ));
    }
    Ok(name.to_owned())
}

/// A phone number in E.164. Spaces, dots, dashes and parentheses are dropped; ten digits are read as North American.
pub fn phone(given: &str) -> Result<String> {
    let kept: String = given
        .chars()
        .filter(|c| !" .-()\u{a0}".contains(*c))
        .collect();
    let number = match kept.strip_prefix('+') {
        Some(digits) => digits.to_owned(),
        None if kept.len() == 10 => format!("1{kept}"),
        None => kept,
    };
    let digits_only = number.bytes().all(|b| b.is_ascii_digit());
    if !digits_only || !(7..=15).contains(&number.len()) || number.starts_with('0') {
        return Err(PortalError::invalid(
            "phone",
            "The phone number must be in international form, like +13125550142.",
        ));
    }
    Ok(format!("+{number}"))
}

/// An e-mail address, lower-cased. Only its shape is checked; owning it is proven by Supabase Auth.
pub fn email(given: &str) -> Result<String> {
    let email = given.trim().to_lowercase();
    let shape = email.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain.contains('.')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
    });
    let clean = !email.chars().any(|c| c.is_whitespace() || c.is_control())
        && email.matches('@').count() == 1;
    if !shape || !clean || email.len() > 254 {
        return Err(PortalError::invalid(
            "email",
            "This is not an e-mail address.",
        ));
    }
    Ok(email)
}

#[cfg(test)]
mod tests;
