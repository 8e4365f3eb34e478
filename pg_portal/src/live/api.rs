//! What clients and gateways ask.

use pgrx::datum::JsonB;
use pgrx::prelude::*;

use super::store;
use crate::access::scope;
use crate::error::{PortalError, Result, surface};

#[pg_schema]
mod portal {
    use super::*;

    #[pg_extern(volatile)]
    fn live_position() -> String {
        surface(|| {
            scope::require_user()?;
            scope::org_id().ok_or_else(scope::no_place)?;
            Ok(store::position())
        })
    }
}

#[pg_schema]
mod portal_internal {
    use super::*;

    // STABLE, so that the news is read with the very snapshot that is answered.
    #[pg_extern(stable, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn live_events(
        since: Option<&str>,
    ) -> TableIterator<'static, (name!(snapshot, String), name!(events, JsonB))> {
        surface(|| {
            since.map_or(Ok(()), check)?;
            Ok(TableIterator::once(store::since(since)))
        })
    }
}

fn check(since: &str) -> Result<()> {
    match is_snapshot(since) {
        true => Ok(()),
        false => Err(PortalError::invalid(
            "since",
            "since is a snapshot as this function answered it.",
        )),
    }
}

/// `xmin:xmax:xip,xip,…`, as Postgres reads it: every xip from xmin on, below xmax, in order.
fn is_snapshot(text: &str) -> bool {
    let number = |text: &str| text.parse::<u64>().ok().filter(|id| *id > 0);
    let mut parts = text.split(':');
    let (Some(xmin), Some(xmax), Some(xips), None) = (
        parts.next().and_then(number),
        parts.next().and_then(number),
        parts.next(),
        parts.next(),
    ) else {
        return false;
    };
    let running: Option<Vec<u64>> = match xips {
        "" => Some(vec![]),
        xips => xips.split(',').map(number).collect(),
    };
    running.is_some_and(|running| {
        xmin <= xmax && running.iter().all(|xip| (xmin..xmax).contains(xip)) && running.is_sorted()
    })
}

#[cfg(test)]
mod tests {
    use super::is_snapshot;

    #[test]
    fn only_what_postgres_reads_is_a_snapshot() {
        for good in [
            "3:3:",
            "3:9:3,5,8",
            "18446744073709551614:18446744073709551615:",
        ] {
            assert!(is_snapshot(good), "{good}");
        }
        for bad in [
            "",
            "3",
            "3:3",
            "0:3:",
            "9:3:",
            "3:9:9",
            "3:9:2",
            "3:9:5,4",
            "3:9:x",
            "3:9:,",
            "3:9::",
            "a:b:c",
            "18446744073709551616:18446744073709551616:",
        ] {
            assert!(!is_snapshot(bad), "{bad}");
        }
    }
}
