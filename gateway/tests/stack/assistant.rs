//! Turns with the assistant against the real database, with a model that does as a script says.

mod client;
mod crowd;
mod endings;
mod limits;
mod people;
mod turns;

use std::net::SocketAddr;

use axum::http::{HeaderMap, HeaderName};
use portal_gateway::{
    app::{self, AppState},
    caller::Caller,
};
use serde_json::Value;
use tokio_postgres::Client;
use uuid::Uuid;

use super::{config, events::token, owner};
use crate::upstream::Upstream;

/// What the company's article says of kettles.
const LEVER: &str = "Turn the brass kettle lever clockwise until it stops.";
const WHISTLE: &str = "A zinc whistle means that the kettle is dry.";
const QUESTION: &str = "How do I close the kettle lever?";

/// One test's own company with an article and a customer who has a log-in.
struct Company {
    owner: Client,
    org_id: Uuid,
    slug: String,
    user_id: Uuid,
}

/// Somebody, as requests show them.
#[derive(Clone)]
struct Person {
    headers: Vec<(&'static str, String)>,
}

impl Company {
    async fn new() -> Self {
        let (owner, slug) = (
            owner().await,
            format!("kettles-{}", Uuid::now_v7().simple()),
        );
        let sql = "with new_user as ( \
               insert into auth.users (id, aud, role, email, email_confirmed_at) \
               values (gen_random_uuid(), 'authenticated', 'authenticated', $1 || '@kettle.example', now()) returning id), \
             new_org as ( \
               insert into public.orgs (slug, name, timezone, support_phone) values ($1, 'Kettle Works', 'UTC', '+13125550188') returning id), \
             new_customer as ( \
               insert into public.customers (org_id, full_name) select id, 'Kit Kettle' from new_org returning org_id, id) \
             insert into public.portal_accounts (org_id, user_id, customer_id, linked_by) \
             select c.org_id, u.id, c.id, 'new' from new_customer c, new_user u returning org_id, user_id";
        let row = owner.query_one(sql, &[&slug]).await.unwrap();
        let (org_id, user_id) = (row.get(0), row.get(1));
        let article = format!("## Closing it\n\n{LEVER} Then wait.\n\n## Noises\n\n{WHISTLE}\n");
        let sql = "insert into public.kb_articles (org_id, slug, title, body_markdown, is_published, created_by_user_id) \
             values ($1, 'kettle-lever', 'The kettle and its lever', $2, true, null)";
        owner.execute(sql, &[&org_id, &article]).await.unwrap();
        Self {
            owner,
            org_id,
            slug,
            user_id,
        }
    }

    fn customer(&self) -> Person {
        let bearer = format!("Bearer {}", token(self.user_id, 600));
        Person {
            headers: vec![("authorization", bearer)],
        }
    }

    /// A setting of the company's assistant.
    async fn allow(&self, column: &str, value: i64) {
        let sql = format!(
            "insert into public.org_assistant_settings (org_id, {column}) values ($1, {value})"
        );
        self.owner.execute(&sql, &[&self.org_id]).await.unwrap();
    }

    /// What a conversation holds but for the system's words, oldest first.
    async fn stored(&self, conversation: Uuid) -> Vec<Value> {
        let sql = "select to_jsonb(m) from public.portal_ai_messages m \
             where m.org_id = $1 and m.conversation_id = $2 and m.role <> 'system' order by m.created_at";
        let rows = self
            .owner
            .query(sql, &[&self.org_id, &conversation])
            .await
            .unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// The stored answers.
    async fn answers(&self, conversation: Uuid) -> Vec<Value> {
        let mut stored = self.stored(conversation).await;
        stored.retain(|message| message["role"] == "assistant");
        stored
    }

    /// Waits until an answer is stored, for those whose client has gone.
    async fn answer(&self, conversation: Uuid) -> Value {
        for _ in 0..500 {
            if let Some(answer) = self.answers(conversation).await.pop() {
                return answer;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("no answer was stored");
    }

    /// Turns that nobody has ended.
    async fn open_turns(&self) -> i64 {
        let sql = "select count(*) from public.portal_ai_turns where org_id = $1";
        self.owner
            .query_one(sql, &[&self.org_id])
            .await
            .unwrap()
            .get(0)
    }
}

impl Person {
    async fn caller(&self, state: &AppState) -> Caller {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            headers.insert(HeaderName::from_static(name), value.parse().unwrap());
        }
        Caller::new(
            state.authenticator.identify(&headers).await.unwrap(),
            &headers,
        )
    }

    /// Begins a conversation; without a log-in, with the company of that name, and the secret goes into the headers.
    async fn begin(&mut self, state: &AppState, org: Option<&str>) -> Uuid {
        let caller = self.caller(state).await;
        let sql = "select id, session_token from portal.start_ai_conversation(org_slug => $1)";
        let work = async |tx: &Client| Ok(tx.query_one(sql, &[&org]).await?);
        let row = state.db.as_caller(&caller, work).await.unwrap();
        if let Some(secret) = row.get::<_, Option<String>>(1) {
            self.headers.push(("x-portal-session", secret));
        }
        row.get(0)
    }
}

/// A whole gateway that serves until the test ends, with this model or none. `more` overrides its settings.
async fn serving(upstream: Option<&Upstream>, more: &[(&str, &str)]) -> (SocketAddr, AppState) {
    let mut settings = vec![("PORTAL_ASSISTANT_TURNS_PER_MINUTE", "1000")];
    if let Some(upstream) = upstream {
        settings.extend([
            ("PORTAL_MODEL_BASE_URL", upstream.url.as_str()),
            ("PORTAL_MODEL_NAME", "small"),
        ]);
    }
    settings.extend(more);
    let config = config(&settings);
    let state = AppState::new(&config).unwrap();
    let app = app::router(state.clone(), &config);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, app).into_future());
    (address, state)
}
