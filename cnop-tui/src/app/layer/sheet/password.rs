//! Changing the password: every other session of the user ends with it.

use cnop_core::api::PasswordChange;
use cnop_core::user::Password;
use secrecy::SecretString;

use super::super::form::{Form, Labelled};
use super::{PASSWORD_RULE, check_repeated};

const CURRENT: usize = 0;
const NEW: usize = 1;
const REPEATED: usize = 2;

/// Fields of the server, by the names that its faults have.
pub(super) const NAMES: [&str; 2] = ["current_password", "new_password"];

pub(super) fn fields() -> Vec<Labelled> {
    vec![
        Labelled::new("Current password", "").secret(),
        Labelled::new("New password", PASSWORD_RULE).secret(),
        Labelled::new("The same again", "").secret(),
    ]
}

/// Every fault at once.
pub(super) fn read(form: &mut Form) -> Option<PasswordChange> {
    let current = form.fields[CURRENT].field.text().to_owned();
    if current.is_empty() {
        form.fail(CURRENT, "is needed");
    }
    let new = form.read_secret::<Password>(NEW);
    check_repeated(form, NEW, REPEATED);
    if form.has_fault() {
        return None;
    }
    Some(PasswordChange { current_password: SecretString::from(current), new_password: new? })
}
