//! Registration, login and profile.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};

use crate::time::Timestamp;
use crate::user::{DateOfBirth, Email, Password, PersonName, Phone, Username};

/// `POST /auth/register`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegisterRequest {
    /// The login name.
    pub username: Username,
    /// Where to reach the user.
    pub email: Email,
    /// The password.
    pub password: Password,
    /// First name.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// Telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// Date of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<DateOfBirth>,
    /// Whether advertising may be sent; no if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marketing_emails_consent: Option<bool>,
}

/// `POST /auth/login`. The password is whatever was typed: only the server can say whether it is right.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoginRequest {
    /// The login name.
    #[cfg_attr(feature = "openapi", schema(value_type = Username))]
    pub username: String,
    /// The password as typed.
    #[serde(serialize_with = "expose")]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::TypedPassword))]
    pub password: SecretString,
}

/// `PUT /auth/password`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordChange {
    /// The password as it is.
    #[serde(serialize_with = "expose")]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::TypedPassword))]
    pub current_password: SecretString,
    /// The password as it shall be.
    pub new_password: Password,
}

/// Only for requests: a client has to send it.
fn expose<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}

/// A token and its life.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenAnswer {
    /// The JWT.
    pub access_token: String,
    /// Always `bearer`.
    pub token_type: String,
    /// Seconds it is good for.
    pub expires_in: u64,
}

/// A sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// What was done.
    pub message: String,
}

/// A user's profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// The login name.
    pub username: Username,
    /// Where to reach the user.
    pub email: Email,
    /// First name.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// Telephone number.
    pub phone: Option<Phone>,
    /// Date of birth.
    pub date_of_birth: Option<DateOfBirth>,
    /// Whether advertising may be sent.
    pub marketing_emails_consent: bool,
    /// When the account was registered.
    pub created_at: Timestamp,
    /// When the profile last changed.
    pub updated_at: Timestamp,
}

/// `PUT /auth/profile`: what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileUpdate {
    /// A new email address.
    pub email: Option<Email>,
    /// A new first name.
    pub first_name: Option<PersonName>,
    /// A new last name.
    pub last_name: Option<PersonName>,
    /// A new telephone number.
    pub phone: Option<Phone>,
    /// A new date of birth.
    pub date_of_birth: Option<DateOfBirth>,
    /// A new consent.
    pub marketing_emails_consent: Option<bool>,
}

/// The answer of `PUT /auth/profile`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileUpdated {
    /// What was done.
    pub message: String,
    /// The profile now.
    pub user: User,
}
