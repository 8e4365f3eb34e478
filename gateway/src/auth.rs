//! Who is calling: a signed-in user by a Supabase access token, or anonymous by a publishable key.
//!
//! [`verify`] checks a token against a key, [`jwks`] keeps the project's published keys.

pub mod jwks;
pub mod verify;

use std::{collections::BTreeSet, sync::Arc};

use axum::http::{HeaderMap, StatusCode, header};
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    config,
    error::{ApiError, ApiResult},
};
use jwks::{JwksCache, JwksError};
use verify::{Key, Policy, Refusal};

/// No real token comes near this; nginx cuts a header line at the same length.
const LONGEST_TOKEN: usize = 8 * 1024;

/// The database role a request acts as. There is no other: service work goes through PostgREST.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Anon,
    Authenticated,
}

impl Role {
    /// The role's name in Postgres and in the `role` claim.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anon => "anon",
            Self::Authenticated => "authenticated",
        }
    }
}

/// A verified caller.
#[derive(Debug, Clone)]
pub struct Identity {
    pub role: Role,
    /// The token's `sub`; none for anonymous callers.
    pub user_id: Option<Uuid>,
    /// The verified claims, whole; what PostgREST would put into `request.jwt.claims`.
    pub claims: Map<String, Value>,
}

impl Identity {
    /// The caller without a token, with the claims PostgREST sets for them.
    pub fn anonymous() -> Self {
        let claims = Map::from_iter([("role".to_owned(), json!(Role::Anon.name()))]);
        Self {
            role: Role::Anon,
            user_id: None,
            claims,
        }
    }
}

/// Checks credentials. Cheap to clone.
#[derive(Clone)]
pub struct Authenticator {
    /// The secret and, while it is changed, the one before.
    secrets: Arc<[Key]>,
    jwks: Option<Arc<JwksCache>>,
    policy: Arc<Policy>,
    publishable_keys: Arc<BTreeSet<String>>,
}

impl Authenticator {
    /// Fetches nothing yet; errors only when no HTTP client can be built.
    pub fn new(config: &config::Auth) -> Result<Self, reqwest::Error> {
        let jwks = config
            .jwks_url
            .as_ref()
            .map(|url| JwksCache::new(url, config))
            .transpose()?;
        Ok(Self {
            secrets: [&config.jwt_secret, &config.jwt_previous_secret]
                .into_iter()
                .flatten()
                .map(|secret| Key::from_secret(secret.expose_secret().as_bytes()))
                .collect(),
            jwks: jwks.map(Arc::new),
            policy: Arc::new(Policy::new(config)),
            publishable_keys: Arc::new(config.publishable_keys.clone()),
        })
    }

    /// The caller behind these headers: a Bearer token counts, else `apikey`.
    ///
    /// supabase-js sends the publishable key as `apikey`, and as Bearer too while nobody is signed in.
    ///
    /// Errors: 401 with a reason; 503 when the keys to check the token with cannot be had.
    pub async fn identify(&self, headers: &HeaderMap) -> ApiResult<Identity> {
        let credential = match bearer(headers)? {
            Some(token) => token,
            None => api_key(headers)?.ok_or_else(no_credentials)?,
        };
        if credential.starts_with("sb_publishable_") {
            return self.publishable(credential);
        }
        if credential.starts_with("sb_secret_") {
            return Err(refuse(Refusal::ServiceRole));
        }
        self.token(credential).await
    }

    fn publishable(&self, key: &str) -> ApiResult<Identity> {
        if self.publishable_keys.is_empty() || self.publishable_keys.contains(key) {
            return Ok(Identity::anonymous());
        }
        Err(ApiError::unauthorized(
            "unknown_publishable_key",
            "This publishable key is not one of this project's.",
            "Use the project's own publishable key.",
        ))
    }

