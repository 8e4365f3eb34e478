//! Takes a customer's personal data out of the database, and leaves what the books need and a log that still verifies.

use std::collections::BTreeMap;

use pgrx::datum::DatumWithOid;
use serde_json::{Map, Value, json};
use uuid::{Builder, Uuid};

use super::inventory::{self, Action, Table, What};
use super::scope::Scope;
use crate::audit::{self, Batch, Blanked, Event, Hash, hex};
use crate::error::{PortalError, Result, Status};
use crate::ids::{self, to_pg, to_pg_all};
use crate::spi::{self, column};
use crate::unlock::{self, Rules};

/// What was done to a table, or is left to do.
pub struct Done {
    pub table: String,
    pub rows: i64,
    pub what: String,
}

pub fn erase(customer_id: Option<pgrx::Uuid>, force: bool) -> Result<Vec<Done>> {
    let scope = Scope::alone(customer_id)?;
    end_business(&scope, force)?;
    let files = files(&scope);
    let mut done = unlock::during(Rules::LetErase, || {
        let mut done = erase_tables(&scope);
        done.extend(end_log_ins(&scope));
        done
    });
    // By now everybody who was writing has finished. Only what is sealed can be blanked; and nobody seals beside this.
    audit::seal_org(scope.org_id);
    let erasure = Builder::from_random_bytes(ids::random()).into_uuid();
    let events = unlock::during(Rules::LetErase, || blank_events(&scope, erasure));
    let blanked: i64 = events.values().map(|month| month.count).sum();
    if blanked > 0 {
        done.push(row(
            "portal_audit_events",
            blanked,
            "payload, address, program and actor erased; the hashes stay",
        ));
    }
    if done.iter().any(|done| done.table != LIVE_EVENTS) {
        note(&scope, erasure, &events, &done);
    }
    done.extend(files);
    Ok(done)
}

/// Ending an account is live news itself, for those who hold a stream open. It has ids alone and is gone within a day.
const LIVE_EVENTS: &str = "portal_live_events";

fn row(table: &str, rows: i64, what: &str) -> Done {
    Done {
        table: table.into(),
        rows,
        what: what.into(),
    }
}

/// Nobody is sent to a place that is no longer known, and nobody forgets a bill by mistake.
fn end_business(scope: &Scope, force: bool) -> Result<()> {
    let args = [to_pg(scope.org_id).into(), to_pg(scope.customer_id).into()];
    let open = spi::latest_rows(include_str!("erase/open_business.sql"), &args, |row| {
        Ok((column::<i64>(row, 1)?, column::<i64>(row, 2)?))
    });
    let (appointments, invoices) = open.into_iter().next().expect("counting has an answer");
    if appointments + invoices == 0 {
        return Ok(());
    }
    if !force {
        return Err(PortalError::new(
            Status::Refused,
            "open_business",
            format!("This customer has {appointments} open appointment(s) and {invoices} unpaid invoice(s)."),
            "Finish or cancel them first, or say force => true: it cancels the appointments and leaves the invoices as they are.",
        )
        .fact("open_appointments", appointments)
        .fact("unpaid_invoices", invoices));
    }
    spi::run(include_str!("erase/cancel_jobs.sql"), &args);
    Ok(())
}

/// Takes the personal part and the salt out of the customer's events; by month, how many and a hash over theirs.
fn blank_events(scope: &Scope, erasure: Uuid) -> BTreeMap<String, Blanked> {
    let logs = inventory::tables().iter().flat_map(|table| &table.actions);
    let log = logs
        .filter(|action| action.what == What::Log)
        .map(|action| action.rows);
    let sql = include_str!("erase/blank_events.sql")
        .replace("{log}", &log.collect::<Vec<_>>().join(" or "));
    let mut args: Vec<DatumWithOid> = scope.arguments().into();
    args.push(to_pg(erasure).into());
    args.push(audit::RECORDS.map(str::to_owned).to_vec().into());
    let blanked: Option<Vec<(i64, String, String)>> = spi::write_once(&sql, &args);
    let mut months: BTreeMap<String, (i64, Batch)> = BTreeMap::new();
    for (_, month, hash) in blanked.unwrap_or_default() {
        let (count, digest) = months.entry(month).or_insert_with(|| (0, Batch::new()));
        *count += 1;
        digest.add(&stored_hash(&hash));
    }
    let blanked = |(count, digest): (i64, Batch)| Blanked {
        count,
        digest: hex(&digest.hash()),
    };
    months
        .into_iter()
        .map(|(month, found)| (month, blanked(found)))
        .collect()
}

