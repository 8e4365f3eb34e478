//! The trigger after a message: whose turn it is, who hears of it, and the answer of an office that is closed.

use jiff::Timestamp;
use pgrx::prelude::*;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::guard::Message;
use super::hours::{self, Closure};
use super::rules;
use super::store::{self, Office};
use crate::assistant;
use crate::error::{Result, trigger_surface};
use crate::live::{self, News};
use crate::notifications::{self, Occasion};
use crate::time;
use crate::trigger::{self, TriggerResult};
use crate::types::SenderType;

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_trigger]
    fn follow_message<'a>(trigger: &'a PgTrigger<'a>) -> TriggerResult<'a> {
        trigger_surface(|| {
            let message = Message::deserialize(trigger::new_json(trigger)?)
                .unwrap_or_else(|e| panic!("a stored message has an unexpected shape: {e}"));
            follow(&message)?;
            Ok(Some(trigger::row(trigger)))
        })
    }
}

fn follow(message: &Message) -> Result<()> {
    let Some(sent_at) = message.sent_at() else {
        return Ok(());
    };
    let preview = rules::preview(&message.body);
    if rules::is_import(sent_at, time::now()) {
        store::note_in_thread(message, &preview, None);
        return Ok(());
    }
    let turn = rules::turn_after(message.sender_type);
    let standing = store::note_in_thread(message, &preview, turn);
    live::tell(&News {
        org_id: message.org_id,
        kind: "message_created",
        entity_id: message.id,
        status: standing.as_ref().map(|thread| thread.status.label()),
        customer_id: message.customer_id,
        location_id: message.location_id,
        technician_id: standing.as_ref().and_then(|thread| thread.technician_id),
        thread_id: Some(message.thread_id),
    });
    notify(message);
    if message.sender_type == SenderType::PortalCustomer {
        assistant::queue_sentiment(message.org_id, message.id);
        reply_when_away(message, sent_at);
    }
    Ok(())
}

fn notify(message: &Message) {
    let event = match message.sender_type {
        SenderType::InternalUser => "message_received",
        SenderType::PortalCustomer => "message_from_customer",
        SenderType::System => return,
    };
    notifications::queue(&Occasion {
        org_id: message.org_id,
        event,
        customer_id: message.customer_id,
        location_id: message.location_id,
        work_order_id: message.related_work_order_id,
        occurrence: message.id,
        payload: json!({ "thread_id": message.thread_id, "message_id": message.id }),
    });
}

/// The office's answer while it is closed: the first message of a conversation in each closure gets it.
fn reply_when_away(message: &Message, now: Timestamp) {
    let office: Option<Office> = store::office(message.org_id, now);
    let Some((office, zone)) = office.and_then(|o| time::zone(&o.timezone).map(|zone| (o, zone)))
    else {
        return;
    };
    let Some(closure) = hours::closure(now, &office.hours, &office.holidays, &zone) else {
        return;
    };
    let text = office.away_message.unwrap_or_else(|| {
        rules::away_reply(&closure, &zone, now, office.support_phone.as_deref())
    });
    store::reply(
        message,
        once_per_closure(message.thread_id, &closure),
        &text,
    );
}

/// The same for every message of the conversation in the closure, so that the unique constraint lets one reply through.
fn once_per_closure(thread_id: Uuid, closure: &Closure) -> Uuid {
    Uuid::new_v5(&thread_id, closure.since.to_string().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_has_one_id_per_conversation_and_closure() {
        let closure = |since: &str| Closure {
            since: since.parse().unwrap(),
            until: None,
        };
        let (monday, tuesday) = (
            closure("2026-01-12T23:00:00Z"),
            closure("2026-01-13T23:00:00Z"),
        );
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let later = Closure {
            until: Some(Timestamp::MAX),
            ..monday.clone()
        };
        assert_eq!(
            once_per_closure(one, &monday),
            once_per_closure(one, &later)
        );
        assert_ne!(
            once_per_closure(one, &monday),
            once_per_closure(one, &tuesday)
        );
        assert_ne!(
            once_per_closure(one, &monday),
            once_per_closure(two, &monday)
        );
    }
}
