//! The SQL of conversations. Runs as portal_owner, inside the privileged steps.

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::rules::Settings;
use super::who::Session;
use super::words::{Company, Handover};
use crate::appointments::policy::Policy;
use crate::ids::to_pg;
use crate::spi;
use crate::types::{AiContextType, AiConversationStatus};

/// Queues what would spend the same budget.
pub fn queue_up(whose: &str, org_id: Uuid, id: Option<Uuid>) {
    let id = id.map(|id| id.to_string()).unwrap_or_default();
    spi::queue_up(&format!("portal assistant {whose} {org_id} {id}"));
}

/// What a conversation needs to know of its company.
#[derive(Debug, Deserialize)]
pub struct Office {
    pub org_id: Uuid,
    pub company: Company,
    pub settings: Settings,
    policy: Option<Policy>,
    pub currency: String,
    /// When the company's day began, and how many seconds of it are left.
    pub day_start: Timestamp,
    pub day_left: i64,
}

impl Office {
    pub fn policy(&self) -> Policy {
        self.policy.clone().unwrap_or_default()
    }
}

pub fn office(org_id: Uuid) -> Option<Office> {
    spi::write(include_str!("office.sql"), &[to_pg(org_id).into()])
}

pub fn org_by_slug(slug: &str) -> Option<Uuid> {
    spi::read(
        "select to_jsonb(o.id) from public.orgs o where o.slug = $1 and o.is_active",
        &[slug.into()],
    )
}

/// A conversation, as the rules see it.
#[derive(Debug, Deserialize)]
pub struct Conversation {
    pub org_id: Uuid,
    pub id: Uuid,
    pub portal_account_id: Option<Uuid>,
    pub customer_id: Option<Uuid>,
    pub context_type: AiContextType,
    pub related_work_order_id: Option<Uuid>,
    pub status: AiConversationStatus,
    pub escalated_to_thread_id: Option<Uuid>,
}

pub fn lock_by_account(org_id: Uuid, id: Uuid, account_id: Uuid) -> Option<Conversation> {
    spi::write(
        "select to_jsonb(c) - 'session_token_hash' from public.portal_ai_conversations c
         where c.org_id = $1 and c.id = $2 and c.portal_account_id = $3
         for no key update",
        &[
            to_pg(org_id).into(),
            to_pg(id).into(),
            to_pg(account_id).into(),
        ],
    )
}

/// The conversation of that secret which no account has claimed, if its company is there.
pub fn lock_by_session(session: &Session) -> Option<Conversation> {
    spi::write(
        "select to_jsonb(c) - 'session_token_hash' from public.portal_ai_conversations c
         where c.org_id = $1 and c.session_token_hash = $2 and c.portal_account_id is null
           and exists (select from public.orgs o where o.id = $1 and o.is_active)
         for no key update of c",
        &[to_pg(session.org_id).into(), session.hash.clone().into()],
    )
}

/// The conversation of that secret that the account has claimed, or that nobody has.
pub fn lock_to_claim(session: &Session, account_id: Uuid) -> Option<Conversation> {
    spi::write(
        "select to_jsonb(c) - 'session_token_hash' from public.portal_ai_conversations c
         where c.org_id = $1 and c.session_token_hash = $2
           and (c.portal_account_id is null or c.portal_account_id = $3)
         for no key update",
        &[
            to_pg(session.org_id).into(),
            session.hash.clone().into(),
            to_pg(account_id).into(),
        ],
    )
}

pub fn conversation_of(org_id: Uuid, message_id: Uuid) -> Option<Uuid> {
    spi::read(
        "select to_jsonb(m.conversation_id) from public.portal_ai_messages m where m.org_id = $1 and m.id = $2",
        &[to_pg(org_id).into(), to_pg(message_id).into()],
    )
}

/// A conversation that is to begin.
pub struct New<'a> {
    pub org_id: Uuid,
    pub account_id: Option<Uuid>,
    pub customer_id: Option<Uuid>,
    pub context: AiContextType,
    pub work_order_id: Option<Uuid>,
    pub session_hash: Option<Vec<u8>>,
    pub opening: &'a str,
}

/// Begins it with the company's words, and answers its id.
pub fn begin(new: &New<'_>) -> Uuid {
    let id = spi::write(
        "insert into public.portal_ai_conversations
           (org_id, portal_account_id, customer_id, context_type, related_work_order_id, session_token_hash)
         values ($1, $2, $3, $4::portal.ai_context_type, $5, $6)
         returning to_jsonb(id)",
        &[
            to_pg(new.org_id).into(),
            new.account_id.map(to_pg).into(),
            new.customer_id.map(to_pg).into(),
            new.context.label().into(),
            new.work_order_id.map(to_pg).into(),
            new.session_hash.clone().into(),
        ],
    );
    let id = id.expect("an insert answers the new id");
    spi::run(
        "insert into public.portal_ai_messages (org_id, conversation_id, role, content, created_at)
         values ($1, $2, 'system', $3, clock_timestamp())",
        &[
            to_pg(new.org_id).into(),
            to_pg(id).into(),
            new.opening.into(),
        ],
    );
    id
}

