//! A proposed policy, and the rules that it makes.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::appointments::policy::{self, Policy};
use crate::error::{PortalError, Result};
use crate::scheduling::rules::Service;
use crate::spi;

/// The rules of one service.
#[derive(Debug, Deserialize)]
pub struct Terms {
    pub service: Service,
    /// None where the company has none: then the defaults count.
    policy: Option<Policy>,
}

impl Terms {
    pub fn policy(&self) -> Policy {
        self.policy.clone().unwrap_or_default()
    }
}

/// The rules of every service of a company, by code.
pub type AllTerms = HashMap<String, Terms>;

/// Checks names and types; limits are the tables' own. Answers the one service that it is restricted to, if any.
pub fn check(proposed: &Value) -> Result<Option<&str>> {
    let malformed = |message: String| Err(PortalError::invalid("policy", message));
    let Some(values) = proposed.as_object().filter(|values| !values.is_empty()) else {
        return malformed(
            "Give the proposed values as an object, such as {\"cancel_notice_minutes\": 720}."
                .into(),
        );
    };
    for (name, value) in values {
        let is_integer = value
            .as_i64()
            .is_some_and(|number| i32::try_from(number).is_ok());
        let (fits, expected) = match name.as_str() {
            "service_type" => (value.is_string(), "the code of a service"),
            "lead_time_business_hours_only" => (value.is_boolean(), "true or false"),
            "daily_cap" => (
                is_integer || value.is_null(),
                "a whole number, or null for no cap",
            ),
            "cancel_notice_minutes"
            | "reschedule_notice_minutes"
            | "max_reschedules"
            | "lead_time_minutes"
            | "horizon_days" => (is_integer, "a whole number"),
            "fee_tiers" => match policy::fee_tiers(value) {
                Ok(_) => (true, ""),
                Err(sentence) => return malformed(sentence),
            },
            _ => {
                return malformed(format!(
                    "{name} is not part of a policy. There are cancel_notice_minutes, reschedule_notice_minutes, \
                     max_reschedules, fee_tiers, lead_time_minutes, lead_time_business_hours_only, horizon_days, \
                     daily_cap and service_type."
                ));
            }
        };
        if !fits {
            return malformed(format!("{name} must be {expected}."));
        }
    }
    Ok(proposed["service_type"].as_str())
}

/// The rules as they would be. Writes the proposed values, reads them back and undoes them.
///
/// Errors: PT404 for a service that is not there; PT400 for values that the tables' constraints refuse.
pub fn rehearse(org_id: Uuid, proposed: &Value, only: Option<&str>) -> Result<AllTerms> {
    let args = [
        org_id.to_string().into(),
        pgrx::JsonB(proposed.clone()).into(),
        only.into(),
    ];
    spi::rehearse(|| {
        if spi::run(include_str!("propose_service.sql"), &args) == 0 && only.is_some() {
            return Err(PortalError::absent("service"));
        }
        spi::run(
            "insert into public.booking_policies (org_id) values ($1::uuid) on conflict do nothing",
            &[org_id.to_string().into()],
        );
        spi::run(include_str!("propose_policy.sql"), &args);
        Ok(terms(org_id))
    })
}

/// The rules as they are.
pub fn terms(org_id: Uuid) -> AllTerms {
    spi::write(include_str!("terms.sql"), &[org_id.to_string().into()]).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_proposal_may_hold_every_value_that_can_be_simulated() {
        let whole = json!({
            "service_type": "hvac_repair", "cancel_notice_minutes": 720, "reschedule_notice_minutes": 60,
            "max_reschedules": 1, "fee_tiers": [{ "notice_minutes": 0, "fee_cents": 5000 }],
            "lead_time_minutes": 0, "lead_time_business_hours_only": true, "horizon_days": 30, "daily_cap": null,
        });
        assert_eq!(check(&whole).unwrap(), Some("hvac_repair"));
        assert_eq!(check(&json!({ "daily_cap": 4 })).unwrap(), None);
    }

    #[test]
    fn what_cannot_be_simulated_is_named() {
        for (proposed, named) in [
            (json!({ "cancel_notice": 1 }), "cancel_notice is not part"),
            (
                json!({ "horizon_days": "30" }),
                "horizon_days must be a whole number",
            ),
            (json!({ "max_reschedules": 1.5 }), "max_reschedules must be"),
            (
                json!({ "cancel_notice_minutes": null }),
                "cancel_notice_minutes must be",
            ),
            (
                json!({ "lead_time_minutes": 3_000_000_000_i64 }),
                "lead_time_minutes must be",
            ),
            (
                json!({ "lead_time_business_hours_only": 1 }),
                "true or false",
            ),
            (json!({ "fee_tiers": [{ "fee_cents": 1 }] }), "fee schedule"),
            (json!({ "service_type": 7 }), "service_type must be"),
            (json!({}), "as an object"),
            (json!([]), "as an object"),
            (Value::Null, "as an object"),
        ] {
            let error = check(&proposed).unwrap_err();
            assert!(
                error.message.contains(named),
                "{proposed}: {}",
                error.message
            );
        }
    }
}
