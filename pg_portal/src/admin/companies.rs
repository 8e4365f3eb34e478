//! A new company, ready for what only the company can say: its services, people and times.

use pgrx::prelude::*;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::accounts;
use crate::error::{PortalError, Result, Status, surface};
use crate::ids::to_pg;
use crate::spi;
use crate::time;

#[pg_schema]
mod portal_admin {
    use super::*;

    #[pg_extern(volatile)]
    fn create_org(
        slug: Option<&str>,
        name: Option<&str>,
        timezone: Option<&str>,
        currency: default!(Option<&str>, "'USD'"),
        support_phone: default!(Option<&str>, "NULL"),
        support_email: default!(Option<&str>, "NULL"),
        office_email: default!(Option<&str>, "NULL"),
        dry_run: default!(Option<bool>, "false"),
    ) -> TableIterator<
        'static,
        (
            name!(org_id, pgrx::Uuid),
            name!(slug, String),
            name!(created, bool),
            name!(done, String),
        ),
    > {
        surface(|| {
            let new = NewCompany {
                slug: checked_slug(slug)?,
                name: checked_name(name)?,
                timezone: checked_zone(timezone)?,
                currency: checked_currency(currency)?,
                support_phone: support_phone.map(accounts::phone).transpose()?,
                support_email: support_email.map(accounts::email).transpose()?,
                office_email: office_email.map(accounts::email).transpose()?,
            };
            let made = match dry_run.unwrap_or(false) {
                true => spi::rehearse(|| create(&new))?,
                false => create(&new)?,
            };
            Ok(TableIterator::once((
                to_pg(made.org_id),
                new.slug,
                made.created,
                made.done,
            )))
        })
    }
}

struct NewCompany {
    slug: String,
    name: String,
    timezone: String,
    currency: String,
    support_phone: Option<String>,
    support_email: Option<String>,
    office_email: Option<String>,
}

struct Made {
    org_id: Uuid,
    created: bool,
    done: String,
}

fn create(new: &NewCompany) -> Result<Made> {
    let made: Option<Uuid> = spi::write(
        include_str!("companies/insert.sql"),
        &[
            new.slug.as_str().into(),
            new.name.as_str().into(),
            new.timezone.as_str().into(),
            new.currency.as_str().into(),
            new.support_phone.as_deref().into(),
            new.support_email.as_deref().into(),
        ],
    );
    let Some(org_id) = made else {
        return already_there(new);
    };
    let office = new.office_email.as_deref();
    spi::run(
        include_str!("companies/furnish.sql"),
        &[to_pg(org_id).into(), office.into()],
    );
    let channel = match office {
        Some(office) => format!("; the office is told at {office}"),
        None => String::new(),
    };
    Ok(Made {
        org_id,
        created: true,
        done: format!(
            "Made the company, its booking policy (24 hours' notice, no fees), office hours (Monday to Friday 08:00 to 17:00) and assistant (standard disclaimer){channel}. health() says what is still missing."
        ),
    })
}

/// A company as it is stored, in what `create_org` sets.
#[derive(Deserialize)]
struct Company {
    id: Uuid,
    name: String,
    timezone: String,
    currency: String,
    support_phone: Option<String>,
    support_email: Option<String>,
}

/// The same input again answers the same company; what was left out may have been set since.
fn already_there(new: &NewCompany) -> Result<Made> {
    let found: Option<Company> = spi::write(
        "select to_jsonb(o) from public.orgs o where o.slug = $1",
        &[new.slug.as_str().into()],
    );
    let found = found.expect("the slug was taken");
    let is_other =
        |given: &Option<String>, stored: &Option<String>| given.is_some() && given != stored;
    let differing: Vec<_> = [
        ("name", new.name != found.name),
        ("timezone", new.timezone != found.timezone),
        ("currency", new.currency != found.currency),
        (
            "support_phone",
            is_other(&new.support_phone, &found.support_phone),
        ),
        (
            "support_email",
            is_other(&new.support_email, &found.support_email),
        ),
    ]
    .into_iter()
    .filter_map(|(column, differs)| differs.then_some(column))
    .collect();
    if differing.is_empty() {
        return Ok(Made {
            org_id: found.id,
            created: false,
            done: "The company was there already; nothing was changed.".to_owned(),
        });
    }
    Err(PortalError::new(
        Status::Conflict,
        "slug_taken",
        format!(
            "There is a company {} already, and it has another {}.",
            new.slug,
            differing.join(", ")
        ),
        "Choose another slug, or change that company: update public.orgs set … where slug = ….",
    )
    .fact("org_id", found.id.to_string())
    .fact("differing", json!(differing)))
}

fn checked_slug(slug: Option<&str>) -> Result<String> {
    let slug = slug.unwrap_or_default();
    let words = slug.split('-').all(|word| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    });
    if words && (2..=63).contains(&slug.len()) {
        return Ok(slug.to_owned());
    }
    Err(PortalError::invalid(
        "slug",
        "The slug must have 2 to 63 lower-case letters, digits and single dashes, such as acme-comfort.",
    ))
}

fn checked_name(name: Option<&str>) -> Result<String> {
    let name = name.unwrap_or_default().trim();
    (1..=200)
        .contains(&name.chars().count())
        .then(|| name.to_owned())
        .ok_or_else(|| PortalError::invalid("name", "The name must have 1 to 200 characters."))
}

fn checked_zone(timezone: Option<&str>) -> Result<String> {
    timezone
        .filter(|name| time::zone(name).is_some())
        .map(str::to_owned)
        .ok_or_else(|| {
            PortalError::invalid(
                "timezone",
                "The time zone must be an IANA name, such as America/Chicago.",
            )
        })
}

fn checked_currency(currency: Option<&str>) -> Result<String> {
    let currency = currency.unwrap_or("USD");
    let is_code = currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase());
    is_code.then(|| currency.to_owned()).ok_or_else(|| {
        PortalError::invalid(
            "currency",
            "The currency must be an ISO 4217 code, such as USD.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_lower_case_words_with_single_dashes() {
        for good in ["ab", "acme-comfort", "b2b-3"] {
            assert_eq!(checked_slug(Some(good)).unwrap(), good);
        }
        for bad in ["", "a", "-a", "a-", "a--b", "Acme", "a_b", "ä-b"] {
            assert!(checked_slug(Some(bad)).is_err(), "{bad}");
        }
        assert!(checked_slug(Some(&"a".repeat(64))).is_err());
    }

    #[test]
    fn a_currency_is_three_capital_letters() {
        assert_eq!(checked_currency(None).unwrap(), "USD");
        for bad in ["usd", "US", "USDT", "U$D"] {
            assert!(checked_currency(Some(bad)).is_err(), "{bad}");
        }
    }
}