/// When the account, or for none whoever has no log-in, began the newest conversation but `count - 1`.
pub fn nth_newest_conversation(
    org_id: Uuid,
    account_id: Option<Uuid>,
    count: i32,
) -> Option<Timestamp> {
    spi::write(
        "select to_jsonb(c.started_at) from public.portal_ai_conversations c
         where c.org_id = $1
           and case when $2::uuid is null then c.session_token_hash is not null else c.portal_account_id = $2 end
         order by c.started_at desc
         offset $3 limit 1",
        &[
            to_pg(org_id).into(),
            account_id.map(to_pg).into(),
            (count - 1).into(),
        ],
    )
}

/// Gives a conversation, and all that was said in it, to an account.
pub fn claim(conversation: &Conversation, account_id: Uuid, customer_id: Uuid) {
    let (org_id, id) = (to_pg(conversation.org_id), to_pg(conversation.id));
    spi::run(
        "update public.portal_ai_conversations c set portal_account_id = $3, customer_id = $4
         where c.org_id = $1 and c.id = $2",
        &[
            org_id.into(),
            id.into(),
            to_pg(account_id).into(),
            to_pg(customer_id).into(),
        ],
    );
    spi::run(
        "update public.portal_ai_messages m set portal_account_id = $3
         where m.org_id = $1 and m.conversation_id = $2",
        &[org_id.into(), id.into(), to_pg(account_id).into()],
    );
}

pub fn end(conversation: &Conversation) {
    spi::run(
        "update public.portal_ai_conversations c set status = 'ended', ended_at = greatest(now(), c.started_at)
         where c.org_id = $1 and c.id = $2",
        &[
            to_pg(conversation.org_id).into(),
            to_pg(conversation.id).into(),
        ],
    );
}

/// The account's own first location.
pub fn primary_location(org_id: Uuid, account_id: Uuid) -> Option<Uuid> {
    spi::read(
        "select to_jsonb(a.primary_location_id) from public.portal_accounts a where a.org_id = $1 and a.id = $2",
        &[to_pg(org_id).into(), to_pg(account_id).into()],
    )
}

pub fn handover(conversation: &Conversation) -> Handover {
    spi::write(
        include_str!("handover.sql"),
        &[
            to_pg(conversation.org_id).into(),
            to_pg(conversation.id).into(),
        ],
    )
    .expect("the query answers one row")
}

/// What a person is to go on with.
pub struct NewThread<'a> {
    pub id: Uuid,
    pub account_id: Uuid,
    pub customer_id: Uuid,
    pub location_id: Option<Uuid>,
    pub subject: &'a str,
    pub summary: &'a str,
}

/// Where a conversation with people has begun.
#[derive(Debug, Deserialize)]
pub struct Begun {
    pub message_id: Uuid,
    pub location_id: Option<Uuid>,
}

/// Begins it with the summary, and makes the assistant's end there.
pub fn hand_over(conversation: &Conversation, new: &NewThread<'_>) -> Begun {
    let (org_id, thread_id) = (to_pg(conversation.org_id), to_pg(new.id));
    spi::run(
        "insert into public.portal_threads
           (org_id, id, customer_id, location_id, related_work_order_id, subject, status, created_by_portal_account_id)
         values ($1, $2, $3, $4, $5, $6, 'pending_internal', $7)",
        &[
            org_id.into(),
            thread_id.into(),
            to_pg(new.customer_id).into(),
            new.location_id.map(to_pg).into(),
            conversation.related_work_order_id.map(to_pg).into(),
            new.subject.into(),
            to_pg(new.account_id).into(),
        ],
    );
    let begun = spi::write(
        "insert into public.portal_messages (org_id, thread_id, sender_type, sender_portal_account_id, body)
         values ($1, $2, 'system', null, $3)
         returning jsonb_build_object('message_id', id, 'location_id', location_id)",
        &[org_id.into(), thread_id.into(), new.summary.into()],
    );
    spi::run(
        "update public.portal_ai_conversations c
         set status = 'escalated', escalated_to_thread_id = $3, ended_at = greatest(now(), c.started_at)
         where c.org_id = $1 and c.id = $2",
        &[org_id.into(), to_pg(conversation.id).into(), thread_id.into()],
    );
    begun.expect("an insert answers the new row")
}

/// Notes what the reader said of an answer; false where the message is no answer.
pub fn judge(
    conversation: &Conversation,
    message_id: Uuid,
    is_helpful: bool,
    reason: Option<&str>,
) -> bool {
    spi::run(
        "update public.portal_ai_messages m set is_helpful = $4, report_reason = $5, reported_at = now()
         where m.org_id = $1 and m.conversation_id = $2 and m.id = $3 and m.role = 'assistant'",
        &[
            to_pg(conversation.org_id).into(),
            to_pg(conversation.id).into(),
            to_pg(message_id).into(),
            is_helpful.into(),
            reason.into(),
        ],
    ) == 1
}
