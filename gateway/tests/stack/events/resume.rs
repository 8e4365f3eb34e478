//! Nothing is missed: not by a client that was cut off, not of a transaction that commits late, not while the database
//! is away.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use uuid::Uuid;

use super::{
    super::sign_in,
    CUSTOMER, Probe,
    client::{SOON, Stream, told},
    streaming,
};

const MOMENT: Duration = Duration::from_millis(300);

#[tokio::test]
async fn a_transaction_that_commits_late_is_heard_of_live_and_by_who_connects_again() {
    let (address, _) = streaming(&[]).await;
    let token = sign_in(CUSTOMER).await;
    let early = Probe::new().await;
    let late = early.again().await;
    let mut live = Stream::open(address, &token, None).await;

    late.begin().await;
    let first = late.tell(CUSTOMER, 1).await;
    let second = early.tell(CUSTOMER, 1).await;
    assert_eq!(live.hear(&early.mark, 2, MOMENT).await, second);
    let mut cut = Stream::open(address, &token, live.last_id.as_deref()).await;
    assert!(cut.hear(&early.mark, 1, MOMENT).await.is_empty());
    let id = cut.last_id.clone();
    drop(cut);

    late.commit().await;
    assert_eq!(live.hear(&early.mark, 1, SOON).await, first);
    let mut again = Stream::open(address, &token, id.as_deref()).await;
    assert_eq!(
        again.hear(&early.mark, 2, MOMENT).await,
        first,
        "that and not the other once more"
    );
}

/// Writes single news, batches, and news in transactions that overlap, for as long as `until`.
async fn write(probe: Probe, until: Instant) -> Vec<Uuid> {
    let mut written = Vec::new();
    while Instant::now() < until {
        probe.begin().await;
        written.extend(probe.tell(CUSTOMER, fastrand::i32(1..4)).await);
        tokio::time::sleep(Duration::from_millis(fastrand::u64(0..60))).await;
        probe.commit().await;
    }
    written
}

/// Three writers for a while; what they wrote.
async fn writers(probe: &Probe, until: Instant) -> tokio::task::JoinHandle<Vec<Uuid>> {
    let (one, two, three) = (
        probe.again().await,
        probe.again().await,
        probe.again().await,
    );
    tokio::spawn(async move {
        let all = tokio::join!(write(one, until), write(two, until), write(three, until));
        [all.0, all.1, all.2].concat()
    })
}

#[tokio::test]
async fn a_client_cut_off_anywhere_hears_of_everything() {
    const CUTS: usize = 80;
    let (address, _) = streaming(&[]).await;
    let token = sign_in(CUSTOMER).await;
    let probe = Probe::new().await;
    let mut stream = Stream::open(address, &token, None).await;
    let writing = writers(&probe, Instant::now() + Duration::from_secs(6)).await;

    let mut heard = Vec::new();
    let mut id = stream.last_id.clone();
    for _ in 0..CUTS {
        // Hangs up in the midst of what it is being sent; what it had not read yet is lost with the connection.
        for _ in 0..fastrand::usize(0..8) {
            let Some(block) = stream.next(Duration::from_millis(60)).await else {
                break;
            };
            assert!(!block.is("reset"));
            heard.extend(told(&block, &probe.mark));
        }
        id = stream.last_id.clone().or(id);
        drop(stream);
        stream = Stream::open(address, &token, id.as_deref()).await;
    }
    let written: BTreeSet<_> = writing.await.unwrap().into_iter().collect();
    while let Some(block) = stream.next(Duration::from_secs(1)).await {
        heard.extend(told(&block, &probe.mark));
    }
    let unique: BTreeSet<_> = heard.iter().copied().collect();
    assert!(written.len() > 100);
    assert_eq!(unique, written);
    // Only what came before a cut, and without its batch's id, may come again: at most the rest of a batch at each.
    assert!(
        heard.len() - unique.len() <= CUTS * 8,
        "{} twice",
        heard.len() - unique.len()
    );
}

