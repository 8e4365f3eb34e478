//! A server of OpenAI's shape, well-behaved and otherwise.

use std::time::Duration;

use portal_gateway::{
    config::EmbeddingServer,
    embeddings::{EmbedError, Embedder, remote::Remote},
};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, Request, ResponseTemplate,
    matchers::{header, method, path},
};

use super::texts;
use crate::{keys::config_with, logs::Logs};

const KEY: &str = "sk-very-secret-key";
const TEXT: &str = "what only the customer knows";

fn config(base: &str, more: &[(&str, &str)]) -> EmbeddingServer {
    let base = format!("{base}/v1/");
    let settings = [
        ("PORTAL_EMBEDDING_BASE_URL", base.as_str()),
        ("PORTAL_EMBEDDING_MODEL", "small"),
        ("PORTAL_EMBEDDING_API_KEY", KEY),
    ];
    config_with(&[&settings, more].concat()).knowledge.server
}

fn remote(base: &str, more: &[(&str, &str)]) -> Embedder {
    Embedder::Remote(Remote::new(&config(base, more)).unwrap().unwrap())
}

/// A vector that tells of its text: its first letter and its length.
fn vector(text: &str) -> [f32; 2] {
    let first = text.bytes().next().unwrap_or(0);
    #[allow(clippy::cast_precision_loss)]
    [f32::from(first), text.len() as f32]
}

fn inputs(request: &Request) -> Vec<String> {
    let body: Value = request.body_json().unwrap();
    serde_json::from_value(body["input"].clone()).unwrap()
}

/// Answers in the order of `order`, which is given the right order.
fn answer(request: &Request, order: fn(&mut Vec<Value>)) -> ResponseTemplate {
    let mut data: Vec<Value> = inputs(request)
        .iter()
        .enumerate()
        .map(|(index, text)| json!({ "object": "embedding", "index": index, "embedding": vector(text) }))
        .collect();
    order(&mut data);
    ResponseTemplate::new(200)
        .set_body_json(json!({ "object": "list", "data": data, "model": "small" }))
}

fn well_behaved(request: &Request) -> ResponseTemplate {
    answer(request, |_| ())
}

async fn serving(respond: impl wiremock::Respond + 'static) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/embeddings"))
        .respond_with(respond)
        .mount(&server)
        .await;
    server
}

/// First these statuses, then good answers.
async fn after(statuses: &[(u16, &str)]) -> MockServer {
    let server = MockServer::start().await;
    for (status, retry_after) in statuses {
        Mock::given(method("POST"))
            .respond_with(ResponseTemplate::new(*status).insert_header("retry-after", *retry_after))
            .up_to_n_times(1)
            .mount(&server)
            .await;
    }
    Mock::given(method("POST"))
        .respond_with(well_behaved)
        .mount(&server)
        .await;
    server
}

async fn requests(server: &MockServer) -> Vec<Request> {
    server.received_requests().await.unwrap()
}

async fn failure(server: &MockServer, more: &[(&str, &str)]) -> EmbedError {
    let embedded = remote(&server.uri(), more)
        .embed(&texts(&["a", TEXT]), 2)
        .await;
    embedded.unwrap_err()
}

#[tokio::test]
async fn texts_go_out_in_batches_and_come_back_in_order() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/embeddings"))
        .and(header("authorization", format!("Bearer {KEY}")))
        .respond_with(|request: &Request| answer(request, |data| data.reverse()))
        .mount(&server)
        .await;
    let model = remote(&server.uri(), &[("PORTAL_EMBEDDING_BATCH", "2")]);
    let texts = texts(&["a", "bb", "ccc", "dddd", "eeeee"]);
    let expected: Vec<_> = texts.iter().map(|text| vector(text).to_vec()).collect();
    assert_eq!(model.embed(&texts, 2).await.unwrap(), expected);
    let requests = requests(&server).await;
    let sizes: Vec<_> = requests
        .iter()
        .map(|request| inputs(request).len())
        .collect();
    assert_eq!(sizes, [2, 2, 1]);
    let body: Value = requests[0].body_json().unwrap();
    assert_eq!(body["model"], "small");
    assert_eq!(body["encoding_format"], "float");
}

#[tokio::test]
async fn the_length_of_its_vectors_is_asked_for_once() {
    let server = serving(well_behaved).await;
    let model = remote(&server.uri(), &[]);
    assert_eq!((model.name(), model.dimensions().await), ("small", Ok(2)));
    assert_eq!(model.dimensions().await, Ok(2));
    assert_eq!(requests(&server).await.len(), 1);
}

#[tokio::test]
async fn a_busy_or_broken_server_is_asked_again() {
    for statuses in [
        &[(429, "1")][..],
        &[(500, "")],
        &[(503, "0"), (502, "soon")],
    ] {
        let server = after(statuses).await;
        let embedded = remote(&server.uri(), &[]).embed(&texts(&["a"]), 2).await;
        assert_eq!(embedded.unwrap(), [vector("a")], "{statuses:?}");
        assert_eq!(requests(&server).await.len(), statuses.len() + 1);
    }
}

