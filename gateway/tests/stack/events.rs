//! Live updates against the real database: who hears what, and that nothing is missed.

mod audience;
mod client;
mod endings;
mod resume;

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use axum::Router;
use jsonwebtoken::{EncodingKey, Header};
use portal_gateway::app::{self, AppState};
use serde_json::json;
use tokio_postgres::{Client, types::ToSql};
use uuid::Uuid;

use super::{config, owner, variable};

/// One test's own company with one customer who has a log-in, and the news about them, told from all others by their
/// status: tests run side by side and would hear of each other.
#[derive(Clone)]
struct Probe {
    owner: Arc<Client>,
    mark: String,
    org_id: Uuid,
    customer_id: Uuid,
    user_id: Uuid,
}

impl Probe {
    async fn new() -> Self {
        let (owner, mark) = (Arc::new(owner().await), Uuid::now_v7().to_string());
        let sql = "with new_user as ( \
               insert into auth.users (id, aud, role, email, email_confirmed_at) \
               values (gen_random_uuid(), 'authenticated', 'authenticated', $1 || '@probe.example', now()) returning id), \
             new_org as ( \
               insert into public.orgs (slug, name, timezone) values ('probe-' || $1, 'Probe', 'UTC') returning id), \
             new_customer as ( \
               insert into public.customers (org_id, full_name) select id, 'Petra Probe' from new_org returning org_id, id) \
             insert into public.portal_accounts (org_id, user_id, customer_id, linked_by) \
             select c.org_id, u.id, c.id, 'new' from new_customer c, new_user u returning org_id, customer_id, user_id";
        let row = owner.query_one(sql, &[&mark]).await.unwrap();
        let (org_id, customer_id, user_id) = (row.get(0), row.get(1), row.get(2));
        Self {
            owner,
            mark,
            org_id,
            customer_id,
            user_id,
        }
    }

    /// Another session of the owner for the same test.
    async fn again(&self) -> Self {
        Self {
            owner: Arc::new(owner().await),
            ..self.clone()
        }
    }

    /// The customer's token, as Supabase Auth makes them.
    fn token(&self) -> String {
        token(self.user_id, 600)
    }

    /// `count` pieces of news of the customer, in one statement; their ids.
    async fn tell(&self, count: i32) -> Vec<Uuid> {
        self.tell_of(self.customer_id, count).await
    }

    /// The same of any customer of the company; it does not matter whether there is one.
    async fn tell_of(&self, customer_id: Uuid, count: i32) -> Vec<Uuid> {
        let sql = "insert into public.portal_live_events (org_id, kind, entity_id, status, customer_id) \
             select $1, 'appointment_status', gen_random_uuid(), $2, $3 from generate_series(1, $4) returning entity_id";
        let values: [&(dyn ToSql + Sync); 4] = [&self.org_id, &self.mark, &customer_id, &count];
        let rows = self.owner.query(sql, &values).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    async fn begin(&self) {
        self.owner.batch_execute("begin").await.unwrap();
    }

    async fn commit(&self) {
        self.owner.batch_execute("commit").await.unwrap();
    }
}

/// A token that is good for so many seconds.
pub(super) fn token(user_id: Uuid, seconds: u64) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let claims = json!({ "sub": user_id, "aud": "authenticated", "role": "authenticated", "iat": now, "exp": now + seconds });
    let key = EncodingKey::from_secret(variable("SUPABASE_JWT_SECRET").as_bytes());
    jsonwebtoken::encode(&Header::default(), &claims, &key).unwrap()
}

/// A whole gateway that streams until it is drained or the test ends. `more` overrides its settings.
async fn streaming(more: &[(&str, &str)]) -> (SocketAddr, AppState) {
    let (app, state) = streaming_app(more);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, app).into_future());
    (address, state)
}

/// The same, not listening yet.
fn streaming_app(more: &[(&str, &str)]) -> (Router, AppState) {
    let often = [("PORTAL_EVENTS_POLL_MILLISECONDS", "20")];
    let config = config(&[&often, more].concat());
    let state = AppState::new(&config).unwrap();
    let app = app::router(state.clone(), &config);
    let reader = state.clone();
    tokio::spawn(async move {
        let feed = reader.events.feed.clone();
        feed.keep_asking(reader.db, config.events.poll, reader.drain)
            .await;
    });
    (app, state)
}
