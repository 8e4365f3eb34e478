//! What the streams ask of the database.

use std::time::{Duration, SystemTime};

use axum::http::StatusCode;
use serde_json::Value;
use tokio_postgres::{Client, types::Type};
use uuid::Uuid;

use super::{
    MOST_AT_ONCE,
    audience::{Audience, News},
    snapshot::{Position, Snapshot},
};
use crate::{
    db::Db,
    error::{ApiError, ApiResult},
};

/// What became visible since a position, and the position after it.
pub struct Since {
    pub news: Vec<News>,
    pub position: Position,
}

/// Asks for everybody's news since `position`; without one, only where we are now.
///
/// Errors: those of the database; 504 after `patience`.
pub async fn poll(db: &Db, position: Option<&Position>, patience: Duration) -> ApiResult<Since> {
    let asked_at = SystemTime::now();
    let since = position.map(|position| position.snapshot.to_string());
    let sql = "select snapshot, events from portal_internal.live_events($1)";
    let asking = db.as_gateway(patience, async |tx| {
        Ok(tx.query_typed_one(sql, &[(&since, Type::TEXT)]).await?)
    });
    // A server that has vanished does not answer its own time limit.
    let row = tokio::time::timeout(patience, asking)
        .await
        .map_err(|_| ApiError::from_status(StatusCode::GATEWAY_TIMEOUT))??;
    let (snapshot, news): (String, Option<Value>) = (row.try_get(0)?, row.try_get(1)?);
    read(&snapshot, news.unwrap_or(Value::Array(vec![])), asked_at)
}

/// What the caller may hear, asked under their role.
///
/// Errors: 403 without an active account, 400 with several and none named, 401 while a second factor is missing; those
/// of the database.
pub async fn audience(tx: &Client) -> ApiResult<Audience> {
    let sql = "select portal_internal.org_id(), portal_internal.user_id(), portal_internal.is_office(), \
         portal_internal.technician_id(), portal_internal.customer_ids(), portal_internal.whole_customer_ids(), \
         portal_internal.location_ids()";
    let row = tx.query_typed_one(sql, &[]).await?;
    let set = |index: usize| -> Result<_, tokio_postgres::Error> {
        Ok(row.try_get::<_, Vec<Uuid>>(index)?.into_iter().collect())
    };
    let audience = Audience {
        org_id: row.try_get(0)?,
        user_id: row.try_get(1)?,
        is_office: row.try_get(2)?,
        technician_id: row.try_get(3)?,
        customers: set(4)?,
        whole_customers: set(5)?,
        locations: set(6)?,
    };
    match audience.org_id {
        Some(_) => Ok(audience),
        None => Err(no_place(tx).await),
    }
}

/// Why the caller has no company here: the database raises it, in the words that the rest of the API has for it.
async fn no_place(tx: &Client) -> ApiError {
    match tx.batch_execute("select portal.settings()").await {
        Err(refusal) => refusal.into(),
        Ok(()) => ApiError::internal(),
    }
}

/// Where we are now.
pub async fn now(tx: &Client) -> ApiResult<Position> {
    let asked_at = SystemTime::now();
    let sql = "select pg_current_snapshot()::text, '[]'::jsonb";
    let row = tx.query_typed_one(sql, &[]).await?;
    Ok(read(row.try_get(0)?, row.try_get(1)?, asked_at)?.position)
}

/// The caller's own news since `position`, chosen by row level security, oldest first. One more than is ever sent shows
/// that there were too many.
pub async fn replay(tx: &Client, position: &Position) -> ApiResult<Since> {
    let asked_at = SystemTime::now();
    let sql = "select pg_current_snapshot()::text, (select coalesce(jsonb_agg(to_jsonb(e)), '[]') from ( \
           select * from public.portal_live_events \
           where transaction_id >= pg_snapshot_xmin($1::text::pg_snapshot) \
             and not pg_visible_in_snapshot(transaction_id, $1::text::pg_snapshot) \
             and transaction_id < pg_snapshot_xmax(pg_current_snapshot()) \
             and org_id = (select portal_internal.org_id()) and kind <> 'access_changed' \
           order by occurred_at, id limit $2) e)";
    let since = position.snapshot.to_string();
    let most = i64::try_from(MOST_AT_ONCE + 1).unwrap_or(i64::MAX);
    let row = tx
        .query_typed_one(sql, &[(&since, Type::TEXT), (&most, Type::INT8)])
        .await?;
    read(row.try_get(0)?, row.try_get(1)?, asked_at)
}

fn read(snapshot: &str, news: Value, asked_at: SystemTime) -> ApiResult<Since> {
    let unreadable = |error: &dyn std::error::Error| {
        tracing::error!(%error, "the database's news cannot be read; is its extension of this gateway's version?");
        ApiError::internal()
    };
    let snapshot: Snapshot = snapshot.parse().map_err(|error| unreadable(&error))?;
    Ok(Since {
        news: serde_json::from_value(news).map_err(|error| unreadable(&error))?,
        position: Position::new(snapshot, asked_at),
    })
}