#[tokio::test]
async fn a_server_that_stays_broken_is_given_up_for_now() {
    let server = serving(ResponseTemplate::new(500).set_body_string(KEY)).await;
    let error = failure(&server, &[]).await;
    assert!(matches!(error, EmbedError::Unavailable(_)), "{error:?}");
    assert!(error.to_string().contains("500"), "{error}");
    assert_eq!(requests(&server).await.len(), 4);
    // Nobody listens at port 1.
    let away = remote("http://127.0.0.1:1", &[])
        .embed(&texts(&["a"]), 2)
        .await;
    assert!(matches!(away, Err(EmbedError::Unavailable(_))), "{away:?}");
}

#[tokio::test]
async fn a_server_that_takes_too_long_is_not_asked_twice() {
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(20));
    let server = serving(slow).await;
    let error = failure(&server, &[("PORTAL_EMBEDDING_TIMEOUT_SECONDS", "1")]).await;
    let expected = "the embedding server: no answer in time".to_owned();
    assert_eq!(error, EmbedError::Unavailable(expected));
    assert_eq!(requests(&server).await.len(), 1);
}

#[tokio::test]
async fn a_refusal_says_what_to_check_and_is_not_repeated() {
    for (status, expected, passes) in [
        (401, "embedding_api_key", true),
        (403, "embedding_api_key", true),
        (404, "embedding_base_url and embedding_model", true),
        (400, "400", false),
        // A redirect would carry the key elsewhere.
        (307, "307", false),
    ] {
        let body = json!({ "error": { "message": format!("wrong: {KEY}, {TEXT}") } });
        let answer = ResponseTemplate::new(status).insert_header("location", "/elsewhere");
        let server = serving(answer.set_body_json(body)).await;
        let error = failure(&server, &[]).await;
        assert!(error.to_string().contains(expected), "{status}: {error}");
        assert_eq!(
            matches!(error, EmbedError::Unavailable(_)),
            passes,
            "{status}"
        );
        assert_eq!(requests(&server).await.len(), 1, "{status}");
    }
}

#[tokio::test]
async fn answers_that_would_spoil_the_search_are_refused() {
    let item = |index: usize, embedding: Value| json!({ "index": index, "embedding": embedding });
    let good = || item(0, json!([1.0, 2.0]));
    let list = |items: &[Value]| json!({ "data": items }).to_string();
    for (body, expected) in [
        (list(&[good()]), "1 vectors for 2 texts"),
        (
            list(&[good(), item(1, json!([1, 2])), item(2, json!([1, 2]))]),
            "3 vectors for 2 texts",
        ),
        (list(&[good(), good()]), "an index twice"),
        (
            list(&[good(), item(2, json!([1, 2]))]),
            "an index twice, or left one out",
        ),
        (
            list(&[good(), item(1, json!([1, 2, 3]))]),
            "3 dimensions where 2",
        ),
        (
            list(&[item(0, json!([1, 2, 3])), item(1, json!([1, 2, 3]))]),
            "3 dimensions where 2",
        ),
        (list(&[good(), item(1, json!([0, 0]))]), "zeros"),
        (
            list(&[good(), item(1, json!([1, null]))]),
            "other than embeddings",
        ),
        (list(&[good(), item(1, json!([1, 1e300]))]), "no number"),
        (
            list(&[good(), item(1, json!("base64"))]),
            "other than embeddings",
        ),
        (
            format!("{{\"data\": \"{KEY} {TEXT}\"}}"),
            "other than embeddings (line 1",
        ),
        (format!("{KEY}, {TEXT}"), "other than embeddings (line 1"),
        (String::new(), "other than embeddings"),
        ("x".repeat(600_000), "more than 524288 bytes"),
    ] {
        let server = serving(ResponseTemplate::new(200).set_body_string(&*body)).await;
        let error = failure(&server, &[]).await;
        let said = error.to_string();
        assert!(said.contains(expected), "{body:.80}: {said}");
        assert!(!said.contains(KEY) && !said.contains(TEXT), "{said}");
        assert!(matches!(error, EmbedError::Unusable(_)));
        assert_eq!(requests(&server).await.len(), 1);
    }
}

#[tokio::test(flavor = "current_thread")]
async fn neither_key_nor_text_shows_in_errors_or_logs() {
    let logs = Logs::listen();
    for status in [200, 401, 400, 500] {
        let body = format!("{KEY} {TEXT}");
        let server = serving(ResponseTemplate::new(status).set_body_string(body)).await;
        let error = failure(&server, &[]).await;
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(KEY) && !shown.contains(TEXT), "{shown}");
    }
    let shown = format!("{:?}", config("http://127.0.0.1:1", &[]));
    assert!(!shown.contains(KEY), "{shown}");
    let logged = logs.text();
    // At the level of the libraries, so that there is something to look at.
    assert!(logged.contains("TRACE"), "nothing was logged");
    assert!(!logged.contains(KEY) && !logged.contains(TEXT), "{logged}");
}

#[test]
fn a_key_that_no_header_may_hold_is_refused_without_showing_it() {
    let config = config(
        "http://127.0.0.1:1",
        &[("PORTAL_EMBEDDING_API_KEY", "two\nlines")],
    );
    let sentence = Remote::new(&config).map(|_| ()).unwrap_err().to_string();
    assert!(sentence.contains("embedding_api_key"), "{sentence}");
    assert!(!sentence.contains("lines"), "{sentence}");
}
