use std::io::Write;

use super::*;

const URL: (&str, &str) = (
    "PORTAL_DATABASE_URL",
    "postgresql://portal_gateway:p@localhost/postgres",
);
const SECRET: (&str, &str) = ("PORTAL_JWT_SECRET", "12345678901234567890123456789012");

fn load(more: &[(&str, &str)]) -> Result<Config, ConfigError> {
    load_file(None, more)
}

fn load_file(file: Option<PathBuf>, more: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let environment = [URL, SECRET].iter().chain(more);
    Config::load(
        file,
        environment.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    )
}

fn refused(more: &[(&str, &str)]) -> String {
    load(more).expect_err("refused").to_string()
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

#[test]
fn the_two_required_settings_are_enough() {
    let config = load(&[]).unwrap();
    assert_eq!(config.http.listen, "127.0.0.1:8080".parse().unwrap());
    assert_eq!(config.database.pool_size, 16);
    assert_eq!(config.auth.jwt_audience, "authenticated");
    assert_eq!(config.log.format, LogFormat::Json);
    // All digits, and still text.
    assert_eq!(config.auth.jwt_secret.unwrap().expose_secret(), SECRET.1);
    assert!(config.auth.jwks_url.is_none());
}

#[test]
fn due_jobs_run_every_minute_unless_told_otherwise() {
    assert_eq!(load(&[]).unwrap().due_jobs.every, Duration::from_secs(60));
    let config = load(&[("PORTAL_DUE_JOBS_EVERY_SECONDS", "0")]).unwrap();
    assert!(config.due_jobs.every.is_zero());
    let sentence = refused(&[("PORTAL_DUE_JOBS_EVERY_SECONDS", "60s")]);
    assert!(sentence.contains("must be a whole number"), "{sentence}");
}

#[test]
fn every_default_stands_below_a_comment() {
    let mut before = "";
    for line in DEFAULTS.lines() {
        if !line.starts_with('#') && !line.is_empty() {
            assert!(before.starts_with("# "), "no comment above: {line}");
        }
        before = line;
    }
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let file = file("database_pool_size = 3\nlog_format = \"text\"\n");
    let path = file.path().to_str().unwrap();
    let config = load(&[("PORTAL_CONFIG", path), ("PORTAL_DATABASE_POOL_SIZE", "5")]).unwrap();
    assert_eq!(config.database.pool_size, 5);
    assert_eq!(config.log.format, LogFormat::Text);
    let config = load_file(Some(file.path().to_owned()), &[]).unwrap();
    assert_eq!(config.database.pool_size, 3);
}

#[test]
fn secrets_may_come_from_files_and_lose_the_last_newline() {
    let secret = file("0123456789abcdef0123456789abcdef\n");
    let path = secret.path().to_str().unwrap().to_owned();
    let environment = [
        (URL.0.to_owned(), URL.1.to_owned()),
        ("PORTAL_JWT_SECRET_FILE".to_owned(), path.clone()),
    ];
    let config = Config::load(None, environment).unwrap();
    assert_eq!(
        config.auth.jwt_secret.unwrap().expose_secret(),
        "0123456789abcdef0123456789abcdef"
    );

    let both = refused(&[("PORTAL_JWT_SECRET_FILE", &path)]);
    assert!(
        both.contains("PORTAL_JWT_SECRET_FILE and PORTAL_JWT_SECRET are both set"),
        "{both}"
    );
    let absent = refused(&[("PORTAL_DATABASE_CA_FILE_FILE", "/nonexistent")]);
    assert!(
        absent.contains("PORTAL_DATABASE_CA_FILE_FILE, /nonexistent"),
        "{absent}"
    );
}

#[test]
fn lists_are_separated_by_commas() {
    let config = load(&[(
        "PORTAL_PUBLISHABLE_KEYS",
        "sb_publishable_a, sb_publishable_b,",
    )])
    .unwrap();
    assert_eq!(config.auth.publishable_keys.len(), 2);
}

#[test]
fn an_empty_variable_means_not_set() {
    let config = load(&[
        ("PORTAL_JWKS_URL", ""),
        ("PORTAL_DATABASE_POOL_SIZE", ""),
        ("PORTAL_JWT_ISSUER", ""),
        ("PORTAL_CONFIG", ""),
        ("PORTAL_JWT_SECRET_FILE", ""),
    ])
    .unwrap();
    assert_eq!(config.database.pool_size, 16);
    assert!(config.auth.jwks_url.is_none() && config.auth.jwt_issuer.is_none());
}

#[test]
fn mistakes_are_named_in_one_sentence() {
    let bad_file = file("databse_url = \"x\"\n");
    let wrong_type = file("database_pool_size = \"many\"\n");
    let no_toml = file("jwt_secret = hunter2\n");
    let path = |file: &tempfile::NamedTempFile| file.path().to_str().unwrap().to_owned();
    for (setting, value, expected) in [
        (
            "PORTAL_DATABSE_URL",
            "x",
            "unknown setting PORTAL_DATABSE_URL",
        ),
        (
            "PORTAL_DATABASE_POOL_SIZE",
            "many",
            "PORTAL_DATABASE_POOL_SIZE must be a whole number",
        ),
        (
            "PORTAL_DATABASE_POOL_SIZE",
            "0",
            "database_pool_size must be at least 1",
        ),
        ("PORTAL_DATABASE_POOL_SIZE", "-1", "database_pool_size"),
        ("PORTAL_LISTEN", "here", "listen"),
        ("PORTAL_LOG_FORMAT", "xml", "log_format"),
        ("PORTAL_JWT_SECRET", "short", "shorter than 32"),
        ("PORTAL_JWKS_URL", "file:///etc/passwd", "http or https"),
        ("PORTAL_JWT_AUDIENCE", "", "jwt_audience"),
        ("PORTAL_JWT_LEEWAY_SECONDS", "3600", "at most 60"),
        (
            "PORTAL_REQUEST_TIMEOUT_SECONDS",
            "8",
            "below request_timeout_seconds",
        ),
        ("PORTAL_NOTIFICATION_BATCH", "0", "notification_batch"),
        ("PORTAL_NOTIFICATION_BATCH", "1001", "notification_batch"),
        (
            "PORTAL_NOTIFICATION_CONCURRENCY",
            "0",
            "notification_concurrency",
        ),
        (
            "PORTAL_NOTIFICATION_LEASE_SECONDS",
            "1",
            "between 2 and 3600",
        ),
        ("PORTAL_SMTP_TIMEOUT_SECONDS", "0", "smtp_timeout_seconds"),
        ("PORTAL_SMTP_URL", "smtp://x", "public_url is not set"),
        ("PORTAL_SMS_ACCOUNT_SID", "AC1", "portal_url is not set"),
        ("PORTAL_PUBLIC_URL", "ftp://x", "public_url must be"),
        ("PORTAL_PORTAL_URL", "{org}", "portal_url must be"),
        ("PORTAL_MAIL_FROM", "Acme <a@b.c>", "without a name"),
        (
            "PORTAL_WEBHOOK_ALLOW_NETWORKS",
            "10.0.0.0/8,here",
            "such as 10.1.2.0/24",
        ),
        (
            "PORTAL_EMBEDDING_BASE_URL",
            "api.example.com",
            "embedding_base_url must be",
        ),
        (
            "PORTAL_EMBEDDING_BASE_URL",
            "https://api.example.com/v1",
            "embedding_model is not set",
        ),
        (
            "PORTAL_EMBEDDING_MODEL",
            "small",
            "embedding_base_url is not set",
        ),
        (
            "PORTAL_EMBEDDING_API_KEY",
            "hunter2",
            "embedding_base_url is not set",
        ),
        (
            "PORTAL_EMBEDDING_TIMEOUT_SECONDS",
            "0",
            "embedding_timeout_seconds",
        ),
        (
            "PORTAL_EMBEDDING_BATCH",
            "0",
            "embedding_batch must be between 1 and 2048",
        ),
        (
            "PORTAL_EMBEDDING_BATCH",
            "2049",
            "embedding_batch must be between 1 and 2048",
        ),
        (
            "PORTAL_KNOWLEDGE_POLL_MILLISECONDS",
            "19",
            "must be 0 or at least 20",
        ),
        (
            "PORTAL_SENTIMENT_POLL_MILLISECONDS",
            "19",
            "must be 0 or at least 20",
        ),
        ("PORTAL_CONFIG", "/nonexistent.toml", "/nonexistent.toml"),
        (
            "PORTAL_CONFIG",
            &path(&bad_file),
            "unknown setting `databse_url`",
        ),
        (
            "PORTAL_CONFIG",
            &path(&wrong_type),
            "must be a whole number",
        ),
        ("PORTAL_CONFIG", &path(&no_toml), "not valid TOML"),
    ] {
        let sentence = refused(&[(setting, value)]);
        assert!(sentence.contains(expected), "{setting}={value}: {sentence}");
        assert!(
            !sentence.contains('\n') && !sentence.contains("hunter2"),
            "{sentence}"
        );
    }
}

#[test]
fn an_embedding_server_and_folders_may_both_be_set() {
    let knowledge = load(&[
        ("PORTAL_EMBEDDING_MODEL_DIRS", "/models/a, /models/b"),
        ("PORTAL_EMBEDDING_BASE_URL", "https://api.example.com/v1"),
        ("PORTAL_EMBEDDING_MODEL", "small"),
        ("PORTAL_EMBEDDING_API_KEY", "hunter2"),
        ("PORTAL_KNOWLEDGE_POLL_MILLISECONDS", "0"),
    ])
    .unwrap()
    .knowledge;
    let folders = ["/models/a", "/models/b"].map(PathBuf::from);
    assert_eq!(knowledge.model_dirs, folders);
    assert_eq!(knowledge.server.model.as_deref(), Some("small"));
    assert!(knowledge.poll.is_zero());
    let shown = format!("{knowledge:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    let text = refused(&[
        ("PORTAL_EMBEDDING_BASE_URL", "https://api.example.com/v1"),
        ("PORTAL_EMBEDDING_MODEL", "text"),
    ]);
    assert!(text.contains("must not be \"text\""), "{text}");
}

