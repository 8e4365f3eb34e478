//! What each log-in hears is what row level security shows it.

use std::{collections::BTreeSet, time::Duration};

use axum::http::HeaderMap;
use portal_gateway::caller::Caller;
use tokio_postgres::{Client, types::ToSql};
use uuid::Uuid;

use super::{
    super::{sign_in, state},
    Probe,
    client::{Stream, told},
    streaming,
};

/// One who has single houses of a customer among them: the manager.
const LOG_INS: [&str; 6] = [
    "customer@acme-comfort.example",
    "manager@acme-comfort.example",
    "csr@acme-comfort.example",
    "technician@acme-comfort.example",
    "customer@bolt-pipe.example",
    "csr@bolt-pipe.example",
];

/// What the log-ins have to do with, and one of each kind that nobody has.
struct Things {
    orgs: Vec<Uuid>,
    customers: Vec<Uuid>,
    locations: Vec<Uuid>,
    technicians: Vec<Uuid>,
    users: Vec<Uuid>,
}

impl Things {
    async fn of_log_ins(owner: &Client) -> Self {
        let ids = async |sql: &str| -> Vec<Uuid> {
            let of = "with log_in as (select id as user_id from auth.users where email = any ($1)), \
                 account as (select a.* from public.portal_accounts a join log_in using (user_id)), \
                 customer as (select customer_id from account union select g.customer_id \
                   from public.portal_account_grants g join account a on a.id = g.portal_account_id)";
            let rows = owner
                .query(&format!("{of} {sql}"), &[&LOG_INS.as_slice()])
                .await
                .unwrap();
            assert!(!rows.is_empty(), "{sql}");
            rows.iter().map(|row| row.get(0)).collect()
        };
        let and_a_foreign_one = |mut ids: Vec<Uuid>| {
            ids.push(Uuid::now_v7());
            ids
        };
        Self {
            orgs: ids("select distinct org_id from public.profiles join log_in using (user_id)")
                .await,
            customers: and_a_foreign_one(ids("select customer_id from customer").await),
            locations: and_a_foreign_one(
                ids("select id from public.customer_locations join customer using (customer_id)")
                    .await,
            ),
            technicians: and_a_foreign_one(
                ids("select id from public.technicians join log_in using (user_id)").await,
            ),
            users: and_a_foreign_one(ids("select user_id from log_in").await),
        }
    }
}

fn one_of<T: Copy>(all: &[T]) -> T {
    all[fastrand::usize(..all.len())]
}

fn perhaps(likely: f64, all: &[Uuid]) -> Option<Uuid> {
    (fastrand::f64() < likely).then(|| one_of(all))
}

/// A piece of news in which every column is drawn by itself, so that much of it can never be. The mark is its status.
async fn tell_anything(probe: &Probe, things: &Things) -> Uuid {
    let kinds = [
        "appointment_status",
        "message_created",
        "notification",
        "access_changed",
    ];
    let sql = "insert into public.portal_live_events \
           (org_id, kind, entity_id, status, customer_id, location_id, technician_id, thread_id, user_id) \
         values ($1, $2, gen_random_uuid(), $3, $4, $5, $6, $7, $8) returning entity_id";
    let news = (
        one_of(&things.orgs),
        one_of(&kinds),
        perhaps(0.8, &things.customers),
        perhaps(0.8, &things.locations),
        perhaps(0.4, &things.technicians),
        perhaps(0.3, &things.users),
        perhaps(0.3, &things.users),
    );
    let values: [&(dyn ToSql + Sync); 8] = [
        &news.0,
        &news.1,
        &probe.mark,
        &news.2,
        &news.3,
        &news.4,
        &news.5,
        &news.6,
    ];
    let row = probe.owner.query_one(sql, &values).await.unwrap();
    row.get(0)
}

/// What this log-in can read of the mark's news, besides the word that its access has changed.
async fn readable(token: &str, mark: &String) -> BTreeSet<Uuid> {
    let state = state();
    let mut headers = HeaderMap::new();
    headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
    let caller = Caller::new(
        state.authenticator.identify(&headers).await.unwrap(),
        &headers,
    );
    let sql = "select entity_id from public.portal_live_events where status = $1 and kind <> 'access_changed'";
    let rows = state
        .db
        .as_caller(&caller, async |tx| Ok(tx.query(sql, &[mark]).await?))
        .await;
    rows.unwrap().iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn each_log_in_hears_what_row_level_security_shows_it_and_nothing_else() {
    const NEWS: usize = 900;
    let (address, _) = streaming(&[]).await;
    let probe = Probe::new().await;
    let things = Things::of_log_ins(&probe.owner).await;
    let mut streams = Vec::new();
    for log_in in LOG_INS {
        let token = sign_in(log_in).await;
        streams.push((log_in, Stream::open(address, &token, None).await, token));
    }
    for _ in 0..NEWS {
        tell_anything(&probe, &things).await;
    }
    let mut all = BTreeSet::new();
    for (log_in, stream, token) in &mut streams {
        let expected = readable(token, &probe.mark).await;
        assert!(
            !expected.is_empty() && expected.len() < NEWS / 2,
            "{log_in}: {}",
            expected.len()
        );
        let mut heard = stream
            .hear(&probe.mark, expected.len(), super::client::SOON)
            .await;
        // And nothing more comes.
        while let Some(block) = stream.next(Duration::from_millis(200)).await {
            heard.extend(told(&block, &probe.mark));
        }
        assert_eq!(
            heard.iter().copied().collect::<BTreeSet<_>>(),
            expected,
            "{log_in}"
        );
        assert_eq!(heard.len(), expected.len(), "{log_in}: nothing twice");
        all.extend(heard);
    }
    assert!(
        all.len() > NEWS / 3,
        "the draw says something: {}",
        all.len()
    );
}

#[tokio::test]
async fn a_client_hears_ids_and_a_status_and_no_more() {
    let (address, _) = streaming(&[]).await;
    let probe = Probe::new().await;
    let mut stream = Stream::open(address, &probe.token(), None).await;
    let expected = probe.tell(1).await;
    let block = stream
        .until(super::client::SOON, |block| {
            told(block, &probe.mark).is_some()
        })
        .await;
    assert!(block.is("appointment_status") && block.id.is_some());
    let data = block.data.unwrap();
    assert_eq!(data["id"], expected[0].to_string());
    let keys: Vec<_> = data
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(keys, ["id", "occurred_at", "status"]);
}
