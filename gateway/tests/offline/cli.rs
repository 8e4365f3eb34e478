//! The program itself: exit codes, and shutting down.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use crate::keys::SECRET;

fn gateway() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portal-gateway"));
    command
        .env_clear()
        .env(
            "PORTAL_DATABASE_URL",
            "postgresql://portal_gateway:hunter2@127.0.0.1:1/postgres",
        )
        .env("PORTAL_JWT_SECRET", SECRET);
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}

#[test]
fn usable_settings_pass_the_check_and_others_exit_2_with_one_sentence() {
    let fine = gateway().arg("--check-config").output().unwrap();
    assert_eq!(fine.status.code(), Some(0), "{}", said(&fine));
    for (name, value, expected) in [
        (
            "PORTAL_DATABSE_URL",
            "x",
            "unknown setting PORTAL_DATABSE_URL",
        ),
        (
            "PORTAL_DATABASE_URL",
            "postgresql://u:hunter2@h:port/db",
            "database_url cannot be read",
        ),
        ("PORTAL_LOG_FILTER", "=[", "log_filter cannot be read"),
        (
            "PORTAL_SMTP_URL",
            "http://user:hunter2@mail.example.com",
            "public_url is not set",
        ),
        (
            "PORTAL_JWT_SECRET",
            "short",
            "jwt_secret is shorter than 32 characters",
        ),
    ] {
        for arguments in [&["--check-config"][..], &[]] {
            let output = gateway().args(arguments).env(name, value).output().unwrap();
            assert_eq!(output.status.code(), Some(2), "{name}");
            let said = said(&output);
            assert!(
                said.starts_with("portal-gateway: ") && said.contains(expected),
                "{said}"
            );
            assert!(
                said.lines().count() == 1 && !said.contains("hunter2"),
                "{said}"
            );
        }
    }
}

#[test]
fn the_printed_defaults_are_a_usable_file() {
    let printed = gateway()
        .arg("--print-default-config")
        .output()
        .unwrap()
        .stdout;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&printed).unwrap();
    let output = gateway()
        .args(["--check-config", "--config"])
        .arg(file.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

#[test]
fn a_taken_address_exits_1_and_says_so() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let output = gateway()
        .env("PORTAL_LISTEN", taken.local_addr().unwrap().to_string())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("PORTAL_LISTEN"), "{}", said(&output));
}

/// A running gateway; killed when dropped.
struct Running {
    child: Child,
    address: String,
}

