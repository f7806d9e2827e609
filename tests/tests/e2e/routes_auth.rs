//! Contract section 2 through the client: registering, sessions and passwords.

use std::collections::BTreeMap;

use cnop_core::api::{Code, LoginRequest, PasswordChange};
use cnop_core::client::ClientError;
use cnop_tests::{Answer, PASSWORD, TestServer, User, fresh_username, registration};
use serde_json::Value;

use crate::problem::check_refused;
use crate::wire::{check_fields, text};

const NEW_PASSWORD: &str = "Battery-Staple-8";

#[track_caller]
fn check_message(answer: &Answer, status: u16, message: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    check_fields(&answer.body, "message:text");
    assert_eq!(text(&answer.body, &["message"]), message);
    assert_eq!(answer.header("content-type"), "application/json");
}

#[tokio::test]
async fn who_registers_can_log_in_with_a_token_of_an_hour() {
    let server = TestServer::start();
    let body = r#"{"username":"Ada_Lovelace","email":"Ada@Example.COM","password":"Correct-Horse-7",
        "first_name":" Ada ","last_name":"King-Noël","phone":"+1 (555) 123-4567","date_of_birth":"1990-12-10",
        "marketing_emails_consent":true}"#;
    check_message(&server.raw().json("POST", "/auth/register", body).await, 201, "User registered successfully");

    let body = format!(r#"{{"username":"ADA_lovelace","password":"{PASSWORD}"}}"#);
    let answer = server.raw().json("POST", "/auth/login", body).await;
    assert_eq!(answer.status, 200);
    check_fields(&answer.body, "access_token:text token_type:text expires_in:number");
    assert_eq!(text(&answer.body, &["token_type"]), "bearer");
    assert_eq!(text(&answer.body, &["expires_in"]), "3600");
    check_claims(&text(&answer.body, &["access_token"]), "ada_lovelace");

    let answer = server.raw().with_token(&text(&answer.body, &["access_token"])).get("/auth/profile").await;
    assert_eq!(answer.status, 200);
    let fields = "username:text email:text first_name:text last_name:text phone:text date_of_birth:text \
                  marketing_emails_consent:bool created_at:time updated_at:time";
    check_fields(&answer.body, fields);
    for (field, expected) in [
        ("username", "ada_lovelace"),
        ("email", "Ada@Example.COM"),
        ("first_name", "Ada"),
        ("last_name", "King-Noël"),
        ("phone", "+15551234567"),
        ("date_of_birth", "1990-12-10"),
        ("marketing_emails_consent", "true"),
    ] {
        assert_eq!(text(&answer.body, &[field]), expected);
    }
}

/// Every claim of the contract is there, and the token lives for an hour.
#[track_caller]
fn check_claims(token: &str, username: &str) {
    let header = jsonwebtoken::decode_header(token).unwrap();
    assert_eq!(header.alg, jsonwebtoken::Algorithm::HS256);
    let claims: BTreeMap<String, Value> = jsonwebtoken::dangerous::insecure_decode(token).unwrap().claims;
    assert_eq!(claims["sub"], username);
    assert_eq!(claims["role"], "customer");
    assert_eq!(claims["type"], "access_token");
    let seconds = |claim: &str| claims[claim].as_i64().unwrap();
    assert_eq!(seconds("exp") - seconds("iat"), 3_600);
    assert_eq!(seconds("auth_time"), seconds("iat"));
    assert!(claims["jti"].is_string() && claims["iss"].is_string() && claims.len() == 8, "{claims:?}");
}

#[tokio::test]
async fn what_was_left_out_at_registration_is_null() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let answer = user.raw(&server).get("/auth/profile").await;
    let fields = "username:text email:text first_name:text last_name:text phone:null date_of_birth:null \
                  marketing_emails_consent:bool created_at:time updated_at:time";
    check_fields(&answer.body, fields);
    let profile = user.client.profile().await.unwrap();
    assert_eq!((profile.username.as_str(), profile.marketing_emails_consent), (user.username.as_str(), false));
    assert_eq!(profile.created_at, profile.updated_at);
}

#[tokio::test]
async fn a_name_and_an_address_are_taken_in_any_case() {
    let server = TestServer::start();
    let client = server.client();
    let mut request = registration("ada_lovelace");
    assert_eq!(client.register(&request).await.unwrap().message, "User registered successfully");
    request.email = "else@example.com".parse().unwrap();
    assert_eq!(refusal(client.register(&request).await), (409, Code::UsernameTaken));
    let body = r#"{"username":"ADA_LOVELACE","email":"x@example.com","password":"Correct-Horse-7","first_name":"A","last_name":"L"}"#;
    check_refused(&server.raw().json("POST", "/auth/register", body).await, 409, "username_taken", &[]);
    let body = r#"{"username":"another_one","email":"ADA_lovelace@EXAMPLE.com","password":"Correct-Horse-7","first_name":"A","last_name":"L"}"#;
    check_refused(&server.raw().json("POST", "/auth/register", body).await, 409, "email_taken", &[]);
}

