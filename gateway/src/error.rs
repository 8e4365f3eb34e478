//! The one error body, with the same four keys as PostgREST's, and every way to come to it.

use axum::{
    Json,
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// What every refusal answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ErrorBody {
    /// `PT` and the HTTP status.
    #[schema(example = "PT401")]
    pub code: String,
    /// A sentence for a person.
    #[schema(example = "Your session has expired.")]
    pub message: String,
    /// The text of a JSON object with a stable `reason` and the facts.
    #[schema(example = r#"{"reason":"token_expired"}"#)]
    pub details: Option<String>,
    /// What to do next.
    #[schema(example = "Sign in again, or refresh the session.")]
    pub hint: Option<String>,
}

/// A refusal on its way out.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{} {}", .status.as_u16(), .body.message)]
pub struct ApiError {
    pub status: StatusCode,
    pub body: ErrorBody,
    retry_after_seconds: Option<u32>,
}

pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// `reason` is stable and for programs, `message` and `hint` are for people.
    pub fn new(status: StatusCode, reason: &str, message: &str, hint: &str) -> Self {
        Self {
            status,
            body: ErrorBody {
                code: format!("PT{}", status.as_u16()),
                message: message.to_owned(),
                details: Some(json!({ "reason": reason }).to_string()),
                hint: Some(hint.to_owned()),
            },
            retry_after_seconds: None,
        }
    }

    /// A body as the database raised it. Where it says when to try again, the header says so too.
    pub fn from_body(status: StatusCode, body: ErrorBody) -> Self {
        let error = Self {
            status,
            body,
            retry_after_seconds: None,
        };
        let seconds = error
            .detail("retry_after_seconds")
            .and_then(|value| value.as_u64());
        Self {
            retry_after_seconds: seconds.and_then(|seconds| u32::try_from(seconds).ok()),
            ..error
        }
    }

    /// The same, worth another try after so long.
    #[must_use]
    pub fn after(self, seconds: u32) -> Self {
        Self {
            retry_after_seconds: Some(seconds),
            ..self
        }
    }

    /// After how long another try is worth it, where that is known.
    pub fn retry_after_seconds(&self) -> Option<u32> {
        self.retry_after_seconds
    }

    /// No valid user behind the request.
    pub fn unauthorized(reason: &str, message: &str, hint: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, reason, message, hint)
    }

    /// Something this gateway depends on is away; worth another try shortly.
    pub fn unavailable(reason: &str, message: &str) -> Self {
        Self {
            retry_after_seconds: Some(2),
            ..Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                reason,
                message,
                "Try again in a few seconds.",
            )
        }
    }

    /// A fault of ours. What it was goes to the log, never into the answer.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal_error",
            "Something went wrong on our side.",
            "Try again. If it stays, tell us the x-request-id of this answer.",
        )
    }

    /// The words for a status that a layer or the router chose without any body of ours.
    pub fn from_status(status: StatusCode) -> Self {
        let (reason, message, hint) = match status {
            StatusCode::BAD_REQUEST => (
                "malformed_request",
                "The request could not be read.",
                "See /portal/v1/openapi.json for what is expected.",
            ),
            StatusCode::NOT_FOUND => (
                "no_such_endpoint",
                "There is nothing at this address.",
                "See /portal/v1/openapi.json for the endpoints.",
            ),
            StatusCode::METHOD_NOT_ALLOWED => (
                "method_not_allowed",
                "This address does not take that method.",
                "The Allow header names the methods it takes.",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => (
                "body_too_large",
                "The request is too large.",
                "Send less at once; files belong into Storage.",
            ),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => (
                "unsupported_media_type",
                "The body is of a type that is not understood here.",
                "Send JSON with content-type application/json.",
            ),
            StatusCode::UNPROCESSABLE_ENTITY => (
                "malformed_body",
                "The body does not have the expected fields.",
                "See /portal/v1/openapi.json for what is expected.",
            ),
            StatusCode::GATEWAY_TIMEOUT => (
                "timeout",
                "The answer took too long.",
                "Try again; use an idempotency key when the request changes something.",
            ),
            StatusCode::SERVICE_UNAVAILABLE => {
                return Self::unavailable("unavailable", "The service is not available right now.");
            }
            status if status.is_client_error() => (
                "refused",
                "The request was refused.",
                "See /portal/v1/openapi.json for what is expected.",
            ),
            _ => {
                return Self {
                    status,
                    ..Self::internal()
                };
            }
        };
        Self::new(status, reason, message, hint)
    }

    /// The stable reason inside `details`, where there is one.
    pub fn reason(&self) -> Option<String> {
        Some(self.detail("reason")?.as_str()?.to_owned())
    }

    /// One of the facts inside `details`.
    pub fn detail(&self, name: &str) -> Option<serde_json::Value> {
        let mut details: serde_json::Value =
            serde_json::from_str(self.body.details.as_deref()?).ok()?;
        details.get_mut(name).map(serde_json::Value::take)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response<Body> {
        let mut response = (self.status, Json(self.body)).into_response();
        let headers = response.headers_mut();
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// Gives our body to errors that the router and the layers answer with their own or with none:
/// an empty 404 would look like success to supabase-js.
pub async fn give_body(response: Response<Body>) -> Response<Body> {
    let status = response.status();
    let is_written = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| {
            let kind = value.as_bytes();
            // Pages are for people, who followed a link.
            kind.starts_with(b"application/json") || kind.starts_with(b"text/html")
        });
    if is_written || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let mut ours = ApiError::from_status(status).into_response();
    if let Some(allow) = response.headers().get(header::ALLOW) {
        ours.headers_mut().insert(header::ALLOW, allow.clone());
    }
    ours
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_status_has_words_and_a_reason() {
        for code in 400..600 {
            let status = StatusCode::from_u16(code).unwrap();
            let error = ApiError::from_status(status);
            assert_eq!(error.status, status);
            assert!(
                error.reason().is_some_and(|reason| !reason.is_empty()),
                "{code}"
            );
            assert!(
                error.body.hint.is_some_and(|hint| hint.ends_with('.')),
                "{code}"
            );
        }
    }

    #[test]
    fn what_the_database_says_about_when_to_try_again_becomes_the_header() {
        let body = |details: &str| ErrorBody {
            details: Some(details.to_owned()),
            ..ApiError::internal().body
        };
        let refused = |details| ApiError::from_body(StatusCode::TOO_MANY_REQUESTS, body(details));
        let answer = refused(r#"{"reason":"org_budget","retry_after_seconds":90}"#).into_response();
        assert_eq!(answer.headers()["retry-after"], "90");
        for other in [
            r#"{"retry_after_seconds":-1}"#,
            r#"{"retry_after_seconds":null}"#,
            "no json",
        ] {
            assert_eq!(refused(other).retry_after_seconds(), None, "{other}");
        }
    }

    #[tokio::test]
    async fn a_body_of_ours_is_left_alone() {
        let ours = ApiError::unauthorized("token_expired", "m", "h").into_response();
        let answer = give_body(ours).await;
        let bytes = axum::body::to_bytes(answer.into_body(), 10_000)
            .await
            .unwrap();
        let body: ErrorBody = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(
            body.details.as_deref(),
            Some(r#"{"reason":"token_expired"}"#)
        );
    }

    #[tokio::test]
    async fn a_foreign_405_gets_the_four_keys_and_keeps_allow() {
        let foreign = Response::builder()
            .status(405)
            .header("allow", "GET")
            .body(Body::empty())
            .unwrap();
        let answer = give_body(foreign).await;
        assert_eq!(answer.headers()["allow"], "GET");
        let bytes = axum::body::to_bytes(answer.into_body(), 10_000)
            .await
            .unwrap();
        let body: ErrorBody = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(body.code, "PT405");
    }
}
