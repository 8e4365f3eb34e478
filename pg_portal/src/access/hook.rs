//! Supabase Auth's custom access token hook, for those who want the company in the token. Optional: nothing is
//! authorised by what it writes, it only saves a person with one company from naming it.

use pgrx::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::rules::{self, Standing};
use super::store::{self, Factors};

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(stable, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn access_token_hook(event: Option<pgrx::JsonB>) -> Option<pgrx::JsonB> {
        let event = event?.0;
        let user_id = event["user_id"]
            .as_str()
            .and_then(|id| id.parse::<Uuid>().ok());
        let standing = user_id
            .map(|id| store::standing(id, Factors::Leave))
            .unwrap_or_default();
        Some(pgrx::JsonB(with_org(event, &standing)))
    }
}

/// Adds `app_metadata.org_id` where the person has exactly one company and the token names none.
fn with_org(mut event: Value, standing: &Standing) -> Value {
    let Some(org_id) = rules::scope(standing, None).org_id else {
        return event;
    };
    let Some(claims) = event["claims"].as_object_mut() else {
        return event;
    };
    let metadata = claims.entry("app_metadata").or_insert_with(|| json!({}));
    if let Some(metadata) = metadata.as_object_mut() {
        metadata
            .entry("org_id")
            .or_insert_with(|| org_id.to_string().into());
    }
    event
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::rules::StaffProfile;
    use crate::types::ProfileRole;

    fn member_of(orgs: &[u128]) -> Standing {
        let profile = |org: &u128| StaffProfile {
            org_id: Uuid::from_u128(*org),
            org_slug: format!("org-{org}"),
            role: ProfileRole::Csr,
            technician_id: None,
        };
        Standing {
            accounts: vec![],
            profiles: orgs.iter().map(profile).collect(),
            ..Standing::default()
        }
    }

    #[test]
    fn the_only_company_is_named_in_the_token() {
        let event = with_org(json!({ "claims": { "sub": "x" } }), &member_of(&[7]));
        assert_eq!(
            event["claims"]["app_metadata"]["org_id"],
            Uuid::from_u128(7).to_string()
        );
        assert_eq!(event["claims"]["sub"], "x");
    }

    #[test]
    fn a_choice_of_companies_or_an_earlier_one_is_left_alone() {
        let event = json!({ "claims": { "app_metadata": { "org_id": "chosen" } } });
        assert_eq!(with_org(event.clone(), &member_of(&[7])), event);
        let open = json!({ "claims": {} });
        assert_eq!(with_org(open.clone(), &member_of(&[7, 8])), open);
        assert_eq!(with_org(open.clone(), &member_of(&[])), open);
    }
}
