//! Tokens that the server did not give out, or gave out too long ago. The tests know its signing key.

use cnop_tests::{DataFolder, TestServer, User};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::problem::check_refused;
use crate::wire::text;

const KEY: &str = "0123456789abcdef0123456789abcdef";
const HOUR: i64 = 3_600;

fn server() -> TestServer {
    DataFolder::new().start_in(&[], &[("JWT_SECRET_KEY", KEY)])
}

fn sign(claims: &Value) -> String {
    encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(KEY.as_bytes())).unwrap()
}

/// The claims of a user's token, as if it had been given out so many seconds earlier.
fn claims_before(user: &User, seconds: i64) -> Value {
    let mut claims: Value = jsonwebtoken::dangerous::insecure_decode(&user.token).unwrap().claims;
    let iat = claims["iat"].as_i64().unwrap() - seconds;
    claims["iat"] = iat.into();
    claims["auth_time"] = iat.into();
    claims["exp"] = (iat + HOUR).into();
    claims
}

#[tokio::test]
async fn a_token_expires_after_an_hour_and_a_session_after_a_day() {
    let server = server();
    let user = User::register(&server).await;
    let status = async |claims: &Value, method: &str, path: &str| {
        let raw = server.raw().with_token(&sign(claims));
        raw.send(raw.request(method, path)).await
    };
    let half_an_hour_old = claims_before(&user, HOUR / 2);
    assert_eq!(status(&half_an_hour_old, "GET", "/balance").await.status, 200);
    for age in [HOUR + 6, 2 * HOUR, 365 * 24 * HOUR] {
        let answer = status(&claims_before(&user, age), "GET", "/balance").await;
        check_refused(&answer, 401, "token_expired", &[]);
        check_refused(&status(&claims_before(&user, age), "POST", "/auth/refresh").await, 401, "token_expired", &[]);
    }
    let mut refreshed_often = claims_before(&user, 60);
    refreshed_often["auth_time"] = (refreshed_often["auth_time"].as_i64().unwrap() - 24 * HOUR).into();
    assert_eq!(status(&refreshed_often, "GET", "/balance").await.status, 200);
    check_refused(&status(&refreshed_often, "POST", "/auth/refresh").await, 401, "token_expired", &[]);
    let mut nearly_a_day = claims_before(&user, 60);
    nearly_a_day["auth_time"] = (nearly_a_day["auth_time"].as_i64().unwrap() - 24 * HOUR + 120).into();
    let answer = status(&nearly_a_day, "POST", "/auth/refresh").await;
    assert_eq!((answer.status.as_u16(), text(&answer.body, &["expires_in"]).as_str()), (200, "3600"));
}

#[tokio::test]
async fn a_token_that_is_not_whole_is_invalid() {
    let server = server();
    let user = User::register(&server).await;
    let whole = claims_before(&user, 60);
    let check = async |token: &str, why: &str| {
        let answer = server.raw().with_token(token).get("/balance").await;
        assert_eq!(answer.code(), "token_invalid", "{why}");
        check_refused(&answer, 401, "token_invalid", &[]);
    };
    for claim in ["sub", "role", "iat", "exp", "jti", "iss", "type", "auth_time"] {
        let mut claims = whole.clone();
        claims.as_object_mut().unwrap().remove(claim);
        check(&sign(&claims), &format!("without {claim}")).await;
        for value in [json!(null), json!("x"), json!({}), json!(1e300)] {
            claims[claim] = value;
            check(&sign(&claims), &format!("with {claim} {}", claims[claim])).await;
        }
    }
    for (claim, value) in [
        ("sub", json!("nobody_here")),
        ("iss", json!("another")),
        ("type", json!("refresh_token")),
        ("role", json!("root")),
        ("iat", json!(whole["iat"].as_i64().unwrap() + HOUR)),
    ] {
        let mut claims = whole.clone();
        claims[claim] = value;
        check(&sign(&claims), claim).await;
    }
}

#[tokio::test]
async fn a_token_signed_otherwise_is_invalid() {
    let server = server();
    let user = User::register(&server).await;
    let claims = claims_before(&user, 60);
    assert_eq!(server.raw().with_token(&sign(&claims)).get("/balance").await.status, 200);
    let [header, body, signature] = &user.token.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"; // {"alg":"none","typ":"JWT"}
    let secret = |key: &str| EncodingKey::from_secret(key.as_bytes());
    for token in [
        format!("{none}.{body}."),
        format!("{none}.{body}.{signature}"),
        format!("{header}.{body}."),
        format!("{header}.{body}"),
        format!("{header}.{body}.{}", signature.chars().rev().collect::<String>()),
        format!("{header}.{body}.{signature}.{signature}"),
        format!("{header}.{header}.{signature}"),
        encode(&Header::new(Algorithm::HS512), &claims, &secret(KEY)).unwrap(),
        encode(&Header::new(Algorithm::HS384), &claims, &secret(KEY)).unwrap(),
        encode(&Header::new(Algorithm::HS256), &claims, &secret(&KEY.to_uppercase())).unwrap(),
        "x".repeat(8_000),
    ] {
        check_refused(&server.raw().with_token(&token).get("/balance").await, 401, "token_invalid", &[]);
    }
}
