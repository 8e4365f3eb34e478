//! What the assistant says in the company's name, and what it tells the office when it hands over. Plain Rust.

use std::borrow::Cow;

use serde::Deserialize;

use super::rules::Reason;
use crate::appointments::policy::{FeeTier, Policy};
use crate::booking::safety;
use crate::messaging::rules::preview;
use crate::types::AiContextType;

/// A company, as its customers know it.
#[derive(Debug, Clone, Deserialize, serde::Serialize)]
pub struct Company {
    pub name: String,
    pub phone: Option<String>,
    pub email: Option<String>,
}

/// How a conversation begins: what the assistant is, and what the company's rules are. Staff's words alone, so that a
/// model may take them for instructions.
pub fn opening(
    company: &Company,
    disclaimer: Option<&str>,
    policy: &Policy,
    currency: &str,
) -> String {
    let disclaimer = match disclaimer {
        Some(own) => own.trim().to_owned(),
        None => usual_disclaimer(company),
    };
    let rules = policy_sentences(policy, currency);
    let contact = match (&company.phone, &company.email) {
        (Some(phone), _) => format!("{} is reached at {phone}.", company.name),
        (None, Some(email)) => format!("{} is reached at {email}.", company.name),
        (None, None) => format!("{} is reached through the portal's messages.", company.name),
    };
    format!("{disclaimer}\n\n{} {contact}", rules.join(" "))
}

fn usual_disclaimer(company: &Company) -> String {
    let name = &company.name;
    let call = match &company.phone {
        Some(phone) => format!(", then call {name} at {phone}"),
        None => String::new(),
    };
    format!(
        "I am the assistant of {name}, a program. I answer from the help articles and, once you are signed in, from what \
         the portal shows you of your own appointments and bills. I can be wrong, and I cannot book, change or promise \
         anything; the people at {name} can. In an emergency get to safety and call 911 (your local emergency number) \
         first{call}."
    )
}

/// What holds for moving and canceling, a sentence each.
fn policy_sentences(policy: &Policy, currency: &str) -> Vec<String> {
    let moving = match policy.max_reschedules {
        0 => "Appointments cannot be moved in the portal.".to_owned(),
        count => {
            let times = if count == 1 { "once" } else { "times" };
            let often = if count == 1 {
                times.to_owned()
            } else {
                format!("up to {count} {times}")
            };
            let until = until(policy.reschedule_notice_minutes);
            format!("An appointment can be moved {often}, {until}.")
        }
    };
    let canceling = format!(
        "It can be canceled {}.",
        until(policy.cancel_notice_minutes)
    );
    vec![moving, canceling, fees(&policy.fee_tiers, currency)]
}

fn until(notice_minutes: i32) -> String {
    match notice_minutes {
        0 => "until it begins".to_owned(),
        minutes => format!("until {} before it begins", duration(minutes)),
    }
}

/// Tiers as they are applied: the first whose notice is kept, the last one with any less.
fn fees(tiers: &[FeeTier], currency: &str) -> String {
    let mut tiers = tiers.to_vec();
    tiers.sort_by_key(|tier| std::cmp::Reverse(tier.notice_minutes));
    let money = |cents: i32| match cents {
        0 => "nothing".to_owned(),
        cents => format!("{}.{:02} {currency}", cents / 100, cents % 100),
    };
    let Some((last, others)) = tiers.split_last() else {
        return "Canceling costs nothing.".to_owned();
    };
    let mut parts: Vec<_> = others
        .iter()
        .map(|tier| {
            let notice = duration(tier.notice_minutes);
            format!("{} at least {notice} before", money(tier.fee_cents))
        })
        .collect();
    let last_part = money(last.fee_cents);
    parts.push(if parts.is_empty() {
        last_part
    } else {
        format!("{last_part} later than that")
    });
    format!("Canceling costs {}.", parts.join(", "))
}

