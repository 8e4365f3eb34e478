//! One click in a message ends messages of its kind.

use pgrx::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use super::rules::{self, Category};
use crate::error::{PortalError, surface};
use crate::ids::to_pg;
use crate::spi;

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn unsubscribe(
        token: Option<&str>,
        dry_run: Option<bool>,
    ) -> TableIterator<
        'static,
        (
            name!(company_name, String),
            name!(category, String),
            name!(email_hint, Option<String>),
        ),
    > {
        surface(|| {
            let absent = || PortalError::absent("subscription");
            let token = token.and_then(Token::parse).ok_or_else(absent)?;
            let found = find(&token).ok_or_else(absent)?;
            // Whoever does not say that it is a rehearsal means it.
            if dry_run != Some(true) {
                turn_off(&token);
            }
            Ok(TableIterator::once((
                found.company_name,
                token.category.label().to_owned(),
                found.email.as_deref().map(hint),
            )))
        })
    }
}

/// `<organization>.<the preferences' secret>.<category>`, as it stands in the link.
#[derive(Debug, PartialEq)]
struct Token {
    org_id: Uuid,
    secret: Uuid,
    category: Category,
    preference: &'static str,
}

impl Token {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('.');
        let org_id = parts.next()?.parse().ok()?;
        let secret = parts.next()?.parse().ok()?;
        let category: Category = serde_json::from_value(parts.next()?.into()).ok()?;
        let preference = rules::email_preference(category)?;
        let token = Self {
            org_id,
            secret,
            category,
            preference,
        };
        parts.next().is_none().then_some(token)
    }
}

#[derive(Deserialize)]
struct Found {
    company_name: String,
    email: Option<String>,
}

fn find(token: &Token) -> Option<Found> {
    spi::read(
        "select jsonb_build_object('company_name', o.name, 'email', p.email)
         from public.portal_notification_preferences n
         join public.orgs o on o.id = n.org_id
         join public.portal_accounts a on a.org_id = n.org_id and a.id = n.portal_account_id
         left join public.profiles p on p.org_id = a.org_id and p.user_id = a.user_id
         where n.org_id = $1 and n.unsubscribe_token = $2",
        &[to_pg(token.org_id).into(), to_pg(token.secret).into()],
    )
}

/// A second click changes nothing, so it leaves no second line in the audit log.
fn turn_off(token: &Token) {
    spi::run(
        "update public.portal_notification_preferences n
         set notify_booking_updates_email = n.notify_booking_updates_email and $3 <> 'notify_booking_updates_email',
             notify_technician_enroute = n.notify_technician_enroute and $3 <> 'notify_technician_enroute',
             notify_messages_email = n.notify_messages_email and $3 <> 'notify_messages_email',
             notify_marketing_email = n.notify_marketing_email and $3 <> 'notify_marketing_email'
         where n.org_id = $1 and n.unsubscribe_token = $2 and (to_jsonb(n) ->> $3)::boolean",
        &[
            to_pg(token.org_id).into(),
            to_pg(token.secret).into(),
            token.preference.into(),
        ],
    );
}

/// Enough of an address for its owner to know it, too little for anybody else to learn it.
fn hint(email: &str) -> String {
    let (name, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let first = name.chars().next().unwrap_or('*');
    format!("{first}***@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_a_kind_of_message_that_can_be_turned_off() {
        let id = Uuid::from_u128(7);
        let token = |category: &str| Token::parse(&format!("{id}.{id}.{category}"));
        let off = |category: &str| token(category).map(|token| token.preference);
        assert_eq!(off("messages"), Some("notify_messages_email"));
        assert_eq!(off("marketing"), Some("notify_marketing_email"));
        assert_eq!(off("technician_enroute"), Some("notify_technician_enroute"));
        for bad in ["safety", "account", "office", "", "messages.x", "Messages"] {
            assert_eq!(off(bad), None, "{bad}");
        }
        assert_eq!(Token::parse(""), None);
        assert_eq!(Token::parse(&format!("{id}.x.messages")), None);
    }

    #[test]
    fn a_hint_keeps_the_address_to_its_owner() {
        assert_eq!(hint("dana@test.example"), "d***@test.example");
        assert_eq!(hint("@test.example"), "****@test.example");
    }
}
