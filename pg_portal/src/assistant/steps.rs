//! The privileged steps around a conversation: they run as portal_owner and re-check every right themselves. Clients
//! cannot call them; `api.rs` does.

use pgrx::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::rules::{self, Reason};
use super::store::{self, Conversation, New, NewThread};
use super::who::{self, Session};
use super::words::{self, Company, Handover};
use crate::access::scope;
use crate::error::{PortalError, Result, Status, surface};
use crate::ids::{from_pg, to_pg};
use crate::messaging::{place_of_job, rules::subject};
use crate::notifications::{self, Occasion};
use crate::time;
use crate::types::{AiContextType, AiConversationStatus, Capability};

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn begin_ai_conversation(
        context_type: Option<&str>,
        appointment_id: Option<pgrx::Uuid>,
        org_slug: Option<&str>,
        session_token: Option<&str>,
    ) -> pgrx::JsonB {
        surface(|| {
            let wish = Wish {
                context: context(context_type)?,
                appointment_id: appointment_id.map(from_pg),
                org_slug,
                session_token,
            };
            let started = start(&wish)?;
            Ok(pgrx::JsonB(
                serde_json::to_value(started).expect("plain data"),
            ))
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn hand_over_ai_conversation(
        conversation_id: Option<pgrx::Uuid>,
        reason: Option<&str>,
    ) -> pgrx::Uuid {
        surface(|| {
            let reason = Reason::read(reason)?;
            let conversation = who::conversation(conversation_id)?;
            hand_over(&conversation, reason).map(to_pg)
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn close_ai_conversation(conversation_id: Option<pgrx::Uuid>) -> AiConversationStatus {
        surface(|| {
            let conversation = who::conversation(conversation_id)?;
            if conversation.status != AiConversationStatus::Active {
                return Ok(conversation.status);
            }
            store::end(&conversation);
            Ok(AiConversationStatus::Ended)
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn judge_ai_message(
        message_id: Option<pgrx::Uuid>,
        helpful: Option<bool>,
        reason: Option<&str>,
    ) {
        surface(|| {
            let helpful = helpful.ok_or_else(|| {
                PortalError::invalid("helpful", "Say whether the answer helped: true or false.")
            })?;
            let reason = rules::report(reason)?;
            let conversation = who::conversation_of(message_id)?;
            let id = message_id.map(from_pg).unwrap_or_default();
            match store::judge(&conversation, id, helpful, reason) {
                true => Ok(()),
                false => Err(PortalError::absent("message")),
            }
        })
    }
}

fn context(text: Option<&str>) -> Result<AiContextType> {
    serde_json::from_value(text.unwrap_or("general_support").into()).map_err(|_| {
        PortalError::invalid(
            "context_type",
            "The context must be general_support, pre_booking, active_job or billing_question.",
        )
    })
}

/// The conversation that somebody wants to begin or to take up again.
struct Wish<'a> {
    context: AiContextType,
    appointment_id: Option<Uuid>,
    org_slug: Option<&'a str>,
    session_token: Option<&'a str>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Started {
    pub id: Uuid,
    pub status: AiConversationStatus,
    /// Shown once, to whoever has no account.
    pub session_token: Option<String>,
}

impl Started {
    fn again(conversation: Conversation) -> Self {
        Self {
            id: conversation.id,
            status: conversation.status,
            session_token: None,
        }
    }

    fn new(id: Uuid, session_token: Option<String>) -> Self {
        Self {
            id,
            status: AiConversationStatus::Active,
            session_token,
        }
    }
}

/// Somebody's account in the company they act in.
struct Account {
    org_id: Uuid,
    id: Uuid,
    customer_id: Uuid,
}

fn start(wish: &Wish<'_>) -> Result<Started> {
    scope::require_second_factor()?;
    if let (Some(org_id), Some(id), Some(customer_id)) =
        (scope::org_id(), scope::account_id(), scope::customer_id())
    {
        let account = Account {
            org_id,
            id,
            customer_id,
        };
        return start_for(&account, wish);
    }
    if scope::org_id().is_none() && !scope::org_ids().is_empty() {
        return Err(scope::no_place());
    }
    start_without_account(wish)
}

fn start_for(account: &Account, wish: &Wish<'_>) -> Result<Started> {
    let is_elsewhere = |slug| store::org_by_slug(slug) != Some(account.org_id);
    if wish.org_slug.is_some_and(is_elsewhere) {
        return Err(PortalError::invalid(
            "org_slug",
            "Your account is with another company; name the company in the x-portal-org header.",
        ));
    }
    if let Some(token) = wish.session_token {
        return claim(account, token);
    }
    let customer_id = match wish.appointment_id {
        None => account.customer_id,
        Some(id) => customer_of(account.org_id, id)?,
    };
    let office = store::office(account.org_id).ok_or_else(scope::no_place)?;
    office.settings.require_enabled()?;
    store::queue_up("account", account.org_id, Some(account.id));
    let limit = rules::ACCOUNT_CONVERSATIONS;
    let nth = store::nth_newest_conversation(account.org_id, Some(account.id), limit.count);
    if let Some(wait) = limit.wait(nth, time::clock()) {
        return Err(rules::too_many_conversations(wait));
    }
    let id = store::begin(&New {
        org_id: account.org_id,
        account_id: Some(account.id),
        customer_id: Some(customer_id),
        context: wish.context,
        work_order_id: wish.appointment_id,
        session_hash: None,
        opening: &opening(&office),
    });
    Ok(Started::new(id, None))
}

/// The conversation that somebody began before they logged in becomes their account's. Repeating it changes nothing.
fn claim(account: &Account, token: &str) -> Result<Started> {
    let conversation = Session::read(token)
        .filter(|session| session.org_id == account.org_id)
        .and_then(|session| store::lock_to_claim(&session, account.id))
        .ok_or_else(no_such)?;
    if conversation.portal_account_id.is_none() {
        store::claim(&conversation, account.id, account.customer_id);
    }
    Ok(Started::again(conversation))
}

fn customer_of(org_id: Uuid, appointment_id: Uuid) -> Result<Uuid> {
    let reach = scope::reach(Capability::View);
    place_of_job(org_id, appointment_id)
        .filter(|(customer_id, location_id)| reach.covers(*customer_id, *location_id))
        .map(|(customer_id, _)| customer_id)
        .ok_or_else(|| PortalError::absent("appointment"))
}

fn start_without_account(wish: &Wish<'_>) -> Result<Started> {
    if wish.appointment_id.is_some() {
        scope::require_user()?;
        return Err(PortalError::absent("appointment"));
    }
    if let Some(token) = wish.session_token {
        return resume(wish.org_slug, token);
    }
    let slug = wish.org_slug.ok_or_else(|| {
        PortalError::invalid(
            "org_slug",
            "Name the company that you want to talk to, or sign in.",
        )
    })?;
    let office = store::org_by_slug(slug)
        .and_then(store::office)
        .ok_or_else(|| PortalError::absent("company"))?;
    office.settings.require_enabled()?;
    store::queue_up("anonymous", office.org_id, None);
    let limit = office.settings.budget().anonymous_conversations;
    let nth = store::nth_newest_conversation(office.org_id, None, limit.count);
    if let Some(wait) = limit.wait(nth, time::clock()) {
        return Err(rules::too_many_conversations(wait));
    }
    let token = Session::token(office.org_id);
    let id = store::begin(&New {
        org_id: office.org_id,
        account_id: None,
        customer_id: None,
        context: wish.context,
        work_order_id: None,
        session_hash: Session::read(&token).map(|session| session.hash),
        opening: &opening(&office),
    });
    Ok(Started::new(id, Some(token)))
}

fn resume(org_slug: Option<&str>, token: &str) -> Result<Started> {
    let session = Session::read(token).ok_or_else(no_such)?;
    let is_elsewhere = |slug| store::org_by_slug(slug) != Some(session.org_id);
    if org_slug.is_some_and(is_elsewhere) {
        return Err(no_such());
    }
    let conversation = store::lock_by_session(&session).ok_or_else(no_such)?;
    Ok(Started::again(conversation))
}

fn no_such() -> PortalError {
    PortalError::absent("conversation")
}

fn opening(office: &store::Office) -> String {
    let disclaimer = office.settings.disclaimer.as_deref();
    words::opening(
        &office.company,
        disclaimer,
        &office.policy(),
        &office.currency,
    )
}

/// Gives a conversation to the office, and answers the thread that it goes on in. Repeating it answers the same.
fn hand_over(conversation: &Conversation, reason: Reason) -> Result<Uuid> {
    if let Some(thread_id) = conversation.escalated_to_thread_id {
        return Ok(thread_id);
    }
    let office = store::office(conversation.org_id).ok_or_else(scope::no_place)?;
    let (account_id, customer_id) = conversation
        .portal_account_id
        .zip(conversation.customer_id)
        .ok_or_else(|| sign_in_first(&office.company))?;
    if conversation.status == AiConversationStatus::Ended {
        return Err(ended());
    }
    let handover = store::handover(conversation);
    let thread = NewThread {
        // The same whoever asks and however often.
        id: Uuid::new_v5(&conversation.id, b"thread"),
        account_id,
        customer_id,
        location_id: location(conversation, account_id, customer_id),
        subject: &subject_of(&handover)?,
        summary: &words::summary(reason, conversation.context_type, &handover),
    };
    let begun = store::hand_over(conversation, &thread);
    notifications::queue(&Occasion {
        org_id: conversation.org_id,
        event: "assistant_escalated",
        customer_id: Some(customer_id),
        location_id: begun.location_id,
        work_order_id: conversation.related_work_order_id,
        occurrence: begun.message_id,
        payload: told(&thread, begun.message_id, conversation.id, reason),
    });
    Ok(thread.id)
}

fn told(thread: &NewThread<'_>, message_id: Uuid, conversation_id: Uuid, reason: Reason) -> Value {
    json!({
        "thread_id": thread.id, "message_id": message_id, "conversation_id": conversation_id, "reason": reason,
    })
}

fn subject_of(handover: &Handover) -> Result<String> {
    match handover.questions.first() {
        Some(first) => subject(None, first),
        None => Ok("A question to the assistant".to_owned()),
    }
}

/// Where the matter is: a job says so itself. Somebody who reaches single locations only asks about one of them.
fn location(conversation: &Conversation, account_id: Uuid, customer_id: Uuid) -> Option<Uuid> {
    let reach = scope::reach(Capability::View);
    if conversation.related_work_order_id.is_some() || reach.whole.contains(&customer_id) {
        return None;
    }
    store::primary_location(conversation.org_id, account_id)
        .filter(|primary| reach.locations.contains(primary))
        .or_else(|| reach.locations.first().copied())
}

/// For people whom the office could not answer.
fn sign_in_first(company: &Company) -> PortalError {
    let hint = match (&company.phone, &company.email) {
        (Some(phone), _) => format!(
            "Sign in and try again, or call {} at {phone}.",
            company.name
        ),
        (None, Some(email)) => format!("Sign in and try again, or write to {email}."),
        (None, None) => "Sign in and try again.".to_owned(),
    };
    PortalError::new(
        Status::NoUser,
        "sign_in_required",
        "The office can only answer people who are signed in.",
        hint,
    )
    .fact("contact_phone", company.phone.clone())
    .fact("contact_email", company.email.clone())
}

pub fn ended() -> PortalError {
    PortalError::new(
        Status::Gone,
        "conversation_ended",
        "This conversation with the assistant has ended.",
        "Begin a new one with start_ai_conversation, or write to the company with create_thread.",
    )
}
