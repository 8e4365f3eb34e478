//! People in danger, and people without a log-in.

use serde_json::json;
use uuid::Uuid;

use super::{
    Company, Person, QUESTION,
    client::{ask, ask_once, asking, question, refused},
    serving,
};
use crate::{
    upstream::{Upstream, answer, refusal},
    variable,
};

const DANGER: &str = "I smell gas near the kettle lever!";

#[tokio::test]
async fn who_tells_of_danger_is_told_first_what_to_do_whatever_the_model_says() {
    let upstream = Upstream::saying(answer(&["Light a match to be sure [1]."])).await;
    let (address, state) = serving(Some(&upstream), &[]).await;
    let company = Company::new().await;
    let mut who = company.customer();
    let (conversation, id) = (who.begin(&state, None).await, Uuid::now_v7());
    let first = ask(address, &who, conversation, DANGER, id)
        .await
        .whole()
        .await;
    let kinds = first.kinds();
    assert_eq!(
        kinds[..6],
        [
            "start",
            "start-step",
            "text-start",
            "text-delta",
            "text-end",
            "text-start"
        ]
    );
    let notice = first.said("safety");
    assert!(notice.contains("leave the building"), "{notice}");
    assert_eq!(
        first.of_kind("data-offer-human")[0]["data"]["reason"],
        "safety"
    );
    let stored = company.answer(conversation).await;
    assert_eq!(
        stored["content"],
        format!("{notice}\n\nLight a match to be sure [1].")
    );
    assert_eq!(stored["content"], first.all_text());

    let again = ask(address, &who, conversation, DANGER, id)
        .await
        .whole()
        .await;
    assert_eq!(
        (again.said("safety"), again.said("answer")),
        (notice, first.said("answer"))
    );
}

#[tokio::test]
async fn in_danger_even_a_model_that_is_away_leaves_the_advice() {
    let upstream = Upstream::saying(refusal("401 Unauthorized", "", "no")).await;
    let (address, state) = serving(Some(&upstream), &[]).await;
    let company = Company::new().await;
    let mut who = company.customer();
    let conversation = who.begin(&state, None).await;
    let (status, body) = ask_once(address, &who, conversation, DANGER, Uuid::now_v7()).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["message"]["content"], body["safety_notice"]);
    assert_eq!(
        (
            &body["message"]["finish_reason"],
            &body["offer_human"]["reason"]
        ),
        (&json!("error"), &json!("safety"))
    );
    let heard = ask(
        address,
        &who,
        conversation,
        "There is smoke from the kettle",
        Uuid::now_v7(),
    )
    .await
    .whole()
    .await;
    assert!(!heard.said("safety").is_empty());
    assert_eq!(heard.error(), "assistant_unavailable");
}

#[tokio::test]
async fn without_a_log_in_the_conversations_token_opens_it_and_nothing_else_does() {
    let upstream = Upstream::saying(answer(&["Gladly."])).await;
    let (address, state) = serving(Some(&upstream), &[]).await;
    let company = Company::new().await;
    let nobody = Person {
        headers: vec![("apikey", variable("SUPABASE_PUBLISHABLE_KEY"))],
    };
    let mut visitor = nobody.clone();
    let conversation = visitor.begin(&state, Some(&company.slug)).await;
    assert_eq!(visitor.headers.len(), 2, "a token was given");

    let heard = ask(
        address,
        &visitor,
        conversation,
        "Can I talk to a person?",
        Uuid::now_v7(),
    )
    .await
    .whole()
    .await;
    assert_eq!(heard.said("answer"), "Gladly.");
    let offer = &heard.of_kind("data-offer-human")[0]["data"];
    assert_eq!(
        (&offer["reason"], &offer["can_escalate"]),
        (&json!("customer_request"), &json!(false))
    );
    assert_eq!(offer["phone"], "+13125550188");
    // The company's own articles are for its customers.
    ask(address, &visitor, conversation, QUESTION, Uuid::now_v7())
        .await
        .whole()
        .await;
    let told = upstream
        .asked()
        .iter()
        .map(|asked| asked.body.to_string())
        .collect::<String>();
    assert!(
        !told.contains("brass") && told.contains("<facts>\\n(none)"),
        "{told}"
    );

    let stranger = Person {
        headers: [
            nobody.headers.clone(),
            vec![("x-portal-session", "made-up".to_owned())],
        ]
        .concat(),
    };
    for other in [&nobody, &stranger, &company.customer()] {
        let body = question(QUESTION, Uuid::now_v7());
        let response = asking(address, other, conversation, &body)
            .send()
            .await
            .unwrap();
        assert_eq!(refused(response).await.0, 404);
    }
    assert_eq!(upstream.asked().len(), 2);
}
