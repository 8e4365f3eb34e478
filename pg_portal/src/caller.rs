//! Who calls: the verified token's claims and the request's headers, as PostgREST and the gateway hand them over.

use std::ffi::CStr;

use serde_json::Value;
use uuid::Uuid;

use crate::guc;

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
            None => guc::get(c"request.jwt.claim.sub")?.parse().ok(),
        }
    }

    /// The database role that the token asks for: `authenticated`, `anon`, `service_role`.
    pub fn role(&self) -> Option<&str> {
        self.claims.get("role").and_then(Value::as_str)
    }

    /// How well the person proved to be who they are (`aal`), in Supabase Auth's words.
    pub fn assurance(&self) -> Option<&str> {
        self.claims.get("aal").and_then(Value::as_str)
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

/// What tells one caller and request from another. `request.jwt.claim.sub` is the user id where older services set it.
const TOLD: [&CStr; 3] = [
    c"request.jwt.claims",
    c"request.jwt.claim.sub",
    c"request.headers",
];
/// False when nobody said who calls.
pub fn is_known() -> bool {
    TOLD[..2].iter().any(|name| guc::is_set(name))
}

/// Changes when another caller or request takes over the transaction.
pub type Fingerprint = [Vec<u8>; 3];

pub fn fingerprint() -> Fingerprint {
    TOLD.map(|name| guc::peek(name, <[u8]>::to_vec))
}

/// Whether this is the present [`fingerprint`]. Every helper asks, so nothing is copied.
pub fn is_fingerprint(given: &Fingerprint) -> bool {
    TOLD.iter()
        .zip(given)
        .all(|(name, given)| guc::peek(name, |now| now == given))
}

fn json_setting(name: &CStr) -> Value {
    guc::peek(name, |text| {
        serde_json::from_slice(text).unwrap_or_default()
    })
}
