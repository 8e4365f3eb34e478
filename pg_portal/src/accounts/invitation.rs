//! The one path on which people are invited, whoever invites: a customer's manager, the office, or a DBA.

use std::collections::BTreeSet;

use serde_json::json;
use uuid::Uuid;

use super::store::{self, InviteReceipt, NewInvite};
use crate::error::{PortalError, Result};
use crate::ids::{self, from_pg};
use crate::notifications::{self, Occasion};
use crate::types::AccountRole;

pub struct Invitation<'a> {
    pub org_id: Uuid,
    pub customer_id: Uuid,
    /// None: for the whole customer.
    pub location_ids: &'a [Uuid],
    pub role: AccountRole,
    pub email: &'a str,
    pub full_name: Option<&'a str>,
    pub invited_by_user_id: Option<Uuid>,
    pub invited_by_account_id: Option<Uuid>,
}

/// Stores the invitation and queues its message; the answer has the token, which nobody can read later. An earlier
/// invitation of the same address to the same customer becomes this one. Runs as portal_owner.
pub fn issue(new: &Invitation<'_>) -> Result<InviteReceipt> {
    let named = store::count_locations(new.org_id, new.customer_id, new.location_ids);
    if named != new.location_ids.len() {
        return Err(PortalError::absent("location"));
    }
    let token = ids::token();
    let saved = store::save_invite(&NewInvite {
        org_id: new.org_id,
        customer_id: new.customer_id,
        location_ids: new.location_ids,
        role: new.role,
        email: new.email,
        full_name: new.full_name,
        token_hash: ids::token_hash(&token),
        invited_by_user_id: new.invited_by_user_id,
        invited_by_account_id: new.invited_by_account_id,
    });
    notifications::queue(&Occasion {
        org_id: new.org_id,
        event: "invite_created",
        customer_id: Some(new.customer_id),
        location_id: None,
        work_order_id: None,
        // Each token is an invitation of its own.
        occurrence: ids::of_token(&token),
        payload: json!({
            "invite_id": saved.invite_id, "email": new.email, "token": token, "expires_at": saved.expires_at,
        }),
    });
    Ok(InviteReceipt {
        token: Some(token),
        ..saved
    })
}

/// The locations of an invitation, each once; none means the whole customer, so an empty list is not taken for it.
pub fn named_locations(given: Option<Vec<Option<pgrx::Uuid>>>) -> Result<Vec<Uuid>> {
    let Some(given) = given else {
        return Ok(vec![]);
    };
    let ids: Option<BTreeSet<Uuid>> = given.into_iter().map(|id| id.map(from_pg)).collect();
    ids.filter(|ids| !ids.is_empty()).map(Vec::from_iter).ok_or_else(|| {
        PortalError::invalid(
            "location_ids",
            "Name at least one location, or leave location_ids out to invite for the whole customer.",
        )
    })
}
