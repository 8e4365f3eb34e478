//! The published keys: fetched rarely, once at a time, and served on while their address is down.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::method};

use crate::keys::*;

const SOON: Duration = Duration::from_millis(50);
const LATER: Duration = Duration::from_secs(60);

/// Publishes these keys from now on instead of what was there.
async fn publish(server: &MockServer, keys: &[Value]) {
    answer(
        server,
        ResponseTemplate::new(200).set_body_json(json!({"keys": keys})),
    )
    .await;
}

async fn answer(server: &MockServer, response: ResponseTemplate) {
    server.reset().await;
    Mock::given(method("GET"))
        .respond_with(response)
        .mount(server)
        .await;
}

async fn fetches(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

#[tokio::test]
async fn nothing_is_fetched_before_the_first_token_and_once_for_many() {
    let server = MockServer::start().await;
    publish(&server, &[ES256.jwk()]).await;
    let authenticator = authenticator(&jwks_config(&server.uri(), LATER));
    assert_eq!(fetches(&server).await, 0);
    for _ in 0..5 {
        identify(&authenticator, &ES256.sign(&claims()))
            .await
            .unwrap();
    }
    assert_eq!(fetches(&server).await, 1);
}

#[tokio::test]
async fn a_rotated_key_is_picked_up_and_a_withdrawn_one_refused() {
    let server = MockServer::start().await;
    publish(&server, &[ES256.jwk()]).await;
    let authenticator = authenticator(&jwks_config(&server.uri(), SOON));
    identify(&authenticator, &ES256.sign(&claims()))
        .await
        .unwrap();

    let next = Pair::es256("es-2");
    publish(&server, &[next.jwk()]).await;
    tokio::time::sleep(SOON).await;
    identify(&authenticator, &next.sign(&claims()))
        .await
        .unwrap();
    assert_eq!(
        refusal(&authenticator, &ES256.sign(&claims())).await,
        "unknown_key"
    );
}

#[tokio::test]
async fn old_keys_are_fetched_again_even_if_every_token_knows_its_key() {
    let server = MockServer::start().await;
    publish(&server, &[ES256.jwk()]).await;
    let mut config = jwks_config(&server.uri(), SOON);
    config.auth.jwks_max_age = SOON;
    let authenticator = authenticator(&config);
    identify(&authenticator, &ES256.sign(&claims()))
        .await
        .unwrap();
    publish(&server, &[]).await;
    tokio::time::sleep(SOON * 2).await;
    assert_eq!(
        refusal(&authenticator, &ES256.sign(&claims())).await,
        "unknown_key"
    );
}

#[tokio::test]
async fn a_storm_of_unknown_key_ids_costs_one_fetch() {
    let server = MockServer::start().await;
    let slow = ResponseTemplate::new(200)
        .set_body_json(json!({"keys": [ES256.jwk()]}))
        .set_delay(SOON * 2);
    answer(&server, slow).await;
    let authenticator = authenticator(&jwks_config(&server.uri(), LATER));
    let strangers: Vec<_> = (0..100)
        .map(|number| {
            let pair = Pair {
                kid: format!("no-{number}"),
                algorithm: ES256.algorithm,
                signing: ES256.signing.clone(),
            };
            pair.sign(&claims())
        })
        .collect();
    let reasons = join_all(strangers.iter().map(|token| refusal(&authenticator, token))).await;
    assert!(reasons.iter().all(|reason| reason == "unknown_key"));
    // A real user in the midst of it is served from the same fetch.
    identify(&authenticator, &ES256.sign(&claims()))
        .await
        .unwrap();
    assert_eq!(fetches(&server).await, 1);
}

#[tokio::test]
async fn a_token_without_a_key_id_asks_for_no_key() {
    let server = MockServer::start().await;
    publish(&server, &[ES256.jwk()]).await;
    let authenticator = authenticator(&jwks_config(&server.uri(), SOON));
    let header = jsonwebtoken::Header::new(ES256.algorithm);
    let token = jsonwebtoken::encode(&header, &claims(), &ES256.signing).unwrap();
    assert_eq!(refusal(&authenticator, &token).await, "unknown_key");
    assert_eq!(fetches(&server).await, 0);
}

#[tokio::test]
async fn known_keys_serve_on_through_every_kind_of_outage() {
    // Each answer would bring the stranger's key, were it believed.
    let stranger = Pair::es256("stranger");
    let set = json!({"keys": [ES256.jwk(), stranger.jwk()]});
    let oversized = json!({"keys": set["keys"], "padding": "x".repeat(300 * 1024)});
    let elsewhere = MockServer::start().await;
    publish(&elsewhere, &[ES256.jwk(), stranger.jwk()]).await;
    let broken = [
        ResponseTemplate::new(500).set_body_json(&set),
        ResponseTemplate::new(200).set_body_string(format!("<html>{set}")),
        ResponseTemplate::new(200).set_body_json(&oversized),
        ResponseTemplate::new(302).insert_header("location", elsewhere.uri()),
        ResponseTemplate::new(200)
            .set_body_json(&set)
            .set_delay(Duration::from_secs(5)),
    ];
    let server = MockServer::start().await;
    publish(&server, &[ES256.jwk()]).await;
    let mut config = jwks_config(&server.uri(), SOON);
    config.auth.jwks_max_age = SOON;
    let authenticator = authenticator(&config);
    identify(&authenticator, &ES256.sign(&claims()))
        .await
        .unwrap();
    for response in broken {
        answer(&server, response).await;
        tokio::time::sleep(SOON * 2).await;
        identify(&authenticator, &ES256.sign(&claims()))
            .await
            .unwrap();
        assert_eq!(fetches(&server).await, 1, "it was tried");
        // Whether an unknown key is good cannot be said now: not a 401.
        let token = stranger.sign(&claims());
        let error = identify(&authenticator, &token).await.unwrap_err();
        assert_eq!(
            (error.status.as_u16(), error.reason().unwrap().as_str()),
            (503, "keys_unavailable")
        );
    }
}

#[tokio::test]
async fn a_refresh_delays_one_request_and_not_the_others() {
    let server = MockServer::start().await;
    publish(&server, &[ES256.jwk()]).await;
    let mut config = jwks_config(&server.uri(), SOON);
    config.auth.jwks_max_age = SOON;
    config.auth.jwks_timeout = Duration::from_secs(3);
    let authenticator = authenticator(&config);
    let token = ES256.sign(&claims());
    identify(&authenticator, &token).await.unwrap();
    let slow = ResponseTemplate::new(200)
        .set_body_json(json!({"keys": [ES256.jwk()]}))
        .set_delay(Duration::from_secs(2));
    answer(&server, slow).await;
    tokio::time::sleep(SOON * 2).await;
    let refreshing = tokio::spawn({
        let (authenticator, token) = (authenticator.clone(), token.clone());
        async move { identify(&authenticator, &token).await.map(drop) }
    });
    tokio::time::sleep(SOON).await;
    let started = std::time::Instant::now();
    identify(&authenticator, &token).await.unwrap();
    assert!(
        started.elapsed() < Duration::from_secs(1),
        "it waited for the refresh"
    );
    refreshing.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_client_that_hangs_up_does_not_abort_the_fetch_for_the_others() {
    let server = MockServer::start().await;
    let slow = ResponseTemplate::new(200)
        .set_body_json(json!({"keys": [ES256.jwk()]}))
        .set_delay(SOON * 4);
    answer(&server, slow).await;
    let authenticator = authenticator(&jwks_config(&server.uri(), LATER));
    let token = ES256.sign(&claims());
    let hung_up = tokio::time::timeout(SOON, identify(&authenticator, &token)).await;
    assert!(hung_up.is_err(), "the fetch was too fast for this test");
    identify(&authenticator, &token).await.unwrap();
    assert_eq!(fetches(&server).await, 1);
}

#[tokio::test]
async fn without_any_keys_yet_an_outage_is_503() {
    let config = jwks_config("http://127.0.0.1:1/jwks.json", SOON);
    let error = identify(&authenticator(&config), &ES256.sign(&claims()))
        .await
        .unwrap_err();
    assert_eq!(error.status, 503);
}

#[tokio::test]
async fn published_keys_for_other_purposes_are_passed_over() {
    let server = MockServer::start().await;
    let change = |name: &str, value: Value| {
        let mut jwk = ES256.jwk();
        jwk[name] = value;
        jwk
    };
    // A published secret is none.
    let symmetric = json!({"kty": "oct", "kid": ES256.kid, "alg": "HS256", "k": "c2VjcmV0"});
    for key in [
        change("use", json!("enc")),
        change("alg", json!("ES384")),
        change("kty", json!("XYZ")),
        symmetric,
    ] {
        publish(&server, &[key]).await;
        let authenticator = authenticator(&jwks_config(&server.uri(), LATER));
        assert_eq!(
            refusal(&authenticator, &ES256.sign(&claims())).await,
            "unknown_key"
        );
    }
}
