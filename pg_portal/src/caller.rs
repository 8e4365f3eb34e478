//! Who calls: the verified token's claims and the request's headers, as PostgREST and the gateway hand them over.

use serde_json::Value;
use uuid::Uuid;

use crate::error::{PortalError, Result, Status};
use crate::settings;

/// The caller of the current transaction. Trustworthy as far as the settings are: only PostgREST, the gateway
/// and people with a direct connection can write them.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    pub claims: Value,
    pub headers: Value,
}

impl Caller {
    pub fn current() -> Self {
        Self {
            claims: json_setting(c"request.jwt.claims"),
            headers: json_setting(c"request.headers"),
        }
    }

    /// The Supabase user (`sub`). Older services set the single claims one by one.
    pub fn user_id(&self) -> Option<Uuid> {
        match self.claims.get("sub").and_then(Value::as_str) {
            Some(sub) => sub.parse().ok(),
            None => settings::get(c"request.jwt.claim.sub")?.parse().ok(),
        }
    }

    /// The user, or PT401.
    pub fn require_user(&self) -> Result<Uuid> {
        self.user_id().ok_or_else(|| {
            PortalError::new(
                Status::NoUser,
                "not_signed_in",
                "Nobody is signed in.",
                "Sign in and send the access token as Authorization: Bearer.",
            )
        })
    }

    /// The database role that the token asks for: `authenticated`, `anon`, `service_role`.
    pub fn role(&self) -> Option<&str> {
        self.claims.get("role").and_then(Value::as_str)
    }

    /// Supabase marks users without any credential of their own.
    pub fn is_anonymous(&self) -> bool {
        self.claims.get("is_anonymous") == Some(&Value::Bool(true))
    }

    /// The organization that the request names, by id or slug: the header wins over the token.
    pub fn named_org(&self) -> Option<&str> {
        let from_token = || self.claims.pointer("/app_metadata/org_id");
        self.header("x-portal-org")
            .or_else(|| from_token().and_then(Value::as_str))
            .filter(|org| !org.is_empty())
    }

    /// A request header by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(Value::as_str)
    }
}

/// Changes when another caller or request takes over the transaction; empty when there is no caller at all.
pub fn fingerprint() -> String {
    let claims = settings::get(c"request.jwt.claims");
    let old_sub = settings::get(c"request.jwt.claim.sub");
    if claims.is_none() && old_sub.is_none() {
        return String::new();
    }
    let headers = settings::get(c"request.headers");
    [claims, old_sub, headers]
        .map(Option::unwrap_or_default)
        .join("\u{1f}")
}

fn json_setting(name: &std::ffi::CStr) -> Value {
    settings::get(name)
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}
