//! `PUT /auth/profile`: what is given changes, what is absent or `null` stays.

use cnop_core::api::{Code, ProfileUpdate};
use cnop_core::client::ClientError;
use cnop_tests::{Answer, TestServer, User};

use crate::problem::check_refused;
use crate::wire::{check_fields, part, text};

#[tokio::test]
async fn what_is_given_changes_and_the_rest_stays() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let before = user.client.profile().await.unwrap();
    let update = ProfileUpdate {
        first_name: Some("Grace".parse().unwrap()),
        phone: Some("020 7946 0958".parse().unwrap()),
        date_of_birth: Some("1906-12-09".parse().unwrap()),
        ..ProfileUpdate::default()
    };
    let answer = user.client.update_profile(&update).await.unwrap();
    assert_eq!(answer.message, "Profile updated successfully");
    assert_eq!(answer.user, user.client.profile().await.unwrap());
    assert_eq!((&answer.user.username, &answer.user.email), (&before.username, &before.email));
    assert_eq!((&answer.user.last_name, answer.user.created_at), (&before.last_name, before.created_at));
    assert_eq!(answer.user.first_name.as_str(), "Grace");
    assert_eq!(answer.user.phone.unwrap().as_str(), "02079460958");
    assert_eq!(answer.user.date_of_birth.unwrap().to_string(), "1906-12-09");
    assert!(answer.user.updated_at > before.updated_at);
}

#[tokio::test]
async fn absent_and_null_fields_stay_whatever_else_is_sent() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    let full = r#"{"first_name":"Grace","last_name":"Hopper","phone":"+15551234567","date_of_birth":"1906-12-09",
        "marketing_emails_consent":true}"#;
    let user_fields = "username:text email:text first_name:text last_name:text phone:text date_of_birth:text \
                       marketing_emails_consent:bool created_at:time updated_at:time";
    let answer = raw.json("PUT", "/auth/profile", full).await;
    check_fields(&answer.body, "message:text user:object");
    check_fields(part(&answer.body, &["user"]), user_fields);
    let expected = ["Grace", "Hopper", "+15551234567", "1906-12-09", "true"];
    check_profile(&answer, expected);

    let nulls = r#"{"email":null,"first_name":null,"last_name":null,"phone":null,"date_of_birth":null,
        "marketing_emails_consent":null}"#;
    for body in ["{}", nulls, r#"{"username":"someone_else","created_at":"2020-01-01T00:00:00Z","role":"admin"}"#] {
        let answer = raw.json("PUT", "/auth/profile", body).await;
        check_profile(&answer, expected);
        assert_eq!(text(&answer.body, &["user", "username"]), user.username);
    }
    let answer = raw.json("PUT", "/auth/profile", r#"{"marketing_emails_consent":false}"#).await;
    check_profile(&answer, ["Grace", "Hopper", "+15551234567", "1906-12-09", "false"]);
}

#[track_caller]
fn check_profile(answer: &Answer, expected: [&str; 5]) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let fields = ["first_name", "last_name", "phone", "date_of_birth", "marketing_emails_consent"];
    assert_eq!(fields.map(|field| text(&answer.body, &["user", field])), expected);
}

#[tokio::test]
async fn an_address_is_the_owners_until_it_is_given_up() {
    let server = TestServer::start();
    let (ada, bob) = (User::register(&server).await, User::register(&server).await);
    let set = async |user: &User, email: &str| {
        let update = ProfileUpdate { email: Some(email.parse().unwrap()), ..ProfileUpdate::default() };
        user.client.update_profile(&update).await.map(|answer| answer.user.email.to_string())
    };
    let own = ada.client.profile().await.unwrap().email.to_string();
    assert_eq!(set(&ada, &own).await.unwrap(), own);
    assert_eq!(set(&ada, &own.to_uppercase()).await.unwrap(), own.to_uppercase(), "it is kept as it was typed");
    match set(&bob, &own.to_uppercase()).await {
        Err(ClientError::Refused { problem, .. }) => {
            assert_eq!((problem.status, problem.code), (409, Code::EmailTaken))
        }
        other => panic!("{other:?}"),
    }
    set(&ada, "ada@elsewhere.example").await.unwrap();
    assert_eq!(set(&bob, &own).await.unwrap(), own);
}

#[tokio::test]
async fn every_field_at_fault_is_named_and_nothing_changes() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    let before = raw.get("/auth/profile").await.body;
    let rows: [(&str, &[&str]); 8] = [
        (r#"{"email":"no"}"#, &["email"]),
        (r#"{"first_name":"Good","last_name":"B4d"}"#, &["last_name"]),
        (r#"{"phone":"123"}"#, &["phone"]),
        (r#"{"phone":15551234567}"#, &["phone"]),
        (r#"{"date_of_birth":"2024-02-30"}"#, &["date_of_birth"]),
        (r#"{"date_of_birth":"1800-01-01"}"#, &["date_of_birth"]),
        (r#"{"marketing_emails_consent":"yes"}"#, &["marketing_emails_consent"]),
        (
            r#"{"email":7,"first_name":"","last_name":[],"phone":{},"date_of_birth":0,"marketing_emails_consent":1}"#,
            &["email", "first_name", "last_name", "phone", "date_of_birth", "marketing_emails_consent"],
        ),
    ];
    for (body, fields) in rows {
        check_refused(&raw.json("PUT", "/auth/profile", body).await, 422, "validation_failed", fields);
    }
    assert_eq!(raw.get("/auth/profile").await.body, before);
}
