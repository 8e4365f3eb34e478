//! Which tokens and keys are accepted, and for what reason the others are not.

use std::time::Duration;

use axum::http::HeaderMap;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use portal_gateway::auth::Role;
use proptest::prelude::*;
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::method};

use crate::keys::{self, *};

fn segment(json: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(json.to_string())
}

/// A server that publishes both keys, and settings that know it and the secret.
async fn both() -> (MockServer, portal_gateway::auth::Authenticator) {
    let server = MockServer::start().await;
    let mut ed25519 = ES256.jwk();
    ed25519["kid"] = json!("other-kind");
    ed25519["crv"] = json!("Ed448");
    let published = json!({"keys": [ed25519, ES256.jwk(), RS256.jwk()]});
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_json(published))
        .mount(&server)
        .await;
    let config = with_secret(jwks_config(&server.uri(), Duration::from_secs(60)));
    (server, authenticator(&config))
}

#[tokio::test]
async fn all_three_ways_of_signing_are_accepted_with_claims_unchanged() {
    let (_server, authenticator) = both().await;
    let claims = claims();
    for token in [hs256(&claims), ES256.sign(&claims), RS256.sign(&claims)] {
        let identity = identify(&authenticator, &token).await.unwrap();
        assert_eq!(identity.role, Role::Authenticated);
        assert_eq!(identity.user_id.unwrap().to_string(), USER);
        assert_eq!(Value::Object(identity.claims), claims);
    }
}

#[tokio::test]
async fn while_the_secret_is_changed_tokens_of_both_are_accepted_and_no_others() {
    let changing = config_with(&[
        (
            "PORTAL_JWT_SECRET",
            "the-new-secret-of-at-least-32-characters",
        ),
        ("PORTAL_JWT_PREVIOUS_SECRET", SECRET),
    ]);
    let sign = |secret: &str, claims: &Value| {
        jsonwebtoken::encode(
            &jsonwebtoken::Header::default(),
            claims,
            &jsonwebtoken::EncodingKey::from_secret(secret.as_bytes()),
        )
        .unwrap()
    };
    let new = sign("the-new-secret-of-at-least-32-characters", &claims());
    let old = sign(SECRET, &claims());
    let authenticator = authenticator(&changing);
    for token in [&new, &old] {
        assert!(identify(&authenticator, token).await.is_ok());
    }
    let foreign = sign("a-secret-of-somebody-else-altogether-32", &claims());
    assert_eq!(refusal(&authenticator, &foreign).await, "bad_signature");
    let expired = sign(SECRET, &claims_with(json!({"exp": now() - 60})));
    assert_eq!(refusal(&authenticator, &expired).await, "token_expired");
    // Once it is taken out, the old one is nothing any more.
    let changed = keys::authenticator(&config_with(&[(
        "PORTAL_JWT_SECRET",
        "the-new-secret-of-at-least-32-characters",
    )]));
    assert!(identify(&changed, &new).await.is_ok());
    assert_eq!(refusal(&changed, &old).await, "bad_signature");
}

#[tokio::test]
async fn claims_that_break_a_rule_are_refused_by_name() {
    let (_server, authenticator) = both().await;
    for (changes, reason) in [
        (json!({"exp": now() - 60}), "token_expired"),
        (json!({"exp": null}), "bad_claims"),
        (json!({"exp": "4102444800"}), "bad_claims"),
        (json!({"exp": [4102444800u64]}), "bad_claims"),
        (json!({"nbf": now() + 60}), "token_not_yet_valid"),
        (json!({"nbf": "tomorrow"}), "bad_claims"),
        (json!({"aud": null}), "bad_claims"),
        (json!({"aud": "somewhere"}), "wrong_audience"),
        (json!({"aud": []}), "wrong_audience"),
        (json!({"aud": 7}), "bad_claims"),
        (json!({"sub": null}), "bad_claims"),
        (json!({"sub": "admin"}), "bad_claims"),
        (json!({"sub": 7}), "bad_claims"),
        (json!({"role": null}), "bad_claims"),
        (json!({"role": ["authenticated"]}), "bad_claims"),
        (json!({"role": "service_role"}), "service_key_refused"),
        (json!({"role": "postgres"}), "unsupported_role"),
        (json!({"role": "authenticated; drop"}), "unsupported_role"),
    ] {
        let claims = claims_with(changes.clone());
        for token in [hs256(&claims), ES256.sign(&claims), RS256.sign(&claims)] {
            assert_eq!(refusal(&authenticator, &token).await, reason, "{changes}");
        }
    }
}

