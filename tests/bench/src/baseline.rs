//! A minimal axum server that parses the same JSON, checks the same token and answers: what HTTP alone costs here.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;
use axum::{Json, Router};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::{Deserialize, Serialize};

use crate::process::{JWT_SECRET_VARIABLE, say};

/// The claims that the real server requires.
#[derive(Deserialize)]
#[expect(dead_code, reason = "they are read to be parsed")]
struct Claims {
    sub: String,
    role: String,
    iat: i64,
    exp: i64,
    jti: String,
    iss: String,
    #[serde(rename = "type")]
    kind: String,
    auth_time: i64,
}

#[derive(Deserialize)]
struct Request {
    order_type: String,
    asset_id: String,
    quantity: String,
}

/// An order as the real server answers it.
#[derive(Serialize)]
struct Order {
    order_id: &'static str,
    order_type: String,
    asset_id: String,
    quantity: String,
    price: &'static str,
    status: &'static str,
    total_amount: &'static str,
    created_at: &'static str,
    limit_price: Option<()>,
    executed_at: &'static str,
    expires_at: Option<()>,
    held_amount: Option<()>,
}

#[derive(Serialize)]
struct Data<T> {
    data: T,
}

struct Key {
    decoding: DecodingKey,
    validation: Validation,
}

/// Serves on a free port until killed.
pub(crate) fn serve() -> anyhow::Result<()> {
    let secret = std::env::var(JWT_SECRET_VARIABLE)?;
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&["cnop"]);
    let key = Key { decoding: DecodingKey::from_secret(secret.as_bytes()), validation };
    let app = Router::new().route("/api/v1/orders", post(place_order)).with_state(Arc::new(key));
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        say(&format!("baseline listening on http://{}", listener.local_addr()?));
        Ok(axum::serve(axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true))), app)
            .await?)
    })
}

async fn place_order(
    State(key): State<Arc<Key>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<Data<Order>>), StatusCode> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let token = bearer.ok_or(StatusCode::UNAUTHORIZED)?;
    decode::<Claims>(token, &key.decoding, &key.validation).map_err(|_| StatusCode::UNAUTHORIZED)?;
    let Request { order_type, asset_id, quantity } =
        serde_json::from_slice(&body).map_err(|_| StatusCode::UNPROCESSABLE_ENTITY)?;
    let order = Order {
        order_id: "order_38GBM5CVK0000",
        order_type,
        asset_id,
        quantity,
        price: "84107.67",
        status: "completed",
        total_amount: "4205.3835",
        created_at: "2026-11-24T03:55:02.022Z",
        limit_price: None,
        executed_at: "2026-11-24T03:55:02.022Z",
        expires_at: None,
        held_amount: None,
    };
    Ok((StatusCode::CREATED, Json(Data { data: order })))
}
