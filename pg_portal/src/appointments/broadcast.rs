//! Live news through Supabase Realtime, where it is installed: ids and a status, never content.

use serde_json::json;
use uuid::Uuid;

use crate::spi;

/// Tells everybody who watches a customer that something of theirs has changed; they read it again through the API.
///
/// * `event`: `appointment_status` or `booking_request_updated`.
/// * `id`, `status`: of the appointment or request.
///
/// Without Realtime, or without the right to use it, nothing happens: news never stands in the way of what it is about.
/// Runs as portal_owner, inside the triggers.
pub fn send(org_id: Uuid, customer_id: Uuid, event: &str, id: Uuid, status: &str) {
    if !is_there() {
        return;
    }
    spi::run(
        "select realtime.send($1, $2, $3, true)",
        &[
            pgrx::JsonB(json!({ "id": id, "status": status })).into(),
            event.into(),
            format!("portal:{org_id}:{customer_id}").into(),
        ],
    );
}

/// Looked up by hand: `to_regprocedure` fails where the caller may not use the schema.
/// The schema first: without a right to it, looking for the function in it would be an error.
fn is_there() -> bool {
    spi::read(
        "select to_jsonb(case when has_schema_privilege(to_regnamespace('realtime'), 'usage') then
           has_function_privilege(to_regprocedure('realtime.send(jsonb,text,text,boolean)'), 'execute') end)",
        &[],
    )
    .unwrap_or_default()
}
