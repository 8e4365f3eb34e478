//! What a company's portal shows of it before anybody has signed in.

use pgrx::prelude::*;

use crate::access::as_owner;
use crate::error::{PortalError, surface};
use crate::spi::{self, column};

/// Found by the exact slug alone, so nobody can list the companies.
const CARD: &str = "
    select o.slug, o.name, o.timezone, o.support_phone, o.support_email, o.brand_color, o.logo_url
    from public.orgs o
    where o.slug = $1 and o.is_active";

#[pg_schema]
mod portal {
    use super::*;

    #[pg_extern(stable)]
    fn company(
        org_slug: Option<&str>,
    ) -> TableIterator<
        'static,
        (
            name!(slug, String),
            name!(name, String),
            name!(timezone, String),
            name!(support_phone, Option<String>),
            name!(support_email, Option<String>),
            name!(brand_color, Option<String>),
            name!(logo_url, Option<String>),
        ),
    > {
        surface(|| {
            let slug = org_slug
                .ok_or_else(|| PortalError::invalid("org_slug", "Name the company's slug."))?;
            // Visitors cannot read the table of companies.
            let cards = as_owner(|| {
                spi::rows(CARD, &[slug.into()], |row| {
                    Ok((
                        column(row, 1)?,
                        column(row, 2)?,
                        column(row, 3)?,
                        row.get(4)?,
                        row.get(5)?,
                        row.get(6)?,
                        row.get(7)?,
                    ))
                })
            });
            Ok(TableIterator::new(cards))
        })
    }
}
