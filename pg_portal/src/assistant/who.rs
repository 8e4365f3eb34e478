//! Whose conversation it is: an account's, or, before log-in, that of whoever holds its secret.

use uuid::Uuid;

use super::store::{self, Conversation};
use crate::access::scope;
use crate::caller::Caller;
use crate::error::{PortalError, Result};
use crate::ids;

/// The secret of a conversation without log-in. It says which company's it is, so that it is looked for in that company
/// alone.
#[derive(Debug, PartialEq)]
pub struct Session {
    pub org_id: Uuid,
    pub hash: Vec<u8>,
}

impl Session {
    /// A new secret, to be shown once.
    pub fn token(org_id: Uuid) -> String {
        format!("{}.{}", org_id.simple(), ids::token())
    }

    pub fn read(token: &str) -> Option<Self> {
        let token = token.trim();
        let (org_id, _) = token.split_once('.')?;
        Some(Self {
            org_id: org_id.parse().ok()?,
            hash: ids::token_hash(token),
        })
    }

    /// That of the request.
    fn current() -> Option<Self> {
        Self::read(Caller::current().header("x-portal-session")?)
    }
}

/// The caller's own conversation of that id, locked until the end of the transaction.
///
/// Errors: PT404, also for one of somebody else; PT401 while a second factor is missing; PT400 `org_required` for people with several companies who name none.
pub fn conversation(id: Option<pgrx::Uuid>) -> Result<Conversation> {
    scope::require_second_factor()?;
    let id = ids::from_pg(id.ok_or_else(absent)?);
    by_account(id)
        .or_else(|| by_session(id))
        .ok_or_else(no_such)
}

/// The conversation of the message, if it is the caller's own.
pub fn conversation_of(message_id: Option<pgrx::Uuid>) -> Result<Conversation> {
    scope::require_second_factor()?;
    let absent = || PortalError::absent("message");
    let id = message_id.map(ids::from_pg).ok_or_else(absent)?;
    let of = |org_id: Option<Uuid>| org_id.and_then(|org_id| store::conversation_of(org_id, id));
    let own = of(scope::org_id()).and_then(by_account);
    let in_session = || of(Session::current().map(|session| session.org_id)).and_then(by_session);
    own.or_else(in_session).ok_or_else(absent)
}

fn by_account(id: Uuid) -> Option<Conversation> {
    let (org_id, account_id) = scope::org_id().zip(scope::account_id())?;
    store::lock_by_account(org_id, id, account_id)
}

fn by_session(id: Uuid) -> Option<Conversation> {
    let session = Session::current()?;
    store::lock_by_session(&session).filter(|conversation| conversation.id == id)
}

fn absent() -> PortalError {
    PortalError::absent("conversation")
}

fn no_such() -> PortalError {
    match scope::org_id().is_none() && scope::org_ids().len() > 1 {
        true => scope::no_place(),
        false => absent(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_names_its_company_and_is_kept_as_a_hash() {
        let org_id = Uuid::from_u128(7);
        let token = format!("{}.{}", org_id.simple(), "a".repeat(64));
        let session = Session::read(&format!(" {token}\n")).unwrap();
        assert_eq!(session.org_id, org_id);
        assert_eq!(session.hash, ids::token_hash(&token));
        assert!(!session.hash.ends_with(b"a"));
        for nonsense in ["", ".", "x.y", &"a".repeat(64), "7.aa"] {
            assert_eq!(Session::read(nonsense), None, "{nonsense}");
        }
    }
}
