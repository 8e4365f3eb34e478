//! What clients call.

use pgrx::prelude::*;

use super::store::{AccountRow, InviteReceipt};
use crate::document::Document;
use crate::error::surface;
use crate::ids::to_pg;
use crate::spi;
use crate::types::{AccountRole, AccountStatus};

#[pg_schema]
mod portal {
    use super::*;

    #[pg_extern(volatile)]
    fn sign_up(
        org_slug: Option<&str>,
        full_name: default!(Option<&str>, "NULL"),
        phone: default!(Option<&str>, "NULL"),
        invite_token: default!(Option<&str>, "NULL"),
        reference: default!(Option<&str>, "NULL"),
    ) -> TableIterator<
        'static,
        (
            name!(account_id, pgrx::Uuid),
            name!(org_id, pgrx::Uuid),
            name!(customer_id, pgrx::Uuid),
            name!(role, AccountRole),
            name!(status, AccountStatus),
            name!(linked_by, Option<String>),
        ),
    > {
        surface(|| {
            let row: Option<AccountRow> = spi::write(
                "select portal_internal.link_account($1, $2, $3, $4, $5)",
                &[
                    org_slug.into(),
                    full_name.into(),
                    phone.into(),
                    invite_token.into(),
                    reference.into(),
                ],
            );
            Ok(TableIterator::new(row.map(account_columns)))
        })
    }

    #[pg_extern(volatile)]
    fn accept_invite(
        token: Option<&str>,
    ) -> TableIterator<
        'static,
        (
            name!(account_id, pgrx::Uuid),
            name!(org_id, pgrx::Uuid),
            name!(customer_id, pgrx::Uuid),
            name!(role, AccountRole),
            name!(status, AccountStatus),
            name!(linked_by, Option<String>),
        ),
    > {
        surface(|| {
            let row: Option<AccountRow> = spi::write(
                "select portal_internal.accept_invitation($1)",
                &[token.into()],
            );
            Ok(TableIterator::new(row.map(account_columns)))
        })
    }

    #[pg_extern(volatile)]
    fn invite_contact(
        email: Option<&str>,
        role: default!(Option<&str>, "'customer'"),
        full_name: default!(Option<&str>, "NULL"),
        location_ids: default!(Option<Vec<Option<pgrx::Uuid>>>, "NULL"),
        customer_id: default!(Option<pgrx::Uuid>, "NULL"),
    ) -> TableIterator<
        'static,
        (
            name!(invite_id, pgrx::Uuid),
            name!(token, String),
            name!(expires_at, TimestampWithTimeZone),
        ),
    > {
        surface(|| {
            let row: Option<InviteReceipt> = spi::write(
                "select portal_internal.create_invitation($1, $2, $3, $4, $5)",
                &[
                    email.into(),
                    role.into(),
                    full_name.into(),
                    location_ids.into(),
                    customer_id.into(),
                ],
            );
            Ok(TableIterator::new(row.map(|r| {
                (
                    to_pg(r.invite_id),
                    r.token.unwrap_or_default(),
                    crate::time::to_pg(r.expires_at),
                )
            })))
        })
    }

    #[pg_extern(volatile)]
    fn revoke_contact(
        account_id: Option<pgrx::Uuid>,
    ) -> TableIterator<'static, (name!(account_id, pgrx::Uuid), name!(status, AccountStatus))> {
        surface(|| {
            let row: Option<AccountRow> = spi::write(
                "select portal_internal.close_contact($1)",
                &[account_id.into()],
            );
            Ok(TableIterator::new(
                row.map(|r| (to_pg(r.account_id), r.status)),
            ))
        })
    }

    #[pg_extern(volatile)]
    fn record_event(event_type: Option<&str>, payload: default!(Option<Document>, "NULL")) {
        surface(|| {
            let payload = payload.map(|json| json.read("payload")).transpose()?;
            spi::run(
                "select portal_internal.report_event($1, $2)",
                &[event_type.into(), payload.map(pgrx::JsonB).into()],
            );
            Ok(())
        })
    }
}

type AccountColumns = (
    pgrx::Uuid,
    pgrx::Uuid,
    pgrx::Uuid,
    AccountRole,
    AccountStatus,
    Option<String>,
);

fn account_columns(row: AccountRow) -> AccountColumns {
    (
        to_pg(row.account_id),
        to_pg(row.org_id),
        to_pg(row.customer_id),
        row.role,
        row.status,
        row.linked_by,
    )
}
