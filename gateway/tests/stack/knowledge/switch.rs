//! From one model to another while questions are asked.

use std::{sync::atomic::Ordering, time::Duration};

use portal_gateway::{app::AppState, caller::Caller, embeddings::queue};
use uuid::Uuid;

use super::{LONG, Library, config, customer, until, variable};

const REAL: &str = "all-minilm-l6-v2";

/// A gateway with the real model; what it is asked it answers as the stack's own gateway does.
fn real() -> AppState {
    AppState::new(&config(&[(
        "PORTAL_EMBEDDING_MODEL_DIRS",
        &variable("PORTAL_TEST_MODEL_DIR"),
    )]))
    .unwrap()
}

/// What the customer finds for the question: articles, and which place each has by its meaning.
async fn search(
    state: &AppState,
    caller: &Caller,
    question: &str,
    vector: &[f32],
    model: &str,
) -> Vec<(Uuid, Option<i32>)> {
    let sql = "select article_id, vector_rank \
         from portal.search_kb($1, $2, 20, embedding_model => $3)";
    let found = state.db.as_caller(caller, async |tx| {
        use tokio_postgres::types::Type;
        let rows = tx
            .query_typed(
                sql,
                &[
                    (&question, Type::TEXT),
                    (&vector, Type::FLOAT4_ARRAY),
                    (&model, Type::TEXT),
                ],
            )
            .await?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    });
    found.await.unwrap()
}

async fn active(library: &Library) -> String {
    let sql = "select model from public.kb_embedding_models where state = 'active'";
    library.owner.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn an_article_that_somebody_inserts_is_soon_found_by_its_meaning() {
    let (library, state) = (Library::open().await, real());
    until(async || active(&library).await == REAL).await;
    let caller = customer(&state).await;
    let body = "Our wombat sanctuary welcomes visitors every Sunday; marsupial food is sold at the entrance.";
    let article = library.article("meaning", body).await;
    // No word in common.
    let question = "When may I look at Australian animals?";
    let (model, vector) = state.embeddings.question(question).await.expect("a vector");
    assert_eq!((model.as_str(), vector.len()), (REAL, 384));
    until(async || {
        let found = search(&state, &caller, question, &vector, &model).await;
        found.contains(&(article, Some(1)))
    })
    .await;
    library.close(Vec::new()).await;
}

#[tokio::test]
async fn one_model_answers_while_another_ones_set_is_built_and_then_it_takes_over_at_once() {
    let (library, first) = (Library::open().await, real());
    until(async || active(&library).await == REAL).await;
    let caller = customer(&first).await;
    let question = "What does a visit cost?";
    library.build().await;
    let (second, work) = library.embed("second", LONG);
    library.until_all_but_the_gate().await;

    // All but one article, and still the first one answers.
    assert_eq!(active(&library).await, REAL);
    let (model, vector) = first.embeddings.question(question).await.expect("a vector");
    assert_eq!(model, REAL);
    let found = search(&first, &caller, question, &vector, REAL).await;
    assert!(found.iter().any(|(_, place)| place.is_some()));
    assert_eq!(second.embeddings.question(question).await, None);

    library.gate.store(true, Ordering::SeqCst);
    let now = "update public.kb_embedding_jobs set not_before = now() where model = $1 and lease_until is null";
    until(async || {
        library.owner.execute(now, &[&library.model]).await.unwrap();
        active(&library).await == library.model
    })
    .await;
    let state = "select state from public.kb_embedding_models where model = $1";
    let row = library.owner.query_one(state, &[&REAL]).await.unwrap();
    assert_eq!(row.get::<_, String>(0), "retired");

    // Who has not noticed yet is answered all the same; soon everybody has.
    let found = search(&first, &caller, question, &vector, REAL).await;
    assert!(found.iter().any(|(_, place)| place.is_some()));
    until(async || first.embeddings.question(question).await.is_none()).await;
    until(async || second.embeddings.question(question).await.is_some()).await;
    let (model, vector) = second.embeddings.question(question).await.unwrap();
    assert_eq!(model, library.model);
    let found = search(&second, &caller, question, &vector, &model).await;
    assert_eq!(found.len(), 20);
    assert!(found.iter().any(|(_, place)| *place == Some(1)));
    library.close(vec![(second, work)]).await;
}

#[tokio::test]
async fn a_knowledge_base_that_has_a_model_takes_no_other_for_being_offered_it() {
    let (library, state) = (Library::open().await, real());
    until(async || active(&library).await == REAL).await;
    let offered = queue::offer(&state.db, &library.model, 8).await;
    assert_eq!(offered.unwrap(), "unused");
    assert_eq!(queue::offer(&state.db, REAL, 384).await.unwrap(), "active");
    let other = queue::offer(&state.db, REAL, 8).await.unwrap_err();
    assert_eq!(other.reason().as_deref(), Some("dimension_mismatch"));
    let nobody = queue::claim(&state.db, &library.model, 8, Duration::from_secs(1)).await;
    assert!(nobody.unwrap().is_empty());
    library.close(Vec::new()).await;
}
