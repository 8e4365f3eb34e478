//! Every series that can be named beforehand begins at zero: then a first failure is an increase, which alerts see,
//! and a panel with nothing in it means that nobody scrapes.

use metrics::{Label, counter, gauge, histogram};

use super::{EMBEDDING_DURATION, FIRST_TOKEN, SEND_DURATION};

/// A label and all that it can say.
type Values = (&'static str, &'static [&'static str]);

const CHANNEL: Values = ("channel", &["email", "sms", "slack", "webhook"]);
const SOURCE: Values = ("source", &["local", "remote"]);

/// What counters count; the outcomes are those of the code that counts.
const COUNTERS: [(&str, &[Values]); 10] = [
    ("portal_notification_claims_total", &[CHANNEL]),
    (
        "portal_notifications_total",
        &[
            CHANNEL,
            ("outcome", &["sent", "retry", "refused", "released"]),
        ],
    ),
    (
        "portal_due_jobs_runs_total",
        &[("outcome", &["done", "skipped", "failed"])],
    ),
    (
        "portal_events_polls_total",
        &[("outcome", &["done", "failed"])],
    ),
    (
        "portal_embeddings_total",
        &[SOURCE, ("outcome", &["done", "failed"])],
    ),
    (
        "portal_kb_jobs_total",
        &[("outcome", &["done", "superseded", "failed"])],
    ),
    (
        "portal_sentiment_total",
        &[("outcome", &["done", "unclear", "retry", "refused"])],
    ),
    (
        "portal_assistant_turns_total",
        &[
            ("mode", &["model", "quotes"]),
            (
                "outcome",
                &[
                    "answered",
                    "replayed",
                    "interrupted",
                    "failed",
                    "refused",
                    "taken_over",
                ],
            ),
        ],
    ),
    (
        "portal_assistant_tokens_total",
        &[("kind", &["prompt", "completion"])],
    ),
    (
        "portal_assistant_upstream_total",
        &[("outcome", &["done", "canceled", "retried", "unreachable"])],
    ),
];
const GAUGES: [&str; 3] = [
    "portal_http_requests_in_flight",
    "portal_events_streams",
    "portal_assistant_streams",
];
const HISTOGRAMS: [(&str, &[Values]); 3] = [
    (SEND_DURATION, &[CHANNEL]),
    (EMBEDDING_DURATION, &[SOURCE]),
    (FIRST_TOKEN, &[]),
];

/// Makes them known to the recorder, once it is there.
pub fn begin() {
    for (name, labels) in COUNTERS {
        for series in combinations(labels) {
            counter!(name, series).increment(0);
        }
    }
    for name in GAUGES {
        gauge!(name).increment(0.0);
    }
    for (name, labels) in HISTOGRAMS {
        for series in combinations(labels) {
            let _empty = histogram!(name, series);
        }
    }
}

/// Every way to fill in these labels.
fn combinations(labels: &[Values]) -> Vec<Vec<Label>> {
    let mut all = vec![vec![]];
    for (label, values) in labels {
        let with = |series: &Vec<Label>| {
            let series = series.clone();
            values.iter().map(move |value| {
                [series.clone(), vec![Label::from_static_parts(label, value)]].concat()
            })
        };
        all = all.iter().flat_map(with).collect();
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::telemetry;

    /// A name that nothing describes would be a misspelt one.
    #[test]
    fn what_begins_at_zero_is_described() {
        let text = telemetry::metrics().render();
        for line in text
            .lines()
            .filter(|line| line.starts_with("# TYPE portal_"))
        {
            let name = line.split(' ').nth(2).unwrap();
            assert!(text.contains(&format!("# HELP {name} ")), "{name}");
        }
        for series in [
            "portal_notifications_total{channel=\"sms\",outcome=\"refused\"} 0",
            "portal_assistant_first_token_seconds_count 0",
            "portal_events_streams 0",
        ] {
            assert!(text.contains(series), "{series} is missing:\n{text}");
        }
    }
}
