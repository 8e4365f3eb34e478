//! Listening, and ending without cutting anyone off.

use std::{future::IntoFuture, io};

use axum::Router;
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
    task::JoinHandle,
    time::sleep,
};

use crate::{app::AppState, config};

/// Whether the gateway is shutting down. Cheap to clone.
#[derive(Clone)]
pub struct Drain(watch::Sender<bool>);

impl Default for Drain {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Drain {
    /// True from the first signal on.
    pub fn begun(&self) -> bool {
        *self.0.borrow()
    }

    /// Says that it begins.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Returns when it begins; for streams, which would otherwise never end by themselves.
    pub async fn wait(&self) {
        // The sender lives as long as self, so this cannot fail.
        let _ = self.0.subscribe().wait_for(|begun| *begun).await;
    }
}

/// SIGTERM (service managers) and SIGINT (Ctrl-C).
pub struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    /// From here on the signals no longer kill the process.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Serves until a signal: then /readyz turns 503, after the delay nothing new is accepted, running
/// requests and `work` finish within the grace, and the pool is closed. A second signal skips the waiting.
/// `work` is what goes on beside requests and ends by itself once the gateway drains.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    state: &AppState,
    config: &config::Http,
    mut signals: StopSignals,
    work: JoinHandle<()>,
) -> io::Result<()> {
    let closing = Drain::default();
    let server = axum::serve(listener, app).with_graceful_shutdown({
        let closing = closing.clone();
        async move { closing.wait().await }
    });
    let mut server = tokio::spawn(server.into_future());

    tokio::select! {
        ended = &mut server => return ended.unwrap_or_else(|panic| Err(io::Error::other(panic))),
        () = signals.next() => {}
    }
    tracing::info!("shutting down");
    state.drain.begin();
    tokio::select! {
        () = sleep(config.shutdown_delay) => {}
        () = signals.next() => {}
    }
    closing.begin();
    tokio::select! {
        () = async {
            let _ = tokio::join!(&mut server, work);
            // Those whose client has gone are no requests any more.
            state.assistant.running.none().await;
        } => tracing::info!("all requests finished"),
        () = sleep(config.shutdown_grace) => tracing::warn!("cutting what outlasts the grace"),
        () = signals.next() => tracing::warn!("cutting what is under way: second signal"),
    }
    server.abort();
    state.db.close();
    Ok(())
}