#[tokio::test]
async fn an_audience_among_several_and_a_clock_slightly_off_are_fine() {
    let authenticator = authenticator(&config());
    for changes in [
        json!({"aud": ["other", "authenticated"]}),
        json!({"exp": now() - 5}),
        json!({"nbf": now() + 5}),
    ] {
        identify(&authenticator, &hs256(&claims_with(changes)))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn an_issuer_binds_where_one_is_configured() {
    let mut config = config();
    config.auth.jwt_issuer = Some("http://localhost/auth/v1".to_owned());
    let authenticator = authenticator(&config);
    identify(&authenticator, &hs256(&claims())).await.unwrap();
    let other = hs256(&claims_with(json!({"iss": "http://evil.example"})));
    assert_eq!(refusal(&authenticator, &other).await, "wrong_issuer");
    let none = hs256(&claims_with(json!({"iss": null})));
    assert_eq!(refusal(&authenticator, &none).await, "bad_claims");
}

#[tokio::test]
async fn a_token_cannot_choose_its_algorithm() {
    let (_server, authenticator) = both().await;
    let payload = segment(&claims());
    for algorithm in ["none", "None", "NONE", ""] {
        let token = format!(
            "{}.{payload}.",
            segment(&json!({"alg": algorithm, "typ": "JWT"}))
        );
        assert_eq!(
            refusal(&authenticator, &token).await,
            "unsupported_algorithm"
        );
    }
    // Known algorithms that no key of ours is for.
    for algorithm in ["HS384", "HS512", "RS512", "PS256", "EdDSA"] {
        let header = segment(&json!({"alg": algorithm, "kid": RS256.kid}));
        let token = format!("{header}.{payload}.AAAA");
        assert_eq!(
            refusal(&authenticator, &token).await,
            "unsupported_algorithm"
        );
    }
    // The published key used as if it were the HMAC secret: the classic confusion.
    let published = RS256.jwk()["n"].as_str().unwrap().to_owned();
    let header = jsonwebtoken::Header {
        kid: Some(RS256.kid.clone()),
        ..Default::default()
    };
    for secret in [
        published.clone().into_bytes(),
        BASE64_URL_SAFE_NO_PAD.decode(published).unwrap(),
    ] {
        let key = jsonwebtoken::EncodingKey::from_secret(&secret);
        let token = jsonwebtoken::encode(&header, &claims(), &key).unwrap();
        assert_eq!(refusal(&authenticator, &token).await, "bad_signature");
    }
    // The right key id with the other kind's algorithm.
    let mut swapped = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::ES256);
    swapped.kid = Some(RS256.kid.clone());
    let token = jsonwebtoken::encode(&swapped, &claims(), &ES256.signing).unwrap();
    assert_eq!(
        refusal(&authenticator, &token).await,
        "unsupported_algorithm"
    );
}

#[tokio::test]
async fn a_method_that_is_not_configured_is_refused() {
    let secret_only = authenticator(&config());
    assert_eq!(
        refusal(&secret_only, &ES256.sign(&claims())).await,
        "unsupported_algorithm"
    );
    let (server, _) = both().await;
    let keys_only = authenticator(&jwks_config(&server.uri(), Duration::from_secs(60)));
    assert_eq!(
        refusal(&keys_only, &hs256(&claims())).await,
        "unsupported_algorithm"
    );
}

#[tokio::test]
async fn another_signature_is_refused() {
    let (_server, authenticator) = both().await;
    let foreign = keys::Pair::es256(&ES256.kid).sign(&claims());
    assert_eq!(refusal(&authenticator, &foreign).await, "bad_signature");
    let other = jsonwebtoken::EncodingKey::from_secret(b"another secret of 32 characters!");
    let token = jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims(), &other).unwrap();
    assert_eq!(refusal(&authenticator, &token).await, "bad_signature");
    // Claims of one token under the signature of another.
    let (mine, theirs) = (
        hs256(&claims()),
        hs256(&claims_with(json!({"sub": uuid::Uuid::now_v7()}))),
    );
    let (mine, theirs): (Vec<_>, Vec<_>) = (mine.split('.').collect(), theirs.split('.').collect());
    let mixed = format!("{}.{}.{}", mine[0], theirs[1], mine[2]);
    assert_eq!(refusal(&authenticator, &mixed).await, "bad_signature");
}

