//! Answers that break off, and what is kept of them.

use std::time::{Duration, Instant};

use serde_json::json;
use uuid::Uuid;

use super::{
    Company, QUESTION,
    client::{ask, ask_once, asking, question, refused},
    serving,
};
use crate::upstream::{Step, Upstream, answer, done, finish, ok, piece, refusal, send, wait};

fn stalling() -> Vec<Step> {
    vec![ok(), piece("Turn the"), piece(" lever"), Step::Stall]
}

#[tokio::test]
async fn a_client_that_hangs_up_ends_the_request_to_the_model_and_the_answer_is_given_anew_later() {
    let upstream = Upstream::in_turn(vec![stalling(), answer(&["Turn the lever right."])]).await;
    let (address, state) = serving(Some(&upstream), &[]).await;
    let company = Company::new().await;
    let mut who = company.customer();
    let (conversation, id) = (who.begin(&state, None).await, Uuid::now_v7());
    let mut heard = ask(address, &who, conversation, QUESTION, id).await;
    heard.until("lever").await;
    let gone = Instant::now();
    drop(heard);
    assert!(upstream.hung_up().await - gone < Duration::from_secs(1));
    let partial = company.answer(conversation).await;
    assert_eq!(
        (&partial["content"], &partial["finish_reason"]),
        (&json!("Turn the lever"), &json!("interrupted"))
    );
    assert!(
        partial["tokens_used"].as_i64().unwrap() > 100,
        "what it cost is estimated: {partial}"
    );
    assert_eq!(company.open_turns().await, 0);

    for _ in 0..2 {
        let heard = ask(address, &who, conversation, QUESTION, id)
            .await
            .whole()
            .await;
        assert_eq!(heard.said("answer"), "Turn the lever right.");
    }
    assert_eq!(
        upstream.asked().len(),
        2,
        "anew once, then from what is stored"
    );
    let stored = company.stored(conversation).await;
    let contents: Vec<_> = stored
        .iter()
        .map(|message| message["content"].as_str().unwrap())
        .collect();
    assert_eq!(contents, [QUESTION, "Turn the lever right."]);
}

#[tokio::test]
async fn a_client_that_waits_for_one_document_may_hang_up_too() {
    let upstream = Upstream::saying(stalling()).await;
    let (address, state) = serving(Some(&upstream), &[]).await;
    let company = Company::new().await;
    let mut who = company.customer();
    let conversation = who.begin(&state, None).await;
    let body = question(QUESTION, Uuid::now_v7());
    let request = asking(address, &who, conversation, &body).header("accept", "application/json");
    let request = tokio::spawn(request.send());
    while upstream.asked().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let gone = Instant::now();
    request.abort();
    assert!(upstream.hung_up().await - gone < Duration::from_secs(1));
    assert_eq!(
        company.answer(conversation).await["finish_reason"],
        "interrupted"
    );
}

#[tokio::test]
async fn a_model_that_fails_half_way_leaves_its_part_and_an_error_and_the_stream_ends_in_order() {
    let broken = vec![ok(), piece("Turn the"), send("data: {\"choices\":")];
    let upstream = Upstream::in_turn(vec![broken, refusal("401 Unauthorized", "", "no")]).await;
    let (address, state) = serving(Some(&upstream), &[]).await;
    let company = Company::new().await;
    let mut who = company.customer();
    let (conversation, id) = (who.begin(&state, None).await, Uuid::now_v7());
    let heard = ask(address, &who, conversation, QUESTION, id)
        .await
        .whole()
        .await;
    assert_eq!(
        (heard.error().as_str(), heard.said("answer").as_str()),
        ("assistant_unavailable", "Turn the")
    );
    let kinds = heard.kinds();
    assert_eq!(
        kinds[kinds.len() - 4..],
        ["text-end", "error", "finish-step", "finish"]
    );
    assert_eq!(heard.finish()["finishReason"], "error");
    let partial = company.answer(conversation).await;
    assert_eq!(
        (&partial["content"], &partial["finish_reason"]),
        (&json!("Turn the"), &json!("error"))
    );

    // The server refuses now: nothing new is stored, and nothing is lost.
    let (status, body) = ask_once(address, &who, conversation, QUESTION, id).await;
    assert_eq!((status, &body["code"]), (503, &json!("PT503")));
    assert_eq!(company.answers(conversation).await, [partial]);
    assert_eq!(company.open_turns().await, 0);
}

