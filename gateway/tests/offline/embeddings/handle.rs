//! What requests ask, while there is no database.

use std::time::Duration;

use portal_gateway::{app::AppState, embeddings::worker::Worker};

use super::tiny::Tiny;
use crate::{keys::config_with, logs::Logs};

fn state(more: &[(&str, &str)]) -> Result<AppState, String> {
    let away = [(
        "PORTAL_DATABASE_URL",
        "postgresql://portal_gateway:p@127.0.0.1:1/postgres",
    )];
    AppState::new(&config_with(&[&away, more].concat())).map_err(|error| error.to_string())
}

#[tokio::test(flavor = "current_thread")]
async fn without_a_model_nobody_is_asked_for_the_vector_of_a_question() {
    let logs = Logs::listen();
    assert_eq!(
        state(&[]).unwrap().embeddings.question("hot water").await,
        None
    );
    assert!(!logs.text().contains("database"), "{}", logs.text());
}

#[tokio::test(flavor = "current_thread")]
async fn why_questions_have_no_vector_is_said_once() {
    let (logs, tiny) = (Logs::listen(), Tiny::make());
    let folder = tiny.folder.to_str().unwrap();
    let state = state(&[("PORTAL_EMBEDDING_MODEL_DIRS", folder)]).unwrap();
    for _ in 0..3 {
        assert_eq!(state.embeddings.question("my boiler is cold").await, None);
    }
    let logged = logs.text();
    let said = logged
        .matches("questions are asked by their words alone")
        .count();
    assert_eq!(said, 1, "{logged}");
    assert!(!logged.contains("my boiler"), "{logged}");
}

#[tokio::test(flavor = "current_thread")]
async fn a_worker_bears_a_database_that_is_away_and_says_so_once() {
    let (logs, tiny) = (Logs::listen(), Tiny::make());
    let settings = [("PORTAL_EMBEDDING_MODEL_DIRS", tiny.folder.to_str().unwrap())];
    let knowledge = config_with(&settings).knowledge;
    let state = state(&settings).unwrap();
    let (db, drain, embeddings) = (
        state.db.clone(),
        state.drain.clone(),
        state.embeddings.clone(),
    );
    let worker = tokio::spawn(Worker::new(&knowledge, db, drain, embeddings).run());
    // Long enough for several tries.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    state.drain.begin();
    let ended = tokio::time::timeout(Duration::from_secs(5), worker).await;
    ended.expect("it ends with the gateway").unwrap();
    let logged = logs.text();
    let said = logged
        .matches("the knowledge base cannot be reached")
        .count();
    assert_eq!(said, 1, "{logged}");
    assert_eq!(logged.matches("the database failed").count(), 1, "{logged}");
}

#[test]
fn two_models_of_one_name_are_refused() {
    let (one, other) = (Tiny::make(), Tiny::make());
    let both = format!("{},{}", one.folder.display(), other.folder.display());
    let sentence = state(&[("PORTAL_EMBEDDING_MODEL_DIRS", &both)])
        .map(|_| ())
        .unwrap_err();
    assert!(
        sentence.contains("two embedding models have the name tiny"),
        "{sentence}"
    );
    let with_server = [
        ("PORTAL_EMBEDDING_MODEL_DIRS", one.folder.to_str().unwrap()),
        ("PORTAL_EMBEDDING_BASE_URL", "http://127.0.0.1:1"),
        ("PORTAL_EMBEDDING_MODEL", "tiny"),
    ];
    let sentence = state(&with_server).map(|_| ()).unwrap_err();
    assert!(sentence.contains("two embedding models"), "{sentence}");
}
