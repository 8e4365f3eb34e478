//! Every message in a folder, with invented facts: to look at while working on the words, and what the
//! tests compare.

use std::{fs, io, path::Path};

use lettre::Address;
use serde_json::Value;
use uuid::Uuid;

use super::{
    email,
    queue::Notification,
    template::{Story, Templates},
};

const FACTS: &str = include_str!("../../templates/sample.json");
const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//pg_portal//preview//EN\r\nMETHOD:PUBLISH\r\n\
     BEGIN:VEVENT\r\nUID:sample@acme-comfort\r\nDTSTAMP:20261122T120000Z\r\nDTSTART:20261201T140000Z\r\n\
     DTEND:20261201T160000Z\r\nSUMMARY:Acme Comfort: Heating or cooling repair\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// One event's messages.
pub struct Sample {
    pub notification: Notification,
    pub mail: super::template::Mail,
    pub sms: String,
    pub slack: Option<String>,
}

/// Every event's messages, in the order of their names.
///
/// Panics when the words do not fit the sample facts.
pub fn samples() -> Vec<Sample> {
    let templates = Templates::new("https://api.example.com", "https://portal.example.com");
    let facts: Value = serde_json::from_str(FACTS).expect("sample.json is JSON");
    let sample = |event: &str| {
        let notification = notification(event, &facts);
        let story = Story {
            event,
            category: &notification.category,
            facts: &notification.facts,
        };
        Sample {
            mail: templates.mail(&story).expect("words fit the facts"),
            sms: templates.sms(&story).expect("words fit the facts"),
            slack: templates
                .is_for_chat(event)
                .then(|| templates.slack(&story).expect("words fit the facts")),
            notification,
        }
    };
    templates.events().map(sample).collect()
}

/// With those facts alone that such an event has.
fn notification(event: &str, facts: &Value) -> Notification {
    let category = category(event);
    let has_appointment = event.starts_with("appointment_")
        || matches!(event, "booking_request_approved" | "booking_hold_expired");
    let mut facts = facts.clone();
    if let Some(facts) = facts.as_object_mut() {
        facts.retain(|name, _| match name.as_str() {
            "appointment" => has_appointment,
            "request" => event.starts_with("booking_request_"),
            "message" => event.starts_with("message_") || event == "assistant_escalated",
            "invite" => event == "invite_created",
            "offer" => event == "offer",
            "safety" => event == "safety_notice",
            "unsubscribe" => !matches!(category, "account" | "safety" | "office"),
            _ => true,
        });
    }
    if let Some(unsubscribe) = facts.get_mut("unsubscribe") {
        *unsubscribe = format!("{}.{}.{category}", Uuid::nil(), Uuid::nil()).into();
    }
    Notification {
        org_id: Uuid::nil(),
        id: Uuid::nil(),
        attempt: 1,
        event: event.to_owned(),
        category: category.to_owned(),
        recipient: "dana@example.com".to_owned(),
        dedupe_key: format!("{event}:sample:email"),
        created_at: 0.0,
        facts,
        calendar: (has_appointment && category == "booking_updates").then(|| CALENDAR.to_owned()),
        url: None,
        secret: None,
    }
}

fn category(event: &str) -> &'static str {
    match event {
        "appointment_en_route" | "appointment_running_late" => "technician_enroute",
        "message_received" => "messages",
        "safety_notice" => "safety",
        "invite_created" => "account",
        "offer" => "marketing",
        "booking_request_created"
        | "booking_request_canceled"
        | "booking_hold_expired"
        | "appointment_moved_by_customer"
        | "appointment_canceled_by_customer"
        | "assistant_escalated"
        | "message_from_customer" => "office",
        _ => "booking_updates",
    }
}

/// Writes `<event>.html`, `.txt` and `.eml` for every event, and an `index.html` that shows them all.
///
/// Errors: a folder that cannot be written to.
pub fn write(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let from: Address = "notifications@example.com".parse().expect("an address");
    let mut index = String::from(INDEX_HEAD);
    for sample in samples() {
        let Sample {
            notification, mail, ..
        } = &sample;
        let event = &notification.event;
        fs::write(folder.join(format!("{event}.html")), &mail.html)?;
        fs::write(folder.join(format!("{event}.txt")), texts(&sample))?;
        let message =
            email::message(notification, mail.clone(), &from).map_err(io::Error::other)?;
        fs::write(folder.join(format!("{event}.eml")), message.formatted())?;
        index += &format!(
            "<section><h2>{event}</h2><p><a href=\"{event}.html\">HTML</a> <a href=\"{event}.txt\">text</a> \
             <a href=\"{event}.eml\">e-mail</a></p><iframe src=\"{event}.html\" title=\"{event}\"></iframe></section>\n"
        );
    }
    fs::write(folder.join("index.html"), index)
}

const INDEX_HEAD: &str = "<!doctype html><meta charset=\"utf-8\"><title>Messages</title>\
     <style>body{font-family:sans-serif;display:flex;flex-wrap:wrap;gap:24px}section{width:400px}\
     h2{font-size:16px}iframe{width:400px;height:640px;border:1px solid #ccc}</style>\n";

/// Everything about one event that is plain text.
pub fn texts(sample: &Sample) -> String {
    let Sample {
        mail, sms, slack, ..
    } = sample;
    let mut text = format!("Subject: {}\n\n{}\n", mail.subject, mail.text);
    text += &format!("\n=== Text message ===\n{sms}\n");
    if let Some(slack) = slack {
        text += &format!("\n=== Slack ===\n{slack}\n");
    }
    text
}
