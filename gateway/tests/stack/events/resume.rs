//! Nothing is missed: not by a client that was cut off, not of a transaction that commits late, not while the database
//! is away.

use std::{collections::BTreeSet, time::Duration};

use portal_gateway::app::AppState;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{
    Probe,
    client::{SOON, Stream, told},
    streaming, streaming_app,
};

const MOMENT: Duration = Duration::from_millis(300);

#[tokio::test]
async fn a_transaction_that_commits_late_is_heard_of_live_and_by_who_connects_again() {
    let (address, _) = streaming(&[]).await;
    let early = Probe::new().await;
    let token = early.token();
    let late = early.again().await;
    let mut live = Stream::open(address, &token, None).await;

    late.begin().await;
    let first = late.tell(1).await;
    let second = early.tell(1).await;
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

/// Pieces of news by ones and threes, each in a transaction that takes its time; what was written.
async fn write(probe: Probe) -> Vec<Uuid> {
    let mut written = Vec::new();
    for _ in 0..40 {
        probe.begin().await;
        written.extend(probe.tell(fastrand::i32(1..4)).await);
        tokio::time::sleep(Duration::from_millis(fastrand::u64(0..60))).await;
        probe.commit().await;
    }
    written
}

/// Three who write at once, so that what begins first often commits last.
async fn writers(probe: &Probe) -> JoinHandle<BTreeSet<Uuid>> {
    let (one, two, three) = (
        probe.again().await,
        probe.again().await,
        probe.again().await,
    );
    tokio::spawn(async move {
        let all = tokio::join!(write(one), write(two), write(three));
        [all.0, all.1, all.2].concat().into_iter().collect()
    })
}

#[tokio::test]
async fn a_client_cut_off_anywhere_hears_of_everything() {
    let (address, _) = streaming(&[("PORTAL_EVENTS_STREAMS_PER_USER", "100")]).await;
    let probe = Probe::new().await;
    let token = probe.token();
    let mut stream = Stream::open(address, &token, None).await;
    let writing = writers(&probe).await;

    let (mut heard, mut cuts) = (Vec::new(), 0);
    while !writing.is_finished() || cuts < 50 {
        // Hangs up in the midst of what it is being sent; what it had not read yet is lost with the connection.
        for _ in 0..fastrand::usize(0..8) {
            let Some(block) = stream.next(Duration::from_millis(60)).await else {
                break;
            };
            assert!(!block.is("reset"));
            heard.extend(told(&block, &probe.mark));
        }
        let id = stream.last_id.clone();
        drop(stream);
        stream = Stream::open(address, &token, id.as_deref()).await;
        cuts += 1;
    }
    let written = writing.await.unwrap();
    while let Some(block) = stream.next(Duration::from_secs(1)).await {
        heard.extend(told(&block, &probe.mark));
    }
    let unique: BTreeSet<_> = heard.iter().copied().collect();
    assert_eq!(unique, written);
    // Only what was read of a batch before its end may come again: no more than one reads between two cuts.
    let twice = heard.len() - unique.len();
    assert!(twice <= cuts * 8, "{twice} twice after {cuts} cuts");
}

/// What a restart of Postgres looks like from this gateway, which has two connections at most; how many it lost.
async fn cut_connections(state: &AppState) -> i64 {
    let mut backends: Vec<i32> = Vec::new();
    let both = tokio::join!(state.db.connection(), state.db.connection());
    for connection in [both.0, both.1].into_iter().flatten() {
        if let Ok(row) = connection.query_one("select pg_backend_pid()", &[]).await {
            backends.push(row.get(0));
        }
    }
    let cut =
        "select count(*) from unnest($1::integer[]) backend where pg_terminate_backend(backend)";
    let gateway = super::super::state().db.connection().await.unwrap();
    let row = gateway.query_one(cut, &[&backends]).await;
    row.unwrap().get(0)
}

#[tokio::test]
async fn a_stream_that_stays_open_hears_of_everything_once_whatever_happens_to_the_connections() {
    let (address, state) = streaming(&[("PORTAL_DATABASE_POOL_SIZE", "2")]).await;
    let probe = Probe::new().await;
    let token = probe.token();
    let mut stream = Stream::open(address, &token, None).await;
    let writing = writers(&probe).await;
    let mut cuts = 0;
    while !writing.is_finished() {
        cuts += cut_connections(&state).await;
        tokio::time::sleep(MOMENT).await;
    }
    let written = writing.await.unwrap();
    let heard = stream.hear(&probe.mark, written.len(), SOON).await;
    assert!(cuts > 3, "{cuts}");
    assert_eq!(heard.len(), written.len());
    assert_eq!(heard.into_iter().collect::<BTreeSet<_>>(), written);
}

#[tokio::test]
async fn an_id_that_says_nothing_is_answered_with_reset_and_the_stream_goes_on() {
    let (address, _) = streaming(&[]).await;
    let probe = Probe::new().await;
    let token = probe.token();
    let fresh = Stream::open(address, &token, None).await.last_id.unwrap();
    let (seconds, snapshot) = fresh.split_once('.').unwrap();
    let seconds: u64 = seconds.parse().unwrap();
    let old = format!("{}.{snapshot}", seconds - 24 * 3600);
    let of_another_server = format!("{seconds}.9000000000000000000:9000000000000000000:");
    for id in ["0", "not-an-id", "1:2:3", &old, &of_another_server] {
        let mut stream = Stream::open(address, &token, Some(id)).await;
        let reset = stream.next(SOON).await.unwrap();
        assert!(reset.is("reset") && reset.id.is_some(), "{id}: {reset:?}");
        let expected = probe.tell(1).await;
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
async fn a_client_that_does_not_read_for_a_while_still_hears_of_everything_once() {
    const NEWS: usize = 150;
    let (app, _) = streaming_app(&[]);
    let probe = Probe::new().await;
    let mut stream = Stream::open_in_process(app, &probe.token()).await;
    let mut written = BTreeSet::new();
    // More batches than are kept for a stream.
    for _ in 0..NEWS {
        written.extend(probe.tell(1).await);
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let heard = stream
        .hear(&probe.mark, NEWS + 1, Duration::from_secs(2))
        .await;
    assert_eq!(heard.len(), NEWS);
    assert_eq!(heard.into_iter().collect::<BTreeSet<_>>(), written);
}

#[tokio::test]
async fn too_much_at_once_is_answered_with_reset() {
    let (address, _) = streaming(&[]).await;
    let probe = Probe::new().await;
    let token = probe.token();
    let mut live = Stream::open(address, &token, None).await;
    let before = live.last_id.clone();
    probe.tell(1001).await;
    live.until(SOON, |block| block.is("reset")).await;
    let mut again = Stream::open(address, &token, before.as_deref()).await;
    assert!(again.next(SOON).await.unwrap().is("reset"));
    let next = probe.tell(1).await;
    assert_eq!(live.hear(&probe.mark, 1, SOON).await, next);
    assert_eq!(again.hear(&probe.mark, 1, SOON).await, next);
}

#[tokio::test]
async fn heartbeats_move_the_id_on_so_that_little_is_read_again() {
    let (address, _) = streaming(&[]).await;
    let probe = Probe::new().await;
    let mut stream = Stream::open(address, &probe.token(), None).await;
    let before = stream.last_id.clone();
    // For somebody else: nothing is told of it.
    probe.tell_of(Uuid::now_v7(), 1).await;
    let beat = stream
        .until(Duration::from_secs(17), |block| block.comment.is_some())
        .await;
    assert!(beat.data.is_none() && beat.event.is_none());
    assert_ne!(stream.last_id, before);
}
