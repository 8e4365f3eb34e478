//! The caller as the database shall see them: role, claims and request headers, nothing added.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    app::AppState,
    auth::Identity,
    error::{ApiError, ApiResult},
};

/// The headers that SQL may read from `request.headers`. Credentials are none of its business, for the claims say who is
/// calling; but it alone knows whose conversation a session's token opens.
const PASSED_ON: [&str; 10] = [
    "accept-language",
    "idempotency-key",
    "origin",
    "user-agent",
    "x-client-info",
    "x-forwarded-for",
    "x-portal-org",
    "x-portal-session",
    "x-real-ip",
    "x-request-id",
];

/// Whoever sent this request. As a handler's argument it refuses requests without valid credentials.
#[derive(Debug, Clone)]
pub struct Caller {
    pub identity: Identity,
    headers: Map<String, Value>,
}

impl Caller {
    pub fn new(identity: Identity, headers: &HeaderMap) -> Self {
        Self {
            identity,
            headers: passed_on(headers),
        }
    }

    /// The signed-in user's id.
    ///
    /// Errors: 401 for anonymous callers.
    pub fn user_id(&self) -> ApiResult<Uuid> {
        self.identity.user_id.ok_or_else(|| {
            ApiError::unauthorized(
                "sign_in_required",
                "You need to be signed in for this.",
                "Sign in, then send the access token as Authorization: Bearer.",
            )
        })
    }

    /// One of the headers that are passed on.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.as_str()
    }

    /// Where the request comes from, by the nearest proxy: what stands before that, anybody may have written.
    pub fn address(&self) -> Option<&str> {
        let forwarded = self.header("x-forwarded-for")?;
        forwarded.rsplit(',').next().map(str::trim)
    }

    /// The text for the setting `request.jwt.claims`.
    pub fn claims_json(&self) -> String {
        Value::Object(self.identity.claims.clone()).to_string()
    }

    /// The text for the setting `request.headers`: an object with lower-case names.
    pub fn headers_json(&self) -> String {
        Value::Object(self.headers.clone()).to_string()
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> ApiResult<Self> {
        let identity = state.authenticator.identify(&parts.headers).await?;
        Ok(Self::new(identity, &parts.headers))
    }
}

fn passed_on(headers: &HeaderMap) -> Map<String, Value> {
    let mut object = Map::new();
    for name in PASSED_ON {
        // A repeated header means its values in one list (RFC 9110, 5.3).
        let values: Vec<_> = headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        if !values.is_empty() {
            object.insert(name.to_owned(), values.join(", ").into());
        }
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_pass_by_name_and_credentials_do_not() {
        let mut headers = HeaderMap::new();
        headers.insert("X-Portal-Org", "acme-comfort".parse().unwrap());
        headers.insert("authorization", "Bearer secret".parse().unwrap());
        headers.insert("apikey", "sb_publishable_x".parse().unwrap());
        headers.insert("cookie", "session=1".parse().unwrap());
        headers.append("x-forwarded-for", "192.0.2.1".parse().unwrap());
        headers.append("x-forwarded-for", "192.0.2.2".parse().unwrap());
        let caller = Caller::new(Identity::anonymous(), &headers);
        assert_eq!(
            caller.headers_json(),
            r#"{"x-forwarded-for":"192.0.2.1, 192.0.2.2","x-portal-org":"acme-comfort"}"#
        );
        assert_eq!(caller.claims_json(), r#"{"role":"anon"}"#);
    }

    #[test]
    fn an_anonymous_caller_is_asked_to_sign_in() {
        let caller = Caller::new(Identity::anonymous(), &HeaderMap::new());
        let error = caller.user_id().unwrap_err();
        assert_eq!(error.status, 401);
        assert_eq!(error.reason().as_deref(), Some("sign_in_required"));
    }
}