    async fn token(&self, token: &str) -> ApiResult<Identity> {
        if token.len() > LONGEST_TOKEN {
            return Err(refuse(Refusal::Malformed));
        }
        let header = verify::header(token).map_err(refuse)?;
        let Some(kid) = header.kid_for_jwks() else {
            return self.by_secret(token).map_err(refuse);
        };
        let jwks = self
            .jwks
            .as_ref()
            .ok_or_else(|| refuse(Refusal::Algorithm))?;
        let kid = kid.ok_or_else(|| refuse(Refusal::UnknownKey))?;
        let key = jwks.key(kid).await.map_err(no_key)?;
        verify::verify(token, &key, &self.policy).map_err(refuse)
    }

    /// By the first secret that signed it.
    fn by_secret(&self, token: &str) -> Result<Identity, Refusal> {
        let mut refusal = Refusal::Algorithm;
        for key in &*self.secrets {
            match verify::verify(token, key, &self.policy) {
                Err(Refusal::Signature) => refusal = Refusal::Signature,
                verdict => return verdict,
            }
        }
        Err(refusal)
    }
}

/// The Bearer credential; scheme names are case-insensitive. Another scheme is a mistake worth naming.
fn bearer(headers: &HeaderMap) -> ApiResult<Option<&str>> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let value = value.to_str().map_err(|_| refuse(Refusal::Malformed))?;
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim())),
        _ => Err(refuse(Refusal::Malformed)),
    }
}

fn api_key(headers: &HeaderMap) -> ApiResult<Option<&str>> {
    headers
        .get("apikey")
        .map(|value| {
            value
                .to_str()
                .map(str::trim)
                .map_err(|_| refuse(Refusal::Malformed))
        })
        .transpose()
}

fn no_credentials() -> ApiError {
    ApiError::unauthorized(
        "no_credentials",
        "The request says nothing about who is calling.",
        "Send the access token as Authorization: Bearer, or the publishable key as apikey.",
    )
}

fn no_key(error: JwksError) -> ApiError {
    match error {
        JwksError::UnknownKey => refuse(Refusal::UnknownKey),
        // The token may well be good: not a 401, which would make clients sign their user out.
        JwksError::Unavailable => ApiError::unavailable(
            "keys_unavailable",
            "Access tokens cannot be checked right now.",
        ),
    }
}

/// Says what is wrong with a credential without repeating any of it.
fn refuse(refusal: Refusal) -> ApiError {
    let sign_in = "Sign in again, or refresh the session.";
    let (reason, message, hint) = match refusal {
        Refusal::Malformed => (
            "malformed_token",
            "The access token cannot be read.",
            "Send Authorization: Bearer and the access token as Supabase Auth gave it.",
        ),
        Refusal::Algorithm => (
            "unsupported_algorithm",
            "The access token is signed in a way that is not accepted here.",
            "Use a token that this project's Supabase Auth issued.",
        ),
        Refusal::UnknownKey => (
            "unknown_key",
            "The access token is signed with a key that this project does not have.",
            sign_in,
        ),
        Refusal::Signature => (
            "bad_signature",
            "The access token's signature does not match.",
            sign_in,
        ),
        Refusal::Expired => ("token_expired", "Your session has expired.", sign_in),
        Refusal::NotYetValid => (
            "token_not_yet_valid",
            "The access token is not valid yet.",
            "Check this device's clock.",
        ),
        Refusal::Audience => (
            "wrong_audience",
            "The access token is meant for another service.",
            "Use a token that this project's Supabase Auth issued.",
        ),
        Refusal::Issuer => (
            "wrong_issuer",
            "The access token comes from another issuer.",
            "Use a token that this project's Supabase Auth issued.",
        ),
        Refusal::Claim => (
            "bad_claims",
            "The access token lacks what is needed here, or says it in an unknown form.",
            "Use an unchanged access token of Supabase Auth, with exp, sub, aud and role.",
        ),
        Refusal::Role => (
            "unsupported_role",
            "The access token's role cannot be used here.",
            "Use the token of a signed-in user, or the publishable key.",
        ),
        Refusal::ServiceRole => (
            "service_key_refused",
            "Secret keys and service_role tokens are not accepted here.",
            "Use the token of a signed-in user; service work goes through PostgREST.",
        ),
    };
    ApiError::new(StatusCode::UNAUTHORIZED, reason, message, hint)
}
