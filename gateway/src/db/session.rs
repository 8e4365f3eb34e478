//! One transaction on one pooled connection, under a caller's role and claims or the gateway's own.

use std::time::Duration;

use deadpool_postgres::Object;
use futures_util::future::try_join3;
use tokio_postgres::{Client, Error, types::Type};

use super::tls::Tls;
use crate::{caller::Caller, error::ApiResult};

/// The same settings that PostgREST makes, in one statement, for this transaction only.
const SETTINGS: &str = "select set_config('role', $1, true), \
     set_config('request.jwt.claims', $2, true), \
     set_config('request.headers', $3, true), \
     set_config('statement_timeout', $4, true)";

pub(super) struct Session {
    /// None once the transaction has ended.
    connection: Option<Object>,
    tls: Tls,
}

impl Session {
    pub fn new(connection: Object, tls: Tls) -> Self {
        Self {
            connection: Some(connection),
            tls,
        }
    }

    /// The connection, inside the transaction once [`Session::open`] has succeeded.
    pub fn client(&self) -> &Client {
        self.connection
            .as_ref()
            .expect("an ended session is consumed")
    }

    /// Begins, becomes the caller and lets the database look at them: three messages sent at once
    /// and answered in order, so one round trip. `enter` goes last, under the caller's role.
    pub async fn open(&self, caller: &Caller, statement_timeout: Duration) -> Result<(), Error> {
        let role = caller.identity.role.name();
        let claims = caller.claims_json();
        let headers = caller.headers_json();
        let timeout = statement_timeout.as_millis().to_string();
        let client = self.client();
        let settings = async {
            client
                .query_typed(
                    SETTINGS,
                    &[
                        (&role, Type::TEXT),
                        (&claims, Type::TEXT),
                        (&headers, Type::TEXT),
                        (&timeout, Type::TEXT),
                    ],
                )
                .await
        };
        try_join3(
            client.batch_execute("begin"),
            settings,
            client.batch_execute("select portal_internal.enter()"),
        )
        .await?;
        Ok(())
    }

    /// Begins as the role that the connection logged in with.
    pub async fn open_own(&self, statement_timeout: Duration) -> Result<(), Error> {
        let milliseconds = statement_timeout.as_millis();
        let begin = format!("begin; set local statement_timeout = {milliseconds}");
        self.client().batch_execute(&begin).await
    }

    /// Keeps the work. `commit` of a transaction that failed answers like success while it rolls
    /// back; the statement before it makes that an error.
    pub async fn commit(mut self) -> ApiResult<()> {
        let result = self.client().batch_execute("select 1; commit").await;
        match result {
            Ok(()) => drop(self.connection.take()),
            Err(error) => {
                self.rollback().await;
                return Err(error.into());
            }
        }
        Ok(())
    }

    /// Undoes the work. A connection that cannot even do that is not used again.
    pub async fn rollback(mut self) {
        if self.client().batch_execute("rollback").await.is_ok() {
            drop(self.connection.take());
        }
    }
}

impl Drop for Session {
    /// Still open: the request was dropped half-way. The connection leaves the pool, for nobody
    /// else shall wait behind its statement, and the statement is canceled.
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        let client = Object::take(connection);
        if client.is_closed() {
            return;
        }
        let (cancel, tls) = (client.cancel_token(), self.tls.clone());
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = tls.cancel(&cancel).await {
                    tracing::warn!(%error, "cannot cancel a statement that nobody waits for");
                }
                drop(client);
            });
        }
    }
}