fn stored_hash(hex: &str) -> Hash {
    audit::from_hex(hex).expect("a numbered event has a hash")
}

fn erase_tables(scope: &Scope) -> Vec<Done> {
    let actions = inventory::tables()
        .iter()
        .flat_map(|table| table.actions.iter().map(move |action| (table, action)));
    actions
        .filter_map(|(table, action)| erase_rows(table, action, scope))
        .collect()
}

fn erase_rows(table: &Table, action: &Action, scope: &Scope) -> Option<Done> {
    let rows = spi::run_once(&table.erasure_sql(action)?, &scope.arguments());
    let changes = || {
        let columns = table.columns.iter().filter(|column| column.changes());
        columns
            .map(|column| column.name)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let what = match action.what {
        What::Delete => "deleted".to_owned(),
        _ => format!("erased: {}", changes()),
    };
    (rows > 0).then(|| row(table.name, rows as i64, &what))
}

/// Log-ins of those who are nobody else's customer or staff: deleted where portal_owner may, else told.
fn end_log_ins(scope: &Scope) -> Vec<Done> {
    let args = [to_pg_all(scope.leaving.iter().copied()).into()];
    let may = "select to_jsonb(has_table_privilege('auth.users', 'delete'))";
    if spi::write(may, &[]).unwrap_or_default() {
        let gone = spi::run("delete from auth.users u where u.id = any ($1)", &args);
        return (gone > 0)
            .then(|| row("auth.users", gone as i64, "deleted"))
            .into_iter()
            .collect();
    }
    let left = |id: &Uuid| {
        row(
            "auth.users",
            1,
            &format!("left to delete with Supabase Auth's admin API: {id}"),
        )
    };
    scope.leaving.iter().map(left).collect()
}

/// Files are Storage's to delete, which forgets their rows with them; so they are told.
fn files(scope: &Scope) -> Vec<Done> {
    let has_storage = "select to_jsonb(coalesce(has_table_privilege(to_regclass('storage.objects'), 'select'), false))";
    let args = scope.arguments();
    let paths = |sql: &str| -> Vec<String> { spi::write_once(sql, &args).unwrap_or_default() };
    let (table, paths) = match spi::write(has_storage, &[]).unwrap_or_default() {
        true => (
            "storage.objects",
            paths(include_str!("erase/stored_files.sql")),
        ),
        false => ("documents", paths(include_str!("erase/named_files.sql"))),
    };
    let left = |path: &String| {
        row(
            table,
            1,
            &format!("file left to remove with the Storage API: {path}"),
        )
    };
    paths.iter().map(left).collect()
}

/// The event that explains the gaps, without a word about the person, sealed at once.
fn note(scope: &Scope, erasure: Uuid, events: &BTreeMap<String, Blanked>, done: &[Done]) {
    let rows: Map<String, Value> = done
        .iter()
        .map(|done| (done.table.clone(), done.rows.into()))
        .collect();
    audit::record_as(
        erasure,
        &Event {
            org_id: scope.org_id,
            account_id: None,
            event_type: audit::ERASED,
            payload: Some(json!({ "events": events, "rows": rows })),
            entity: Some(("customer", Some(scope.customer_id))),
        },
    );
    audit::seal_org(scope.org_id);
}
