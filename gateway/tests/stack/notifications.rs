//! Delivery from the real outbox. The tests send text messages to a provider of their own: the running stack's gateway
//! has none, so nobody else takes them.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use portal_gateway::{app::AppState, notifications::Delivery};
use tokio::{
    sync::{Mutex, MutexGuard},
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_postgres::Client;
use uuid::Uuid;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{body_string_contains, method},
};

use super::{config, gateway, owner};

/// One at a time, for they would take each other's messages.
static TURN: Mutex<()> = Mutex::const_new(());

/// A company of the test's own, with one customer who wants offers by text, and a provider for its texts.
struct Office {
    owner: Arc<Client>,
    provider: MockServer,
    org_id: Uuid,
    account_id: Uuid,
    _turn: MutexGuard<'static, ()>,
}

impl Office {
    async fn open() -> Self {
        let turn = TURN.lock().await;
        let (owner, mark) = (Arc::new(owner().await), Uuid::now_v7().to_string());
        // What others left in the outbox is not ours to send.
        let others = "update public.portal_notifications set status = 'canceled', last_error = 'not of this test' \
             where channel = 'sms' and status in ('pending', 'sending')";
        owner.execute(others, &[]).await.unwrap();
        let sql = "with new_user as ( \
               insert into auth.users (id, aud, role, email, email_confirmed_at) \
               values (gen_random_uuid(), 'authenticated', 'authenticated', $1 || '@probe.example', now()) returning id), \
             new_org as ( \
               insert into public.orgs (slug, name, timezone, sms_from) \
               values ('texts-' || $1, 'Probe', 'UTC', '+13125550100') returning id), \
             new_customer as ( \
               insert into public.customers (org_id, full_name) select id, 'Petra Probe' from new_org returning org_id, id), \
             new_profile as ( \
               insert into public.profiles (org_id, user_id, customer_id, full_name, email, phone) \
               select c.org_id, u.id, c.id, 'Petra Probe', $1 || '@probe.example', '+13125550199' \
               from new_customer c, new_user u) \
             insert into public.portal_accounts (org_id, user_id, customer_id, linked_by) \
             select c.org_id, u.id, c.id, 'new' from new_customer c, new_user u returning org_id, id";
        let row = owner.query_one(sql, &[&mark]).await.unwrap();
        let (org_id, account_id) = (row.get(0), row.get(1));
        let wish = "insert into public.portal_notification_preferences \
               (org_id, portal_account_id, notify_marketing_sms, notify_marketing_email) values ($1, $2, true, true) \
             on conflict (org_id, portal_account_id) do update \
             set notify_marketing_sms = true, notify_marketing_email = true";
        owner.execute(wish, &[&org_id, &account_id]).await.unwrap();
        Self {
            owner,
            provider: MockServer::start().await,
            org_id,
            account_id,
            _turn: turn,
        }
    }

    /// The provider takes this long for texts that contain `words`.
    async fn takes(&self, words: &str, delay: Duration) {
        Mock::given(method("POST"))
            .and(body_string_contains(words))
            .respond_with(ResponseTemplate::new(201).set_delay(delay))
            .mount(&self.provider)
            .await;
    }

    /// Offers to the customer, due now: `name` and a number.
    async fn queue(&self, name: &str, count: i32) {
        let sql = "insert into public.portal_notifications (org_id, event, category, channel, recipient, \
               portal_account_id, user_id, customer_id, payload, dedupe_key, expires_at) \
             select a.org_id, 'offer', 'marketing', 'sms', '+13125550199', a.id, a.user_id, a.customer_id, \
               jsonb_build_object('offer', jsonb_build_object('subject', $3 || n, 'body', 'b')), \
               'offer:' || $3 || n, now() + interval '1 hour' \
             from public.portal_accounts a, generate_series(1, $4) n where a.org_id = $1 and a.id = $2";
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
            [&self.org_id, &self.account_id, &name, &count];
        self.owner.execute(sql, &values).await.unwrap();
    }

