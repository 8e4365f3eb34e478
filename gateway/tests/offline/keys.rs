//! Fresh keys and tokens, and settings that use them.

use std::{
    sync::LazyLock,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use axum::http::HeaderMap;
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use portal_gateway::{
    auth::{Authenticator, Identity},
    config::Config,
    error::ApiError,
};
use secrecy::SecretString;
use serde_json::{Value, json};

pub const SECRET: &str = "a-secret-of-at-least-32-characters";
pub const USER: &str = "6f1d3f0a-9a53-4a53-8a53-0a539a536f1d";

/// One of each kind; making an RSA key takes a while, so all tests share them.
pub static ES256: LazyLock<Pair> = LazyLock::new(|| Pair::es256("es-1"));
pub static RS256: LazyLock<Pair> = LazyLock::new(|| Pair::rs256("rs-1"));

pub struct Pair {
    pub kid: String,
    pub algorithm: Algorithm,
    pub signing: EncodingKey,
}

impl Pair {
    pub fn es256(kid: &str) -> Self {
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
                .unwrap();
        let signing = EncodingKey::from_ec_der(pkcs8.as_ref());
        Self {
            kid: kid.to_owned(),
            algorithm: Algorithm::ES256,
            signing,
        }
    }

    pub fn rs256(kid: &str) -> Self {
        let pkcs8 = KeyPair::generate(KeySize::Rsa2048)
            .unwrap()
            .as_der()
            .unwrap();
        // jsonwebtoken wants the bare key, which follows 26 bytes of PKCS #8 wrapping at this size.
        let signing = EncodingKey::from_rsa_der(&pkcs8.as_ref()[26..]);
        Self {
            kid: kid.to_owned(),
            algorithm: Algorithm::RS256,
            signing,
        }
    }

    pub fn jwk(&self) -> Value {
        let mut jwk =
            serde_json::to_value(Jwk::from_encoding_key(&self.signing, self.algorithm).unwrap())
                .unwrap();
        jwk["kid"] = json!(self.kid);
        jwk["use"] = json!("sig");
        jwk
    }

    pub fn sign(&self, claims: &Value) -> String {
        let header = Header {
            kid: Some(self.kid.clone()),
            ..Header::new(self.algorithm)
        };
        jsonwebtoken::encode(&header, claims, &self.signing).unwrap()
    }
}

pub fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

/// What Supabase Auth puts into a user's token.
pub fn claims() -> Value {
    json!({
        "iss": "http://localhost/auth/v1", "sub": USER, "aud": "authenticated", "role": "authenticated",
        "iat": now(), "exp": now() + 3600, "email": "a@example.com", "is_anonymous": false,
        "app_metadata": {"provider": "email", "org_id": null}, "user_metadata": {"name": "Zoë"},
    })
}

/// `claims()` with some replaced; null removes one.
pub fn claims_with(changes: Value) -> Value {
    let mut claims = claims();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value.clone(),
        }
    }
    claims
}

pub fn hs256(claims: &Value) -> String {
    jsonwebtoken::encode(
        &Header::default(),
        claims,
        &EncodingKey::from_secret(SECRET.as_bytes()),
    )
    .unwrap()
}

/// Settings with the secret, and a database where nothing listens.
pub fn config() -> Config {
    config_with(&[])
}

/// Settings, with `more` beside them.
pub fn config_with(more: &[(&str, &str)]) -> Config {
    let required = [
        (
            "PORTAL_DATABASE_URL",
            "postgresql://portal_gateway:p@127.0.0.1:1/postgres",
        ),
        ("PORTAL_JWT_SECRET", SECRET),
    ];
    let environment = required.iter().chain(more);
    Config::load(
        None,
        environment.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    )
    .unwrap()
}

/// Settings with published keys only, fetched again at most every `refetch`.
pub fn jwks_config(url: &str, refetch: Duration) -> Config {
    let mut config = config();
    config.auth.jwt_secret = None;
    config.auth.jwks_url = Some(url.to_owned());
    config.auth.jwks_refetch = refetch;
    config.auth.jwks_timeout = Duration::from_millis(500);
    config
}

pub fn with_secret(mut config: Config) -> Config {
    config.auth.jwt_secret = Some(SecretString::from(SECRET));
    config
}

pub fn authenticator(config: &Config) -> Authenticator {
    Authenticator::new(&config.auth).unwrap()
}

pub async fn identify(authenticator: &Authenticator, token: &str) -> Result<Identity, ApiError> {
    let mut headers = HeaderMap::new();
    headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
    authenticator.identify(&headers).await
}

/// The reason for which a token is refused with 401.
pub async fn refusal(authenticator: &Authenticator, token: &str) -> String {
    let error = identify(authenticator, token).await.expect_err("refused");
    assert_eq!(error.status, 401, "{error}");
    assert_eq!(error.body.code, "PT401");
    let shown = format!("{error:?}");
    assert!(
        token.is_empty() || !shown.contains(token),
        "the error repeats the token"
    );
    error.reason().expect("a reason")
}
