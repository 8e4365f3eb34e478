//! When streams are refused and when they end.

use std::time::{Duration, Instant};

use portal_gateway::error::ErrorBody;
use uuid::Uuid;

use super::{
    super::variable,
    Probe,
    client::{SOON, Stream, request},
    streaming, token,
};

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
    let token = probe.token();
    let mut stream = Stream::open(address, &token, None).await;
    let heard = probe.tell(1).await;
    assert_eq!(stream.hear(&probe.mark, 1, SOON).await, heard);

    probe.begin().await;
    let suspend = "update public.portal_accounts set status = 'suspended' where user_id = $1";
    probe
        .owner
        .execute(suspend, &[&probe.user_id])
        .await
        .unwrap();
    probe.tell(1).await;
    probe.commit().await;
    assert_eq!(stream.end(Duration::from_secs(5)).await, "access has ended");
    assert_eq!(request(address, &token, None).await.status(), 403);
}

#[tokio::test]
async fn a_stream_ends_with_its_token() {
    let (address, _) = streaming(&[]).await;
    let probe = Probe::new().await;
    let mut stream = Stream::open(address, &token(probe.user_id, 2), None).await;
    assert_eq!(
        stream.end(Duration::from_secs(4)).await,
        "the access token has expired"
    );
}

#[tokio::test]
async fn streams_end_when_the_gateway_shuts_down() {
    let (address, state) = streaming(&[]).await;
    let probe = Probe::new().await;
    let mut stream = Stream::open(address, &probe.token(), None).await;
    state.drain.begin();
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
    let mut stream = Stream::open(address, &probe.token(), None).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let told = probe.tell(1).await;
    assert_eq!(stream.hear(&probe.mark, 1, SOON).await, told);
}

#[tokio::test]
async fn a_user_gets_so_many_streams_and_no_more() {
    let (address, _) = streaming(&[("PORTAL_EVENTS_STREAMS_PER_USER", "2")]).await;
    let (one, other) = (Probe::new().await.token(), Probe::new().await.token());
    let first = Stream::open(address, &one, None).await;
    let _second = Stream::open(address, &one, None).await;
    let refused = request(address, &one, None).await;
    assert_eq!(refused.status(), 429);
    let body: ErrorBody = refused.json().await.unwrap();
    assert!(body.details.unwrap().contains("too_many_streams"));
    let _others = Stream::open(address, &other, None).await;

    drop(first);
    let deadline = Instant::now() + SOON;
    while request(address, &one, None).await.status() == 429 {
        assert!(Instant::now() < deadline, "a closed stream makes room");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