#[test]
fn without_a_model_nothing_is_embedded() {
    let knowledge = load(&[]).unwrap().knowledge;
    assert!(knowledge.model_dirs.is_empty() && knowledge.server.base_url.is_none());
    assert_eq!(knowledge.poll, Duration::from_secs(1));
    assert_eq!(knowledge.server.batch, 32);
}

#[test]
fn without_a_model_the_assistant_quotes_and_with_one_it_is_patient_as_told() {
    assert!(load(&[]).unwrap().assistant.model.is_none());
    let config = load(&[
        ("PORTAL_MODEL_BASE_URL", "http://127.0.0.1:11434/v1/"),
        ("PORTAL_MODEL_NAME", "small"),
        ("PORTAL_MODEL_API_KEY", "sk-hunter2"),
        ("PORTAL_MODEL_TEMPERATURE", "1"),
        ("PORTAL_MODEL_IDLE_TIMEOUT_SECONDS", "3"),
    ])
    .unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
    let model = config.assistant.model.unwrap();
    assert_eq!(model.base_url, "http://127.0.0.1:11434/v1");
    assert!((model.temperature - 1.0).abs() < f64::EPSILON);
    assert_eq!(model.idle_timeout, Duration::from_secs(3));
    assert_eq!(model.first_token_timeout, Duration::from_secs(20));
}