#[tokio::test]
async fn a_token_with_extensions_we_do_not_know_is_refused() {
    let authenticator = authenticator(&config());
    let header = jsonwebtoken::Header {
        crit: Some(vec!["b64".to_owned()]),
        ..Default::default()
    };
    let key = jsonwebtoken::EncodingKey::from_secret(SECRET.as_bytes());
    let token = jsonwebtoken::encode(&header, &claims(), &key).unwrap();
    assert_eq!(refusal(&authenticator, &token).await, "malformed_token");
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let authenticator = authenticator(&config());
    let huge = hs256(&claims_with(json!({"user_metadata": "x".repeat(10_000)})));
    assert!(huge.len() > 10_000);
    for token in [
        "",
        "x",
        "..",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "eyJhbGciOiJIUzI1NiJ9..",
        &huge,
    ] {
        let reason = refusal(&authenticator, token).await;
        assert!(
            matches!(
                reason.as_str(),
                "malformed_token" | "unsupported_algorithm" | "bad_claims"
            ),
            "{token}: {reason}"
        );
    }
    let mut headers = HeaderMap::new();
    headers.insert("authorization", "Basic dXNlcjpwYXNz".parse().unwrap());
    assert_eq!(
        authenticator
            .identify(&headers)
            .await
            .unwrap_err()
            .reason()
            .unwrap(),
        "malformed_token"
    );
}

/// The headers → anon, authenticated or the reason of the refusal.
async fn outcome(
    config: &portal_gateway::config::Config,
    headers: &[(&'static str, &str)],
) -> String {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, value.parse().unwrap());
    }
    match authenticator(config).identify(&map).await {
        Ok(identity) => {
            assert_eq!(identity.claims["role"], identity.role.name());
            identity.role.name().to_owned()
        }
        Err(error) => error.reason().unwrap(),
    }
}

#[tokio::test]
async fn who_a_request_acts_as_by_its_two_headers() {
    let config = config();
    let user = format!("Bearer {}", hs256(&claims()));
    // As the older anon keys are: neither subject nor audience.
    let anon = hs256(&json!({"iss": "supabase", "role": "anon", "iat": now(), "exp": now() + 60}));
    let old_anon = hs256(&json!({"iss": "supabase", "role": "anon", "exp": now() - 60}));
    let key = "sb_publishable_ACJWlzQHlZjBrEguHvfOxg_3BJgxAaH";
    let anon_bearer = format!("Bearer {anon}");
    let key_bearer = format!("Bearer {key}");
    for (headers, expected) in [
        (vec![], "no_credentials"),
        (vec![("apikey", key)], "anon"),
        (vec![("apikey", anon.as_str())], "anon"),
        (vec![("apikey", old_anon.as_str())], "token_expired"),
        (
            vec![("authorization", key_bearer.as_str()), ("apikey", key)],
            "anon",
        ),
        (
            vec![
                ("authorization", anon_bearer.as_str()),
                ("apikey", anon.as_str()),
            ],
            "anon",
        ),
        (vec![("authorization", user.as_str())], "authenticated"),
        (
            vec![("authorization", user.as_str()), ("apikey", key)],
            "authenticated",
        ),
        (
            vec![("apikey", "sb_secret_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz")],
            "service_key_refused",
        ),
        (
            vec![("authorization", "Bearer sb_secret_x"), ("apikey", key)],
            "service_key_refused",
        ),
        (
            vec![("authorization", "Bearer nonsense"), ("apikey", key)],
            "malformed_token",
        ),
    ] {
        assert_eq!(outcome(&config, &headers).await, expected, "{headers:?}");
    }
    let lower = user.replace("Bearer", "bearer");
    assert_eq!(
        outcome(&config, &[("authorization", &lower)]).await,
        "authenticated"
    );
}

#[tokio::test]
async fn listed_publishable_keys_are_the_only_ones() {
    let mut config = config();
    config
        .auth
        .publishable_keys
        .insert("sb_publishable_ours".to_owned());
    assert_eq!(
        outcome(&config, &[("apikey", "sb_publishable_ours")]).await,
        "anon"
    );
    assert_eq!(
        outcome(&config, &[("apikey", "sb_publishable_theirs")]).await,
        "unknown_publishable_key"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// No single changed character of a token goes unnoticed.
    #[test]
    fn a_changed_token_is_refused(position in any::<prop::sample::Index>(), byte in "[A-Za-z0-9_.-]") {
        let mut token = hs256(&claims()).into_bytes();
        let at = position.index(token.len());
        prop_assume!(token[at] != byte.as_bytes()[0]);
        // The last character of the signature has two bits that decode to nothing.
        prop_assume!(at != token.len() - 1);
        token[at] = byte.as_bytes()[0];
        let token = String::from_utf8(token).unwrap();
        let authenticator = authenticator(&config());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        prop_assert!(runtime.block_on(identify(&authenticator, &token)).is_err());
    }

    /// Whatever is sent as a credential: an answer, never a panic, never a user.
    #[test]
    fn noise_is_refused(noise in "[ -~]{0,200}") {
        let authenticator = authenticator(&config());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let result = runtime.block_on(identify(&authenticator, &noise));
        prop_assert!(result.is_err() || noise.trim().starts_with("sb_publishable_"));
    }
}