#[track_caller]
fn refusal<T: std::fmt::Debug>(result: Result<T, ClientError>) -> (u16, Code) {
    match result {
        Err(ClientError::Refused { problem, .. }) => (problem.status, problem.code),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_get_one_answer() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let log_in = async |username: &str| {
        let body = format!(r#"{{"username":"{username}","password":"Wrong-Horse-77"}}"#);
        server.raw().json("POST", "/auth/login", body).await
    };
    let (unknown, wrong) = (log_in("nobody_here").await, log_in(&user.username).await);
    check_refused(&unknown, 401, "invalid_credentials", &[]);
    check_refused(&wrong, 401, "invalid_credentials", &[]);
    for field in ["type", "title", "status", "detail", "instance", "code", "message"] {
        assert_eq!(text(&unknown.body, &[field]), text(&wrong.body, &[field]), "it would tell that the user exists");
    }
}

#[tokio::test]
async fn a_refreshed_session_goes_on_and_its_old_token_is_dead() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let answer = user.raw(&server).send(user.raw(&server).request("POST", "/auth/refresh")).await;
    assert_eq!(answer.status, 200);
    check_fields(&answer.body, "access_token:text token_type:text expires_in:number");
    let (old, new) = (user.raw(&server), server.raw().with_token(&text(&answer.body, &["access_token"])));
    check_refused(&old.get("/balance").await, 401, "token_revoked", &[]);
    check_refused(&old.send(old.request("POST", "/auth/refresh")).await, 401, "token_revoked", &[]);
    assert_eq!(new.get("/balance").await.status, 200);
    let iat =
        |token: &str| jsonwebtoken::dangerous::insecure_decode::<Value>(token).unwrap().claims["auth_time"].clone();
    assert_eq!(iat(&user.token), iat(&text(&answer.body, &["access_token"])), "the login's time stays");
}

#[tokio::test]
async fn a_token_is_dead_from_its_logout_on_also_after_a_restart() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let other = User::log_in(&server, &user.username).await;
    let raw = user.raw(&server);
    check_message(&raw.send(raw.request("POST", "/auth/logout")).await, 200, "Logged out successfully");
    check_refused(&raw.get("/auth/profile").await, 401, "token_revoked", &[]);
    check_refused(&raw.send(raw.request("POST", "/auth/logout")).await, 401, "token_revoked", &[]);
    assert_eq!(other.raw(&server).get("/auth/profile").await.status, 200, "another session goes on");

    let (status, folder) = server.stop();
    assert!(status.success());
    let server = folder.start();
    assert_eq!(refusal(user.on(&server).client.profile().await), (401, Code::TokenRevoked));
    assert_eq!(other.on(&server).client.profile().await.unwrap().username.as_str(), user.username);
    assert_eq!(other.on(&server).client.logout().await.unwrap().message, "Logged out successfully");
}

#[tokio::test]
async fn a_new_password_ends_every_session_but_the_one_that_asked() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let before = User::log_in(&server, &user.username).await;
    let change = |current: &str| PasswordChange {
        current_password: current.to_owned().into(),
        new_password: NEW_PASSWORD.parse().unwrap(),
    };
    let wrong = user.client.change_password(&change("Wrong-Horse-77")).await;
    assert_eq!(refusal(wrong), (401, Code::InvalidCredentials));
    assert!(before.client.profile().await.is_ok(), "a refused change ends no session");

    user.client.change_password(&change(PASSWORD)).await.unwrap();
    assert!(user.client.profile().await.is_ok());
    assert_eq!(refusal(before.client.profile().await), (401, Code::TokenRevoked));
    let log_in = async |password: &str| {
        let request = LoginRequest { username: user.username.clone(), password: password.to_owned().into() };
        server.client().login(&request).await
    };
    assert_eq!(refusal(log_in(PASSWORD).await), (401, Code::InvalidCredentials));
    let after = log_in(NEW_PASSWORD).await.unwrap();
    assert_eq!(server.raw().with_token(&after.access_token).get("/balance").await.status, 200);

    let server = server.stop().1.start();
    assert!(user.on(&server).client.profile().await.is_ok());
    assert_eq!(refusal(before.on(&server).client.profile().await), (401, Code::TokenRevoked));
}

#[tokio::test]
async fn names_of_other_scripts_and_every_allowed_edge_of_a_field_are_taken() {
    let server = TestServer::start();
    let check = async |field: &str, value: &str| {
        let username = fresh_username();
        let mut body: Value = serde_json::json!({
            "username": username, "email": format!("{username}@example.com"), "password": PASSWORD,
            "first_name": "Test", "last_name": "Trader",
        });
        body[field] = value.into();
        let answer = server.raw().json("POST", "/auth/register", body.to_string()).await;
        assert_eq!(answer.status, 201, "{field} {value}: {}", answer.body);
    };
    check("first_name", "李").await;
    check("last_name", "O'Brien Ångström-Łukasz").await;
    check("username", "abc_12").await;
    check("username", &"x".repeat(30)).await;
    check("password", "Abcdefgh123!").await;
    check("password", &format!("Aa1+{}", "é".repeat(124))).await;
    check("phone", "(020) 7946-0958").await;
    check("email", &format!("{}@{}.com", "a".repeat(64), "b".repeat(63))).await;
}
