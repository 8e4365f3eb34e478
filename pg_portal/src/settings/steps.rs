//! The privileged steps of settings: they run as portal_owner and speak of nobody but the signed-in person.

use pgrx::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use super::store::{self, AuthTable};
use super::{api::ProfileRow, rules};
use crate::access::scope;
use crate::accounts;
use crate::audit;
use crate::error::{PortalError, Result, surface};
use crate::ids::from_pg;

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(stable, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn security_facts() -> pgrx::JsonB {
        surface(|| {
            let user_id = scope::require_user()?;
            Ok(pgrx::JsonB(security(user_id)))
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn change_profile(
        full_name: Option<&str>,
        phone: Option<&str>,
        preferred_language: Option<&str>,
    ) -> pgrx::JsonB {
        surface(|| {
            let row = change(full_name, phone, preferred_language)?;
            Ok(pgrx::JsonB(serde_json::json!(row)))
        })
    }

    #[pg_extern(stable, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn own_sessions() -> TableIterator<
        'static,
        (
            name!(id, pgrx::Uuid),
            name!(created_at, Option<TimestampWithTimeZone>),
            name!(last_seen_at, Option<TimestampWithTimeZone>),
            name!(user_agent, Option<String>),
            name!(ip, Option<String>),
        ),
    > {
        surface(|| {
            let user_id = scope::require_user()?;
            let sessions = if store::has(AuthTable::Sessions) {
                store::sessions(user_id)
            } else {
                vec![]
            };
            Ok(TableIterator::new(sessions.into_iter().map(|s| {
                (s.id, s.created_at, s.last_seen_at, s.user_agent, s.ip)
            })))
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn end_session(session_id: Option<pgrx::Uuid>) {
        surface(|| end(session_id.map(from_pg)))
    }
}

/// What the person has verified, and how they sign in. Factors are unknown where Supabase Auth is not, or too old.
fn security(user_id: Uuid) -> Value {
    let mut facts = store::sign_in_facts(user_id).unwrap_or_default();
    if let Value::Object(facts) = &mut facts {
        let factors = match store::has(AuthTable::Factors) {
            true => store::factors(user_id),
            false => vec![],
        };
        facts.insert("mfa_enabled".to_owned(), (!factors.is_empty()).into());
        facts.insert("factors".to_owned(), factors.into());
    }
    facts
}

fn change(
    full_name: Option<&str>,
    phone: Option<&str>,
    preferred_language: Option<&str>,
) -> Result<ProfileRow> {
    let user_id = scope::require_user()?;
    let org_id = scope::org_id().ok_or_else(scope::no_place)?;
    let full_name = full_name.map(accounts::full_name).transpose()?;
    let phone = phone.map(accounts::phone).transpose()?;
    let language = preferred_language.map(rules::language).transpose()?;
    store::change_profile(
        org_id,
        user_id,
        full_name.as_deref(),
        phone.as_deref(),
        language.as_deref(),
    )
    .ok_or_else(|| PortalError::absent("profile"))
}

/// Signs the person out where that session is: it cannot be refreshed any more.
fn end(session_id: Option<Uuid>) -> Result<()> {
    let absent = || PortalError::absent("session");
    let user_id = scope::require_user()?;
    let org_id = scope::org_id().ok_or_else(scope::no_place)?;
    let session_id = session_id.ok_or_else(absent)?;
    if !store::has(AuthTable::Sessions) || !store::delete_session(user_id, session_id) {
        return Err(absent());
    }
    audit::record(&audit::Event {
        org_id,
        account_id: scope::account_id(),
        event_type: "session_revoked",
        payload: None,
        entity: Some(("session", Some(session_id))),
    });
    Ok(())
}
