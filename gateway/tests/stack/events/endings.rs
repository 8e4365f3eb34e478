//! When streams are refused and when they end.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::{EncodingKey, Header};
use portal_gateway::error::ErrorBody;
use serde_json::json;
use uuid::Uuid;

use super::{
    super::{sign_in, variable},
    CUSTOMER, Probe,
    client::{SOON, Stream, request},
    streaming,
};

/// A token as Supabase Auth makes them, for as long as one likes.
fn token(user_id: Uuid, seconds: u64) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let claims = json!({ "sub": user_id, "aud": "authenticated", "role": "authenticated", "iat": now, "exp": now + seconds });
    let key = EncodingKey::from_secret(variable("SUPABASE_JWT_SECRET").as_bytes());
    jsonwebtoken::encode(&Header::default(), &claims, &key).unwrap()
}

/// A new customer of Acme with a log-in of their own.
async fn newcomer(probe: &Probe) -> (Uuid, String) {
    let sql = "with new_user as ( \
           insert into auth.users (id, aud, role, email, email_confirmed_at) \
           values (gen_random_uuid(), 'authenticated', 'authenticated', $1, now()) returning id, email), \
         new_customer as ( \
           insert into public.customers (org_id, full_name) select id, 'Vera Vandal' from public.orgs where slug = 'acme-comfort' \
           returning org_id, id), \
         new_account as ( \
           insert into public.portal_accounts (org_id, user_id, customer_id, linked_by) \
           select c.org_id, u.id, c.id, 'new' from new_customer c, new_user u returning user_id) \
         select user_id from new_account";
    let email = format!("{}@newcomers.example", probe.mark);
    let row = probe.owner.query_one(sql, &[&email]).await.unwrap();
    (row.get(0), email)
}

#[tokio::test]
async fn who_is_not_signed_in_or_has_no_account_is_refused() {
    let (address, _) = streaming(&[]).await;
    for (token, status, reason) in [
        (
            variable("SUPABASE_PUBLISHABLE_KEY"),
            401,
            "sign_in_required",
        ),
        (token(Uuid::now_v7(), 60), 403, "no_active_account"),
    ] {
        let response = request(address, &token, None).await;
        assert_eq!(response.status(), status);
        let body: ErrorBody = response.json().await.unwrap();
        assert!(body.details.unwrap().contains(reason));
        assert!(body.hint.is_some());
    }
}

#[tokio::test]
async fn a_suspended_account_hears_nothing_more_and_may_not_come_back() {
    let (address, _) = streaming(&[]).await;
    let probe = Probe::new().await;
    let (user_id, email) = newcomer(&probe).await;
    let token = token(user_id, 600);
    let mut stream = Stream::open(address, &token, None).await;
    let heard = probe.tell(&email, 1).await;
    assert_eq!(stream.hear(&probe.mark, 1, SOON).await, heard);

    probe.begin().await;
    let suspend = "update public.portal_accounts set status = 'suspended' where user_id = $1";
    probe.owner.execute(suspend, &[&user_id]).await.unwrap();
    probe.tell(&email, 1).await;
    probe.commit().await;
    assert_eq!(stream.end(Duration::from_secs(5)).await, "access has ended");
    assert_eq!(request(address, &token, None).await.status(), 403);
}

#[tokio::test]
async fn a_stream_ends_with_its_token() {
    let (address, _) = streaming(&[]).await;
    let probe = Probe::new().await;
    let (user_id, _) = newcomer(&probe).await;
    let mut stream = Stream::open(address, &token(user_id, 2), None).await;
    assert_eq!(
        stream.end(Duration::from_secs(4)).await,
        "the access token has expired"
    );
}

#[tokio::test]
async fn streams_end_when_the_gateway_shuts_down() {
    let (address, drain) = streaming(&[]).await;
    let mut stream = Stream::open(address, &sign_in(CUSTOMER).await, None).await;
    drain.begin();
    assert_eq!(stream.end(SOON).await, "the server is shutting down");
}

#[tokio::test]
async fn a_quiet_stream_outlives_the_request_timeout() {
    let (address, _) = streaming(&[
        ("PORTAL_REQUEST_TIMEOUT_SECONDS", "2"),
        ("PORTAL_DATABASE_STATEMENT_TIMEOUT_SECONDS", "1"),
    ])
    .await;
    let probe = Probe::new().await;
    let mut stream = Stream::open(address, &sign_in(CUSTOMER).await, None).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let told = probe.tell(CUSTOMER, 1).await;
    assert_eq!(stream.hear(&probe.mark, 1, SOON).await, told);
}

#[tokio::test]
async fn a_user_gets_so_many_streams_and_no_more() {
    let (address, _) = streaming(&[("PORTAL_EVENTS_STREAMS_PER_USER", "2")]).await;
    let (one, other) = (
        sign_in(CUSTOMER).await,
        sign_in("csr@acme-comfort.example").await,
    );
    let first = Stream::open(address, &one, None).await;
    let _second = Stream::open(address, &one, None).await;
    let refused = request(address, &one, None).await;
    assert_eq!(refused.status(), 429);
    let body: ErrorBody = refused.json().await.unwrap();
    assert!(body.details.unwrap().contains("too_many_streams"));
    let _others = Stream::open(address, &other, None).await;

    drop(first);
    let deadline = std::time::Instant::now() + SOON;
    while request(address, &one, None).await.status() == 429 {
        assert!(
            std::time::Instant::now() < deadline,
            "a closed stream makes room"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
