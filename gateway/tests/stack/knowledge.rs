//! Articles become vectors. The tests bring a model of their own, at a server that they script, and build its set of
//! passages beside the one that the running stack answers from; nobody else has that model, so nobody else embeds for
//! it. One article of the test's is refused by the server until the test says otherwise, so that the set is never
//! complete before.

mod model;
mod switch;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use portal_gateway::{app::AppState, config::Config, embeddings::worker::Worker};
use serde_json::{Value, json};
use tokio::{
    sync::{Mutex, MutexGuard},
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_postgres::{Client, types::ToSql};
use uuid::Uuid;
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::method};

use super::{config, customer, owner, variable};

/// One at a time: only one set can be built.
static TURN: Mutex<()> = Mutex::const_new(());

/// A text with this word in it is refused while the gate is shut.
const GATE: &str = "gatekeeper";
const DIMENSIONS: usize = 8;

/// The knowledge base of the demo company, and a model of the test's own for it.
struct Library {
    owner: Client,
    server: MockServer,
    gate: Arc<AtomicBool>,
    model: String,
    /// Stands in every text of the test's own.
    mark: String,
    _turn: MutexGuard<'static, ()>,
}

/// A vector that tells of its text's letters; never of zeros alone.
fn vector(text: &str) -> Vec<f32> {
    let mut parts = vec![1.0; DIMENSIONS];
    for byte in text.bytes() {
        parts[usize::from(byte) % DIMENSIONS] += 1.0;
    }
    parts
}

fn inputs(request: &Request) -> Vec<String> {
    let body: Value = request.body_json().unwrap();
    serde_json::from_value(body["input"].clone()).unwrap()
}

impl Library {
    async fn open() -> Self {
        let turn = TURN.lock().await;
        let gate = Arc::new(AtomicBool::new(false));
        let server = MockServer::start().await;
        let is_open = gate.clone();
        let answer = move |request: &Request| {
            let texts = inputs(request);
            if !is_open.load(Ordering::SeqCst) && texts.iter().any(|text| text.contains(GATE)) {
                return ResponseTemplate::new(400);
            }
            let item = |(index, text): (usize, &String)| json!({ "index": index, "embedding": vector(text) });
            let data: Vec<Value> = texts.iter().enumerate().map(item).collect();
            ResponseTemplate::new(200)
                .set_body_json(json!({ "data": data }))
                .set_delay(Duration::from_millis(20))
        };
        Mock::given(method("POST"))
            .respond_with(answer)
            .mount(&server)
            .await;
        let mark = Uuid::now_v7().simple().to_string();
        let library = Self {
            owner: owner().await,
            server,
            gate,
            model: format!("scripted-{mark}"),
            mark,
            _turn: turn,
        };
        library.clean_up().await;
        library.article("gate", GATE).await;
        library
    }

    /// What a test leaves behind: its articles, and its model with all that belongs to it. The model that was
    /// active before is active again.
    async fn clean_up(&self) {
        self.owner
            .batch_execute(
                "begin; \
                 delete from public.kb_articles where slug like 'probe-%'; \
                 update public.kb_embedding_models set state = 'retired', retired_at = now() \
                 where model like 'scripted-%' and state = 'active'; \
                 update public.kb_embedding_models set state = 'active', retired_at = null \
                 where model not like 'scripted-%' and not exists (select from public.kb_embedding_models where state = 'active') \
                   and activated_at = (select max(activated_at) from public.kb_embedding_models where model not like 'scripted-%'); \
                 delete from public.kb_embedding_jobs where model like 'scripted-%'; \
                 delete from public.kb_article_chunks where model like 'scripted-%'; \
                 delete from public.kb_embedding_models where model like 'scripted-%'; \
                 commit",
            )
            .await
            .unwrap();
    }

    /// A published article of the demo company.
    async fn article(&self, name: &str, body: &str) -> Uuid {
        let sql = "insert into public.kb_articles (org_id, slug, title, body_markdown, is_published) \
             select id, $1, 'Probe', $2, true from public.orgs where slug = 'acme-comfort' returning id";
        let slug = format!("probe-{name}-{}", self.mark);
        let body = format!("{body} {}", self.mark);
        let row = self.owner.query_one(sql, &[&slug, &body]).await;
        row.unwrap().get(0)
    }

