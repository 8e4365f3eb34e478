//! The SQL of messaging.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::guard::Message;
use super::hours::Hours;
use crate::ids::to_pg;
use crate::spi;
use crate::time;
use crate::types::{SenderType, ThreadStatus};

// For the triggers and privileged steps: as portal_owner ----------------------------------------------

/// Queues what one account writes, so that a limit counts what others of its requests are writing.
pub fn lock_account(org_id: Uuid, account_id: Uuid) {
    spi::queue_up(&format!("portal writer {org_id} {account_id}"));
}

/// When the account began its newest conversation but `count - 1`, if there are so many.
pub fn nth_newest_thread(org_id: Uuid, account_id: Uuid, count: i32) -> Option<Timestamp> {
    spi::write(
        "select to_jsonb(t.created_at) from public.portal_threads t
         where t.org_id = $1 and t.created_by_portal_account_id = $2
         order by t.created_at desc
         offset $3 limit 1",
        &[
            to_pg(org_id).into(),
            to_pg(account_id).into(),
            (count - 1).into(),
        ],
    )
}

/// When the account sent its newest message but `count - 1`, if there are so many.
pub fn nth_newest_message(org_id: Uuid, account_id: Uuid, count: i32) -> Option<Timestamp> {
    spi::write(
        "select to_jsonb(m.sent_at) from public.portal_messages m
         where m.org_id = $1 and m.sender_portal_account_id = $2
         order by m.sent_at desc
         offset $3 limit 1",
        &[
            to_pg(org_id).into(),
            to_pg(account_id).into(),
            (count - 1).into(),
        ],
    )
}

pub fn has_thread(org_id: Uuid, id: Uuid) -> bool {
    spi::write(
        "select to_jsonb(true) from public.portal_threads t where t.org_id = $1 and t.id = $2",
        &[to_pg(org_id).into(), to_pg(id).into()],
    )
    .unwrap_or_default()
}

/// The customer and location of a job.
pub fn place_of_job(org_id: Uuid, id: Uuid) -> Option<(Uuid, Uuid)> {
    spi::read(
        "select jsonb_build_array(w.customer_id, w.location_id) from public.work_orders w
         where w.org_id = $1 and w.id = $2",
        &[to_pg(org_id).into(), to_pg(id).into()],
    )
}

/// The customer at a location, and the location.
pub fn customer_at(org_id: Uuid, location_id: Uuid) -> Option<(Uuid, Uuid)> {
    spi::read(
        "select jsonb_build_array(l.customer_id, l.id) from public.customer_locations l
         where l.org_id = $1 and l.id = $2",
        &[to_pg(org_id).into(), to_pg(location_id).into()],
    )
}

/// A conversation, as the rules see it.
#[derive(Debug, Deserialize)]
pub struct Thread {
    pub customer_id: Uuid,
    pub location_id: Option<Uuid>,
    pub related_work_order_id: Option<Uuid>,
    pub status: ThreadStatus,
}

/// Locks a conversation until the end of the transaction; its messages can still refer to it.
pub fn lock_thread(org_id: Uuid, id: Uuid) -> Option<Thread> {
    spi::write(
        "select to_jsonb(t) from public.portal_threads t
         where t.org_id = $1 and t.id = $2
         for no key update",
        &[to_pg(org_id).into(), to_pg(id).into()],
    )
}

/// What a new message meets in its thread.
#[derive(Debug, Deserialize)]
pub struct Setting {
    /// The beginning of the transaction.
    pub now: Timestamp,
    /// When a message can be sent that is the thread's last.
    pub next: Timestamp,
    /// True where the message is there already, by its id or by the sender's own id for it.
    pub is_stored: bool,
    pub sender_name: String,
}

pub fn setting(message: &Message) -> Option<Setting> {
    spi::write(
        include_str!("setting.sql"),
        &[
            to_pg(message.org_id).into(),
            to_pg(message.thread_id).into(),
            message.client_message_id.map(to_pg).into(),
            message.sender_type.label().into(),
            message.sender_portal_account_id.map(to_pg).into(),
            message.sender_user_id.map(to_pg).into(),
            message.sender_name.as_deref().into(),
            to_pg(message.id).into(),
        ],
    )
}

/// A message for the office's own record.
pub struct Mirror<'a> {
    pub message: &'a Message,
    pub customer_id: Uuid,
    pub sent_at: Timestamp,
}

