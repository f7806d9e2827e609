//! Access tokens: HS256 JWTs of an hour.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use cnop_core::ids::Sequence;
use cnop_core::time::Timestamp;
use cnop_core::user::{Role, Username};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::store::commands::TOKEN_LIFE_MS;

const ISSUER: &str = "cnop";
const TOKEN_TYPE: &str = "access_token";
/// How far the clocks of two machines may differ.
const LEEWAY_SECONDS: i64 = 5;
/// RFC 7518 §3.2: a key as long as the hash.
const MIN_KEY_BYTES: usize = 32;

/// What a token says. Every claim is required, and checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// Whose it is.
    pub(crate) sub: Username,
    /// What it allows.
    pub(crate) role: Role,
    /// When it was given out, in Unix seconds.
    pub(crate) iat: i64,
    /// When it ends, in Unix seconds.
    pub(crate) exp: i64,
    /// Its id: its place in the server's sequence.
    pub(crate) jti: String,
    iss: String,
    #[serde(rename = "type")]
    kind: String,
    /// When its owner last gave a password, in Unix seconds (OpenID Connect's `auth_time`).
    pub(crate) auth_time: i64,
}

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenError {
    /// Not a token of this server.
    Invalid,
    /// It was one, until its time ran out.
    Expired,
}

/// The secret behind all tokens.
pub(crate) struct SigningKey(SecretString);

/// Why there is no signing key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyError {
    /// A given key is easy to guess.
    #[error("JWT_SECRET_KEY must have at least {MIN_KEY_BYTES} bytes; `openssl rand -base64 32` makes a good one")]
    TooShort,
    /// The file cannot be used.
    #[error("the signing key file {0} cannot be used: {1}")]
    File(String, io::Error),
}

impl SigningKey {
    /// The given key, or the one in the file, made now if there is none.
    ///
    /// # Errors
    /// [`KeyError`].
    pub(crate) fn load(given: Option<SecretString>, file: &Path) -> Result<Self, KeyError> {
        let long_enough = |key: &SecretString| key.expose_secret().len() >= MIN_KEY_BYTES;
        let in_file = |error| KeyError::File(file.display().to_string(), error);
        match given {
            Some(given) if long_enough(&given) => Ok(Self(given)),
            Some(_) => Err(KeyError::TooShort),
            None => match read_or_make(file).map_err(in_file)? {
                key if long_enough(&key) => Ok(Self(key)),
                _ => Err(in_file(io::Error::other(
                    "it is too short; delete it to have a new key made, which ends all sessions",
                ))),
            },
        }
    }
}

fn read_or_make(file: &Path) -> io::Result<SecretString> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(text.trim().to_owned().into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(file),
        Err(error) => Err(error),
    }
}

/// Makes a key that only this user can read.
fn make(file: &Path) -> io::Result<SecretString> {
    let mut bytes = [0; MIN_KEY_BYTES];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| io::Error::other("the system gives no random bytes"))?;
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // Written beside and renamed: a power cut must not leave half a key.
    let beside = file.with_extension("new");
    let _ = fs::remove_file(&beside); // One that was left by such a cut.
    let mut handle = options.open(&beside)?;
    handle.write_all(text.as_bytes())?;
    handle.sync_all()?;
    fs::rename(&beside, file)?;
    Ok(text.into())
}

/// Signs and reads tokens.
pub(crate) struct Tokens {
    signing: EncodingKey,
    verifying: DecodingKey,
    validation: Validation,
}

impl Tokens {
    /// Tokens of one key.
    pub(crate) fn new(SigningKey(key): &SigningKey) -> Self {
        let bytes = key.expose_secret().as_bytes();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        validation.set_issuer(&[ISSUER]);
        validation.validate_exp = false; // `verify` is told the time, and tells expired from invalid.
        Self { signing: EncodingKey::from_secret(bytes), verifying: DecodingKey::from_secret(bytes), validation }
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
    pub(crate) fn verify(&self, token: &str, now: Timestamp) -> Result<(Claims, Sequence), TokenError> {
        let claims: Claims = decode(token, &self.verifying, &self.validation).map_err(|_| TokenError::Invalid)?.claims;
        let id: Sequence = claims.jti.parse().map_err(|_| TokenError::Invalid)?;
        let now = now.as_seconds();
        let in_order = claims.auth_time <= claims.iat && claims.iat < claims.exp && claims.iat <= now + LEEWAY_SECONDS;
        if claims.kind != TOKEN_TYPE || !in_order {
            return Err(TokenError::Invalid);
        }
        if now > claims.exp + LEEWAY_SECONDS {
            return Err(TokenError::Expired);
        }
        Ok((claims, id))
    }
}

#[cfg(test)]
mod tests {
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
            tokens(SECRET).verify(&good(), noon().plus_millis(seconds * 1_000)).map(|(claims, _)| claims.exp)
        };
        let exp = noon().as_seconds() + 3_600;
        assert_eq!(verify(0), Ok(exp));
        assert_eq!(verify(-5), Ok(exp));
        assert_eq!(verify(-6), Err(TokenError::Invalid));
        assert_eq!(verify(3_605), Ok(exp));
        assert_eq!(verify(3_606), Err(TokenError::Expired));
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

    #[test]
    fn a_short_key_is_refused_and_a_made_one_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("jwt.key");
        assert!(matches!(SigningKey::load(Some("short".to_owned().into()), &file), Err(KeyError::TooShort)));
        let made = SigningKey::load(None, &file).map_err(|_| ()).unwrap();
        let again = SigningKey::load(None, &file).map_err(|_| ()).unwrap();
        assert_eq!(made.0.expose_secret(), again.0.expose_secret());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