    /// A gateway that delivers until it is drained.
    fn deliver(&self, more: &[(&str, &str)]) -> (AppState, JoinHandle<()>) {
        let base = self.provider.uri();
        let ours = [
            ("PORTAL_SMS_ACCOUNT_SID", "AC1"),
            ("PORTAL_SMS_AUTH_TOKEN", "secret"),
            ("PORTAL_SMS_BASE_URL", base.as_str()),
            ("PORTAL_PORTAL_URL", "https://portal.example.com"),
            ("PORTAL_NOTIFICATION_POLL_MILLISECONDS", "50"),
        ];
        let config = config(&[&ours, more].concat());
        let state = AppState::new(&config).unwrap();
        let delivery = Delivery::new(&config.notifications).unwrap();
        let work = tokio::spawn(delivery.run(state.db.clone(), state.drain.clone()));
        (state, work)
    }

    /// How many rows of the company have this status.
    async fn count(&self, status: &str) -> i64 {
        let sql = "select count(*) from public.portal_notifications where org_id = $1 and status::text = $2";
        let found = self.owner.query_one(sql, &[&self.org_id, &status]).await;
        found.unwrap().get(0)
    }

    async fn until(&self, status: &str, wanted: i64) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.count(status).await != wanted {
            assert!(Instant::now() < deadline, "never {wanted} {status}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// How often each dedupe key arrived.
    async fn arrivals(&self) -> HashMap<String, usize> {
        let mut arrivals = HashMap::new();
        for request in self.provider.received_requests().await.unwrap() {
            let key = request.headers["x-portal-dedupe-key"].to_str().unwrap();
            *arrivals.entry(key.to_owned()).or_default() += 1;
        }
        arrivals
    }
}

async fn drain(state: &AppState, work: JoinHandle<()>) {
    state.drain.begin();
    let ended = timeout(Duration::from_secs(10), work).await;
    ended.expect("delivery ends with the gateway").unwrap();
}

#[tokio::test]
async fn everything_queued_arrives_once_through_two_gateways() {
    let office = Office::open().await;
    office.takes("all", Duration::ZERO).await;
    office.queue("all", 250).await;
    let (one, work_of_one) = office.deliver(&[("PORTAL_NOTIFICATION_BATCH", "20")]);
    let (other, work_of_other) = office.deliver(&[("PORTAL_NOTIFICATION_BATCH", "30")]);
    office.until("sent", 250).await;
    let arrivals = office.arrivals().await;
    assert_eq!(arrivals.len(), 250);
    assert!(arrivals.values().all(|times| *times == 1), "{arrivals:?}");
    drain(&one, work_of_one).await;
    drain(&other, work_of_other).await;
}

#[tokio::test]
async fn a_slow_receiver_holds_up_nobody_and_loses_its_turn_after_the_limit() {
    let office = Office::open().await;
    office.takes("quick", Duration::ZERO).await;
    office.takes("slow", Duration::from_secs(30)).await;
    office.queue("slow", 1).await;
    office.queue("quick", 20).await;
    let (state, work) = office.deliver(&[
        ("PORTAL_NOTIFICATION_LEASE_SECONDS", "6"),
        ("PORTAL_NOTIFICATION_BATCH", "30"),
    ]);
    let started = Instant::now();
    office.until("sent", 20).await;
    // What is sent is known at once, though the batch is not over.
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
    // A third of the lease, and the row is free again with its reason, before the lease is over.
    office.until("pending", 1).await;
    assert!(
        started.elapsed() < Duration::from_secs(4),
        "{:?}",
        started.elapsed()
    );
    let sql = "select attempts, last_error from public.portal_notifications where org_id = $1 and status = 'pending'";
    let row = office
        .owner
        .query_one(sql, &[&office.org_id])
        .await
        .unwrap();
    let (attempts, reason): (i32, String) = (row.get(0), row.get(1));
    assert_eq!(attempts, 1);
    assert!(reason.contains("no answer"), "{reason}");
    drain(&state, work).await;
}

#[tokio::test]
async fn what_cannot_begin_before_its_lease_ends_is_handed_back_untried() {
    let office = Office::open().await;
    office.takes("queue", Duration::from_millis(900)).await;
    office.queue("queue", 8).await;
    let (state, work) = office.deliver(&[
        ("PORTAL_NOTIFICATION_LEASE_SECONDS", "3"),
        ("PORTAL_NOTIFICATION_CONCURRENCY", "1"),
    ]);
    // One lane takes more than two leases for eight; each is sent once all the same.
    office.until("sent", 8).await;
    let arrivals = office.arrivals().await;
    assert!(arrivals.values().all(|times| *times == 1), "{arrivals:?}");
    let sql = "select max(attempts) from public.portal_notifications where org_id = $1";
    let row = office
        .owner
        .query_one(sql, &[&office.org_id])
        .await
        .unwrap();
    assert_eq!(row.get::<_, i32>(0), 1, "waiting is no try");
    drain(&state, work).await;
}

#[tokio::test]
async fn shutting_down_finishes_what_is_under_way_and_hands_back_the_rest() {
    let office = Office::open().await;
    office.takes("stop", Duration::from_millis(700)).await;
    office.queue("stop", 10).await;
    let (state, work) = office.deliver(&[("PORTAL_NOTIFICATION_CONCURRENCY", "2")]);
    office.until("sending", 10).await;
    sleep(Duration::from_millis(200)).await;
    drain(&state, work).await;
    assert_eq!(
        (office.count("sent").await, office.count("pending").await),
        (2, 8)
    );
    assert_eq!(office.arrivals().await.len(), 2);
    let sql = "select max(attempts) from public.portal_notifications where org_id = $1 and status = 'pending'";
    let row = office
        .owner
        .query_one(sql, &[&office.org_id])
        .await
        .unwrap();
    assert_eq!(row.get::<_, i32>(0), 0);
}

#[tokio::test]
async fn nothing_sent_is_forgotten_while_connections_are_cut() {
    let office = Office::open().await;
    office.takes("cut", Duration::from_millis(30)).await;
    office.queue("cut", 200).await;
    let (state, work) = office.deliver(&[
        ("PORTAL_NOTIFICATION_BATCH", "20"),
        ("PORTAL_NOTIFICATION_LEASE_SECONDS", "2"),
    ]);
    // What a restart of Postgres looks like from here.
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity \
         where usename = 'portal_gateway' and pid <> pg_backend_pid() and query like '%_notifications%'";
    for _ in 0..10 {
        sleep(Duration::from_millis(60)).await;
        let gateway = state.db.connection().await.unwrap();
        let _ = gateway.batch_execute(cut).await;
    }
    office.until("sent", 200).await;
    let arrivals = office.arrivals().await;
    assert_eq!(arrivals.len(), 200);
    drain(&state, work).await;
}

/// The page behind the link, and what it changed.
#[tokio::test]
async fn looking_at_the_link_changes_nothing_and_posting_stops_the_mails() {
    let (office, address) = (Office::open().await, gateway().await);
    let sql = "select org_id || '.' || unsubscribe_token || '.marketing' from public.portal_notification_preferences \
         where org_id = $1";
    let row = office
        .owner
        .query_one(sql, &[&office.org_id])
        .await
        .unwrap();
    let token: String = row.get(0);
    let page = format!("http://{address}/portal/v1/unsubscribe?token={token}");
    let wanted = async || -> bool {
        let sql = "select notify_marketing_email from public.portal_notification_preferences where org_id = $1";
        let row = office
            .owner
            .query_one(sql, &[&office.org_id])
            .await
            .unwrap();
        row.get(0)
    };
    let client = reqwest::Client::new();

    let asked = client.get(&page).send().await.unwrap();
    assert_eq!(asked.status(), 200);
    let html = asked.text().await.unwrap();
    assert!(
        html.contains("<form method=\"post\">") && html.contains("Probe"),
        "{html}"
    );
    assert!(
        !html.contains("@probe.example") || !html.contains("petra"),
        "{html}"
    );
    assert!(wanted().await, "a mail scanner may open the link");

    // As a mail programme does it (RFC 8058), and again by hand.
    for body in ["List-Unsubscribe=One-Click", ""] {
        let done = client
            .post(&page)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(done.status(), 200);
        assert!(done.text().await.unwrap().contains("Done"));
        assert!(!wanted().await);
    }

    for wrong in ["", "?token=", "?token=a.b.c", &format!("?token={token}x")] {
        let address = format!("http://{address}/portal/v1/unsubscribe{wrong}");
        for answer in [
            client.get(&address).send().await,
            client.post(&address).send().await,
        ] {
            let answer = answer.unwrap();
            assert_eq!(answer.status(), 404, "{wrong}");
            assert!(
                answer
                    .text()
                    .await
                    .unwrap()
                    .contains("This link is not valid")
            );
        }
    }
}
