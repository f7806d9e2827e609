//! How to reach a user.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::checked_text;

/// A mailbox of RFC 5321's shape, at most 254 characters. It is kept as it was typed, and compared in lower case, so that
/// a second account cannot hide behind capitals.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// The text cannot be an email address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an email address such as ada@example.com")]
pub struct InvalidEmail;

checked_text!(Email, InvalidEmail);

impl Email {
    /// RFC 5321 §4.5.3.1: a path is at most 256 octets, two of them the angle brackets.
    const MAX_LENGTH: usize = 254;
    /// RFC 5321 §4.5.3.1.1.
    const MAX_LOCAL: usize = 64;

    /// What it is compared and found by.
    pub fn canonical(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Email {}

impl FromStr for Email {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        let valid = text.len() <= Email::MAX_LENGTH && is_dot_string(local) && is_domain(domain);
        valid.then(|| Self(text.to_owned())).ok_or(InvalidEmail)
    }
}

/// RFC 5321's `Dot-string`. Quoted local parts exist in the standard, not among people.
fn is_dot_string(local: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    local.len() <= Email::MAX_LOCAL && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(allowed))
}

/// Two or more labels of letters, digits and inner hyphens.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.contains('.') && domain.split('.').all(is_label)
}

/// A telephone number: 10 to 15 digits, kept without its punctuation but with a leading `+`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

/// The text cannot be a telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must have 10 to 15 digits")]
pub struct InvalidPhone;

checked_text!(Phone, InvalidPhone);

impl FromStr for Phone {
    type Err = InvalidPhone;

    fn from_str(text: &str) -> Result<Self, InvalidPhone> {
        let (plus, rest) = text.trim().strip_prefix('+').map_or(("", text.trim()), |rest| ("+", rest));
        let allowed = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')' | '/');
        let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
        let valid = rest.chars().all(allowed) && (10..=15).contains(&digits.len());
        valid.then(|| Self(format!("{plus}{digits}"))).ok_or(InvalidPhone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_are_kept_as_typed_and_compared_in_lower_case() {
        let typed: Email = "Ada.L+x@Example.COM".parse().unwrap();
        assert_eq!((typed.as_str(), typed.canonical().as_str()), ("Ada.L+x@Example.COM", "ada.l+x@example.com"));
        assert_eq!(typed, "ada.l+x@example.com".parse().unwrap());
    }

    #[test]
    fn what_is_no_mailbox_is_refused() {
        let long = format!("{}@{}.com", "a".repeat(64), "b".repeat(63));
        assert!(long.parse::<Email>().is_ok());
        for text in [
            "",
            "ada",
            "@x.com",
            "ada@",
            "ada@localhost",
            "a..b@x.com",
            ".a@x.com",
            "a b@x.com",
            "a@-x.com",
            "a@x-.com",
            "a@x..com",
            "a@b@x.com",
            "ä@x.com",
            "a@x.com\n",
            &format!("a{long}"),
            &format!("a@{}.com", "b.".repeat(130)),
        ] {
            assert_eq!(text.parse::<Email>(), Err(InvalidEmail), "{text:?}");
        }
    }

    #[test]
    fn phones_lose_their_punctuation() {
        assert_eq!("+1 (555) 123-4567".parse::<Phone>().unwrap().as_str(), "+15551234567");
        assert_eq!("5551234567".parse::<Phone>().unwrap().as_str(), "5551234567");
        for text in ["", "555123456", "1234567890123456", "555-CALL-NOW-1", "++15551234567"] {
            assert_eq!(text.parse::<Phone>(), Err(InvalidPhone), "{text:?}");
        }
    }
}