/// Minutes in the largest unit that they are whole numbers of.
fn duration(minutes: i32) -> String {
    let (count, unit) = match minutes {
        m if m % 1440 == 0 && m > 1440 => (m / 1440, "day"),
        m if m % 60 == 0 => (m / 60, "hour"),
        m => (m, "minute"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// What to do first, where a question tells of danger.
pub fn safety_notice(question: &str, company: &Company) -> Option<String> {
    let hazard = safety::hazard(question)?;
    let phone = company.phone.as_deref();
    Some(safety::notice(Some(hazard), &company.name, phone))
}

/// The answer with the safety notice first, whatever it says by itself.
pub fn with_safety_first<'a>(answer: &'a str, notice: Option<&str>) -> Cow<'a, str> {
    match notice {
        Some(notice) if !answer.starts_with(notice) => format!("{notice}\n\n{answer}").into(),
        _ => answer.into(),
    }
}

/// What the office needs to know of a conversation that it takes over.
#[derive(Debug, Deserialize)]
pub struct Handover {
    /// Oldest first.
    pub questions: Vec<String>,
    pub last_answer: Option<String>,
    /// Titles of the articles that the last answer rests on.
    pub sources: Vec<String>,
}

/// How many of the questions the office is told.
const TOLD_QUESTIONS: usize = 10;
/// Longest part of the last answer that the office is told.
const TOLD_ANSWER: usize = 2_000;

/// The first message of the conversation with people. The customer reads it too.
pub fn summary(reason: Reason, context: AiContextType, handover: &Handover) -> String {
    let questions = &handover.questions;
    let mut parts = Vec::new();
    if questions
        .iter()
        .any(|question| safety::hazard(question).is_some())
    {
        parts.push("This sounds dangerous: please look at it at once.".to_owned());
    }
    parts.push(format!(
        "The assistant has handed this conversation over. Why: {}. What about: {}.",
        why(reason),
        about(context)
    ));
    if !questions.is_empty() {
        let newest = &questions[questions.len().saturating_sub(TOLD_QUESTIONS)..];
        let list: Vec<_> = newest
            .iter()
            .map(|text| format!("- {}", preview(text)))
            .collect();
        parts.push(format!("Asked:\n{}", list.join("\n")));
    }
    if let Some(answer) = &handover.last_answer {
        parts.push(format!("Last answer of the assistant:\n{}", cut(answer)));
    }
    if !handover.sources.is_empty() {
        let titles: Vec<_> = handover
            .sources
            .iter()
            .map(|title| format!("\"{title}\""))
            .collect();
        parts.push(format!("It rests on {}.", titles.join(", ")));
    }
    parts.join("\n\n")
}

fn cut(answer: &str) -> String {
    if answer.chars().count() <= TOLD_ANSWER {
        return answer.to_owned();
    }
    answer.chars().take(TOLD_ANSWER).chain(['…']).collect()
}

fn why(reason: Reason) -> &'static str {
    match reason {
        Reason::CustomerRequest => "the customer asked for a person",
        Reason::NoAnswer => "the articles had no answer",
        Reason::Safety => "the customer told of danger",
        Reason::Other => "it was not said",
    }
}