#[tokio::test]
async fn of_equal_questions_at_once_one_asks_the_model() {
    let slow = vec![ok(), piece("Right."), wait(1500), finish("stop"), done()];
    let upstream = Upstream::saying(slow).await;
    let (address, state) = serving(Some(&upstream), &[]).await;
    let company = Company::new().await;
    let mut who = company.customer();
    let (conversation, id) = (who.begin(&state, None).await, Uuid::now_v7());
    let asks = (0..6).map(|_| ask_once(address, &who, conversation, QUESTION, id));
    let answers = futures_util::future::join_all(asks).await;
    let (fine, others): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|(status, _)| *status == 200);
    assert_eq!((fine.len(), others.len()), (1, 5));
    for (status, body) in others {
        assert_eq!(status, 409);
        let details = body["details"].as_str().unwrap();
        assert!(
            details.contains("turn_in_progress") && details.contains("retry_after_seconds"),
            "{details}"
        );
    }
    assert_eq!(upstream.asked().len(), 1);
    assert_eq!(company.stored(conversation).await.len(), 2);
}

#[tokio::test]
async fn when_a_person_takes_over_while_the_model_speaks_nothing_of_it_is_stored() {
    let slow = vec![
        ok(),
        piece("Turn the"),
        wait(1500),
        piece(" lever"),
        finish("stop"),
        done(),
    ];
    let upstream = Upstream::saying(slow).await;
    let (address, state) = serving(Some(&upstream), &[]).await;
    let company = Company::new().await;
    let mut who = company.customer();
    let conversation = who.begin(&state, None).await;
    let mut heard = ask(address, &who, conversation, QUESTION, Uuid::now_v7()).await;
    heard.until("Turn").await;
    let url = format!("http://{address}/portal/v1/ai/conversations/{conversation}/escalate");
    let escalate = || {
        let request = reqwest::Client::new()
            .post(&url)
            .json(&json!({ "reason": "customer_request" }));
        who.headers
            .iter()
            .fold(request, |request, (name, value)| {
                request.header(*name, value)
            })
            .send()
    };
    let first: serde_json::Value = escalate().await.unwrap().json().await.unwrap();
    assert!(first["thread_id"].as_str().is_some(), "{first}");
    assert_eq!(
        escalate()
            .await
            .unwrap()
            .json::<serde_json::Value>()
            .await
            .unwrap(),
        first
    );
    let heard = heard.whole().await;
    assert_eq!(heard.error(), "human_took_over");
    assert!(company.answers(conversation).await.is_empty());
    assert_eq!(company.open_turns().await, 0);

    let next = asking(
        address,
        &who,
        conversation,
        &question("And now?", Uuid::now_v7()),
    )
    .send()
    .await
    .unwrap();
    let (status, details) = refused(next).await;
    assert_eq!(
        (status, &details["reason"]),
        (409, &json!("conversation_escalated"))
    );
    assert_eq!(details["thread_id"], first["thread_id"]);
    assert_eq!(upstream.asked().len(), 1);
}

#[tokio::test]
async fn the_request_timeout_counts_until_a_stream_begins_and_one_document_comes_before_it() {
    let ticks = (0..20).flat_map(|_| [wait(200), piece("tick ")]);
    let steps = [ok(), piece("Now: ")]
        .into_iter()
        .chain(ticks)
        .chain([finish("stop"), done()])
        .collect();
    let upstream = Upstream::saying(steps).await;
    let short = [
        ("PORTAL_REQUEST_TIMEOUT_SECONDS", "3"),
        ("PORTAL_DATABASE_STATEMENT_TIMEOUT_SECONDS", "2"),
        ("PORTAL_ASSISTANT_HEARTBEAT_SECONDS", "1"),
    ];
    let (address, state) = serving(Some(&upstream), &short).await;
    let company = Company::new().await;
    let mut who = company.customer();
    let conversation = who.begin(&state, None).await;
    let heard = ask(address, &who, conversation, QUESTION, Uuid::now_v7())
        .await
        .whole()
        .await;
    assert_eq!(heard.said("answer").matches("tick").count(), 20);

    let id = Uuid::now_v7();
    let (status, body) = ask_once(address, &who, conversation, "And the whistle?", id).await;
    assert_eq!(
        (status, &body["message"]["finish_reason"]),
        (200, &json!("interrupted")),
        "{body}"
    );
    assert!(
        body["message"]["content"]
            .as_str()
            .unwrap()
            .starts_with("Now:")
    );
}

#[tokio::test]
async fn a_gateway_that_shuts_down_keeps_what_was_said_and_tells_so() {
    let upstream = Upstream::saying(stalling()).await;
    let (address, state) =
        serving(Some(&upstream), &[("PORTAL_SHUTDOWN_GRACE_SECONDS", "1")]).await;
    let company = Company::new().await;
    let mut who = company.customer();
    let conversation = who.begin(&state, None).await;
    let mut heard = ask(address, &who, conversation, QUESTION, Uuid::now_v7()).await;
    heard.until("lever").await;
    state.drain.begin();
    let heard = heard.whole().await;
    assert_eq!(
        (
            heard.error().as_str(),
            &heard.finish()["messageMetadata"]["finish_reason"]
        ),
        ("interrupted", &json!("interrupted"))
    );
    assert_eq!(
        company.answer(conversation).await["content"],
        "Turn the lever"
    );
    state.assistant.running.none().await;
}
