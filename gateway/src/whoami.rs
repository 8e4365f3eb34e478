//! The caller as the database sees them.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::AppState,
    caller::Caller,
    error::{ApiResult, ErrorBody},
};

/// Who is calling, and for which organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WhoAmI {
    /// The Supabase user.
    pub user_id: Option<Uuid>,
    /// The organisation this request acts in.
    pub org_id: Option<Uuid>,
    /// The user's live portal account in that organisation.
    pub account_id: Option<Uuid>,
    /// The account's role.
    #[schema(example = "customer")]
    pub role: Option<String>,
    /// The user's role on the organisation's staff.
    #[schema(example = "csr")]
    pub staff_role: Option<String>,
}

/// Answers who the caller is to the database.
#[utoipa::path(
    get,
    path = "/whoami",
    tag = "Access",
    security(("access_token" = [])),
    params(("x-portal-org" = Option<String>, Header, description = "Organisation id or slug, for users of several")),
    responses(
        (status = 200, description = "The caller; null is what they have not, such as an account in an organisation that is not theirs", body = WhoAmI),
        (status = 401, description = "Nobody is signed in, or the token is not valid", body = ErrorBody),
        (status = 503, description = "The database is away", body = ErrorBody),
    )
)]
pub async fn whoami(State(state): State<AppState>, caller: Caller) -> ApiResult<Json<WhoAmI>> {
    caller.user_id()?;
    state
        .db
        .as_caller(&caller, async |tx| {
            let row = tx
                .query_typed_one(
                    "select user_id, org_id, account_id, account_role, staff_role from portal_internal.whoami()",
                    &[],
                )
                .await?;
            Ok(Json(WhoAmI {
                user_id: row.try_get(0)?,
                org_id: row.try_get(1)?,
                account_id: row.try_get(2)?,
                role: row.try_get(3)?,
                staff_role: row.try_get(4)?,
            }))
        })
        .await
}
