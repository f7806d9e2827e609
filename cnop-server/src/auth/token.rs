//! Access tokens: HS256 JWTs of an hour.
//!
//! What was verified once is remembered: a signature does not change. Time is looked at each time, and whether a session
//! was ended is the store's to say.

use std::sync::Arc;

use cnop_core::ids::Sequence;
use cnop_core::time::Timestamp;
use cnop_core::user::{Role, Username};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};

use super::signing_key::SigningKey;
use crate::store::commands::TOKEN_LIFE_MS;

const ISSUER: &str = "cnop";
const TOKEN_TYPE: &str = "access_token";
/// How far the clocks of two machines may differ.
const LEEWAY_SECONDS: i64 = 5;
/// Tokens that are remembered as verified, at most some 400 bytes each: those of a busy hour.
const KNOWN_TOKENS: usize = 32_768;

/// What a token says. Every claim is required, and checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// Whose it is.
    pub(crate) sub: Username,
    /// What it allows.
    role: Role,
    /// When it was given out, in Unix seconds.
    iat: i64,
    /// When it ends, in Unix seconds.
    exp: i64,
    /// Its id: its place in the server's sequence.
    jti: String,
    iss: String,
    #[serde(rename = "type")]
    kind: String,
    /// When its owner last gave a password, in Unix seconds (OpenID Connect's `auth_time`).
    pub(crate) auth_time: i64,
}

/// A token whose signature and claims were found good.
#[derive(Debug)]
pub(crate) struct Verified {
    /// What it says.
    pub(crate) claims: Claims,
    /// Its id.
    pub(crate) id: Sequence,
}

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenError {
    /// Not a token of this server.
    Invalid,
    /// It was one, until its time ran out.
    Expired,
}

/// Signs and reads tokens.
pub(crate) struct Tokens {
    signing: EncodingKey,
    verifying: DecodingKey,
    validation: Validation,
    known: Cache<Box<str>, Arc<Verified>>,
}

impl Tokens {
    /// Tokens of one key.
    pub(crate) fn new(key: &SigningKey) -> Self {
        let bytes = key.bytes();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        validation.set_issuer(&[ISSUER]);
        validation.validate_exp = false; // `verify` is told the time, and tells expired from invalid.
        Self {
            signing: EncodingKey::from_secret(bytes),
            verifying: DecodingKey::from_secret(bytes),
            validation,
            known: Cache::new(KNOWN_TOKENS),
        }
    }

    /// A token of `id`, given out at the id's time.
    pub(crate) fn sign(&self, id: Sequence, username: &Username, role: Role, auth_time: Timestamp) -> String {
        let claims = Claims {
            sub: username.clone(),
            role,
            iat: id.time().as_seconds(),
            exp: id.time().plus_millis(TOKEN_LIFE_MS).as_seconds(),
            jti: id.to_string(),
            iss: ISSUER.to_owned(),
            kind: TOKEN_TYPE.to_owned(),
            auth_time: auth_time.as_seconds(),
        };
        encode(&Header::new(Algorithm::HS256), &claims, &self.signing)
            .expect("claims are JSON and the key is one for HS256")
    }

    /// What a token says, if it is one of this server and its time is not over.
    ///
    /// # Errors
    /// [`TokenError`].
    pub(crate) fn verify(&self, token: &str, now: Timestamp) -> Result<Arc<Verified>, TokenError> {
        if let Some(known) = self.known.get(token) {
            known.claims.check_time(now)?;
            return Ok(known);
        }
        let read = Arc::new(self.read(token)?);
        read.claims.check_time(now)?;
        self.known.insert(token.into(), Arc::clone(&read));
        Ok(read)
    }

    fn read(&self, token: &str) -> Result<Verified, TokenError> {
        let claims: Claims = decode(token, &self.verifying, &self.validation).map_err(|_| TokenError::Invalid)?.claims;
        let id = claims.jti.parse().map_err(|_| TokenError::Invalid)?;
        let good = claims.kind == TOKEN_TYPE && claims.auth_time <= claims.iat && claims.iat < claims.exp;
        good.then_some(Verified { claims, id }).ok_or(TokenError::Invalid)
    }
}

