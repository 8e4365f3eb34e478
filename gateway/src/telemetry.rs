//! Logs and metrics. Neither holds headers, query strings, bodies or tokens.

mod zero;

use std::{
    io::IsTerminal,
    sync::OnceLock,
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request},
    http::Method,
    middleware::Next,
    response::Response,
};
use deadpool_postgres::Status;
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::{Span, debug_span, info_span};
use tracing_subscriber::EnvFilter;

use crate::config::{ConfigError, Log, LogFormat};

const DURATION: &str = "portal_http_request_duration_seconds";
/// Seconds that one send took.
pub const SEND_DURATION: &str = "portal_notification_send_duration_seconds";
/// Seconds until texts were vectors.
pub const EMBEDDING_DURATION: &str = "portal_embedding_duration_seconds";
/// Seconds until the assistant said something.
pub const FIRST_TOKEN: &str = "portal_assistant_first_token_seconds";
const BUCKETS: [f64; 11] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0,
];

/// Starts logging to standard output.
///
/// Errors: a filter that cannot be read.
pub fn start_logging(config: &Log) -> Result<(), ConfigError> {
    let filter = filter(config)?;
    let logs = tracing_subscriber::fmt().with_env_filter(filter);
    match config.format {
        LogFormat::Json => logs.json().flatten_event(true).with_span_list(false).init(),
        // Colours only where someone looks.
        LogFormat::Text => logs.with_ansi(std::io::stdout().is_terminal()).init(),
    }
    Ok(())
}

/// Reads the filter, as `--check-config` does too.
///
/// Errors: a filter that cannot be read.
pub fn filter(config: &Log) -> Result<EnvFilter, ConfigError> {
    EnvFilter::try_new(&config.filter).map_err(|error| {
        ConfigError(format!("log_filter cannot be read ({error}); write for example info or warn,portal_gateway=debug"))
    })
}

/// The process's metrics; started when first asked for.
pub fn metrics() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full(DURATION.to_owned()), &BUCKETS)
            .and_then(|builder| {
                builder.set_buckets_for_metric(Matcher::Full(SEND_DURATION.to_owned()), &BUCKETS)
            })
            .and_then(|builder| {
                let name = Matcher::Full(EMBEDDING_DURATION.to_owned());
                builder.set_buckets_for_metric(name, &BUCKETS)
            })
            .and_then(|builder| {
                builder.set_buckets_for_metric(Matcher::Full(FIRST_TOKEN.to_owned()), &BUCKETS)
            })
            .and_then(PrometheusBuilder::install_recorder)
            .expect("the only metrics recorder of the process, with buckets");
        metrics::describe_counter!(
            "portal_http_requests_total",
            "Requests answered, by method, route and status"
        );
        metrics::describe_histogram!(
            DURATION,
            "Seconds until the answer began, by method and route"
        );
        metrics::describe_gauge!("portal_http_requests_in_flight", "Requests being answered");
        metrics::describe_gauge!("portal_db_connections", "Database connections, by state");
        metrics::describe_gauge!(
            "portal_db_connections_max",
            "Most database connections held at once"
        );
        metrics::describe_gauge!(
            "portal_db_waiting",
            "Requests waiting for a database connection"
        );
        metrics::describe_counter!(
            "portal_notification_claims_total",
            "Notifications taken in hand, by channel"
        );
        metrics::describe_counter!(
            "portal_notifications_total",
            "What became of them, by channel and outcome: sent, retry, refused, released"
        );
        metrics::describe_histogram!(SEND_DURATION, "Seconds that one send took, by channel");
        metrics::describe_counter!(
            "portal_due_jobs_runs_total",
            "Times the database was asked to do what is due, by outcome: done, skipped (another runner was at it), failed"
        );
        metrics::describe_counter!("portal_due_jobs_done_total", "Things done that were due, by job");
        metrics::describe_gauge!(
            "portal_due_jobs_last_success_timestamp_seconds",
            "When what is due was last done or found to be in other hands, in seconds since 1970"
        );
        metrics::describe_gauge!("portal_events_streams", "Open streams of live updates");
        metrics::describe_counter!(
            "portal_events_polls_total",
            "Times the database was asked for news, by outcome: done, failed"
        );
        describe_knowledge();
        describe_assistant();
        zero::begin();
        handle
    })
}

