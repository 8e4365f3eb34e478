//! What an address, a language and quiet hours must look like. Plain Rust.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{PortalError, Result};
use crate::time;

/// An address as clients give it: in `create_booking_request`, `add_location` and `update_location`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    pub label: Option<String>,
    pub address_line1: String,
    pub address_line2: Option<String>,
    pub city: String,
    pub region: Option<String>,
    pub postal_code: String,
    pub country: Option<String>,
    pub timezone: Option<String>,
}

/// Reads an address; `argument` is what the caller knows it by. Lengths are the table's affair.
pub fn address(argument: &str, given: &Value) -> Result<Address> {
    let address = Address::deserialize(given).map_err(|error| {
        PortalError::invalid(
            argument,
            "The address needs address_line1, city and postal_code; label, address_line2, region, country and timezone may be given.",
        )
        .fact("problem", error.to_string())
    })?;
    if let Some(name) = address.timezone.as_deref() {
        time_zone(argument, name)?;
    }
    Ok(address)
}

/// What is given beside or instead of what is there: `changes` win, key by key.
pub fn overlay(there: Value, changes: &Value, argument: &str) -> Result<Value> {
    let (Value::Object(mut merged), Value::Object(changes)) = (there, changes) else {
        return Err(PortalError::invalid(
            argument,
            "The address must be a JSON object.",
        ));
    };
    merged.extend(changes.clone());
    Ok(Value::Object(merged))
}

pub fn time_zone(argument: &str, name: &str) -> Result<()> {
    if time::zone(name).is_some() {
        return Ok(());
    }
    Err(PortalError::invalid(
        argument,
        "The time zone is not an IANA name like America/Chicago.",
    ))
}

/// A language, and a country where it matters: `en`, `es-MX`. Answers it as the table spells it.
pub fn language(given: &str) -> Result<String> {
    let mut parts = given.trim().split(['-', '_']);
    let letters = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    let language = parts.next().filter(|part| letters(part, 2..=3));
    match (language, parts.next(), parts.next()) {
        (Some(language), None, None) => Ok(language.to_lowercase()),
        (Some(language), Some(country), None) if letters(country, 2..=2) => Ok(format!(
            "{}-{}",
            language.to_lowercase(),
            country.to_uppercase()
        )),
        _ => Err(PortalError::invalid(
            "preferred_language",
            "The language must be a code like en or es-MX.",
        )),
    }
}

/// Quiet hours are given whole, or taken away, or left alone.
pub fn check_quiet_hours(has_start: bool, has_end: bool, clear: bool) -> Result<()> {
    let (argument, message) = match (has_start, has_end, clear) {
        (true, true, false) | (false, false, _) => return Ok(()),
        (_, _, true) => (
            "clear_quiet_hours",
            "Either give quiet hours or clear them, not both.",
        ),
        (true, false, false) => ("quiet_hours_end", "Say also when the quiet hours end."),
        (false, true, false) => ("quiet_hours_start", "Say also when the quiet hours start."),
    };
    Err(PortalError::invalid(argument, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn home() -> Value {
        json!({ "address_line1": "7 Elm", "city": "Chicago", "postal_code": "60601" })
    }

    #[test]
    fn an_address_needs_street_city_and_postal_code_and_knows_its_other_keys() {
        assert!(address("address", &home()).is_ok());
        for key in ["address_line1", "city", "postal_code"] {
            let mut lacking = home();
            lacking.as_object_mut().unwrap().remove(key);
            let error = address("address", &lacking).unwrap_err();
            assert!(error.facts["problem"].as_str().unwrap().contains(key));
        }
        for (key, value) in [
            ("customer_id", json!("x")),
            ("city", json!(null)),
            ("label", json!(7)),
            ("timezone", json!("Mars/Olympus")),
        ] {
            let mut bad = home();
            bad[key] = value;
            let error = address("new_location", &bad).unwrap_err();
            assert_eq!(error.facts["argument"], "new_location", "{bad}");
        }
    }

    #[test]
    fn changes_win_key_by_key_and_null_takes_away() {
        let there = json!({ "city": "Chicago", "region": "IL", "address_line2": "Unit 4" });
        let changes = json!({ "city": "Joliet", "address_line2": null });
        assert_eq!(
            overlay(there.clone(), &changes, "address").unwrap(),
            json!({ "city": "Joliet", "region": "IL", "address_line2": null })
        );
        assert!(overlay(there, &json!(["Joliet"]), "address").is_err());
    }

    #[test]
    fn languages_are_spelled_as_the_table_spells_them() {
        for (given, kept) in [
            ("en", "en"),
            (" ES-mx ", "es-MX"),
            ("pt_BR", "pt-BR"),
            ("haw", "haw"),
        ] {
            assert_eq!(language(given).as_deref(), Ok(kept));
        }
        for bad in ["", "e", "english", "en-", "en-USA", "en-US-x", "e1", "日本"] {
            assert_eq!(language(bad).unwrap_err().reason, "invalid_input", "{bad}");
        }
    }

    proptest! {
        #[test]
        fn an_accepted_language_is_what_the_table_accepts(given in "[a-zA-Z_-]{0,7}|.*") {
            if let Ok(kept) = language(&given) {
                let (language, country) = kept.split_once('-').unwrap_or((&kept, "XX"));
                prop_assert!((2..=3).contains(&language.len()));
                prop_assert!(language.bytes().all(|b| b.is_ascii_lowercase()));
                prop_assert!(country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase()));
            }
        }
    }

    #[test]
    fn quiet_hours_come_whole_or_not_at_all() {
        for (start, end, clear, fine) in [
            (true, true, false, true),
            (false, false, false, true),
            (false, false, true, true),
            (true, false, false, false),
            (false, true, false, false),
            (true, true, true, false),
            (true, false, true, false),
        ] {
            assert_eq!(check_quiet_hours(start, end, clear).is_ok(), fine);
        }
    }
}
