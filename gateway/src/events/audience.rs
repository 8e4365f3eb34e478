//! Who may hear what. Mirrors the policy of `public.portal_live_events`, which the tests hold against it: one reader
//! polls for all, so each stream has to be filtered here.

use std::collections::BTreeSet;

use serde::Deserialize;
use uuid::Uuid;

/// A piece of news as the database keeps it: ids and a status, never content.
#[derive(Debug, Clone, Deserialize)]
pub struct News {
    pub org_id: Uuid,
    pub kind: String,
    pub entity_id: Uuid,
    pub status: Option<String>,
    pub customer_id: Option<Uuid>,
    pub location_id: Option<Uuid>,
    pub technician_id: Option<Uuid>,
    pub thread_id: Option<Uuid>,
    pub user_id: Option<Uuid>,
    /// Text in JSON: it has more digits than a JSON number is safe with.
    #[serde(deserialize_with = "from_text")]
    pub transaction_id: u64,
    /// As Postgres writes it in JSON, which is ISO 8601 with its offset.
    pub occurred_at: String,
}

impl News {
    /// Tells the streams of its user to look again at what they may hear; clients are not told.
    pub fn is_access_change(&self) -> bool {
        self.kind == "access_changed"
    }
}

fn from_text<'de, D: serde::Deserializer<'de>>(value: D) -> Result<u64, D::Error> {
    let text = String::deserialize(value)?;
    text.parse().map_err(serde::de::Error::custom)
}

/// What one caller may hear, as the database's access helpers answered under the caller's role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audience {
    /// None: the caller has no active account and is nobody's staff.
    pub org_id: Option<Uuid>,
    pub user_id: Option<Uuid>,
    pub is_office: bool,
    pub technician_id: Option<Uuid>,
    pub customers: BTreeSet<Uuid>,
    /// Those of the customers who are covered with all their locations.
    pub whole_customers: BTreeSet<Uuid>,
    pub locations: BTreeSet<Uuid>,
}

impl Audience {
    /// Whether the row would pass row level security for this caller.
    pub fn may_hear(&self, news: &News) -> bool {
        if self.org_id != Some(news.org_id) {
            return false;
        }
        match news.user_id {
            Some(user_id) => self.user_id == Some(user_id),
            None => self.is_office || self.covers(news) || self.works_on(news),
        }
    }

    fn covers(&self, news: &News) -> bool {
        let within =
            |set: &BTreeSet<Uuid>, id: Option<Uuid>| id.is_some_and(|id| set.contains(&id));
        within(&self.customers, news.customer_id)
            && (within(&self.whole_customers, news.customer_id)
                || within(&self.locations, news.location_id))
    }

    fn works_on(&self, news: &News) -> bool {
        news.technician_id.is_some() && news.technician_id == self.technician_id
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn id(n: u8) -> Uuid {
        Uuid::from_bytes([n; 16])
    }

    const ORG: u8 = 1;
    const CUSTOMER: u8 = 2;
    const HOUSE: u8 = 3;
    const TECHNICIAN: u8 = 4;
    const USER: u8 = 5;

    fn news() -> News {
        serde_json::from_value(json!({
            "id": id(99), "org_id": id(ORG), "kind": "appointment_status", "entity_id": id(9), "status": "en_route",
            "customer_id": id(CUSTOMER), "location_id": id(HOUSE), "technician_id": id(TECHNICIAN), "thread_id": null,
            "user_id": null, "transaction_id": "18446744073709551615", "occurred_at": "2026-07-01T09:00:00+00:00",
        }))
        .unwrap()
    }

    fn member(org: u8) -> Audience {
        Audience {
            org_id: Some(id(org)),
            user_id: Some(id(USER)),
            ..Audience::default()
        }
    }

    fn reaching(customers: &[u8], whole: &[u8], locations: &[u8]) -> Audience {
        let set = |ids: &[u8]| ids.iter().copied().map(id).collect();
        Audience {
            customers: set(customers),
            whole_customers: set(whole),
            locations: set(locations),
            ..member(ORG)
        }
    }

    #[test]
    fn the_office_the_customer_and_the_technician_hear_it_and_nobody_else() {
        let news = news();
        let office = |org| Audience {
            is_office: true,
            ..member(org)
        };
        let technician = |n| Audience {
            technician_id: Some(id(n)),
            ..member(ORG)
        };
        for (who, audience, hears) in [
            ("the office", office(ORG), true),
            ("another company's office", office(8), false),
            ("the technician", technician(TECHNICIAN), true),
            ("another technician", technician(8), false),
            (
                "the customer",
                reaching(&[CUSTOMER], &[CUSTOMER], &[]),
                true,
            ),
            (
                "a contact for this house",
                reaching(&[CUSTOMER], &[], &[HOUSE]),
                true,
            ),
            (
                "a contact for another house",
                reaching(&[CUSTOMER], &[], &[8]),
                false,
            ),
            ("another customer", reaching(&[8], &[8], &[]), false),
            ("somebody with no access", member(ORG), false),
            ("nobody", Audience::default(), false),
        ] {
            assert_eq!(audience.may_hear(&news), hears, "{who}");
        }
    }

    #[test]
    fn what_is_for_one_log_in_alone_is_heard_by_no_other_not_even_the_office() {
        let of = |n| News {
            user_id: Some(id(n)),
            ..news()
        };
        let office = Audience {
            is_office: true,
            ..member(ORG)
        };
        assert!(!office.may_hear(&of(8)));
        assert!(office.may_hear(&of(USER)));
        assert!(member(ORG).may_hear(&of(USER)));
        assert!(!member(8).may_hear(&of(USER)), "in another company");
    }

    #[test]
    fn news_that_names_nobody_reaches_only_the_office() {
        let bare = News {
            customer_id: None,
            location_id: None,
            technician_id: None,
            ..news()
        };
        assert!(
            Audience {
                is_office: true,
                ..member(ORG)
            }
            .may_hear(&bare)
        );
        assert!(!reaching(&[CUSTOMER], &[CUSTOMER], &[HOUSE]).may_hear(&bare));
        assert!(
            !member(ORG).may_hear(&bare),
            "no technician is not everybody who is none"
        );
        let whole = News {
            location_id: None,
            ..news()
        };
        assert!(reaching(&[CUSTOMER], &[CUSTOMER], &[]).may_hear(&whole));
        assert!(
            !reaching(&[CUSTOMER], &[], &[HOUSE]).may_hear(&whole),
            "of the whole customer"
        );
    }
}
