//! What a database error becomes for the caller, and what of it the log may hold.

use axum::http::StatusCode;
use tokio_postgres::{Error, error::DbError};

use crate::error::{ApiError, ErrorBody};

impl From<Error> for ApiError {
    /// PTxyz goes out as raised, like PostgREST does it. Anything else is logged and answered in
    /// general words: its text speaks of SQL, and may speak of other people's data.
    fn from(error: Error) -> Self {
        let Some(database) = error.as_db_error() else {
            log(&error);
            return if is_lost(&error) {
                unreachable()
            } else {
                ApiError::internal()
            };
        };
        if let Some(error) = raised(database) {
            return error;
        }
        log(&error);
        by_code(database.code().code())
    }
}

/// The answer while there is no database to ask.
pub(super) fn unreachable() -> ApiError {
    ApiError::unavailable(
        "database_unreachable",
        "The database cannot be reached right now.",
    )
}

/// Whether the connection is gone: closed, broken, or about to be closed because the server stops,
/// which arrives as a message (57P01 admin_shutdown and its kin) before the end does.
pub(super) fn is_lost(error: &Error) -> bool {
    let broken = std::error::Error::source(error).is_some_and(|cause| cause.is::<std::io::Error>());
    let stopping = error
        .code()
        .is_some_and(|code| code.code().starts_with("57P"));
    error.is_closed() || broken || stopping
}

/// The error that one of our functions raised on purpose, if it is one.
fn raised(error: &DbError) -> Option<ApiError> {
    let status = error.code().code().strip_prefix("PT")?;
    let status = StatusCode::from_bytes(status.as_bytes()).ok()?;
    if !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    Some(ApiError::from_body(
        status,
        ErrorBody {
            code: error.code().code().to_owned(),
            message: error.message().to_owned(),
            details: error.detail().map(str::to_owned),
            hint: error.hint().map(str::to_owned),
        },
    ))
}

fn by_code(code: &str) -> ApiError {
    match code {
        // query_canceled: statement_timeout.
        "57014" => ApiError::from_status(StatusCode::GATEWAY_TIMEOUT),
        "42501" => ApiError::new(
            StatusCode::FORBIDDEN,
            "not_allowed",
            "This is not allowed for you.",
            "Sign in as someone who may do this.",
        ),
        // serialization_failure, deadlock_detected, lock_not_available.
        "40001" | "40P01" | "55P03" => {
            ApiError::unavailable("database_busy", "The database is busy with the same rows.")
        }
        // Connection trouble, no resources, shutting down or starting up.
        _ if ["08", "53", "57P"]
            .iter()
            .any(|class| code.starts_with(class)) =>
        {
            unreachable()
        }
        _ => ApiError::internal(),
    }
}

/// Logs an error without its DETAIL, which quotes rows.
pub(super) fn log(error: &Error) {
    match error.as_db_error() {
        Some(database) => tracing::error!(
            sqlstate = database.code().code(),
            message = database.message(),
            table = database.table(),
            constraint = database.constraint(),
            "the database refused"
        ),
        None => tracing::error!(
            %error,
            cause = std::error::Error::source(error).map(tracing::field::display),
            "the database failed"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::by_code;

    #[test]
    fn codes_become_statuses_that_say_whether_to_try_again() {
        for (code, status) in [
            ("57014", 504),
            ("42501", 403),
            ("40P01", 503),
            ("53300", 503),
            ("57P03", 503),
            ("08006", 503),
            ("XX000", 500),
            ("23505", 500),
            ("25P02", 500),
        ] {
            assert_eq!(by_code(code).status, status, "{code}");
        }
    }
}
