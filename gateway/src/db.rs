//! The pool of connections as role portal_gateway, and transactions that run as the caller.

mod failure;
mod session;
mod tls;

use std::time::Duration;

use deadpool_postgres::{
    Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime,
};
use tokio_postgres::{Client, NoTls};

use crate::{
    caller::Caller,
    config::{self, ConfigError},
    error::{ApiError, ApiResult},
};
pub use deadpool_postgres::Status;
use session::Session;
use tls::Tls;

/// The database. Cheap to clone; connects when first needed.
#[derive(Clone)]
pub struct Db {
    pool: Pool,
    tls: Tls,
    statement_timeout: Duration,
}

impl Db {
    /// Connects to nothing yet.
    ///
    /// Errors: a URL that cannot be read, a certificate file that cannot be used.
    pub fn new(config: &config::Database) -> Result<Self, ConfigError> {
        let (mut postgres, wants_tls) = tls::read_url(&config.url)?;
        postgres
            .application_name("portal-gateway")
            .connect_timeout(config.connect_timeout);
        let tls = Tls::new(wants_tls, config.ca_file.as_deref())?;
        // A connection that the server closed is noticed without asking; one that dies in this
        // very moment is replaced once, in `begin_as`.
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = match tls.clone() {
            Tls::Off => Manager::from_config(postgres, NoTls, recycling),
            Tls::On(connector) => Manager::from_config(postgres, connector, recycling),
        };
        let pool = Pool::builder(manager)
            .max_size(config.pool_size)
            .wait_timeout(Some(config.pool_wait))
            .create_timeout(Some(config.connect_timeout))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| ConfigError(format!("cannot set up the database pool: {error}")))?;
        Ok(Self {
            pool,
            tls,
            statement_timeout: config.statement_timeout,
        })
    }

    /// A connection as portal_gateway itself, for what is nobody's request.
    ///
    /// Errors: 503 when none is to be had in time.
    pub async fn connection(&self) -> ApiResult<Object> {
        self.pool.get().await.map_err(no_connection)
    }

    /// Runs `work` in one transaction under the caller's role and claims, as PostgREST would, and
    /// commits when it succeeds. Costs two round trips beside the work: opening and commit.
    ///
    /// The client that `work` gets is inside the transaction; it must neither end it nor keep it.
    /// Dropped half-way (a client hung up), the running statement is canceled and nothing kept.
    ///
    /// Errors: those of `work`; PTxyz as the database raised it; 503 and 504 for a database that is
    /// away or too slow; 500 for the rest.
    pub async fn as_caller<T>(
        &self,
        caller: &Caller,
        work: impl AsyncFnOnce(&Client) -> ApiResult<T>,
    ) -> ApiResult<T> {
        finish(self.begin_as(caller).await?, work).await
    }

    /// As [`Db::as_caller`], but as portal_gateway itself and with a time limit of its own, for work
    /// that is nobody's request.
    pub async fn as_gateway<T>(
        &self,
        statement_timeout: Duration,
        work: impl AsyncFnOnce(&Client) -> ApiResult<T>,
    ) -> ApiResult<T> {
        let session = Session::new(self.connection().await?, self.tls.clone());
        if let Err(error) = session.open_own(statement_timeout).await {
            session.rollback().await;
            return Err(error.into());
        }
        finish(session, work).await
    }

    async fn begin_as(&self, caller: &Caller) -> ApiResult<Session> {
        let mut retried = false;
        loop {
            let session = Session::new(self.connection().await?, self.tls.clone());
            match session.open(caller, self.statement_timeout).await {
                Ok(()) => return Ok(session),
                // Nothing was done yet, so another connection may try: Postgres restarted.
                Err(error) if failure::is_lost(&error) && !retried => retried = true,
                Err(error) => {
                    session.rollback().await;
                    return Err(error.into());
                }
            }
        }
    }

    /// How long one statement may take.
    pub fn statement_timeout(&self) -> Duration {
        self.statement_timeout
    }

    /// How the pool is used right now.
    pub fn status(&self) -> Status {
        self.pool.status()
    }

    /// Closes idle connections and hands out no more.
    pub fn close(&self) {
        self.pool.close();
    }
}

async fn finish<T>(
    session: Session,
    work: impl AsyncFnOnce(&Client) -> ApiResult<T>,
) -> ApiResult<T> {
    match work(session.client()).await {
        Ok(answer) => {
            session.commit().await?;
            Ok(answer)
        }
        Err(error) => {
            session.rollback().await;
            Err(error)
        }
    }
}

fn no_connection(error: PoolError) -> ApiError {
    match error {
        PoolError::Timeout(kind) => {
            tracing::warn!(?kind, "no database connection in time");
            ApiError::unavailable(
                "database_busy",
                "Too many requests are waiting for the database.",
            )
        }
        PoolError::Backend(error) => {
            failure::log(&error);
            failure::unreachable()
        }
        error => {
            tracing::error!(%error, "no database connection");
            failure::unreachable()
        }
    }
}
