//! What came back must fit what came back before.

use std::fmt::Display;

use cnop_core::api::Code;
use cnop_core::client::ClientError;

use crate::failure::Failure;

/// Goes on only if `holds`; else says what does not add up.
pub(super) fn ensure(holds: bool, what: impl FnOnce() -> String) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(Failure::Contradiction(what())) }
}

/// Goes on only if `found` is `expected`.
pub(super) fn ensure_equal<T: PartialEq + Display>(what: &str, found: &T, expected: &T) -> Result<(), Failure> {
    ensure(found == expected, || format!("{what} is {found}, not {expected}"))
}

/// Goes on only with a value.
pub(super) fn ensure_some<T>(what: &str, value: Option<T>) -> Result<T, Failure> {
    value.ok_or_else(|| Failure::Contradiction(format!("{what} is missing")))
}

/// Whether the server said no for one of these reasons.
pub(super) fn refused_with(error: &ClientError, codes: &[Code]) -> bool {
    matches!(error, ClientError::Refused { problem, .. } if codes.contains(&problem.code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contradiction_says_what_was_found_and_what_was_expected() {
        ensure_equal("the balance", &1, &1).unwrap();
        let failure = ensure_equal("the balance", &1, &2).unwrap_err();
        assert_eq!(failure.sentence().unwrap(), "this does not add up: the balance is 1, not 2");
        let failure = ensure_some::<u8>("the price", None).unwrap_err();
        assert_eq!(failure.sentence().unwrap(), "this does not add up: the price is missing");
    }
}
