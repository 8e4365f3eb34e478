//! What is refused before a model is asked.

use serde_json::json;
use uuid::Uuid;

use super::{
    Company, QUESTION,
    client::{ask, asking, question, refused},
    serving,
};
use crate::upstream::{Upstream, answer};

#[tokio::test]
async fn a_budget_that_is_used_up_is_told_before_the_model_is_asked() {
    let upstream = Upstream::saying(answer(&["Right."])).await;
    let (address, state) = serving(Some(&upstream), &[]).await;
    for (column, value, reason) in [
        ("org_tokens_per_day", 0, "org_budget"),
        ("conversation_tokens", 10, "conversation_budget"),
        ("account_turns_per_hour", 1, "too_many_turns"),
        ("conversation_turns", 1, "conversation_budget"),
    ] {
        let company = Company::new().await;
        company.allow(column, value).await;
        let mut who = company.customer();
        let conversation = who.begin(&state, None).await;
        let asked_before = upstream.asked().len();
        if value == 1 {
            ask(address, &who, conversation, QUESTION, Uuid::now_v7())
                .await
                .whole()
                .await;
        }
        let body = question("One more about the lever?", Uuid::now_v7());
        let response = asking(address, &who, conversation, &body)
            .send()
            .await
            .unwrap();
        let retry_after = response.headers().get("retry-after").cloned();
        let (status, details) = refused(response).await;
        assert_eq!(
            (status, &details["reason"]),
            (429, &json!(reason)),
            "{column}"
        );
        let seconds = details["retry_after_seconds"]
            .as_u64()
            .map(|seconds| seconds.to_string());
        assert_eq!(
            retry_after.map(|value| value.to_str().unwrap().to_owned()),
            seconds,
            "{column}"
        );
        assert_eq!(
            upstream.asked().len() - asked_before,
            usize::from(value == 1),
            "{column}"
        );
    }
}

#[tokio::test]
async fn who_asks_too_often_is_told_by_this_gateway_already() {
    let upstream = Upstream::saying(answer(&["Right."])).await;
    let (address, state) = serving(
        Some(&upstream),
        &[("PORTAL_ASSISTANT_TURNS_PER_MINUTE", "1")],
    )
    .await;
    let company = Company::new().await;
    let mut who = company.customer();
    let conversation = who.begin(&state, None).await;
    ask(address, &who, conversation, QUESTION, Uuid::now_v7())
        .await
        .whole()
        .await;
    let body = question("And?", Uuid::now_v7());
    let response = asking(address, &who, conversation, &body)
        .send()
        .await
        .unwrap();
    assert!(response.headers().contains_key("retry-after"));
    let (status, details) = refused(response).await;
    assert_eq!(
        (status, &details["reason"]),
        (429, &json!("too_many_requests"))
    );
    assert_eq!(company.stored(conversation).await.len(), 2);
}

#[tokio::test]
async fn another_ones_conversation_is_absent_and_one_that_has_ended_is_over() {
    let upstream = Upstream::saying(answer(&["Right."])).await;
    let (address, state) = serving(Some(&upstream), &[]).await;
    let (company, other) = (Company::new().await, Company::new().await);
    let mut who = company.customer();
    let conversation = who.begin(&state, None).await;
    let status = async |person: &super::Person, conversation| {
        let body = question(QUESTION, Uuid::now_v7());
        refused(
            asking(address, person, conversation, &body)
                .send()
                .await
                .unwrap(),
        )
        .await
        .0
    };
    assert_eq!(status(&other.customer(), conversation).await, 404);
    assert_eq!(status(&who, Uuid::now_v7()).await, 404);
    let caller = who.caller(&state).await;
    let end = async |tx: &tokio_postgres::Client| {
        Ok(tx
            .execute("select portal.end_ai_conversation($1)", &[&conversation])
            .await?)
    };
    state.db.as_caller(&caller, end).await.unwrap();
    assert_eq!(status(&who, conversation).await, 410);
    assert!(upstream.asked().is_empty());
}
