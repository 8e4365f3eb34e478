//! Webhooks to a receiver that checks what it gets.

use std::{sync::Arc, time::Duration};

use portal_gateway::notifications::{
    Carrier,
    queue::{Notification, Outcome},
    template::Templates,
    webhook::Poster,
};
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::method};

use super::{config, message};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn poster() -> Poster {
    let config = config(&[
        ("PORTAL_WEBHOOK_ALLOW_HTTP", "true"),
        ("PORTAL_WEBHOOK_ALLOW_NETWORKS", "127.0.0.0/8"),
        ("PORTAL_WEBHOOK_TIMEOUT_SECONDS", "1"),
    ]);
    Poster::new(&config.webhooks, Arc::new(Templates::new("", ""))).unwrap()
}

async fn receiver(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(answer)
        .mount(&server)
        .await;
    server
}

fn news(server: &MockServer) -> Notification {
    let mut news = message("Front desk", "The furnace <is> out & cold");
    news.event = "message_from_customer".to_owned();
    news.category = "office".to_owned();
    news.url = Some(format!("{}/hook?key=s3cret", server.uri()));
    news.secret = Some(SECRET.to_owned());
    news
}

fn body(request: &Request) -> Value {
    serde_json::from_slice(&request.body).unwrap()
}

#[tokio::test]
async fn what_arrives_is_signed_and_keeps_its_id_at_every_try() {
    let server = receiver(ResponseTemplate::new(500)).await;
    let carrier = Carrier::Webhook(poster());
    let mut news = news(&server);
    assert!(matches!(carrier.send(&news).await, Outcome::Retry(_)));
    news.attempt = 2;
    assert!(matches!(carrier.send(&news).await, Outcome::Retry(_)));
    let requests = server.received_requests().await.unwrap();
    let [first, second] = &requests[..] else {
        panic!("two tries")
    };
    let judge = Webhook::new(SECRET).unwrap();
    let other = Webhook::new("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap();
    for request in [first, second] {
        judge.verify(&request.body, &request.headers).unwrap();
        assert!(other.verify(&request.body, &request.headers).is_err());
        assert!(judge.verify(b"{}", &request.headers).is_err());
    }
    assert_eq!(first.headers["webhook-id"], news.id.to_string().as_str());
    assert_eq!(first.headers["webhook-id"], second.headers["webhook-id"]);
    assert_eq!(
        first.headers["x-portal-dedupe-key"],
        news.dedupe_key.as_str()
    );
    assert_eq!(first.body, second.body);
    let body = body(first);
    assert_eq!(body["type"], "message_from_customer");
    assert_eq!(body["timestamp"], "2025-11-24T16:00:00Z");
    assert_eq!(
        body["data"]["message"]["body"],
        "The furnace <is> out & cold"
    );
    assert!(
        body["data"].get("unsubscribe").is_none(),
        "a person's own link"
    );
}

#[tokio::test]
async fn slack_gets_one_line_that_mentions_and_links_nothing() {
    let server = receiver(ResponseTemplate::new(200)).await;
    let mut news = news(&server);
    news.facts["message"]["body"] = json!("<!channel> look at <http://evil.example|this>");
    news.secret = None;
    let sent = Carrier::Slack(poster()).send(&news).await;
    assert_eq!(sent, Outcome::Sent);
    let requests = server.received_requests().await.unwrap();
    let line = "*Robin Chen wrote*: &lt;!channel&gt; look at &lt;http://evil.example|this&gt;";
    assert_eq!(body(&requests[0]), json!({ "text": line }));
    assert!(!requests[0].headers.contains_key("webhook-signature"));
}

#[tokio::test]
async fn any_2xx_is_taken_for_received_and_only_410_ends_the_tries() {
    for (status, expected) in [
        (200, "sent"),
        (204, "sent"),
        (410, "refused"),
        (400, "retry"),
        (404, "retry"),
        (429, "retry"),
        (503, "retry"),
    ] {
        let server = receiver(ResponseTemplate::new(status)).await;
        let outcome = Carrier::Webhook(poster()).send(&news(&server)).await;
        assert_eq!(outcome.name(), expected, "{status}");
    }
}

#[tokio::test]
async fn a_receiver_that_hangs_costs_its_time_limit_and_its_address_is_told_to_nobody() {
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(5));
    let server = receiver(slow).await;
    let outcome = Carrier::Webhook(poster()).send(&news(&server)).await;
    assert_eq!(outcome, Outcome::Retry("no answer in time".to_owned()));
    let mut gone = news(&server);
    gone.url = Some("http://127.0.0.1:1/hook?key=s3cret".to_owned());
    let outcome = Carrier::Webhook(poster()).send(&gone).await;
    assert!(
        matches!(&outcome, Outcome::Retry(why) if !why.contains("s3cret")),
        "{outcome:?}"
    );
}