impl Verified {
    /// Whether its time has run out at `now`, as for every request.
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        self.claims.check_time(now) == Err(TokenError::Expired)
    }
}

impl Claims {
    fn check_time(&self, now: Timestamp) -> Result<(), TokenError> {
        let now = now.as_seconds();
        if self.iat > now + LEEWAY_SECONDS {
            return Err(TokenError::Invalid);
        }
        if now > self.exp + LEEWAY_SECONDS {
            return Err(TokenError::Expired);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;

    fn tokens(secret: &str) -> Tokens {
        Tokens::new(&SigningKey::load(Some(secret.to_owned().into()), Path::new("unused")).map_err(|_| ()).unwrap())
    }

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn noon() -> Timestamp {
        "2026-02-15T12:00:00Z".parse().unwrap()
    }

    fn good() -> String {
        let id = Sequence::first_of(noon());
        tokens(SECRET).sign(id, &"ada_lovelace".parse().unwrap(), Role::Customer, noon())
    }

    #[test]
    fn a_token_is_good_for_an_hour_and_the_leeway() {
        let verify = |seconds: i64| {
            tokens(SECRET).verify(&good(), noon().plus_millis(seconds * 1_000)).map(|token| token.claims.exp)
        };
        let exp = noon().as_seconds() + 3_600;
        assert_eq!(verify(0), Ok(exp));
        assert_eq!(verify(-5), Ok(exp));
        assert_eq!(verify(-6), Err(TokenError::Invalid));
        assert_eq!(verify(3_605), Ok(exp));
        assert_eq!(verify(3_606), Err(TokenError::Expired));
    }

    #[test]
    fn a_token_that_was_good_before_expires_all_the_same() {
        let tokens = tokens(SECRET);
        let verify = |seconds: i64| tokens.verify(&good(), noon().plus_millis(seconds * 1_000)).map(|_| ());
        assert_eq!([verify(0), verify(3_605)], [Ok(()); 2]);
        assert_eq!(verify(3_606), Err(TokenError::Expired));
        assert_eq!(verify(-6), Err(TokenError::Invalid));
        assert_eq!(tokens.verify(&format!("{}x", good()), noon()).map(|_| ()), Err(TokenError::Invalid));
    }

    #[test]
    fn a_token_of_another_key_or_none_is_invalid() {
        let other = tokens("another key of another server, 32 bytes");
        assert_eq!(other.verify(&good(), noon()).map(|_| ()), Err(TokenError::Invalid));
        for text in ["", "a.b.c", "🧧", &good()[..good().len() - 2], &format!("{}x", good())] {
            assert_eq!(tokens(SECRET).verify(text, noon()).map(|_| ()), Err(TokenError::Invalid), "{text}");
        }
    }

    #[test]
    fn every_claim_is_required_and_checked() {
        let iat = noon().as_seconds();
        let whole = json!({
            "sub": "ada_lovelace", "role": "customer", "iat": iat, "exp": iat + 3_600, "iss": ISSUER,
            "jti": Sequence::first_of(noon()).to_string(), "type": TOKEN_TYPE, "auth_time": iat,
        });
        let verify = |claims: &serde_json::Value, algorithm: Algorithm| {
            let key = EncodingKey::from_secret(SECRET.as_bytes());
            tokens(SECRET).verify(&encode(&Header::new(algorithm), claims, &key).unwrap(), noon()).map(|_| ())
        };
        assert_eq!(verify(&whole, Algorithm::HS256), Ok(()));
        assert_eq!(verify(&whole, Algorithm::HS512), Err(TokenError::Invalid));
        for claim in ["sub", "role", "iat", "exp", "iss", "jti", "type", "auth_time"] {
            let mut claims = whole.clone();
            claims.as_object_mut().unwrap().remove(claim);
            assert_eq!(verify(&claims, Algorithm::HS256), Err(TokenError::Invalid), "without {claim}");
            claims[claim] = json!("x");
            assert_eq!(verify(&claims, Algorithm::HS256), Err(TokenError::Invalid), "strange {claim}");
        }
    }
}