/// Writes it down and answers the record's id.
pub fn mirror(mirror: &Mirror<'_>) -> Uuid {
    let message = mirror.message;
    let direction = match message.sender_type {
        SenderType::PortalCustomer => "inbound",
        SenderType::InternalUser | SenderType::System => "outbound",
    };
    spi::write(
        "insert into public.crm_interactions
           (org_id, customer_id, location_id, kind, direction, summary, occurred_at, created_by_user_id)
         values ($1, $2, $3, 'portal_message', $4, left(btrim($5), 4000), $6, $7)
         returning to_jsonb(id)",
        &[
            to_pg(message.org_id).into(),
            to_pg(mirror.customer_id).into(),
            message.location_id.map(to_pg).into(),
            direction.into(),
            message.body.as_str().into(),
            time::to_pg(mirror.sent_at).into(),
            message.sender_user_id.map(to_pg).into(),
        ],
    )
    .expect("an insert answers the new id")
}

/// A conversation after a message.
#[derive(Debug, Deserialize)]
pub struct Standing {
    pub status: ThreadStatus,
    pub technician_id: Option<Uuid>,
}

/// Keeps the thread in step with a message; one that is older than the last changes nothing.
pub fn note_in_thread(
    message: &Message,
    preview: &str,
    turn: Option<ThreadStatus>,
) -> Option<Standing> {
    spi::write(
        "with thread as (
           update public.portal_threads t
           set last_message_preview = case when t.last_message_at > m.sent_at then t.last_message_preview else $3 end,
               last_message_at = greatest(t.last_message_at, m.sent_at),
               status = coalesce($4::portal.thread_status, t.status)
           from public.portal_messages m
           where m.org_id = $1 and m.id = $2 and t.org_id = m.org_id and t.id = m.thread_id
           returning t.org_id, t.status, t.related_work_order_id
         )
         select jsonb_build_object('status', thread.status, 'technician_id', w.technician_id)
         from thread
         left join public.work_orders w on w.org_id = thread.org_id and w.id = thread.related_work_order_id",
        &[
            to_pg(message.org_id).into(),
            to_pg(message.id).into(),
            preview.into(),
            turn.map(ThreadStatus::label).into(),
        ],
    )
}

/// When the office is there, and what it says when not.
#[derive(Debug, Deserialize)]
pub struct Office {
    pub timezone: String,
    pub away_message: Option<String>,
    pub support_phone: Option<String>,
    pub hours: Vec<Hours>,
    pub holidays: Vec<Date>,
}

pub fn office(org_id: Uuid, now: Timestamp) -> Option<Office> {
    spi::read(
        include_str!("office.sql"),
        &[to_pg(org_id).into(), time::to_pg(now).into()],
    )
}

/// Answers a message in the system's name, unless it has.
pub fn reply(to: &Message, client_message_id: Uuid, text: &str) {
    spi::run(
        "insert into public.portal_messages
           (org_id, thread_id, sender_type, sender_portal_account_id, body, client_message_id)
         values ($1, $2, 'system', null, $3, $4)
         on conflict do nothing",
        &[
            to_pg(to.org_id).into(),
            to_pg(to.thread_id).into(),
            text.into(),
            to_pg(client_message_id).into(),
        ],
    );
}

/// Notes that a person has read what others wrote in a conversation, and answers how many messages are newly read.
///
/// * `account_id`: of a customer; nothing for staff.
pub fn read(org_id: Uuid, thread_id: Uuid, user_id: Uuid, account_id: Option<Uuid>) -> i32 {
    spi::write(
        include_str!("read.sql"),
        &[
            to_pg(org_id).into(),
            to_pg(thread_id).into(),
            to_pg(user_id).into(),
            account_id.map(to_pg).into(),
        ],
    )
    .unwrap_or_default()
}

pub fn thread(org_id: Uuid, id: Uuid) -> Option<Thread> {
    spi::read(
        "select jsonb_build_object(
           'customer_id', t.customer_id, 'location_id', t.location_id,
           'related_work_order_id', t.related_work_order_id, 'status', t.status)
         from public.portal_threads t
         where t.org_id = $1 and t.id = $2",
        &[to_pg(org_id).into(), to_pg(id).into()],
    )
}

pub fn set_status(org_id: Uuid, id: Uuid, status: ThreadStatus) {
    spi::run(
        "update public.portal_threads set status = $3::portal.thread_status where org_id = $1 and id = $2",
        &[
            to_pg(org_id).into(),
            to_pg(id).into(),
            status.label().into(),
        ],
    );
}

