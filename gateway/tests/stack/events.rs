//! Live updates against the real database: who hears what, and that nothing is missed.

mod audience;
mod client;
mod endings;
mod resume;

use std::{net::SocketAddr, sync::Arc};

use portal_gateway::{
    app::{self, AppState},
    serve::Drain,
};
use tokio_postgres::Client;
use uuid::Uuid;

use super::{config, owner};

/// Pieces of news of one test, told from all others by their status.
#[derive(Clone)]
struct Probe {
    owner: Arc<Client>,
    mark: String,
}

impl Probe {
    async fn new() -> Self {
        Self {
            owner: Arc::new(owner().await),
            mark: Uuid::now_v7().to_string(),
        }
    }

    /// Another session of the owner for the same test.
    async fn again(&self) -> Self {
        Self {
            owner: Arc::new(owner().await),
            mark: self.mark.clone(),
        }
    }

    /// `count` pieces of news of the customer behind this log-in, in one statement; their ids.
    async fn tell(&self, email: &str, count: i32) -> Vec<Uuid> {
        let sql = "insert into public.portal_live_events (org_id, kind, entity_id, status, customer_id) \
             select a.org_id, 'appointment_status', gen_random_uuid(), $2, a.customer_id \
             from public.portal_accounts a join auth.users u on u.id = a.user_id, generate_series(1, $3) \
             where u.email = $1 returning entity_id";
        let rows = self
            .owner
            .query(sql, &[&email, &self.mark, &count])
            .await
            .unwrap();
        assert_eq!(
            rows.len(),
            usize::try_from(count).unwrap(),
            "{email} has one account"
        );
        rows.iter().map(|row| row.get(0)).collect()
    }

    async fn begin(&self) {
        self.owner.batch_execute("begin").await.unwrap();
    }

    async fn commit(&self) {
        self.owner.batch_execute("commit").await.unwrap();
    }
}

const CUSTOMER: &str = "customer@acme-comfort.example";

/// A whole gateway that streams until it is drained or the test ends. `more` overrides its settings.
async fn streaming(more: &[(&str, &str)]) -> (SocketAddr, Drain) {
    let often = [("PORTAL_EVENTS_POLL_MILLISECONDS", "20")];
    let config = config(&[&often, more].concat());
    let state = AppState::new(&config).unwrap();
    let app = app::router(state.clone(), &config);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, app).into_future());
    let drain = state.drain.clone();
    tokio::spawn(async move {
        let feed = state.events.feed.clone();
        feed.keep_asking(state.db, config.events.poll, state.drain)
            .await;
    });
    (address, drain)
}