#[tokio::test]
async fn a_stream_that_stays_open_hears_of_everything_once_whatever_happens_to_the_connections() {
    let (address, _) = streaming(&[("PORTAL_DATABASE_POOL_SIZE", "3")]).await;
    let token = sign_in(CUSTOMER).await;
    let probe = Probe::new().await;
    let mut stream = Stream::open(address, &token, None).await;
    let writing = writers(&probe, Instant::now() + Duration::from_secs(3)).await;
    // What a restart of Postgres looks like from here.
    let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
         where usename = 'portal_gateway' and pid <> pg_backend_pid() and query like any (array['%live_events%', 'select 1; commit'])";
    let gateway = super::super::state().db.connection().await.unwrap();
    let mut cuts = 0;
    while !writing.is_finished() {
        cuts += gateway.query_one(cut, &[]).await.unwrap().get::<_, i64>(0);
        tokio::time::sleep(MOMENT).await;
    }
    let written: BTreeSet<_> = writing.await.unwrap().into_iter().collect();
    let heard = stream.hear(&probe.mark, written.len(), SOON).await;
    assert!(cuts > 3, "{cuts}");
    assert_eq!(heard.len(), written.len());
    assert_eq!(heard.into_iter().collect::<BTreeSet<_>>(), written);
}

#[tokio::test]
async fn an_id_that_says_nothing_is_answered_with_reset_and_the_stream_goes_on() {
    let (address, _) = streaming(&[]).await;
    let token = sign_in(CUSTOMER).await;
    let probe = Probe::new().await;
    let fresh = Stream::open(address, &token, None).await.last_id.unwrap();
    let (seconds, snapshot) = fresh.split_once('.').unwrap();
    let seconds: u64 = seconds.parse().unwrap();
    let old = format!("{}.{snapshot}", seconds - 24 * 3600);
    let of_another_server = format!("{seconds}.9000000000000000000:9000000000000000000:");
    for id in ["0", "not-an-id", "1:2:3", &old, &of_another_server] {
        let mut stream = Stream::open(address, &token, Some(id)).await;
        let reset = stream.next(SOON).await.unwrap();
        assert!(reset.is("reset") && reset.id.is_some(), "{id}: {reset:?}");
        let expected = probe.tell(CUSTOMER, 1).await;
        assert_eq!(stream.hear(&probe.mark, 1, SOON).await, expected, "{id}");
    }
    let mut stream = Stream::open(address, &token, Some(&fresh)).await;
    assert_eq!(
        stream.hear(&probe.mark, 5, SOON).await.len(),
        5,
        "a good id brings all of it"
    );
}

#[tokio::test]
async fn too_much_at_once_is_answered_with_reset() {
    let (address, _) = streaming(&[]).await;
    let token = sign_in(CUSTOMER).await;
    let probe = Probe::new().await;
    let mut live = Stream::open(address, &token, None).await;
    let before = live.last_id.clone();
    probe.tell(CUSTOMER, 1001).await;
    live.until(SOON, |block| block.is("reset")).await;
    let mut again = Stream::open(address, &token, before.as_deref()).await;
    assert!(again.next(SOON).await.unwrap().is("reset"));
    let next = probe.tell(CUSTOMER, 1).await;
    assert_eq!(live.hear(&probe.mark, 1, SOON).await, next);
    assert_eq!(again.hear(&probe.mark, 1, SOON).await, next);
}

#[tokio::test]
async fn heartbeats_move_the_id_on_so_that_little_is_read_again() {
    let (address, _) = streaming(&[]).await;
    let mut stream = Stream::open(address, &sign_in(CUSTOMER).await, None).await;
    let before = stream.last_id.clone();
    // For somebody else: nothing is told of it.
    let probe = Probe::new().await;
    probe.tell("customer@bolt-pipe.example", 1).await;
    let beat = stream
        .until(Duration::from_secs(17), |block| block.comment.is_some())
        .await;
    assert!(beat.data.is_none() && beat.event.is_none());
    assert_ne!(stream.last_id, before);
}
