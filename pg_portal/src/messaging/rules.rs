//! What may be written in a conversation, how often, and whose turn it is then. Plain Rust.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::hours::Closure;
use crate::error::{PortalError, Result, Status};
use crate::types::{SenderType, ThreadStatus};

/// Longest message, in characters.
const MAX_BODY: usize = 10_000;
/// Longest subject, in characters.
const MAX_SUBJECT: usize = 200;
/// Longest subject that is taken from the first words of a message.
const MAX_WORDS: usize = 60;
/// Longest preview of a message in the list of conversations.
const MAX_PREVIEW: usize = 200;
/// A message that is older than this when it is stored is an import: it keeps its time and tells nobody.
const IMPORT_AGE_SECONDS: i64 = 60;

/// How often an account may do something.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    pub count: i32,
    pub seconds: i64,
}

pub const MESSAGES: [Limit; 2] = [
    Limit {
        count: 30,
        seconds: 60,
    },
    Limit {
        count: 300,
        seconds: 3600,
    },
];
pub const THREADS: Limit = Limit {
    count: 10,
    seconds: 3600,
};

impl Limit {
    /// How long to wait, in whole seconds; nothing while the limit is not reached.
    ///
    /// * `nth_newest`: when the newest but `count - 1` was done, if there are so many.
    pub fn wait(&self, nth_newest: Option<Timestamp>, now: Timestamp) -> Option<i64> {
        let age = nth_newest?.duration_until(now).as_millis() as i64;
        let left = self.seconds * 1000 - age;
        (left > 0).then_some((left + 999) / 1000)
    }
}

/// The answer for somebody who does too much: try again then.
pub fn too_many(reason: &'static str, what: &str, wait_seconds: i64) -> PortalError {
    PortalError::new(
        Status::TooMany,
        reason,
        format!("You have written many {what} in a short time."),
        "Wait for the seconds named in details, then send it again; in an emergency call the company.",
    )
    .fact("retry_after_seconds", wait_seconds)
}

/// The text of a message without the white space around it.
pub fn body(text: &str) -> Result<&str> {
    let text = text.trim();
    if (1..=MAX_BODY).contains(&text.chars().count()) {
        return Ok(text);
    }
    Err(PortalError::invalid(
        "body",
        format!("Write a message of 1 to {MAX_BODY} characters."),
    ))
}

/// The subject as given, or the first words of the message.
pub fn subject(given: Option<&str>, body: &str) -> Result<String> {
    let given = given.map(str::trim).unwrap_or_default();
    if given.is_empty() {
        return Ok(shorten(body, MAX_WORDS));
    }
    if given.chars().count() > MAX_SUBJECT {
        return Err(PortalError::invalid(
            "subject",
            format!("The subject must have at most {MAX_SUBJECT} characters."),
        ));
    }
    Ok(given.to_owned())
}

/// How a message begins, on one line.
pub fn preview(body: &str) -> String {
    shorten(body, MAX_PREVIEW)
}

/// The text on one line, cut after a word where it is longer than so many characters.
fn shorten(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let cut: String = line.chars().take(most - 1).collect();
    let words = cut.rfind(' ').map_or(cut.as_str(), |at| &cut[..at]);
    format!("{words}…")
}

/// Whose turn it is after a message, which also reopens what was closed; nothing where that stays as it is.
pub fn turn_after(sender: SenderType) -> Option<ThreadStatus> {
    match sender {
        SenderType::PortalCustomer => Some(ThreadStatus::PendingInternal),
        SenderType::InternalUser => Some(ThreadStatus::PendingCustomer),
        SenderType::System => None,
    }
}

/// Customers close a conversation and open it again; whose turn it is follows from what is written.
pub fn check_by_customer(from: ThreadStatus, to: ThreadStatus) -> Result<()> {
    use ThreadStatus::{Closed, Open};
    let allowed = if from == Closed { Open } else { Closed };
    if to == from || to == allowed {
        return Ok(());
    }
    Err(PortalError::status_not_allowed(
        from.label(),
        to.label(),
        vec![allowed.label()],
    ))
}

/// Whether a message comes from elsewhere with its own time, instead of being written now.
pub fn is_import(sent_at: Timestamp, now: Timestamp) -> bool {
    sent_at.duration_until(now).as_secs() > IMPORT_AGE_SECONDS
}

