use serde_json::json;

use super::News;
use crate::ids::to_pg;
use crate::spi;

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
            pgrx::JsonB(payload).into(),
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
