//! What clients call. It runs as the caller: row level security and the guards say who may write where.

use pgrx::composite_type;
use pgrx::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use super::rules;
use super::steps::{Side, absent, named, side, unknown_status};
use super::store::{self, Begun, NewMessage, NewThread, Writer};
use crate::access::scope;
use crate::document::Document;
use crate::error::{PortalError, Result, Status, surface};
use crate::ids::{self, from_pg, to_pg};
use crate::rows;
use crate::spi;
use crate::time;
use crate::types::ThreadStatus;

#[pg_schema]
mod portal {
    use super::*;

    #[pg_extern(volatile)]
    fn create_thread(
        subject: default!(Option<&str>, "NULL"),
        body: default!(Option<&str>, "NULL"),
        appointment_id: default!(Option<pgrx::Uuid>, "NULL"),
        location_id: default!(Option<pgrx::Uuid>, "NULL"),
        attachments: default!(Option<Document>, "NULL"),
        client_message_id: default!(Option<pgrx::Uuid>, "NULL"),
    ) -> TableIterator<
        'static,
        (
            name!(thread_id, pgrx::Uuid),
            name!(message_id, pgrx::Uuid),
            name!(status, ThreadStatus),
            name!(sent_at, TimestampWithTimeZone),
        ),
    > {
        surface(|| {
            let first = Words::read(body, attachments, client_message_id)?;
            let opening = Opening {
                subject: rules::subject(subject, first.body)?,
                appointment_id: appointment_id.map(from_pg),
                location_id: location_id.map(from_pg),
                first,
            };
            let (thread_id, message_id, begun) = spi::attempt(|| open(&opening))?;
            Ok(TableIterator::once((
                to_pg(thread_id),
                to_pg(message_id),
                begun.status,
                time::to_pg(begun.sent_at),
            )))
        })
    }

    #[pg_extern(volatile)]
    fn send_message(
        thread_id: Option<pgrx::Uuid>,
        body: Option<&str>,
        attachments: default!(Option<Document>, "NULL"),
        client_message_id: default!(Option<pgrx::Uuid>, "NULL"),
    ) -> SetOfIterator<'static, composite_type!('static, "portal.message_row")> {
        surface(|| {
            let words = Words::read(body, attachments, client_message_id)?;
            let (org_id, thread_id) = named(thread_id)?;
            let row = spi::attempt(|| send(org_id, thread_id, &words))?;
            Ok(rows::message(row))
        })
    }

    #[pg_extern(volatile)]
    fn mark_thread_read(thread_id: Option<pgrx::Uuid>) -> i32 {
        surface(|| {
            spi::attempt(|| {
                let count: Option<i32> = spi::write(
                    "select to_jsonb(portal_internal.read_thread($1))",
                    &[thread_id.into()],
                );
                Ok(count.unwrap_or_default())
            })
        })
    }

    #[pg_extern(volatile)]
    fn set_thread_status(thread_id: Option<pgrx::Uuid>, status: Option<&str>) -> ThreadStatus {
        surface(|| {
            let status: ThreadStatus =
                serde_json::from_value(status.into()).map_err(|_| unknown_status())?;
            spi::write(
                "select to_jsonb(portal_internal.change_thread_status($1, $2::portal.thread_status))",
                &[thread_id.into(), status.label().into()],
            )
            .ok_or_else(absent)
        })
    }
}

/// What somebody writes.
struct Words<'a> {
    body: &'a str,
    attachments: Option<Value>,
    client_message_id: Option<Uuid>,
}

impl<'a> Words<'a> {
    fn read(
        body: Option<&'a str>,
        attachments: Option<Document>,
        client_message_id: Option<pgrx::Uuid>,
    ) -> Result<Self> {
        scope::require_user()?;
        let attachments = attachments
            .map(|json| json.read("attachments"))
            .transpose()?;
        Ok(Self {
            body: rules::body(body.unwrap_or_default())?,
            attachments: attachments.filter(|list| !list.is_null()),
            client_message_id: client_message_id.map(from_pg),
        })
    }

    fn to(&self, org_id: Uuid, thread_id: Uuid, writer: Writer) -> NewMessage<'_> {
        NewMessage {
            org_id,
            thread_id,
            writer,
            body: self.body,
            attachments: self.attachments.as_ref(),
            client_message_id: self.client_message_id,
        }
    }
}

/// The conversation that is to begin, and its first message.
struct Opening<'a> {
    subject: String,
    appointment_id: Option<Uuid>,
    location_id: Option<Uuid>,
    first: Words<'a>,
}

fn open(opening: &Opening<'_>) -> Result<(Uuid, Uuid, Begun)> {
    let user_id = scope::require_user()?;
    let org_id = scope::org_id().ok_or_else(scope::no_place)?;
    let writer = beginner(user_id)?;
    let is_named = opening.appointment_id.or(opening.location_id).is_some();
    if matches!(writer, Writer::Staff(_)) && !is_named {
        return Err(PortalError::invalid(
            "location_id",
            "Say whose conversation it is: give appointment_id or location_id.",
        ));
    }
    let thread_id = thread_id(user_id, opening.first.client_message_id);
    let first = opening.first.to(org_id, thread_id, writer);
    store::begin(&NewThread {
        org_id,
        id: thread_id,
        writer,
        subject: &opening.subject,
        work_order_id: opening.appointment_id,
        location_id: opening.location_id,
    });
    let message_id = store::send(&first).ok_or_else(taken)?;
    let begun = store::begun(org_id, message_id).ok_or_else(absent)?;
    Ok((thread_id, message_id, begun))
}

/// Who repeats a call with the same id comes to the same conversation.
fn thread_id(user_id: Uuid, client_message_id: Option<Uuid>) -> Uuid {
    match client_message_id {
        Some(id) => Uuid::new_v5(&user_id, id.as_bytes()),
        None => uuid::Builder::from_random_bytes(ids::random()).into_uuid(),
    }
}

/// As whom somebody begins a conversation. Technicians write in those about their jobs.
fn beginner(user_id: Uuid) -> Result<Writer> {
    if scope::is_office() {
        return Ok(Writer::Staff(user_id));
    }
    match scope::account_id() {
        Some(account_id) => Ok(Writer::Customer(account_id)),
        None if scope::staff_role().is_some() => Err(PortalError::new(
            Status::NotAllowed,
            "not_allowed",
            "Only the office and customers begin conversations.",
            "Write in the conversation about the job, or ask the office to begin one.",
        )),
        None => Err(scope::no_place()),
    }
}

fn send(org_id: Uuid, thread_id: Uuid, words: &Words<'_>) -> Result<Value> {
    let thread = store::thread(org_id, thread_id).ok_or_else(absent)?;
    let writer = match side(&thread).ok_or_else(absent)? {
        Side::Customer(account_id) => Writer::Customer(account_id),
        Side::Office | Side::Technician => Writer::Staff(scope::require_user()?),
    };
    let id = store::send(&words.to(org_id, thread_id, writer));
    id.and_then(|id| store::message(org_id, id))
        .ok_or_else(taken)
}

/// Somebody else's message has the id that the client made up.
fn taken() -> PortalError {
    PortalError::new(
        Status::Conflict,
        "client_message_id_taken",
        "Another message has this client_message_id.",
        "Make a new random one for every message.",
    )
    .fact("argument", "client_message_id")
}