fn about(context: AiContextType) -> &'static str {
    match context {
        AiContextType::GeneralSupport => "a general question",
        AiContextType::PreBooking => "a visit to be booked",
        AiContextType::ActiveJob => "an appointment",
        AiContextType::BillingQuestion => "a bill",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn company(phone: Option<&str>) -> Company {
        Company {
            name: "Acme Comfort".into(),
            phone: phone.map(str::to_owned),
            email: Some("help@acme.example".into()),
        }
    }

    fn tier(notice_minutes: i32, fee_cents: i32) -> FeeTier {
        FeeTier {
            notice_minutes,
            fee_cents,
        }
    }

    fn handover(questions: &[&str], last_answer: Option<&str>) -> Handover {
        Handover {
            questions: questions.iter().map(|text| (*text).to_owned()).collect(),
            last_answer: last_answer.map(str::to_owned),
            sources: vec!["Air filters".into()],
        }
    }

    #[test]
    fn an_opening_says_what_the_assistant_is_and_what_the_rules_are() {
        let text = opening(
            &company(Some("+13125550110")),
            None,
            &Policy::default(),
            "USD",
        );
        assert!(text.starts_with("I am the assistant of Acme Comfort, a program."));
        assert!(text.contains("first, then call Acme Comfort at +13125550110."));
        assert!(text.ends_with(
            "An appointment can be moved up to 3 times, until 24 hours before it begins. It can be canceled until 24 \
             hours before it begins. Canceling costs nothing. Acme Comfort is reached at +13125550110."
        ));
    }

    #[test]
    fn a_companys_own_disclaimer_takes_the_place_of_the_usual_one() {
        let policy = Policy {
            max_reschedules: 1,
            cancel_notice_minutes: 0,
            reschedule_notice_minutes: 90,
            fee_tiers: vec![tier(0, 9900), tier(2880, 0), tier(60, 4550)],
        };
        assert_eq!(
            opening(&company(None), Some(" Ask me. "), &policy, "EUR"),
            "Ask me.\n\nAn appointment can be moved once, until 90 minutes before it begins. It can be canceled until it \
             begins. Canceling costs nothing at least 2 days before, 45.50 EUR at least 1 hour before, 99.00 EUR later \
             than that. Acme Comfort is reached at help@acme.example."
        );
        let never = Policy {
            max_reschedules: 0,
            fee_tiers: vec![tier(60, 500)],
            ..policy
        };
        let text = opening(&company(None), Some("Ask me."), &never, "EUR");
        assert!(text.contains("Appointments cannot be moved in the portal."));
        assert!(text.contains("Canceling costs 5.00 EUR. "));
    }

    #[test]
    fn the_office_learns_why_what_was_asked_and_what_was_answered() {
        let told = handover(
            &["How often?", "Can I talk\nto somebody?"],
            Some("Every month [1]."),
        );
        assert_eq!(
            summary(Reason::CustomerRequest, AiContextType::PreBooking, &told),
            "The assistant has handed this conversation over. Why: the customer asked for a person. What about: a visit \
             to be booked.\n\nAsked:\n- How often?\n- Can I talk to somebody?\n\nLast answer of the assistant:\nEvery \
             month [1].\n\nIt rests on \"Air filters\"."
        );
        let told = handover(&["I smell gas"], None);
        let text = summary(Reason::Safety, AiContextType::GeneralSupport, &told);
        assert!(text.starts_with("This sounds dangerous: please look at it at once."));
    }

    #[test]
    fn danger_comes_first_and_once() {
        let notice = safety_notice("I smell gas", &company(None)).unwrap();
        let answer = with_safety_first("Open the window.", Some(&notice));
        assert_eq!(answer, format!("{notice}\n\nOpen the window."));
        assert_eq!(with_safety_first(&answer, Some(&notice)), answer);
        assert_eq!(with_safety_first("Fine.", None), "Fine.");
        assert_eq!(safety_notice("It drips", &company(None)), None);
    }

    proptest! {
        #[test]
        fn a_summary_fits_into_a_message(
            questions in proptest::collection::vec("\\PC{0,300}", 0..20), answer in proptest::option::of("\\PC{0,3000}"),
            sources in proptest::collection::vec("\\PC{1,60}", 0..8),
        ) {
            let told = Handover { questions, last_answer: answer, sources };
            let text = summary(Reason::NoAnswer, AiContextType::ActiveJob, &told);
            prop_assert!(crate::messaging::rules::body(&text).is_ok());
        }

        #[test]
        fn whatever_a_model_says_the_notice_leads(answer in "\\PC{1,400}", about in "(I smell gas|CO alarm beeps|sparks from the panel)") {
            let notice = safety_notice(&about, &company(Some("+1"))).unwrap();
            let text = with_safety_first(&answer, Some(&notice));
            prop_assert!(text.starts_with(notice.as_str()));
            prop_assert!(text.ends_with(answer.as_str()));
        }

        #[test]
        fn every_fee_is_told(tiers in proptest::collection::vec((0i32..43_200, 0i32..100_000), 0..20)) {
            let tiers: Vec<_> = tiers.into_iter().map(|(notice, cents)| tier(notice, cents)).collect();
            let text = fees(&tiers, "USD");
            for tier in &tiers {
                let told = match tier.fee_cents {
                    0 => "nothing".to_owned(),
                    cents => format!("{}.{:02} USD", cents / 100, cents % 100),
                };
                prop_assert!(text.contains(&told), "{text}");
            }
        }
    }
}