    /// Begins the set of the test's model.
    async fn build(&self) {
        let sql = "select articles from portal_admin.reembed_kb($1, $2, dry_run => false)";
        let dimensions = i32::try_from(DIMENSIONS).unwrap();
        let row = self.owner.query_one(sql, &[&self.model, &dimensions]).await;
        assert!(
            row.unwrap().get::<_, i64>(0) > 10,
            "there are demo articles"
        );
    }

    fn settings(&self, key: &str) -> Config {
        config(&[
            ("PORTAL_EMBEDDING_BASE_URL", &self.server.uri()),
            ("PORTAL_EMBEDDING_MODEL", &self.model),
            ("PORTAL_EMBEDDING_API_KEY", key),
            ("PORTAL_EMBEDDING_BATCH", "4"),
            ("PORTAL_KNOWLEDGE_POLL_MILLISECONDS", "50"),
        ])
    }

    /// A gateway that embeds until it is drained; the server knows it by `key`.
    fn embed(&self, key: &str, lease: Duration) -> (AppState, JoinHandle<()>) {
        let config = self.settings(key);
        let state = AppState::new(&config).unwrap();
        let (db, drain) = (state.db.clone(), state.drain.clone());
        let worker = Worker {
            lease,
            ..Worker::new(&config.knowledge, db, drain, state.embeddings.clone())
        };
        (state, tokio::spawn(worker.run()))
    }

