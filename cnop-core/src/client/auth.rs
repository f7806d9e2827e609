//! Registration, login and profile.

use super::{Client, ClientError};
use crate::api::{
    LoginRequest, Message, PasswordChange, ProfileUpdate, ProfileUpdated, RegisterRequest, TokenAnswer, User,
};

impl Client {
    /// `POST /auth/register`: opens an account.
    ///
    /// # Errors
    /// [`ClientError`]; refusals are `username_taken`, `email_taken`, `registration_closed`, `rate_limited`.
    pub async fn register(&self, request: &RegisterRequest) -> Result<Message, ClientError> {
        self.post(&["auth", "register"]).json(request).confidential().send().await
    }

    /// `POST /auth/login`: a token for name and password.
    ///
    /// # Errors
    /// [`ClientError`]; refusals are `invalid_credentials`, `account_disabled`, `ip_blocked`, `rate_limited`.
    pub async fn login(&self, request: &LoginRequest) -> Result<TokenAnswer, ClientError> {
        self.post(&["auth", "login"]).json(request).confidential().send().await
    }

    /// `POST /auth/refresh`: a new token for the session's, which stops working.
    ///
    /// # Errors
    /// [`ClientError`]; refused with a 401 code 24 hours after the login.
    pub async fn refresh(&self) -> Result<TokenAnswer, ClientError> {
        self.post(&["auth", "refresh"]).authorized().send().await
    }

    /// `POST /auth/logout`: the session's token stops working at once and for good.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn logout(&self) -> Result<Message, ClientError> {
        self.post(&["auth", "logout"]).authorized().send().await
    }

    /// `GET /auth/profile`: the session's user.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn profile(&self) -> Result<User, ClientError> {
        self.get(&["auth", "profile"]).authorized().fetch().await
    }

    /// `PUT /auth/profile`: changes what is given.
    ///
    /// # Errors
    /// [`ClientError`]; refused with `email_taken`.
    pub async fn update_profile(&self, update: &ProfileUpdate) -> Result<ProfileUpdated, ClientError> {
        self.put(&["auth", "profile"]).json(update).authorized().send().await
    }

    /// `PUT /auth/password`: every other token of the user stops working.
    ///
    /// # Errors
    /// [`ClientError`]; refused with `invalid_credentials` where the current password is another.
    pub async fn change_password(&self, change: &PasswordChange) -> Result<Message, ClientError> {
        self.put(&["auth", "password"]).json(change).authorized().confidential().send().await
    }
}
