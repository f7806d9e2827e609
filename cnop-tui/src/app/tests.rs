//! What may never happen, whatever the order of keys and answers.

mod anything;
mod imports;
mod replies;
mod session;
mod ticket;

use cnop_core::client::ClientError;

/// No answer came.
fn lost() -> ClientError {
    ClientError::NoAnswer { origin: "http://127.0.0.1:8080".parse().unwrap(), reason: "test".to_owned() }
}

/// The server says that the session is over.
fn revoked() -> ClientError {
    let json = r#"{"type":"","title":"Unauthorized","status":401,"detail":"This session is over.","instance":"",
        "code":"token_revoked","message":"","errors":[],"timestamp":"2026-02-15T08:00:00Z","trace_id":""}"#;
    ClientError::Refused { problem: serde_json::from_str(json).unwrap(), retry_after: None }
}