// For what people call: as the caller -----------------------------------------------------------------

/// Who writes: somebody of the company by their log-in, or a customer's account.
#[derive(Debug, Clone, Copy)]
pub enum Writer {
    Staff(Uuid),
    Customer(Uuid),
}

impl Writer {
    fn user_id(self) -> Option<Uuid> {
        match self {
            Self::Staff(user_id) => Some(user_id),
            Self::Customer(_) => None,
        }
    }

    fn account_id(self) -> Option<Uuid> {
        match self {
            Self::Staff(_) => None,
            Self::Customer(account_id) => Some(account_id),
        }
    }

    fn sender_type(self) -> SenderType {
        match self {
            Self::Staff(_) => SenderType::InternalUser,
            Self::Customer(_) => SenderType::PortalCustomer,
        }
    }
}

pub struct NewThread<'a> {
    pub org_id: Uuid,
    pub id: Uuid,
    pub writer: Writer,
    pub subject: &'a str,
    pub work_order_id: Option<Uuid>,
    pub location_id: Option<Uuid>,
}

/// Begins a conversation, unless it has begun. The guard fills in whose and where it is.
pub fn begin(new: &NewThread<'_>) {
    spi::run(
        "insert into public.portal_threads
           (org_id, id, subject, related_work_order_id, location_id, created_by_portal_account_id, created_by_user_id)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict do nothing",
        &[
            to_pg(new.org_id).into(),
            to_pg(new.id).into(),
            new.subject.into(),
            new.work_order_id.map(to_pg).into(),
            new.location_id.map(to_pg).into(),
            new.writer.account_id().map(to_pg).into(),
            new.writer.user_id().map(to_pg).into(),
        ],
    );
}

pub struct NewMessage<'a> {
    pub org_id: Uuid,
    pub thread_id: Uuid,
    pub writer: Writer,
    pub body: &'a str,
    pub attachments: Option<&'a Value>,
    pub client_message_id: Option<Uuid>,
}

/// Stores a message and answers its id; that of the one stored before where it is sent again.
pub fn send(new: &NewMessage<'_>) -> Option<Uuid> {
    let id = spi::write(
        "insert into public.portal_messages
           (org_id, thread_id, sender_type, sender_portal_account_id, sender_user_id, body, attachments,
            client_message_id)
         values ($1, $2, $3::portal.sender_type, $4, $5, $6, $7, $8)
         on conflict do nothing
         returning to_jsonb(id)",
        &[
            to_pg(new.org_id).into(),
            to_pg(new.thread_id).into(),
            new.writer.sender_type().label().into(),
            new.writer.account_id().map(to_pg).into(),
            new.writer.user_id().map(to_pg).into(),
            new.body.into(),
            new.attachments.cloned().map(pgrx::JsonB).into(),
            new.client_message_id.map(to_pg).into(),
        ],
    );
    id.or_else(|| sent(new))
}

/// The writer's own message of that id.
fn sent(new: &NewMessage<'_>) -> Option<Uuid> {
    spi::write(
        "select to_jsonb(m.id) from public.portal_messages m
         where m.org_id = $1 and m.thread_id = $2 and m.client_message_id = $3
           and (m.sender_portal_account_id = $4 or m.sender_user_id = $5)",
        &[
            to_pg(new.org_id).into(),
            to_pg(new.thread_id).into(),
            new.client_message_id.map(to_pg).into(),
            new.writer.account_id().map(to_pg).into(),
            new.writer.user_id().map(to_pg).into(),
        ],
    )
}

/// A `portal.message_row`.
pub fn message(org_id: Uuid, id: Uuid) -> Option<Value> {
    spi::write(
        include_str!("message.sql"),
        &[to_pg(org_id).into(), to_pg(id).into()],
    )
}

/// How a conversation has begun.
#[derive(Debug, Deserialize)]
pub struct Begun {
    pub status: ThreadStatus,
    pub sent_at: Timestamp,
}

pub fn begun(org_id: Uuid, message_id: Uuid) -> Option<Begun> {
    spi::write(
        "select jsonb_build_object('status', t.status, 'sent_at', m.sent_at)
         from public.portal_messages m
         join public.portal_threads t on t.org_id = m.org_id and t.id = m.thread_id
         where m.org_id = $1 and m.id = $2",
        &[to_pg(org_id).into(), to_pg(message_id).into()],
    )
}
