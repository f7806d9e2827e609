//! What administrators do over the API: one file a subject.

pub(super) mod audit;
pub(super) mod data;
pub(super) mod ip_blocks;
pub(super) mod switches;

use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::request::Parts;
use cnop_core::api::Code;
use cnop_core::user::{Role, Username};

use super::extract::{Caller, RequestOrigin};
use super::problem::ApiError;
use crate::state::App;
use crate::store::{Act, AdminAct, AuditDraft, Origin};

/// An administrator with a request.
pub(super) struct Admin {
    username: Username,
    origin: Origin,
}

impl Admin {
    /// What stands in the trail once they have done it.
    pub(super) fn did(&self, act: AdminAct) -> AuditDraft {
        AuditDraft::of(Act::Admin(act)).by(&self.username).from(&self.origin)
    }
}

impl FromRequestParts<Arc<App>> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let RequestOrigin(origin) = RequestOrigin::from_request_parts(parts, app).await?;
        let username = caller.username().clone();
        if caller.role == Role::Admin {
            return Ok(Self { username, origin });
        }
        let route = parts.extensions.get::<MatchedPath>().map_or("-", MatchedPath::as_str);
        let tried = format!("{} {route}", parts.method);
        let entry = AuditDraft::of(Act::AuthorizationFail).about(&username).from(&origin).saying(tried);
        app.tries.count(format_args!("{username} {route}"), entry);
        Err(ApiError::new(Code::PermissionDenied, "Only an administrator may do this."))
    }
}