#[test]
fn a_number_in_a_file_needs_no_decimal_point() {
    let file =
        file("model_temperature = 1\nmodel_base_url = \"https://m.example\"\nmodel_name = \"m\"\n");
    let config = load_file(Some(file.path().to_owned()), &[]).unwrap();
    let temperature = config.assistant.model.unwrap().temperature;
    assert!((temperature - 1.0).abs() < f64::EPSILON);
}

#[test]
fn mistakes_about_the_model_are_named_in_one_sentence() {
    let base = ("PORTAL_MODEL_BASE_URL", "https://m.example/v1");
    let name = ("PORTAL_MODEL_NAME", "m");
    assert!(refused(&[base]).contains("model_name is not set"));
    assert!(refused(&[("PORTAL_MODEL_BASE_URL", "m.example"), name]).contains("http or https"));
    for (setting, value, expected) in [
        ("PORTAL_MODEL_TEMPERATURE", "2.1", "between 0.0 and 2.0"),
        ("PORTAL_MODEL_TEMPERATURE", "warm", "must be a number"),
        ("PORTAL_MODEL_TEMPERATURE", "NaN", "must be a number"),
        ("PORTAL_MODEL_RETRIES", "6", "at most 5"),
        (
            "PORTAL_MODEL_IDLE_TIMEOUT_SECONDS",
            "0",
            "model_idle_timeout_seconds",
        ),
        (
            "PORTAL_MODEL_TOTAL_TIMEOUT_SECONDS",
            "19",
            "must not be above",
        ),
        ("PORTAL_MODEL_TOTAL_TIMEOUT_SECONDS", "151", "at most 150"),
        (
            "PORTAL_ASSISTANT_TURNS_PER_MINUTE",
            "0",
            "assistant_turns_per_minute",
        ),
        (
            "PORTAL_ASSISTANT_HEARTBEAT_SECONDS",
            "0",
            "assistant_heartbeat_seconds",
        ),
    ] {
        let sentence = refused(&[base, name, (setting, value)]);
        assert!(sentence.contains(expected), "{setting}={value}: {sentence}");
    }
}

#[test]
fn what_is_required_is_asked_for_by_name() {
    let nothing = Config::load(None, []).unwrap_err().to_string();
    assert!(nothing.contains("PORTAL_DATABASE_URL"), "{nothing}");
    let no_key = Config::load(None, [(URL.0.to_owned(), URL.1.to_owned())])
        .unwrap_err()
        .to_string();
    assert!(
        no_key.contains("PORTAL_JWT_SECRET") && no_key.contains("PORTAL_JWKS_URL"),
        "{no_key}"
    );
}

#[test]
fn kubernetes_service_links_are_not_mistaken_for_settings() {
    load(&[
        ("PORTAL_SERVICE_HOST", "10.0.0.1"),
        ("PORTAL_SERVICE_PORT_HTTP", "80"),
        ("PORTAL_PORT", "tcp://10.0.0.1:80"),
        ("PORTAL_PORT_80_TCP_ADDR", "10.0.0.1"),
        ("PORTAL_GATEWAY_PORT", "tcp://10.0.0.2:80"),
    ])
    .unwrap();
}

#[test]
fn no_secret_shows_when_settings_are_printed() {
    let shown = format!("{:?}", load(&[]).unwrap());
    assert!(
        !shown.contains(SECRET.1) && !shown.contains(URL.1),
        "{shown}"
    );
}
