//! The gateway against the running stack: real Postgres with pg_portal, real Supabase Auth tokens.
//!
//! `make test` runs these. By hand, with a stack up and its `env` file sourced:
//! `PORTAL_TEST_DATABASE_URL=postgresql://portal_gateway:…@…/postgres \
//!  cargo test -p portal-gateway --features stack-tests --test stack`
//!
//! Needs PORTAL_TEST_DATABASE_URL (as portal_gateway), DATABASE_URL (as the owner of the tables), SUPABASE_URL,
//! SUPABASE_PUBLISHABLE_KEY, SUPABASE_JWT_SECRET and PORTAL_TEST_MODEL_DIR (the folder all-minilm-l6-v2), and fails
//! without them: a skipped test proves nothing.

mod assistant;
mod events;
mod knowledge;
mod notifications;
mod sentiment;
#[path = "../upstream/mod.rs"]
mod upstream;

use std::{
    env,
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::{http::HeaderMap, http::StatusCode};
use portal_gateway::{
    app::{self, AppState},
    auth::Identity,
    caller::Caller,
    config::Config,
    due_jobs,
    error::{ApiError, ApiResult, ErrorBody},
    health::Ready,
    whoami::WhoAmI,
};
use serde_json::{Value, json};
use tokio_postgres::NoTls;
use uuid::Uuid;

fn variable(name: &str) -> String {
    env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set; see the head of tests/stack/main.rs"))
}

/// Settings for the stack; `more` overrides.
fn config(more: &[(&str, &str)]) -> Config {
    let settings = [
        ("PORTAL_DATABASE_URL", variable("PORTAL_TEST_DATABASE_URL")),
        ("PORTAL_JWT_SECRET", variable("SUPABASE_JWT_SECRET")),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value));
    let more = more
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(None, settings.into_iter().chain(more)).unwrap()
}

fn state() -> AppState {
    AppState::new(&config(&[])).unwrap()
}

/// The address of a gateway that serves until the test ends.
async fn gateway() -> SocketAddr {
    let config = config(&[]);
    let app = app::router(AppState::new(&config).unwrap(), &config);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, app).into_future());
    address
}

