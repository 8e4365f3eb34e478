use pgrx::JsonB;
use serde_json::json;
use uuid::Uuid;

use super::News;
use crate::ids::{to_pg, to_pg_all};
use crate::spi::{self, column};

pub fn keep(news: &News<'_>) {
    spi::run(
        "insert into public.portal_live_events
           (org_id, kind, entity_id, status, customer_id, location_id, technician_id, thread_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            to_pg(news.org_id).into(),
            news.kind.into(),
            to_pg(news.entity_id).into(),
            news.status.into(),
            news.customer_id.map(to_pg).into(),
            news.location_id.map(to_pg).into(),
            news.technician_id.map(to_pg).into(),
            news.thread_id.map(to_pg).into(),
        ],
    );
}

/// Tells the streams of log-ins to look again at what is theirs. `entity_id`: of the account, grant or person.
pub fn access_changed(org_id: Uuid, entity_id: Uuid, user_ids: Vec<Uuid>) {
    spi::run(
        "insert into public.portal_live_events (org_id, kind, entity_id, user_id)
         select $1, 'access_changed', $2, u.user_id from unnest($3) u (user_id)",
        &[
            to_pg(org_id).into(),
            to_pg(entity_id).into(),
            to_pg_all(user_ids).into(),
        ],
    );
}

/// The log-in of an account.
pub fn user_of(org_id: Uuid, account_id: Uuid) -> Option<Uuid> {
    spi::read(
        "select to_jsonb(a.user_id) from public.portal_accounts a where a.org_id = $1 and a.id = $2",
        &[to_pg(org_id).into(), to_pg(account_id).into()],
    )
}

/// Where live news stands now, as the gateway writes the ids of its events: the second and the snapshot.
pub fn position() -> String {
    let sql = "select to_jsonb(floor(extract(epoch from now())) || '.' || pg_current_snapshot())";
    spi::read(sql, &[]).expect("a query without a table has a row")
}

/// Everything that has become visible since a snapshot, and the snapshot of this look.
pub fn since(snapshot: Option<&str>) -> (String, JsonB) {
    let rows = spi::rows(include_str!("since.sql"), &[snapshot.into()], |row| {
        Ok((column(row, 1)?, column(row, 2)?))
    });
    rows.into_iter().next().expect("an aggregate has a row")
}

/// Through Supabase Realtime, to all who watch the customer. Without Realtime, or without the right to use it, nothing
/// happens: news never stands in the way of what it is about.
pub fn broadcast(news: &News<'_>) {
    let Some(customer_id) = news.customer_id.filter(|_| has_realtime()) else {
        return;
    };
    let mut payload = json!({ "id": news.entity_id, "status": news.status });
    if let Some(thread_id) = news.thread_id {
        payload["thread_id"] = json!(thread_id);
    }
    spi::run(
        "select realtime.send($1, $2, $3, true)",
        &[
            JsonB(payload).into(),
            news.kind.into(),
            format!("portal:{}:{customer_id}", news.org_id).into(),
        ],
    );
}

/// Looked up by hand: `to_regprocedure` fails where the caller may not use the schema.
/// The schema first: without a right to it, looking for the function in it would be an error.
fn has_realtime() -> bool {
    spi::read(
        "select to_jsonb(case when has_schema_privilege(to_regnamespace('realtime'), 'usage') then
           has_function_privilege(to_regprocedure('realtime.send(jsonb,text,text,boolean)'), 'execute') end)",
        &[],
    )
    .unwrap_or_default()
}
