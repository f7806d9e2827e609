//! Who the demo is: somebody new each time.

use cnop_core::ids::IdempotencyKey;
use cnop_core::user::{Email, Password, PersonName, Username};

/// A user that nobody else is.
#[derive(Clone)]
pub(super) struct Identity {
    pub(super) username: Username,
    pub(super) email: Email,
    pub(super) first_name: PersonName,
    pub(super) last_name: PersonName,
    pub(super) password: Password,
}

impl Identity {
    /// A new one, with a password that nobody knows and nobody keeps.
    pub(super) fn generate() -> Self {
        let (name, secret, more) = (random_digits(), random_digits(), random_digits());
        let username = format!("demo_{name}");
        let email = format!("{username}@example.com");
        Self {
            username: username.parse().expect("5 and 12 letters, digits and an underscore"),
            email: email.parse().expect("a login name can stand before an @"),
            first_name: "Demo".parse().expect("letters"),
            last_name: "User".parse().expect("letters"),
            password: format!("Demo-1-{secret}-{more}").parse().expect("long, with every kind of character"),
        }
    }
}

/// 12 hexadecimal digits: the random end of a new key.
fn random_digits() -> String {
    let key = IdempotencyKey::generate();
    key.as_str().chars().rev().take(12).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_demo_is_somebody_else() {
        let (one, other) = (Identity::generate(), Identity::generate());
        assert_ne!(one.username, other.username);
        assert_ne!(one.password.expose(), other.password.expose());
    }
}