impl Running {
    fn start(settings: &[(&str, &str)]) -> Self {
        // A port that was free a moment ago.
        let address = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .to_string();
        let child = gateway()
            .env("PORTAL_LISTEN", &address)
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(&address).is_err() {
            assert!(Instant::now() < deadline, "the gateway does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { child, address }
    }

    /// Sends a request and leaves its answer to be read.
    fn ask(&self, path: &str, headers: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: x\r\n{headers}connection: close\r\n\r\n"
        )
        .unwrap();
        stream
    }

    fn terminate(&self) {
        let status = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }

    /// The exit code and everything logged.
    fn wait(&mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        let mut log = String::new();
        self.child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut log)
            .unwrap();
        (code, log)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answer(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// A database that accepts connections and never says anything.
fn silent_database() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!(
        "postgresql://portal_gateway:p@{}/postgres",
        listener.local_addr().unwrap()
    );
    (listener, url)
}

#[test]
fn sigterm_lets_the_running_request_finish_and_takes_no_new_one() {
    let (_database, url) = silent_database();
    let mut running = Running::start(&[
        ("PORTAL_DATABASE_URL", &url),
        ("PORTAL_DATABASE_CONNECT_TIMEOUT_SECONDS", "2"),
    ]);
    let slow = running.ask("/portal/v1/readyz", "");
    std::thread::sleep(Duration::from_millis(300));
    running.terminate();
    std::thread::sleep(Duration::from_millis(300));
    assert!(
        TcpStream::connect(&running.address).is_err(),
        "still accepting"
    );
    let answer = answer(slow);
    assert!(
        answer.starts_with("HTTP/1.1 503") && answer.contains("PT503"),
        "{answer}"
    );
    let (code, log) = running.wait();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("all requests finished"), "{log}");
}

#[test]
fn during_the_delay_it_still_answers_but_is_not_ready() {
    let mut running = Running::start(&[("PORTAL_SHUTDOWN_DELAY_SECONDS", "1")]);
    running.terminate();
    std::thread::sleep(Duration::from_millis(200));
    let ready = answer(running.ask("/portal/v1/readyz", ""));
    assert!(ready.contains("draining"), "{ready}");
    let alive = answer(running.ask("/portal/v1/healthz", ""));
    assert!(alive.starts_with("HTTP/1.1 200"), "{alive}");
    assert_eq!(running.wait().0, Some(0));
}

#[test]
fn the_health_check_tells_a_gateway_that_is_ready_from_one_that_is_not_and_from_none() {
    let check = |address: &str| {
        let output = gateway()
            .arg("--healthcheck")
            .env("PORTAL_LISTEN", address)
            // A proxy of the environment has no business between a machine and itself.
            .env("HTTP_PROXY", "http://127.0.0.1:1")
            .output()
            .unwrap();
        (output.status.code(), said(&output))
    };
    // Without its database it is alive and not ready. Ready is what the running stack's tests see.
    let mut running = Running::start(&[]);
    let port = running.address.rsplit(':').next().unwrap();
    for address in [&running.address, &format!("0.0.0.0:{port}")] {
        let (code, said) = check(address);
        assert_eq!(code, Some(1), "{said}");
        assert!(
            said.contains("503") && said.contains("database_unreachable"),
            "{said}"
        );
    }
    running.terminate();
    running.wait();
    let (code, said) = check(&running.address);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("does not answer"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    let (code, said) = check("nowhere");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("listen"), "{said}");
}

#[test]
fn the_grace_ends_even_if_a_request_does_not() {
    let (_database, url) = silent_database();
    let mut running = Running::start(&[
        ("PORTAL_DATABASE_URL", &url),
        ("PORTAL_DATABASE_CONNECT_TIMEOUT_SECONDS", "60"),
        ("PORTAL_SHUTDOWN_GRACE_SECONDS", "1"),
    ]);
    let _slow = running.ask("/portal/v1/readyz", "");
    std::thread::sleep(Duration::from_millis(300));
    let started = Instant::now();
    running.terminate();
    let (code, log) = running.wait();
    assert_eq!(code, Some(0), "{log}");
    assert!(started.elapsed() < Duration::from_secs(4));
    assert!(log.contains("outlasts the grace"), "{log}");
}

/// The value of a metric with these labels, once it has reached `least`.
fn metric_at_least(running: &Running, series: &str, least: f64) -> f64 {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let metrics = answer(running.ask("/portal/v1/metrics", ""));
        let line = metrics.lines().find_map(|line| line.strip_prefix(series));
        let value = line.map_or(0.0, |value| value.trim().parse().unwrap());
        if value >= least {
            return value;
        }
        assert!(Instant::now() < deadline, "{series} is {value}:\n{metrics}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn due_jobs_go_on_while_the_database_is_away_and_the_log_says_so_once() {
    let mut running = Running::start(&[
        ("PORTAL_DUE_JOBS_EVERY_SECONDS", "1"),
        ("PORTAL_NOTIFICATION_POLL_MILLISECONDS", "0"),
    ]);
    let failed = "portal_due_jobs_runs_total{outcome=\"failed\"}";
    metric_at_least(&running, failed, 2.0);
    running.terminate();
    let (code, log) = running.wait();
    assert_eq!(code, Some(0), "{log}");
    assert_eq!(log.matches("due jobs failed").count(), 1, "{log}");
    assert_eq!(log.matches("the database failed").count(), 1, "{log}");
}

#[test]
fn due_jobs_do_not_hold_up_the_shutdown() {
    let (database, url) = silent_database();
    let mut running = Running::start(&[
        ("PORTAL_DATABASE_URL", &url),
        ("PORTAL_DATABASE_CONNECT_TIMEOUT_SECONDS", "60"),
        ("PORTAL_DUE_JOBS_EVERY_SECONDS", "1"),
    ]);
    let _asked = database.accept().unwrap();
    let started = Instant::now();
    running.terminate();
    let (code, log) = running.wait();
    assert_eq!(code, Some(0), "{log}");
    assert!(started.elapsed() < Duration::from_secs(10), "{log}");
}

#[test]
fn delivery_goes_on_while_the_database_is_away_and_ends_with_the_gateway() {
    let mut running = Running::start(&[
        ("PORTAL_DUE_JOBS_EVERY_SECONDS", "0"),
        ("PORTAL_SMTP_URL", "smtp://user:hunter2@127.0.0.1:1"),
        ("PORTAL_PUBLIC_URL", "https://api.example.com"),
        ("PORTAL_PORTAL_URL", "https://portal.example.com"),
    ]);
    std::thread::sleep(Duration::from_secs(2));
    let started = Instant::now();
    running.terminate();
    let (code, log) = running.wait();
    assert_eq!(code, Some(0), "{log}");
    assert!(started.elapsed() < Duration::from_secs(5), "{log}");
    assert!(log.contains("email, slack, webhook"), "{log}");
    // Once for each of the three channels, however often it was tried.
    let away = log.matches("the outbox cannot be reached").count();
    assert_eq!(away, 3, "{log}");
    assert!(!log.contains("hunter2"), "{log}");
}

#[test]
fn no_interval_means_no_due_jobs() {
    let mut running = Running::start(&[("PORTAL_DUE_JOBS_EVERY_SECONDS", "0")]);
    std::thread::sleep(Duration::from_millis(300));
    running.terminate();
    let (_, log) = running.wait();
    assert!(log.contains("due jobs are left to others"), "{log}");
    assert!(!log.contains("due jobs failed"), "{log}");
}

#[test]
fn the_log_has_one_json_object_a_line_and_no_credential() {
    let mut running = Running::start(&[("PORTAL_LOG_FILTER", "trace")]);
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.c2lnbmF0dXJl";
    let headers = format!(
        "authorization: Bearer {token}\r\napikey: sb_publishable_hidden\r\ncookie: hidden-cookie\r\nx-request-id: find-me\r\n"
    );
    let refused = answer(running.ask("/portal/v1/whoami?token=hidden-query", &headers));
    assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");
    let user = crate::keys::hs256(&crate::keys::claims());
    let away = answer(running.ask(
        "/portal/v1/whoami",
        &format!("authorization: Bearer {user}\r\n"),
    ));
    assert!(away.starts_with("HTTP/1.1 503"), "{away}");
    running.terminate();
    let (_, log) = running.wait();
    for line in log.lines() {
        let _: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).expect(line);
    }
    assert!(log.contains("find-me"), "{log}");
    for hidden in [
        token,
        &user,
        "sb_publishable_hidden",
        "hidden-cookie",
        "hidden-query",
        "hunter2",
        SECRET,
    ] {
        assert!(!log.contains(hidden), "{hidden} is in the log:\n{log}");
    }
}
