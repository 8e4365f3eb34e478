//! The outbox in the database: taking notifications in hand, and saying what became of them.

use std::time::Duration;

use serde_json::{Value, json};
use tokio_postgres::{Row, types::Type};
use uuid::Uuid;

use crate::{db::Db, error::ApiResult};

/// Claiming and settling are two or three statements over one batch; longer means something is stuck.
const TIME_LIMIT: Duration = Duration::from_secs(20);

const CLAIM: &str = "select org_id, id, attempt, event, category, recipient, dedupe_key, \
     extract(epoch from created_at)::float8, facts, calendar, url, secret \
     from portal_internal.claim_notifications($1, $2, $3)";
const SETTLE: &str = "select portal_internal.settle_notifications($1)";

/// By which way a notification goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    Email,
    Sms,
    Slack,
    Webhook,
}

impl Channel {
    /// Its name in the database and in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Slack => "slack",
            Self::Webhook => "webhook",
        }
    }
}

/// A notification in this gateway's hands until the lease runs out.
#[derive(Debug, Clone)]
pub struct Notification {
    pub org_id: Uuid,
    pub id: Uuid,
    /// Which try this is; what the database knows a late answer by.
    pub attempt: i32,
    pub event: String,
    pub category: String,
    /// E-mail address or telephone number; the name of the channel for webhooks.
    pub recipient: String,
    /// The same for every try.
    pub dedupe_key: String,
    /// Seconds since 1970.
    pub created_at: f64,
    pub facts: Value,
    /// An appointment's calendar file.
    pub calendar: Option<String>,
    /// Where a webhook goes.
    pub url: Option<String>,
    /// What a webhook is signed with.
    pub secret: Option<String>,
}

/// What became of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Sent,
    /// Not this time; the database says when next.
    Retry(String),
    /// Never, for it is the message or the address that is wrong.
    Refused(String),
    /// Not begun; somebody else may take it at once.
    Released,
}

impl Outcome {
    /// Its name in the database and in metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Retry(_) => "retry",
            Self::Refused(_) => "refused",
            Self::Released => "released",
        }
    }

    fn error(&self) -> Option<&str> {
        match self {
            Self::Sent | Self::Released => None,
            Self::Retry(why) | Self::Refused(why) => Some(why),
        }
    }
}

/// An outcome on its way to the database.
pub struct Settled {
    org_id: Uuid,
    id: Uuid,
    attempt: i32,
    outcome: Outcome,
}

impl Settled {
    pub fn new(notification: &Notification, outcome: Outcome) -> Self {
        let Notification {
            org_id,
            id,
            attempt,
            ..
        } = *notification;
        Self {
            org_id,
            id,
            attempt,
            outcome,
        }
    }

    fn json(&self) -> Value {
        json!({
            "org_id": self.org_id,
            "id": self.id,
            "attempt": self.attempt,
            "outcome": self.outcome.name(),
            "error": self.outcome.error(),
        })
    }
}

/// Takes up to `batch` due notifications in hand for `lease`.
///
/// Errors: those of the database; what it may have handed out all the same is free again after the lease.
pub async fn claim(
    db: &Db,
    channel: Channel,
    batch: usize,
    lease: Duration,
) -> ApiResult<Vec<Notification>> {
    let batch = i32::try_from(batch).unwrap_or(i32::MAX);
    let lease = i32::try_from(lease.as_secs()).unwrap_or(i32::MAX);
    db.as_gateway(TIME_LIMIT, async |tx| {
        let arguments: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 3] = [
            // The function says which type; the gateway's role may not name one of schema portal.
            (&channel.name(), Type::UNKNOWN),
            (&batch, Type::INT4),
            (&lease, Type::INT4),
        ];
        let rows = tx.query_typed(CLAIM, &arguments).await?;
        Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
    })
    .await
}

fn read(row: &Row) -> Result<Notification, tokio_postgres::Error> {
    Ok(Notification {
        org_id: row.try_get(0)?,
        id: row.try_get(1)?,
        attempt: row.try_get(2)?,
        event: row.try_get(3)?,
        category: row.try_get(4)?,
        recipient: row.try_get(5)?,
        dedupe_key: row.try_get(6)?,
        created_at: row.try_get(7)?,
        facts: row.try_get(8)?,
        calendar: row.try_get(9)?,
        url: row.try_get(10)?,
        secret: row.try_get(11)?,
    })
}

/// Says what became of notifications. Saying it twice, or too late, changes nothing.
///
/// Errors: those of the database; say it again then.
pub async fn settle(db: &Db, settled: &[Settled]) -> ApiResult<()> {
    let outcomes: Value = settled.iter().map(Settled::json).collect();
    db.as_gateway(TIME_LIMIT, async |tx| {
        tx.query_typed(SETTLE, &[(&outcomes, Type::JSONB)]).await?;
        Ok(())
    })
    .await
}
