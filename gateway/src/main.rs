//! The command line: read the settings, start, stop.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use portal_gateway::{
    app::{self, AppState},
    config::{self, Config, ConfigError},
    due_jobs, embeddings, health,
    notifications::{Delivery, preview},
    sentiment,
    serve::{self, StopSignals},
    telemetry,
};
use tokio::net::TcpListener;

/// The portal's HTTP gateway. Settings come from a file and from PORTAL_* variables.
#[derive(Parser)]
#[command(name = "portal-gateway", version)]
struct Arguments {
    /// File with settings; PORTAL_CONFIG names one as well
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Check the settings and exit: 0 when they are usable, 2 when not
    #[arg(long)]
    check_config: bool,
    /// Print every setting with its default and what it means
    #[arg(long)]
    print_default_config: bool,
    /// Ask the gateway that runs here with these settings whether it is ready, and exit: 0 when it is, 1 when not
    #[arg(long)]
    healthcheck: bool,
    /// Write every message, with invented facts, into this folder and exit
    #[arg(long, value_name = "DIR")]
    preview_mail: Option<PathBuf>,
}

// Within the runtime from the start: the pool of SMTP connections wants one when it is made.
#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.print_default_config {
        print!("{}", config::DEFAULTS);
        return ExitCode::SUCCESS;
    }
    if let Some(folder) = arguments.preview_mail {
        return match preview::write(&folder) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(1, &format!("cannot write to {}: {error}", folder.display())),
        };
    }
    if arguments.healthcheck {
        return match healthcheck(arguments.config).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(sentence) => fail(1, &sentence),
        };
    }
    let (config, state, delivery) = match prepare(arguments.config) {
        Ok(prepared) => prepared,
        Err(error) => return fail(2, &error.to_string()),
    };
    if arguments.check_config {
        println!("portal-gateway: the settings are usable");
        return ExitCode::SUCCESS;
    }
    if let Err(error) = telemetry::start_logging(&config.log) {
        return fail(2, &error.to_string());
    }
    match run(&config, state, delivery).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => fail(1, &sentence),
    }
}

fn settings(file: Option<PathBuf>) -> Result<Config, ConfigError> {
    // Variables that are not UTF-8 are not ours.
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    Config::load(file, environment)
}

/// What a container's health check runs, for its image has no other program.
async fn healthcheck(file: Option<PathBuf>) -> Result<(), String> {
    let config = settings(file).map_err(|error| error.to_string())?;
    health::ask_running(config.http.listen).await
}

/// Everything that can be found wrong without touching the network.
fn prepare(file: Option<PathBuf>) -> Result<(Config, AppState, Delivery), ConfigError> {
    let config = settings(file)?;
    telemetry::filter(&config.log)?;
    let state = AppState::new(&config)?;
    let delivery = Delivery::new(&config.notifications)?;
    Ok((config, state, delivery))
}

async fn run(config: &Config, state: AppState, delivery: Delivery) -> Result<(), String> {
    let signals =
        StopSignals::listen().map_err(|error| format!("cannot listen for signals: {error}"))?;
    let address = config.http.listen;
    let listener = TcpListener::bind(address).await.map_err(|error| {
        format!("cannot listen on {address} ({error}); choose another by PORTAL_LISTEN")
    })?;
    let app = app::router(state.clone(), config);
    let upkeep = tokio::spawn(telemetry::keep_metrics_small());
    tokio::spawn(due_jobs::keep_running(
        state.db.clone(),
        config.due_jobs.every,
        state.drain.clone(),
    ));
    tokio::spawn({
        let (events, db, drain) = (state.events.clone(), state.db.clone(), state.drain.clone());
        let every = config.events.poll;
        async move { events.feed.keep_asking(db, every, drain).await }
    });
    let embedding = embeddings::worker::Worker::new(
        &config.knowledge,
        state.db.clone(),
        state.drain.clone(),
        state.embeddings.clone(),
    );
    let judging = sentiment::Worker {
        db: state.db.clone(),
        drain: state.drain.clone(),
        labeller: state.assistant.model.clone().map(sentiment::Labeller),
        poll: config.knowledge.sentiment_poll,
    };
    let delivering = delivery.run(state.db.clone(), state.drain.clone());
    let work = tokio::spawn(async move {
        tokio::join!(delivering, embedding.run(), judging.run());
    });
    tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "listening");
    let result = serve::serve(listener, app, &state, &config.http, signals, work).await;
    upkeep.abort();
    result.map_err(|error| format!("the server stopped: {error}"))
}

fn fail(code: u8, sentence: &str) -> ExitCode {
    eprintln!("portal-gateway: {sentence}");
    ExitCode::from(code)
}