/// What a customer is told who writes while nobody is there.
///
/// * `zone`: the office's, in whose wall clock the text speaks.
/// * `phone`: for emergencies, in E.164 form.
pub fn away_reply(
    closure: &Closure,
    zone: &TimeZone,
    now: Timestamp,
    phone: Option<&str>,
) -> String {
    let mut text = "Thank you for your message. Our office is closed right now".to_owned();
    if let Some(until) = closure.until {
        // A weekday alone names the nearest one.
        let is_near = now.duration_until(until).as_hours() < 6 * 24;
        let format = if is_near {
            "%A at %-I:%M %p"
        } else {
            "%A, %B %-d at %-I:%M %p"
        };
        let opens = until.to_zoned(zone.clone()).strftime(format).to_string();
        text.push_str(&format!(" and opens again on {opens}"));
    }
    text.push_str("; we will answer as soon as we are back.");
    if let Some(phone) = phone {
        text.push_str(&format!(" In an emergency please call {phone}."));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_message_is_trimmed_and_neither_empty_nor_endless() {
        assert_eq!(body(" It drips \n"), Ok("It drips"));
        for bad in ["", " \n\t", &"x".repeat(MAX_BODY + 1)] {
            assert_eq!(body(bad).unwrap_err().facts["argument"], "body");
        }
        assert!(body(&"ü".repeat(MAX_BODY)).is_ok());
    }

    #[test]
    fn a_subject_is_what_was_given_or_the_first_words() {
        assert_eq!(subject(Some(" Leak "), "It drips"), Ok("Leak".into()));
        assert_eq!(subject(None, "It\ndrips"), Ok("It drips".into()));
        assert_eq!(subject(Some("  "), "It drips"), Ok("It drips".into()));
        let long = "The water heater in the cellar makes a noise like a train every morning";
        assert_eq!(
            subject(None, long).unwrap(),
            "The water heater in the cellar makes a noise like a train…"
        );
        assert!(subject(Some(&"x".repeat(MAX_SUBJECT + 1)), "x").is_err());
    }

    #[test]
    fn who_wrote_last_says_whose_turn_it_is() {
        assert_eq!(
            turn_after(SenderType::PortalCustomer),
            Some(ThreadStatus::PendingInternal)
        );
        assert_eq!(
            turn_after(SenderType::InternalUser),
            Some(ThreadStatus::PendingCustomer)
        );
        assert_eq!(turn_after(SenderType::System), None);
    }

    #[test]
    fn customers_close_and_reopen_and_nothing_else() {
        use ThreadStatus::{Closed, Open, PendingCustomer, PendingInternal};
        let all = [Open, PendingCustomer, PendingInternal, Closed];
        for (from, to) in all
            .iter()
            .flat_map(|from| all.iter().map(move |to| (*from, *to)))
        {
            let expected = from == to || to == Closed || (from == Closed && to == Open);
            assert_eq!(
                check_by_customer(from, to).is_ok(),
                expected,
                "{from:?} {to:?}"
            );
        }
        let refusal = check_by_customer(PendingInternal, Open).unwrap_err();
        assert_eq!(refusal.reason, "status_not_allowed");
        assert_eq!(refusal.facts["allowed"][0], "closed");
    }

    #[test]
    fn an_import_is_older_than_a_minute() {
        let now = at("2026-01-14T12:00:00Z");
        assert!(is_import(at("2026-01-14T11:58:59Z"), now));
        assert!(!is_import(at("2026-01-14T11:59:00Z"), now));
        assert!(!is_import(at("2026-01-15T12:00:00Z"), now));
    }

    #[test]
    fn an_away_reply_says_when_the_office_opens_and_whom_to_call() {
        let zone = crate::time::zone("America/Chicago").unwrap();
        let closure = |until: Option<&str>| Closure {
            since: at("2026-01-16T23:00:00Z"),
            until: until.map(at),
        };
        let now = at("2026-01-17T12:00:00Z");
        assert_eq!(
            away_reply(
                &closure(Some("2026-01-19T14:00:00Z")),
                &zone,
                now,
                Some("+13125550100")
            ),
            "Thank you for your message. Our office is closed right now and opens again on Monday at 8:00 AM; \
             we will answer as soon as we are back. In an emergency please call +13125550100."
        );
        assert_eq!(
            away_reply(&closure(Some("2026-02-02T19:30:00Z")), &zone, now, None),
            "Thank you for your message. Our office is closed right now and opens again on Monday, February 2 at \
             1:30 PM; we will answer as soon as we are back."
        );
        assert_eq!(
            away_reply(&closure(None), &zone, now, None),
            "Thank you for your message. Our office is closed right now; we will answer as soon as we are back."
        );
    }

    proptest! {
        #[test]
        fn a_preview_is_one_short_line_of_the_messages_own_words(text in "(\\PC|\\s){0,600}") {
            let preview = preview(&text);
            prop_assert!(preview.chars().count() <= MAX_PREVIEW);
            prop_assert!(!preview.contains('\n'));
            let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert!(line.starts_with(preview.strip_suffix('…').unwrap_or(&preview)) || line == preview);
            prop_assert_eq!(preview.trim().is_empty(), text.trim().is_empty());
        }

        #[test]
        fn whoever_waits_as_told_may_write_and_nobody_is_told_to_wait_longer_than_needed(
            count in 1i32..400, seconds in 1i64..4000, age_millis in 0i64..5_000_000,
        ) {
            let limit = Limit { count, seconds };
            let now = at("2026-01-14T12:00:00Z");
            let nth = now - SignedDuration::from_millis(age_millis);
            let over = |at: Timestamp| nth.duration_until(at) >= SignedDuration::from_secs(seconds);
            match limit.wait(Some(nth), now) {
                None => prop_assert!(over(now)),
                Some(wait) => {
                    prop_assert!(over(now + SignedDuration::from_secs(wait)));
                    prop_assert!(!over(now + SignedDuration::from_secs(wait - 1)));
                }
            }
            prop_assert_eq!(limit.wait(None, now), None);
        }
    }
}
