//! First and last names.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use super::checked_text;

/// A first or last name: 1 to 50 letters of any script, spaces, `'` and `-`, trimmed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

/// The text cannot be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 50 letters, spaces, apostrophes or hyphens")]
pub struct InvalidName;

checked_text!(PersonName, InvalidName);

impl FromStr for PersonName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let text = text.trim();
        let allowed = |c: char| is_letter(c) || matches!(c, ' ' | '\'' | '-');
        let named = text.chars().any(is_letter) && text.chars().all(allowed);
        (named && text.chars().count() <= 50).then(|| Self(text.to_owned())).ok_or(InvalidName)
    }
}

/// Letters of any script, and the marks that some write on or behind them: without these, हिन्दी is no name.
fn is_letter(c: char) -> bool {
    matches!(c.general_category_group(), GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_script_are_trimmed() {
        for (text, expected) in [
            (" Ada ", "Ada"),
            ("O'Brien-Smith", "O'Brien-Smith"),
            ("李", "李"),
            ("हिन्दी", "हिन्दी"),
            ("Łukasz", "Łukasz"),
            ("Jose\u{301}", "Jose\u{301}"),
        ] {
            assert_eq!(text.parse::<PersonName>().unwrap().as_str(), expected);
        }
        assert!("x".repeat(50).parse::<PersonName>().is_ok());
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["", "   ", "Ada1", "Ada<script>", "-", "Ada\tB", "Ada\u{202e}", &"x".repeat(51)] {
            assert_eq!(text.parse::<PersonName>(), Err(InvalidName), "{text:?}");
        }
    }
}
