//! One token against one key. The key fixes the algorithm; the token only says which key it wants.

use std::collections::HashSet;

use jsonwebtoken::{
    Algorithm, DecodingKey, Validation,
    errors::ErrorKind,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Identity, Role};
use crate::config;

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    Malformed,
    Algorithm,
    UnknownKey,
    Signature,
    Expired,
    NotYetValid,
    Audience,
    Issuer,
    Claim,
    Role,
    ServiceRole,
}

/// A key and the one algorithm it may be used with.
pub struct Key {
    algorithm: Algorithm,
    decoding: DecodingKey,
}

impl Key {
    /// The project's HS256 secret.
    pub fn from_secret(secret: &[u8]) -> Self {
        Self {
            algorithm: Algorithm::HS256,
            decoding: DecodingKey::from_secret(secret),
        }
    }

    /// A published signing key; none when it is for another purpose or algorithm.
    pub fn from_jwk(jwk: &Jwk) -> Option<Self> {
        if jwk
            .common
            .public_key_use
            .as_ref()
            .is_some_and(|usage| *usage != PublicKeyUse::Signature)
        {
            return None;
        }
        let (algorithm, stated) = match &jwk.algorithm {
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
                (Algorithm::ES256, KeyAlgorithm::ES256)
            }
            AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
            // Symmetric keys above all: a published secret is none.
            _ => return None,
        };
        if jwk
            .common
            .key_algorithm
            .is_some_and(|named| named != stated)
        {
            return None;
        }
        Some(Self {
            algorithm,
            decoding: DecodingKey::from_jwk(jwk).ok()?,
        })
    }
}

/// What a token must say, besides being signed.
pub struct Policy {
    audience: HashSet<String>,
    issuer: Option<HashSet<String>>,
    leeway: u64,
}

impl Policy {
    pub fn new(config: &config::Auth) -> Self {
        Self {
            audience: HashSet::from([config.jwt_audience.clone()]),
            issuer: config
                .jwt_issuer
                .clone()
                .map(|issuer| HashSet::from([issuer])),
            leeway: config.jwt_leeway.as_secs(),
        }
    }

    /// The rules for a token that claims `role`. Supabase's older anon keys are tokens with neither
    /// subject nor audience, so those two bind everyone but anon.
    fn validation(&self, algorithm: Algorithm, role: &str) -> Validation {
        let mut rules = Validation::new(algorithm);
        rules.leeway = self.leeway;
        rules.validate_nbf = true;
        if role == Role::Anon.name() {
            rules.validate_aud = false;
            return rules;
        }
        rules.aud = Some(self.audience.clone());
        rules.set_required_spec_claims(&["exp", "sub", "aud"]);
        if let Some(issuer) = &self.issuer {
            rules.iss = Some(issuer.clone());
            rules.required_spec_claims.insert("iss".to_owned());
        }
        rules
    }
}

/// The part of a token's header that chooses the key.
#[derive(Debug)]
pub struct TokenHeader {
    published: bool,
    kid: Option<String>,
}

impl TokenHeader {
    /// None: the secret is asked for. Otherwise the published key of this id, if it names one.
    pub fn kid_for_jwks(&self) -> Option<Option<&str>> {
        self.published.then_some(self.kid.as_deref())
    }
}

/// Reads a token's header. Nothing in it is trusted beyond choosing which key to try.
pub fn header(token: &str) -> Result<TokenHeader, Refusal> {
    let header = jsonwebtoken::decode_header(token).map_err(|error| match error.kind() {
        // `alg` none and unknown names arrive here as JSON errors.
        ErrorKind::Json(_) => Refusal::Algorithm,
        _ => Refusal::Malformed,
    })?;
    // `crit` names extensions that the reader must understand; we understand none.
    if header.crit.is_some() {
        return Err(Refusal::Malformed);
    }
    let published = match header.alg {
        Algorithm::HS256 => false,
        Algorithm::ES256 | Algorithm::RS256 => true,
        _ => return Err(Refusal::Algorithm),
    };
    Ok(TokenHeader {
        published,
        kid: header.kid,
    })
}

#[derive(Deserialize)]
struct RoleClaim {
    role: String,
}

/// Verifies signature and claims and says who the caller is.
///
/// Errors: the first rule that the token breaks.
pub fn verify(token: &str, key: &Key, policy: &Policy) -> Result<Identity, Refusal> {
    // Read before the signature is checked only to choose the rules; the signature covers it.
    let claimed: RoleClaim =
        jsonwebtoken::dangerous::insecure_decode_claims(token).map_err(|_| Refusal::Claim)?;
    let rules = policy.validation(key.algorithm, &claimed.role);
    let claims: Map<String, Value> = jsonwebtoken::decode(token, &key.decoding, &rules)
        .map_err(|error| refusal(error.kind()))?
        .claims;
    match claimed.role.as_str() {
        "anon" => Ok(Identity {
            role: Role::Anon,
            user_id: None,
            claims,
        }),
        "authenticated" => {
            let subject = claims
                .get("sub")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let user_id = Uuid::parse_str(subject).map_err(|_| Refusal::Claim)?;
            Ok(Identity {
                role: Role::Authenticated,
                user_id: Some(user_id),
                claims,
            })
        }
        "service_role" => Err(Refusal::ServiceRole),
        _ => Err(Refusal::Role),
    }
}

fn refusal(error: &ErrorKind) -> Refusal {
    match error {
        ErrorKind::ExpiredSignature => Refusal::Expired,
        ErrorKind::ImmatureSignature => Refusal::NotYetValid,
        ErrorKind::InvalidAudience => Refusal::Audience,
        ErrorKind::InvalidIssuer => Refusal::Issuer,
        // The header was readable, so a JSON error here is about the claims.
        ErrorKind::MissingRequiredClaim(_)
        | ErrorKind::InvalidClaimFormat(_)
        | ErrorKind::Json(_) => Refusal::Claim,
        ErrorKind::InvalidAlgorithm => Refusal::Algorithm,
        ErrorKind::InvalidSignature => Refusal::Signature,
        _ => Refusal::Malformed,
    }
}
