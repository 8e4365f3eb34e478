//! Sending, against receivers that really listen.

mod email;
mod outbound;
mod sms;
mod webhook;
mod words;

use portal_gateway::{config::Notifications, notifications::queue::Notification};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::keys::config_with;

/// The settings of notifications, `more` over the defaults.
fn config(more: &[(&str, &str)]) -> Notifications {
    let addresses = [
        ("PORTAL_PUBLIC_URL", "https://api.example.com/"),
        ("PORTAL_PORTAL_URL", "https://{org}.example.com"),
        ("PORTAL_MAIL_FROM", "notifications@example.com"),
    ];
    config_with(&[&addresses, more].concat()).notifications
}

/// A message from the office to a customer.
fn message(recipient: &str, body: &str) -> Notification {
    let facts = json!({
        "company": { "name": "Acme Comfort", "slug": "acme-comfort", "email": "help@acme-comfort.example",
            "phone": "+13125550110", "sms_from": "+13125550100", "color": "#1d4ed8", "logo_url": null },
        "person": { "name": "Dana Miller" },
        "message": { "thread_id": Uuid::nil(), "subject": null, "sender_name": "Robin Chen", "body": body },
        "unsubscribe": "org.token.messages",
    });
    notification("message_received", "messages", recipient, facts)
}

fn notification(event: &str, category: &str, recipient: &str, facts: Value) -> Notification {
    Notification {
        org_id: Uuid::from_u128(1),
        id: Uuid::from_u128(2),
        attempt: 1,
        event: event.to_owned(),
        category: category.to_owned(),
        recipient: recipient.to_owned(),
        dedupe_key: format!("{event}:1:email:2"),
        created_at: 1_764_000_000.0,
        facts,
        calendar: None,
        url: None,
        secret: None,
    }
}
