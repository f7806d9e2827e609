//! The secret that signs all tokens: given, or made on the first start and kept where only its owner reads it.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

/// RFC 7518 §3.2: a key as long as the hash.
const MIN_KEY_BYTES: usize = 32;

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
    /// Its bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }

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

impl SigningKey {
    /// Puts a new key in place of the one in the file.
    ///
    /// # Errors
    /// Where the file cannot be written; then the old one stays.
    pub(crate) fn rotate(file: &Path) -> Result<(), KeyError> {
        make(file).map(drop).map_err(|error| KeyError::File(file.display().to_string(), error))
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
    let written = handle.write_all(text.as_bytes()).and_then(|()| handle.sync_all());
    match written.and_then(|()| fs::rename(&beside, file)) {
        Ok(()) => Ok(text.into()),
        Err(error) => {
            let _ = fs::remove_file(&beside); // Half a key is none.
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
