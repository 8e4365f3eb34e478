//! The turns that are under way. They outlive the request that began them, so that what a client who has gone was told is
//! stored all the same; the gateway waits for them when it shuts down.

use metrics::gauge;
use tokio::sync::watch;

/// How many there are. Cheap to clone.
#[derive(Clone)]
pub struct Running(watch::Sender<usize>);

impl Default for Running {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

/// One turn; no longer under way when dropped.
pub struct OneRunning(watch::Sender<usize>);

impl Running {
    pub fn one(&self) -> OneRunning {
        self.0.send_modify(|count| *count += 1);
        gauge!("portal_assistant_streams").increment(1.0);
        OneRunning(self.0.clone())
    }

    /// Returns once none is under way.
    pub async fn none(&self) {
        // The sender lives as long as self, so this cannot fail.
        let _ = self.0.subscribe().wait_for(|count| *count == 0).await;
    }
}

impl Drop for OneRunning {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
        gauge!("portal_assistant_streams").decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn waiting_ends_with_the_last_turn() {
        let running = Running::default();
        running.none().await;
        let (one, two) = (running.one(), running.one());
        drop(one);
        assert!(
            timeout(Duration::from_millis(20), running.none())
                .await
                .is_err()
        );
        drop(two);
        running.none().await;
    }
}