fn describe_knowledge() {
    metrics::describe_counter!(
        "portal_embeddings_total",
        "Texts to be embedded, by source (local, remote) and outcome (done, failed)"
    );
    metrics::describe_histogram!(
        EMBEDDING_DURATION,
        "Seconds until the texts of one call were vectors, by source"
    );
    metrics::describe_counter!(
        "portal_kb_jobs_total",
        "Articles that were taken in hand to be embedded, by outcome: done, superseded (edited meanwhile), failed"
    );
    metrics::describe_counter!(
        "portal_sentiment_total",
        "Messages whose mood was asked for, by outcome: done, unclear, retry, refused"
    );
}

fn describe_assistant() {
    metrics::describe_counter!(
        "portal_assistant_turns_total",
        "Questions, by mode (model, quotes) and outcome: answered, replayed, interrupted, failed, refused, taken_over"
    );
    metrics::describe_histogram!(
        FIRST_TOKEN,
        "Seconds from a question until the model said something"
    );
    metrics::describe_counter!(
        "portal_assistant_tokens_total",
        "Tokens used, by kind (prompt, completion); estimated where the server did not count"
    );
    metrics::describe_gauge!("portal_assistant_streams", "Questions being answered");
    metrics::describe_counter!(
        "portal_assistant_upstream_total",
        "Requests to the model, by outcome: done, canceled, retried, or why they failed"
    );
}

/// Folds samples into their buckets now and then; without it they pile up while nobody scrapes.
pub async fn keep_metrics_small() {
    let mut tick = tokio::time::interval(Duration::from_secs(5));
    loop {
        tick.tick().await;
        metrics().run_upkeep();
    }
}

/// Notes the state of the pool.
pub fn record_pool(status: &Status) {
    let count = |number: usize| u32::try_from(number).map_or(f64::INFINITY, f64::from);
    let idle = status.available.min(status.size);
    gauge!("portal_db_connections", "state" => "idle").set(count(idle));
    gauge!("portal_db_connections", "state" => "used").set(count(status.size - idle));
    gauge!("portal_db_connections_max").set(count(status.max_size));
    gauge!("portal_db_waiting").set(count(status.waiting));
}

/// One more request in flight; one less when dropped, also when the client hung up.
struct InFlight;

impl InFlight {
    fn new() -> Self {
        gauge!("portal_http_requests_in_flight").increment(1.0);
        Self
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        gauge!("portal_http_requests_in_flight").decrement(1.0);
    }
}

/// Counts and times every request, by route pattern, never by path: paths hold ids.
pub async fn measure(request: Request, next: Next) -> Response {
    let method = method_label(request.method());
    let route = route_label(&request);
    let (_in_flight, started) = (InFlight::new(), Instant::now());
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    histogram!(DURATION, "method" => method, "route" => route.clone()).record(started.elapsed());
    counter!("portal_http_requests_total", "method" => method, "route" => route, "status" => status).increment(1);
    response
}

/// The span that all log lines of a request stand in. Probes come every few seconds and are for
/// debugging only.
pub fn request_span<B>(request: &axum::http::Request<B>) -> Span {
    let route = route_label(request);
    let method = method_label(request.method());
    let id = request
        .headers()
        .get("x-request-id")
        .and_then(|id| id.to_str().ok());
    if ["/healthz", "/readyz", "/metrics"]
        .iter()
        .any(|probe| route.ends_with(probe))
    {
        debug_span!("request", request_id = id, method, route)
    } else {
        info_span!("request", request_id = id, method, route)
    }
}

/// The one log line that every request leaves.
pub fn log_answer<B>(response: &axum::http::Response<B>, latency: Duration, span: &Span) {
    if !span.is_disabled() {
        let milliseconds = (latency.as_secs_f64() * 10_000.0).round() / 10.0;
        tracing::info!(
            status = response.status().as_u16(),
            milliseconds,
            "answered"
        );
    }
}

fn route_label<B>(request: &axum::http::Request<B>) -> String {
    match request.extensions().get::<MatchedPath>() {
        Some(path) => path.as_str().to_owned(),
        None => "unmatched".to_owned(),
    }
}

/// Method names are free text in HTTP; as labels they must not be.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
