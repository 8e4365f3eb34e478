//! Idempotency: the same key and the same input get the first answer again, with no second effect.
//!
//! The receipt is claimed before the effect and kept with its answer in the same transaction. Two requests with one
//! key queue on the receipt's primary key, so the second sees the first one's answer, or, had that failed, an
//! unclaimed key.

use pgrx::prelude::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::access::scope;
use crate::caller::Caller;
use crate::error::{PortalError, Result, Status, surface};
use crate::spi;

/// Runs `effect` at most once per account, operation and key.
///
/// * `key`: the argument, else the `Idempotency-Key` header; without either the effect just runs.
/// * `request`: all input that the effect depends on.
///
/// Errors: PT400 for a key that is empty or longer than 255 characters; PT422 `idempotency_key_reused` when the key
/// came with other input before.
fn once<T: Serialize + DeserializeOwned>(
    operation: &str,
    key: Option<&str>,
    request: &Value,
    effect: impl FnOnce() -> Result<T>,
) -> Result<T> {
    let caller = Caller::current();
    let header = caller
        .header("idempotency-key")
        .filter(|key| !key.is_empty());
    let Some(key) = key.or(header) else {
        return effect();
    };
    if !(1..=255).contains(&key.chars().count()) {
        return Err(PortalError::invalid(
            "idempotency_key",
            "The key must have between 1 and 255 characters.",
        ));
    }
    let hash = Sha256::digest(request.to_string().as_bytes()).to_vec();
    let claim: Claim = spi::write(
        "select portal_internal.claim_receipt($1, $2, $3)",
        &[operation.into(), key.into(), hash.into()],
    )
    .expect("a claim always answers");
    match claim {
        Claim { is_new: true, .. } => {
            let answer = effect()?;
            let document = serde_json::to_value(&answer).expect("answers are plain data");
            spi::run(
                "select portal_internal.keep_receipt($1, $2, $3)",
                &[operation.into(), key.into(), pgrx::JsonB(document).into()],
            );
            Ok(answer)
        }
        Claim {
            same_request: true,
            answer,
            ..
        } => Ok(serde_json::from_value(answer).expect("a kept answer can be read again")),
        _ => Err(PortalError::new(
            Status::Refused,
            "idempotency_key_reused",
            "This idempotency key was used for a different request.",
            "Use a new key for a new request; repeat the same input to get the first answer again.",
        )),
    }
}

/// Runs what changes something for a client: [`once`], and again when a deadlock ended it; as a dry run, with every
/// check and nothing kept.
pub fn perform<T: Serialize + DeserializeOwned>(
    operation: &str,
    key: Option<&str>,
    dry_run: Option<bool>,
    request: &Value,
    effect: impl Fn() -> Result<T>,
) -> Result<T> {
    if dry_run.unwrap_or_default() {
        return spi::rehearse(|| spi::attempt(effect));
    }
    once(operation, key, request, || spi::attempt(effect))
}

#[derive(Serialize, Deserialize)]
struct Claim {
    is_new: bool,
    same_request: bool,
    answer: Value,
}

pgrx::extension_sql_file!(
    "receipts.sql",
    name = "receipts_surface",
    requires = [
        portal_internal::claim_receipt,
        portal_internal::keep_receipt,
    ]
);

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn claim_receipt(
        operation: Option<&str>,
        key: Option<&str>,
        request_hash: Option<&[u8]>,
    ) -> pgrx::JsonB {
        surface(|| {
            let (org_id, account_id) = scope::require_account()?;
            let (org_id, account_id) = (org_id.to_string(), account_id.to_string());
            let inserted = spi::run(
                "insert into public.portal_receipts (org_id, portal_account_id, operation, key, request_hash)
                 values ($1::uuid, $2::uuid, $3, $4, $5)
                 on conflict do nothing",
                &[
                    org_id.as_str().into(),
                    account_id.as_str().into(),
                    operation.into(),
                    key.into(),
                    request_hash.into(),
                ],
            );
            if inserted == 1 {
                let claim = Claim {
                    is_new: true,
                    same_request: true,
                    answer: Value::Null,
                };
                return Ok(pgrx::JsonB(
                    serde_json::to_value(claim).expect("plain data"),
                ));
            }
            let earlier = spi::write(
                "select jsonb_build_object(
                   'is_new', false, 'same_request', r.request_hash = $5, 'answer', r.answer)
                 from public.portal_receipts r
                 where r.org_id = $1::uuid and r.portal_account_id = $2::uuid and r.operation = $3 and r.key = $4",
                &[
                    org_id.as_str().into(),
                    account_id.as_str().into(),
                    operation.into(),
                    key.into(),
                    request_hash.into(),
                ],
            );
            Ok(pgrx::JsonB(
                earlier.expect("the receipt that was in the way is there"),
            ))
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn keep_receipt(operation: Option<&str>, key: Option<&str>, answer: Option<pgrx::JsonB>) {
        surface(|| {
            let (org_id, account_id) = scope::require_account()?;
            spi::run(
                "update public.portal_receipts r set answer = $5
                 where r.org_id = $1::uuid and r.portal_account_id = $2::uuid and r.operation = $3 and r.key = $4
                   and r.answer is null",
                &[
                    org_id.to_string().into(),
                    account_id.to_string().into(),
                    operation.into(),
                    key.into(),
                    answer.into(),
                ],
            );
            Ok(())
        })
    }
}
