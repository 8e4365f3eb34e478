//! Text messages to a provider of Twilio's shape.

use std::sync::Arc;

use portal_gateway::notifications::{Carrier, queue::Outcome, sms::Texter, template::Templates};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{basic_auth, body_string_contains, header, method, path},
};

use super::{config, message};

fn carrier(server: &MockServer) -> Carrier {
    let config = config(&[
        ("PORTAL_SMS_ACCOUNT_SID", "AC123"),
        ("PORTAL_SMS_AUTH_TOKEN", "s3cret"),
        ("PORTAL_SMS_BASE_URL", &server.uri()),
    ]);
    let templates = Arc::new(Templates::new("", &config.outbox.portal_url));
    Carrier::Sms(Texter::new("AC123", &config.sms, templates).unwrap())
}

#[tokio::test]
async fn a_text_goes_out_as_twilio_wants_it() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/2010-04-01/Accounts/AC123/Messages.json"))
        .and(basic_auth("AC123", "s3cret"))
        .and(header("x-portal-dedupe-key", "message_received:1:email:2"))
        .and(body_string_contains("To=%2B13125550199"))
        .and(body_string_contains("From=%2B13125550100"))
        .and(body_string_contains(
            "Body=Acme+Comfort%3A+You+have+a+new+message",
        ))
        .respond_with(ResponseTemplate::new(201))
        .expect(1)
        .mount(&server)
        .await;
    let sent = carrier(&server)
        .send(&message("+13125550199", "Hello"))
        .await;
    assert_eq!(sent, Outcome::Sent);
}

#[tokio::test]
async fn only_what_is_wrong_with_the_message_is_given_up() {
    for (status, expected) in [
        (400, "refused"),
        (404, "refused"),
        (401, "retry"),
        (429, "retry"),
        (500, "retry"),
        (503, "retry"),
        // A redirect would carry the message and the credentials elsewhere.
        (302, "retry"),
    ] {
        let server = MockServer::start().await;
        Mock::given(method("POST"))
            .respond_with(ResponseTemplate::new(status).insert_header("location", "/elsewhere"))
            .expect(1)
            .mount(&server)
            .await;
        let outcome = carrier(&server)
            .send(&message("+13125550199", "Hello"))
            .await;
        assert_eq!(outcome.name(), expected, "{status}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_company_without_a_number_sends_no_texts() {
    let server = MockServer::start().await;
    let mut notification = message("+13125550199", "Hello");
    notification.facts["company"]["sms_from"] = serde_json::Value::Null;
    let outcome = carrier(&server).send(&notification).await;
    assert!(matches!(outcome, Outcome::Refused(_)));
    assert!(server.received_requests().await.unwrap().is_empty());
}