/// Signs a demo user in at the real Auth service.
async fn sign_in(email: &str) -> String {
    let answer: Value = reqwest::Client::new()
        .post(format!(
            "{}/auth/v1/token?grant_type=password",
            variable("SUPABASE_URL")
        ))
        .header("apikey", variable("SUPABASE_PUBLISHABLE_KEY"))
        .json(&json!({"email": email, "password": "portal-demo"}))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    answer["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("no token: {answer}"))
        .to_owned()
}

async fn whoami(address: SocketAddr, token: &str, headers: &[(&str, &str)]) -> reqwest::Response {
    let mut request = reqwest::Client::new()
        .get(format!("http://{address}/portal/v1/whoami"))
        .bearer_auth(token);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

async fn who(address: SocketAddr, email: &str) -> WhoAmI {
    let response = whoami(address, &sign_in(email).await, &[]).await;
    assert_eq!(response.status(), 200, "{:?}", response.text().await);
    response.json().await.unwrap()
}

/// The demo customer as the database will see them.
async fn customer(state: &AppState) -> Caller {
    let token = sign_in("customer@acme-comfort.example").await;
    let mut headers = HeaderMap::new();
    headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
    headers.insert("x-forwarded-for", "192.0.2.7".parse().unwrap());
    let identity = state.authenticator.identify(&headers).await.unwrap();
    Caller::new(identity, &headers)
}

#[tokio::test]
async fn ready_with_the_extension_installed() {
    let response = reqwest::get(format!("http://{}/portal/v1/readyz", gateway().await))
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let ready: Ready = response.json().await.unwrap();
    assert_eq!(ready.extension_version, env!("CARGO_PKG_VERSION"));
}

#[tokio::test]
async fn each_demo_user_is_who_the_database_says() {
    let address = gateway().await;
    let acme = who(address, "customer@acme-comfort.example").await;
    assert!(acme.user_id.is_some() && acme.org_id.is_some() && acme.account_id.is_some());
    assert_eq!(
        (acme.role.as_deref(), acme.staff_role.as_deref()),
        (Some("customer"), None)
    );

    let manager = who(address, "manager@acme-comfort.example").await;
    assert_eq!(
        (manager.role.as_deref(), manager.org_id),
        (Some("property_manager"), acme.org_id)
    );

    let bolt = who(address, "customer@bolt-pipe.example").await;
    assert_ne!(bolt.org_id, acme.org_id);
    assert_ne!(bolt.account_id, acme.account_id);

    for staff_role in ["csr", "technician"] {
        let staff = who(address, &format!("{staff_role}@acme-comfort.example")).await;
        assert_eq!(
            (staff.staff_role.as_deref(), staff.org_id),
            (Some(staff_role), acme.org_id)
        );
    }
}

#[tokio::test]
async fn naming_a_foreign_org_opens_nothing_there() {
    let address = gateway().await;
    let acme = who(address, "customer@acme-comfort.example").await;
    let token = sign_in("customer@acme-comfort.example").await;
    let response = whoami(address, &token, &[("x-portal-org", "bolt-pipe")]).await;
    assert_eq!(response.status(), 200);
    let seen: WhoAmI = response.json().await.unwrap();
    let nobody_there = WhoAmI {
        user_id: acme.user_id,
        org_id: None,
        account_id: None,
        role: None,
        staff_role: None,
    };
    assert_eq!(seen, nobody_there);
}

#[tokio::test]
async fn the_publishable_key_alone_is_nobody() {
    let address = gateway().await;
    let response = whoami(address, &variable("SUPABASE_PUBLISHABLE_KEY"), &[]).await;
    assert_eq!(response.status(), 401);
    let body: ErrorBody = response.json().await.unwrap();
    assert_eq!(body.code, "PT401");
}

#[tokio::test]
async fn inside_the_transaction_everything_is_as_postgrest_sets_it() {
    let state = state();
    let caller = customer(&state).await;
    let (role, claims, headers, timeout) = state
        .db
        .as_caller(&caller, async |tx| {
            let row = tx
                .query_typed_one(
                    "select current_user::text, current_setting('request.jwt.claims')::jsonb, \
                     current_setting('request.headers')::jsonb, current_setting('statement_timeout')",
                    &[],
                )
                .await?;
            let of = |index| row.get::<_, Value>(index);
            Ok((row.get::<_, String>(0), of(1), of(2), row.get::<_, String>(3)))
        })
        .await
        .unwrap();
    assert_eq!(role, "authenticated");
    assert_eq!(claims, Value::Object(caller.identity.claims.clone()));
    assert_eq!(headers, json!({"x-forwarded-for": "192.0.2.7"}));
    assert_eq!(timeout, "8s");
}

#[tokio::test]
async fn anonymous_work_runs_as_anon() {
    let caller = Caller::new(Identity::anonymous(), &HeaderMap::new());
    let role = state()
        .db
        .as_caller(&caller, async |tx| {
            Ok(tx
                .query_typed_one("select current_user::text", &[])
                .await?
                .get::<_, String>(0))
        })
        .await
        .unwrap();
    assert_eq!(role, "anon");
}

#[tokio::test]
async fn nothing_of_a_caller_stays_on_the_connection() {
    let state = AppState::new(&config(&[("PORTAL_DATABASE_POOL_SIZE", "1")])).unwrap();
    let caller = customer(&state).await;
    let failing: ApiResult<()> = state
        .db
        .as_caller(&caller, async |_| Err(ApiError::internal()))
        .await;
    assert!(failing.is_err());
    state.db.as_caller(&caller, async |_| Ok(())).await.unwrap();
    let row = state
        .db
        .connection()
        .await
        .unwrap()
        .query_typed_one(
            "select current_user::text, coalesce(current_setting('request.jwt.claims', true), '') \
             || coalesce(current_setting('request.headers', true), ''), now() = statement_timestamp()",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(row.get::<_, String>(0), "portal_gateway");
    assert_eq!(row.get::<_, String>(1), "");
    assert_eq!(state.db.status().size, 1, "the connection was kept");
}

#[tokio::test]
async fn errors_raised_on_purpose_arrive_whole_and_others_do_not_speak() {
    let state = state();
    let caller = customer(&state).await;
    let run = async |sql: &str| -> ApiError {
        let result: ApiResult<()> = state
            .db
            .as_caller(&caller, async |tx| Ok(tx.batch_execute(sql).await?))
            .await;
        result.unwrap_err()
    };
    let raised = run(
        "do $$ begin raise sqlstate 'PT422' using message = 'Too late.', \
         detail = '{\"reason\":\"inside_notice\"}', hint = 'Call us.'; end $$",
    )
    .await;
    assert_eq!(raised.status, StatusCode::UNPROCESSABLE_ENTITY);
    let expected = ErrorBody {
        code: "PT422".to_owned(),
        message: "Too late.".to_owned(),
        details: Some(r#"{"reason":"inside_notice"}"#.to_owned()),
        hint: Some("Call us.".to_owned()),
    };
    assert_eq!(raised.body, expected);

    for (sql, status) in [
        ("select 1/0", 500),
        ("select secret_column from secret_table", 500),
        ("select pg_read_file('/etc/passwd')", 403),
        (
            "do $$ begin raise sqlstate 'PT999' using message = 'secret'; end $$",
            500,
        ),
        ("set role postgres", 403),
    ] {
        let error = run(sql).await;
        assert_eq!(error.status, status, "{sql}");
        let shown = format!("{:?}", error.body);
        for hidden in ["secret", "zero", "pg_read_file", "permission", "postgres"] {
            assert!(!shown.contains(hidden), "{sql}: {shown}");
        }
    }
}

#[tokio::test]
async fn a_failed_transaction_is_never_reported_as_done() {
    let state = state();
    let caller = customer(&state).await;
    let swallowed = state
        .db
        .as_caller(&caller, async |tx| {
            assert!(tx.batch_execute("select 1/0").await.is_err());
            Ok(())
        })
        .await;
    assert_eq!(swallowed.unwrap_err().status, 500);
}

#[tokio::test]
async fn a_slow_statement_is_504() {
    let state = AppState::new(&config(&[(
        "PORTAL_DATABASE_STATEMENT_TIMEOUT_SECONDS",
        "1",
    )]))
    .unwrap();
    let caller = customer(&state).await;
    let slow = state
        .db
        .as_caller(&caller, async |tx| {
            Ok(tx.batch_execute("select pg_sleep(5)").await?)
        })
        .await;
    assert_eq!(slow.unwrap_err().status, StatusCode::GATEWAY_TIMEOUT);
}

/// Sessions of ours that are sleeping in this test's own way.
async fn sleepers(marker: &str) -> i64 {
    let (client, connection) =
        tokio_postgres::connect(&variable("PORTAL_TEST_DATABASE_URL"), NoTls)
            .await
            .unwrap();
    tokio::spawn(connection);
    client
        .query_one(
            "select count(*) from pg_stat_activity where pid <> pg_backend_pid() and state = 'active' and query like $1",
            &[&format!("%{marker}%")],
        )
        .await
        .unwrap()
        .get(0)
}

async fn until_sleepers(marker: &str, wanted: i64) {
    let deadline = Instant::now() + Duration::from_secs(5);
    while sleepers(marker).await != wanted {
        assert!(Instant::now() < deadline, "never {wanted} sleeping");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_client_that_hangs_up_stops_its_statement_and_frees_its_place() {
    let state = AppState::new(&config(&[("PORTAL_DATABASE_POOL_SIZE", "1")])).unwrap();
    let caller = customer(&state).await;
    let request = tokio::spawn({
        let (state, caller) = (state.clone(), caller.clone());
        async move {
            let sleep = "select pg_sleep(7) /* hung up */";
            state
                .db
                .as_caller(&caller, async |tx| Ok(tx.batch_execute(sleep).await?))
                .await
        }
    });
    until_sleepers("hung up", 1).await;
    request.abort();
    until_sleepers("hung up", 0).await;
    let started = Instant::now();
    state.db.as_caller(&caller, async |_| Ok(())).await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn a_full_pool_is_503_after_the_wait() {
    let settings = [
        ("PORTAL_DATABASE_POOL_SIZE", "1"),
        ("PORTAL_DATABASE_POOL_WAIT_SECONDS", "1"),
    ];
    let state = AppState::new(&config(&settings)).unwrap();
    let _held = state.db.connection().await.unwrap();
    let error = state.db.connection().await.unwrap_err();
    assert_eq!(
        (error.status.as_u16(), error.reason().unwrap().as_str()),
        (503, "database_busy")
    );
}

#[tokio::test]
async fn a_connection_that_died_unnoticed_is_replaced() {
    let state = AppState::new(&config(&[("PORTAL_DATABASE_POOL_SIZE", "1")])).unwrap();
    let caller = customer(&state).await;
    let pid: i32 = state
        .db
        .as_caller(&caller, async |tx| {
            Ok(tx
                .query_typed_one("select pg_backend_pid()", &[])
                .await?
                .get(0))
        })
        .await
        .unwrap();
    let other = tokio_postgres::connect(&variable("PORTAL_TEST_DATABASE_URL"), NoTls)
        .await
        .unwrap();
    let (client, connection) = other;
    tokio::spawn(connection);
    client
        .execute("select pg_terminate_backend($1)", &[&pid])
        .await
        .unwrap();
    state.db.as_caller(&caller, async |_| Ok(())).await.unwrap();
}

#[tokio::test]
async fn many_callers_at_once_never_see_each_other() {
    let state = AppState::new(&config(&[("PORTAL_DATABASE_POOL_SIZE", "4")])).unwrap();
    let user = customer(&state).await;
    let nobody = Caller::new(Identity::anonymous(), &HeaderMap::new());
    let requests = (0..100).map(|number| {
        let (state, caller) = (state.clone(), if number % 2 == 0 { user.clone() } else { nobody.clone() });
        tokio::spawn(async move {
            let seen: String = state
                .db
                .as_caller(&caller, async |tx| {
                    let sql = "select coalesce(current_setting('request.jwt.claims')::jsonb ->> 'sub', 'nobody')";
                    Ok(tx.query_typed_one(sql, &[]).await?.get(0))
                })
                .await
                .unwrap();
            let expected = caller.identity.user_id.map_or("nobody".to_owned(), |id| id.to_string());
            assert_eq!(seen, expected);
        })
    });
    for request in requests.collect::<Vec<_>>() {
        request.await.unwrap();
    }
}

/// A session as the owner of the tables, who sees everything.
async fn owner() -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(&variable("DATABASE_URL"), NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    client
}

/// A tentative job whose hold ran out an hour ago, years ahead where no other test books.
async fn stale_hold(owner: &tokio_postgres::Client) -> Uuid {
    let insert = "insert into public.work_orders \
           (org_id, customer_id, location_id, service_type, status, window_start, window_end, hold_expires_at) \
         select l.org_id, l.customer_id, l.id, s.code, 'tentative', w, w + interval '2 hours', now() - interval '1 hour' \
         from public.customer_locations l join public.service_types s using (org_id), \
           date_trunc('day', now() + interval '5 years') w \
         order by l.id, s.code limit 1 returning id";
    owner.query_one(insert, &[]).await.unwrap().get(0)
}

async fn until_canceled(owner: &tokio_postgres::Client, job: Uuid) -> (String, Option<String>) {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let sql = "select status::text, cancel_reason from public.work_orders where id = $1";
        let row = owner.query_one(sql, &[&job]).await.unwrap();
        let status: String = row.get(0);
        if status != "tentative" {
            return (status, row.get(1));
        }
        assert!(Instant::now() < deadline, "the hold was never let go");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_running_gateway_lets_go_of_holds_that_ran_out_and_survives_lost_connections() {
    let (state, owner) = (state(), owner().await);
    let every = Duration::from_millis(200);
    let clock = tokio::spawn(due_jobs::keep_running(
        state.db.clone(),
        every,
        state.drain.clone(),
    ));
    let lapsed = ("canceled".to_owned(), Some("hold_expired".to_owned()));
    let first = stale_hold(&owner).await;
    assert_eq!(until_canceled(&owner, first).await, lapsed);

    // What a restart of Postgres looks like from here: every connection of the pool is cut.
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity \
         where usename = 'portal_gateway' and pid <> pg_backend_pid() and query like '%run_due_jobs%'";
    let gateway = state.db.connection().await.unwrap();
    gateway.batch_execute(cut).await.unwrap();
    drop(gateway);
    let second = stale_hold(&owner).await;
    assert_eq!(until_canceled(&owner, second).await, lapsed);

    state.drain.begin();
    tokio::time::timeout(Duration::from_secs(5), clock)
        .await
        .expect("the clock stops when the gateway shuts down")
        .unwrap();
}

#[tokio::test]
async fn a_second_runner_of_the_due_jobs_steps_aside() {
    let (state, mut owner) = (state(), owner().await);
    let first = owner.transaction().await.unwrap();
    let call = "select job from portal_admin.run_due_jobs()";
    let mut jobs = vec!["skipped".to_owned()];
    // The running stack's own gateway may be at it just now.
    while jobs == ["skipped"] {
        jobs = first
            .query(call, &[])
            .await
            .unwrap()
            .iter()
            .map(|row| row.get(0))
            .collect();
    }
    let ask = async || -> Vec<String> {
        let call = "select job from portal_internal.run_due_jobs()";
        let gateway = state.db.connection().await.unwrap();
        let rows = gateway.query_typed(call, &[]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    };
    assert_eq!(ask().await, ["skipped"]);
    first.commit().await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(5);
    while ask().await != jobs {
        assert!(Instant::now() < deadline, "still skipped");
    }
}
