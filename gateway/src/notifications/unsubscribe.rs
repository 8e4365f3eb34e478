//! The page behind "Stop these e-mails". GET only asks, for mail scanners and link previews open every
//! link; POST acts: the page's button, or the mail programme itself (RFC 8058).

use std::sync::LazyLock;

use axum::{
    extract::{Query, State},
    http::{HeaderName, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use minijinja::{Environment, context};
use serde::Deserialize;
use tokio_postgres::types::Type;
use utoipa::IntoParams;

use crate::{
    app::AppState,
    error::{ApiError, ApiResult},
};

/// Needs no script and nothing from elsewhere, tells nobody where it was opened, and is kept nowhere.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CACHE_CONTROL, "no-store"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

const ASK: &str =
    "select company_name, category, email_hint from portal_internal.unsubscribe($1, $2)";

static PAGE: LazyLock<Environment> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates
        .add_template(
            "unsubscribe.html",
            include_str!("../../templates/unsubscribe.html"),
        )
        .expect("the page is a valid template");
    templates
});

/// What the link carries.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Link {
    /// Names the account and the category; from the e-mail.
    #[serde(default)]
    token: String,
}

/// What the token stands for.
struct Subscription {
    company: String,
    category: String,
    /// The address, so that somebody with several knows which; shortened, for links are passed on.
    email_hint: Option<String>,
}

impl Subscription {
    fn address(&self) -> &str {
        self.email_hint.as_deref().unwrap_or("you")
    }
}

/// Asks whether to stop e-mails of one category; changes nothing.
#[utoipa::path(
    get,
    path = "/unsubscribe",
    tag = "Notifications",
    params(Link),
    responses(
        (status = 200, description = "A page with one button", content_type = "text/html"),
        (status = 404, description = "A page that says that the link is not valid", content_type = "text/html"),
    )
)]
pub async fn ask(State(state): State<AppState>, Query(link): Query<Link>) -> ApiResult<Response> {
    answer(look_up(&state, &link.token, true).await, |it| {
        let text = format!(
            "{} will no longer send {} to {}.",
            it.company,
            kind(&it.category),
            it.address()
        );
        page(StatusCode::OK, "Stop these e-mails?", &text, true)
    })
}

/// Stops e-mails of one category. Doing it twice changes nothing.
#[utoipa::path(
    post,
    path = "/unsubscribe",
    tag = "Notifications",
    params(Link),
    responses(
        (status = 200, description = "Done; a page that says so", content_type = "text/html"),
        (status = 404, description = "A page that says that the link is not valid", content_type = "text/html"),
    )
)]
pub async fn act(State(state): State<AppState>, Query(link): Query<Link>) -> ApiResult<Response> {
    answer(look_up(&state, &link.token, false).await, |it| {
        let text = format!(
            "{} sends no more {} to {}. You can turn them on again in the settings of your portal.",
            it.company,
            kind(&it.category),
            it.address()
        );
        page(StatusCode::OK, "Done", &text, false)
    })
}

/// Errors: PT404 for a token that stands for nothing.
async fn look_up(state: &AppState, token: &str, dry_run: bool) -> ApiResult<Subscription> {
    let timeout = state.db.statement_timeout();
    state
        .db
        .as_gateway(timeout, async |tx| {
            let arguments: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 2] =
                [(&token, Type::TEXT), (&dry_run, Type::BOOL)];
            let row = tx.query_typed_one(ASK, &arguments).await?;
            Ok(Subscription {
                company: row.try_get(0)?,
                category: row.try_get(1)?,
                email_hint: row.try_get(2)?,
            })
        })
        .await
}

fn answer(
    found: ApiResult<Subscription>,
    page_for: impl FnOnce(Subscription) -> ApiResult<Response>,
) -> ApiResult<Response> {
    match found {
        Ok(subscription) => page_for(subscription),
        Err(error) if error.status == StatusCode::NOT_FOUND => page(
            StatusCode::NOT_FOUND,
            "This link is not valid",
            "Please open the link from the latest e-mail, or change what you are sent in the settings of your portal.",
            false,
        ),
        Err(error) => Err(error),
    }
}

fn page(status: StatusCode, title: &str, text: &str, asks: bool) -> ApiResult<Response> {
    let page = PAGE
        .get_template("unsubscribe.html")
        .and_then(|page| page.render(context! { title, text, asks }))
        .map_err(|error| {
            tracing::error!(%error, "cannot write the page");
            ApiError::internal()
        })?;
    Ok((status, HEADERS, Html(page)).into_response())
}

/// A category in words.
fn kind(category: &str) -> &'static str {
    match category {
        "booking_updates" => "e-mails about bookings",
        "technician_enroute" => "e-mails about technicians on their way",
        "messages" => "e-mails about new messages",
        "marketing" => "offers",
        _ => "these e-mails",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_page_escapes_and_runs_nothing() {
        let response = page(StatusCode::OK, "Done", "<script>alert(1)</script>", true).unwrap();
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(policy.contains("default-src 'none'"));
        let body = axum::body::to_bytes(response.into_body(), 100_000)
            .await
            .unwrap();
        let html = String::from_utf8(body.to_vec()).unwrap();
        assert!(
            html.contains("&lt;script&gt;") && !html.contains("<script"),
            "{html}"
        );
        assert!(html.contains(r#"<form method="post">"#));
    }
}