    async fn count(&self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> i64 {
        self.owner.query_one(sql, values).await.unwrap().get(0)
    }

    /// How many passages of the article lack a vector of the test's model.
    async fn missing(&self, article: Uuid) -> i64 {
        let sql = "select count(*) from public.kb_article_chunks \
             where model = $1 and article_id = $2 and embedding is null";
        self.count(sql, &[&self.model, &article]).await
    }

    /// How many articles still wait to be embedded by the test's model.
    async fn jobs(&self) -> i64 {
        let sql = "select count(*) from public.kb_embedding_jobs where model = $1";
        self.count(sql, &[&self.model]).await
    }

    /// Until nothing but the article at the gate is left.
    async fn until_all_but_the_gate(&self) {
        until(async || self.jobs().await == 1).await;
    }

    /// Ids and texts of the article's passages that have a vector of the test's model.
    async fn passages(&self, article: Uuid) -> Vec<(Uuid, String)> {
        let sql = "select id, content from public.kb_article_chunks \
             where model = $1 and article_id = $2 and embedding is not null order by chunk_index";
        let rows = self.owner.query(sql, &[&self.model, &article]).await;
        let passage = |row: &tokio_postgres::Row| (row.get(0), row.get(1));
        rows.unwrap().iter().map(passage).collect()
    }

    /// Every text that the server made a vector of and that contains `words`, with the key of whoever asked.
    async fn embedded(&self, words: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for request in self.server.received_requests().await.unwrap() {
            let texts = inputs(&request);
            if texts.iter().any(|text| text.contains(GATE)) {
                continue;
            }
            let key = request.headers["authorization"].to_str().unwrap();
            let fitting = texts.into_iter().filter(|text| text.contains(words));
            found.extend(fitting.map(|text| (text, key.to_owned())));
        }
        found
    }

    async fn close(self, gateways: Vec<(AppState, JoinHandle<()>)>) {
        for (state, work) in gateways {
            state.drain.begin();
            let ended = timeout(Duration::from_secs(10), work).await;
            ended.expect("the worker ends with the gateway").unwrap();
        }
        self.clean_up().await;
    }
}

async fn until(holds: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(40);
    while !holds().await {
        assert!(Instant::now() < deadline, "it never came to that");
        sleep(Duration::from_millis(30)).await;
    }
}

const LONG: Duration = Duration::from_secs(120);

#[tokio::test]
async fn two_gateways_share_the_articles_and_each_is_embedded_once() {
    let library = Library::open().await;
    for number in 0..30 {
        library
            .article(&number.to_string(), &format!("Number {number}."))
            .await;
    }
    library.build().await;
    let gateways = vec![library.embed("one", LONG), library.embed("other", LONG)];
    library.until_all_but_the_gate().await;
    let embedded = library.embedded(&library.mark).await;
    assert_eq!(embedded.len(), 30);
    for number in 0..30 {
        let words = format!("Number {number}.");
        let times = embedded
            .iter()
            .filter(|(text, _)| text.contains(&words))
            .count();
        assert_eq!(times, 1, "{words}");
    }
    let all = library.embedded("").await;
    for key in ["Bearer one", "Bearer other"] {
        assert!(
            all.iter().any(|(_, asked)| asked == key),
            "{key} did nothing"
        );
    }
    library.close(gateways).await;
}

#[tokio::test]
async fn an_edited_article_has_only_its_changed_passage_embedded_again() {
    let library = Library::open().await;
    let section = |number: u8, words: &str| {
        format!(
            "## Section {number}\n\n{words} {}\n\n",
            "It is long enough to stand alone. ".repeat(20)
        )
    };
    let body = |second: &str| {
        ["First.", second, "Third."]
            .iter()
            .zip(1..)
            .map(|(words, number)| section(number, words))
            .collect::<String>()
    };
    let article = library.article("edited", &body("Second.")).await;
    library.build().await;
    let gateways = vec![library.embed("one", LONG)];
    library.until_all_but_the_gate().await;
    let before = library.passages(article).await;
    assert!(before.len() >= 3, "{before:?}");
    let asked = library.embedded("It is long enough").await.len();
    assert_eq!(asked, before.len());

    let sql = "update public.kb_articles set body_markdown = replace(body_markdown, 'Second.', 'Changed!') where id = $1";
    library.owner.execute(sql, &[&article]).await.unwrap();
    // Gone at once, also from the search by words.
    let left = library.passages(article).await;
    assert_eq!(left.len(), before.len() - 1);
    library.until_all_but_the_gate().await;
    let again = library.embedded("It is long enough").await;
    assert_eq!(again.len(), asked + 1);
    assert_eq!(library.embedded("Changed!").await.len(), 1);
    let after = library.passages(article).await;
    assert_eq!(after.len(), before.len());
    let kept = after
        .iter()
        .filter(|passage| before.contains(passage))
        .count();
    assert_eq!(kept, before.len() - 1);
    library.close(gateways).await;
}

#[tokio::test]
async fn a_worker_that_is_killed_before_it_stores_loses_nothing() {
    let library = Library::open().await;
    let article = library.article("killed", "Survives.").await;
    library.build().await;
    let mut other = owner().await;
    let held = other.transaction().await.unwrap();
    let hold =
        "select from public.kb_article_chunks where model = $1 and article_id = $2 for update";
    held.query(hold, &[&library.model, &article]).await.unwrap();
    let (state, work) = library.embed("killed", Duration::from_secs(6));
    // It has the vectors and waits to store them. Only its own role may see what a session does.
    let spy = state.db.connection().await.unwrap();
    until(async || {
        let waiting = "select count(*) from pg_stat_activity \
             where usename = current_user and wait_event_type = 'Lock' and query like '%store_embeddings%'";
        let waiting: i64 = spy.query_one(waiting, &[]).await.unwrap().get(0);
        waiting > 0 && !library.embedded("Survives.").await.is_empty()
    })
    .await;
    drop(spy);
    work.abort();
    assert!(work.await.unwrap_err().is_cancelled());
    drop(state);
    held.rollback().await.unwrap();
    assert_eq!(library.missing(article).await, 1);
    let gateways = vec![library.embed("next", LONG)];
    until(async || library.missing(article).await == 0).await;
    library.until_all_but_the_gate().await;
    let asked = library.embedded("Survives.").await;
    assert_eq!(asked.last().unwrap().1, "Bearer next");
    library.close(gateways).await;
}

#[tokio::test]
async fn a_text_that_the_model_refuses_holds_up_no_other() {
    let library = Library::open().await;
    let article = library.article("beside", "Stands beside the other.").await;
    library.build().await;
    let gateways = vec![library.embed("one", LONG)];
    until(async || library.missing(article).await == 0).await;
    library.until_all_but_the_gate().await;
    let sql = "select last_error from public.kb_embedding_jobs where model = $1 and last_error is not null";
    until(async || {
        library
            .owner
            .query_opt(sql, &[&library.model])
            .await
            .unwrap()
            .is_some()
    })
    .await;
    let row = library
        .owner
        .query_one(sql, &[&library.model])
        .await
        .unwrap();
    let why: String = row.get(0);
    assert!(why.contains("400") && !why.contains(GATE), "{why}");
    library.close(gateways).await;
}
