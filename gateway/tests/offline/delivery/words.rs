//! What people read.

use std::collections::BTreeSet;

use portal_gateway::notifications::{
    preview::{samples, texts},
    template::{Story, Templates},
};
use serde_json::{Value, json};

use super::message;

#[test]
fn every_message_reads_as_it_was_approved() {
    for sample in samples() {
        insta::assert_snapshot!(sample.notification.event.clone(), texts(&sample));
    }
}

#[test]
fn the_html_of_a_mail_looks_as_it_was_approved() {
    let chosen = ["appointment_moved", "message_received", "offer"];
    for sample in samples() {
        let event = sample.notification.event.clone();
        if chosen.contains(&event.as_str()) {
            insta::assert_snapshot!(format!("{event}.html"), sample.mail.html);
        }
    }
}

#[test]
fn there_are_words_for_exactly_the_events_that_the_database_queues() {
    let rules = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../pg_portal/src/notifications/rules.rs"
    );
    let rules = std::fs::read_to_string(rules).unwrap();
    let (_, table) = rules.split_once("pub const EVENTS").unwrap();
    let (table, _) = table.split_once("\n];").unwrap();
    // Every other piece between quotation marks is a name; there are no other strings in the table.
    let queued: BTreeSet<&str> = table.split('"').skip(1).step_by(2).collect();
    assert!(queued.len() > 20, "{queued:?}");
    let templates = Templates::new("", "");
    assert_eq!(queued, templates.events().collect());
}

#[test]
fn text_of_customers_stays_text() {
    let templates = Templates::new("", "https://portal.example.com");
    let evil = "<img src=x onerror=alert(1)> {{ company.phone }} {% for %} \u{202e}gpj.exe\u{7}";
    let notification = message("dana@example.com", evil);
    let mail = templates
        .mail(&Story {
            event: "message_received",
            category: "messages",
            facts: &notification.facts,
        })
        .unwrap();
    assert!(!mail.html.contains("<img src=x"), "{}", mail.html);
    assert!(
        mail.html
            .contains("&lt;img src=x onerror=alert(1)&gt; {{ company.phone }} {% for %}")
    );
    assert!(
        mail.text
            .contains("> <img src=x onerror=alert(1)> {{ company.phone }}")
    );
    for deceiving in ['\u{202e}', '\u{7}'] {
        assert!(!mail.html.contains(deceiving) && !mail.text.contains(deceiving));
    }
}

#[test]
fn a_message_is_written_from_the_least_that_must_be_known() {
    let templates = Templates::new("https://api.example.com", "https://portal.example.com");
    let least = json!({
        "company": { "name": "Acme", "slug": "acme", "phone": null, "email": null, "color": null, "logo_url": null },
        "person": null,
        "appointment": { "id": "1", "reference": "J-1", "service_name": "Repair", "timezone": "America/Chicago",
            "window_start": "2026-12-01T14:00:00Z", "window_end": "2026-12-01T16:00:00Z" },
        "request": { "id": "2", "service_name": "Repair" },
        "message": { "thread_id": "3", "body": "Hello" },
        "invite": { "token": "t" },
        "offer": { "subject": "Offer", "body": "Cheap" },
        "safety": { "notice": "Leave the house." },
    });
    for event in templates.events() {
        let story = Story {
            event,
            category: "booking_updates",
            facts: &least,
        };
        let mail = templates.mail(&story).unwrap();
        let sms = templates.sms(&story).unwrap();
        for text in [&mail.subject, &mail.text, &mail.html, &sms] {
            let lower = text.to_lowercase();
            assert!(
                !lower.contains("undefined") && !lower.contains("null"),
                "{event}: {text}"
            );
        }
        assert!(!mail.text.contains("none") && !mail.subject.is_empty());
    }
}

#[test]
fn without_its_facts_a_message_is_not_written_at_all() {
    let templates = Templates::new("", "");
    let facts: Value = json!({ "company": { "name": "Acme", "slug": "acme" } });
    let story = |event| Story {
        event,
        category: "booking_updates",
        facts: &facts,
    };
    let error = templates.mail(&story("appointment_moved")).unwrap_err();
    assert!(error.to_string().contains("appointment_moved"), "{error}");
    let error = templates.sms(&story("no_such_event")).unwrap_err();
    assert!(error.to_string().contains("no words"), "{error}");
}
