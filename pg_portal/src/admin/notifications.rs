//! The outbox, for those who keep it running: offers to those who asked for them, and a second chance for what was
//! given up. `portal_admin.notification_queue` shows it.

use pgrx::prelude::*;
use serde_json::json;
use uuid::Uuid;

use crate::access;
use crate::error::{PortalError, Result, surface};
use crate::ids::{self, from_pg, to_pg};
use crate::notifications::{self, Occasion};
use crate::spi::{self, column};
use crate::time;
use crate::types::Channel;

#[pg_schema]
mod portal_admin {
    use super::*;

    #[pg_extern(volatile)]
    fn send_offer(
        org_id: Option<pgrx::Uuid>,
        subject: Option<&str>,
        body: Option<&str>,
        link: default!(Option<&str>, "NULL"),
        dry_run: default!(Option<bool>, "true"),
    ) -> TableIterator<'static, (name!(channel, String), name!(recipients, i64))> {
        surface(|| {
            let offer = Offer::checked(org_id, subject, body, link)?;
            // What is queued holds addresses and secrets that administrators do not read.
            let send = || access::as_owner(|| send(&offer));
            let counts = match is_rehearsal(dry_run) {
                true => spi::rehearse(|| Ok(send()))?,
                false => send(),
            };
            Ok(TableIterator::new(counts))
        })
    }

    #[pg_extern(volatile)]
    fn retry_notifications(
        org_id: default!(Option<pgrx::Uuid>, "NULL"),
        event: default!(Option<&str>, "NULL"),
        channel: default!(Option<Channel>, "NULL"),
        ids: default!(Option<Vec<pgrx::Uuid>>, "NULL"),
        dry_run: default!(Option<bool>, "true"),
    ) -> TableIterator<
        'static,
        (
            name!(org_id, pgrx::Uuid),
            name!(id, pgrx::Uuid),
            name!(event, String),
            name!(channel, String),
            name!(recipient, String),
            name!(last_error, Option<String>),
        ),
    > {
        surface(|| {
            let sql = match is_rehearsal(dry_run) {
                true => include_str!("notifications/to_retry.sql"),
                false => concat!(
                    "with retried as (",
                    include_str!("notifications/to_retry.sql"),
                    "), ",
                    include_str!("notifications/retry.sql")
                ),
            };
            let args = [
                org_id.into(),
                event.into(),
                channel.map(Channel::label).into(),
                ids.into(),
            ];
            let rows = spi::latest_rows(sql, &args, |row| {
                Ok((
                    column(row, 1)?,
                    column(row, 2)?,
                    column(row, 3)?,
                    column(row, 4)?,
                    column(row, 5)?,
                    row.get(6)?,
                ))
            });
            Ok(TableIterator::new(rows))
        })
    }
}

/// Whoever does not say plainly that they mean it rehearses.
fn is_rehearsal(dry_run: Option<bool>) -> bool {
    dry_run.unwrap_or(true)
}

struct Offer<'a> {
    org_id: Uuid,
    subject: &'a str,
    body: &'a str,
    link: Option<&'a str>,
}

impl<'a> Offer<'a> {
    fn checked(
        org_id: Option<pgrx::Uuid>,
        subject: Option<&'a str>,
        body: Option<&'a str>,
        link: Option<&'a str>,
    ) -> Result<Self> {
        let text = |text: Option<&'a str>, argument: &str, most: usize| {
            let text = text.map(str::trim).unwrap_or_default();
            let fits = (1..=most).contains(&text.chars().count());
            let message = format!("{argument} must have 1 to {most} characters.");
            fits.then_some(text)
                .ok_or_else(|| PortalError::invalid(argument, message))
        };
        let link = link
            .map(|link| text(Some(link), "link", 2000))
            .transpose()?;
        if link.is_some_and(|link| !link.starts_with("https://")) {
            return Err(PortalError::invalid(
                "link",
                "The link must begin with https://.",
            ));
        }
        let org_id = org_id.map(from_pg).filter(|id| is_active(*id));
        Ok(Self {
            org_id: org_id.ok_or_else(|| PortalError::absent("company"))?,
            subject: text(subject, "subject", 200)?,
            body: text(body, "body", 5000)?,
            link,
        })
    }

    /// The same offer on the same day is the same occasion.
    fn occurrence(&self) -> Uuid {
        let (subject, body, link) = (self.subject, self.body, self.link);
        let day = time::now().strftime("%Y-%m-%d").to_string();
        ids::of_token(&json!([self.org_id, subject, body, link, day]).to_string())
    }
}

fn is_active(org_id: Uuid) -> bool {
    let sql = "select to_jsonb(o.is_active) from public.orgs o where o.id = $1";
    spi::read(sql, &[to_pg(org_id).into()]).unwrap_or_default()
}

/// Customer by customer, so that those who want to be left alone are; an account that is somebody's for several
/// customers is told once.
fn send(offer: &Offer<'_>) -> Vec<(String, i64)> {
    let occurrence = offer.occurrence();
    let payload = json!({
        "offer": { "subject": offer.subject, "body": offer.body, "link": offer.link },
        "occurrence": occurrence,
    });
    for customer_id in customers_of_those_who_asked(offer.org_id) {
        notifications::queue(&Occasion {
            org_id: offer.org_id,
            event: "offer",
            customer_id: Some(customer_id),
            location_id: None,
            work_order_id: None,
            occurrence,
            payload: payload.clone(),
        });
    }
    spi::latest_rows(
        "select n.channel::text, count(*)
         from public.portal_notifications n
         where n.org_id = $1 and n.event = 'offer' and n.payload ->> 'occurrence' = $2
         group by n.channel order by n.channel",
        &[to_pg(offer.org_id).into(), occurrence.to_string().into()],
        |row| Ok((column(row, 1)?, column(row, 2)?)),
    )
}

fn customers_of_those_who_asked(org_id: Uuid) -> Vec<Uuid> {
    spi::read(
        include_str!("notifications/asked_for_offers.sql"),
        &[to_pg(org_id).into()],
    )
    .unwrap_or_default()
}
