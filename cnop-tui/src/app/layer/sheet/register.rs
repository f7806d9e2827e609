//! Opening an account. Logging in comes after it, with the name filled in.

use cnop_core::api::RegisterRequest;
use cnop_core::user::{DateOfBirth, Email, Password, PersonName, Phone, Username};

use super::super::form::{Form, Labelled};
use super::{PASSWORD_RULE, check_repeated};

pub(super) const USERNAME: usize = 0;
const EMAIL: usize = 1;
const FIRST_NAME: usize = 2;
const LAST_NAME: usize = 3;
const PHONE: usize = 4;
const DATE_OF_BIRTH: usize = 5;
const PASSWORD: usize = 6;
const REPEATED: usize = 7;

/// Fields of the server, by the names that its faults have.
pub(super) const NAMES: [&str; 7] =
    ["username", "email", "first_name", "last_name", "phone", "date_of_birth", "password"];

pub(super) fn fields() -> Vec<Labelled> {
    vec![
        Labelled::new("Username", "6 to 30 letters, digits or underscores"),
        Labelled::new("Email", "name@example.com"),
        Labelled::new("First name", ""),
        Labelled::new("Last name", ""),
        Labelled::new("Phone", "10 to 15 digits, or nothing"),
        Labelled::new("Date of birth", "1990-12-31, or nothing"),
        Labelled::new("Password", PASSWORD_RULE).secret(),
        Labelled::new("The same again", "").secret(),
    ]
}

/// Every fault at once.
pub(super) fn read(form: &mut Form) -> Option<RegisterRequest> {
    let username = form.read::<Username>(USERNAME);
    let email = form.read::<Email>(EMAIL);
    let first_name = form.read::<PersonName>(FIRST_NAME);
    let last_name = form.read::<PersonName>(LAST_NAME);
    let phone = form.read_optional::<Phone>(PHONE);
    let date_of_birth = form.read_optional::<DateOfBirth>(DATE_OF_BIRTH);
    let password = form.read_secret::<Password>(PASSWORD);
    check_repeated(form, PASSWORD, REPEATED);
    if form.has_fault() {
        return None;
    }
    Some(RegisterRequest {
        username: username?,
        email: email?,
        password: password?,
        first_name: first_name?,
        last_name: last_name?,
        phone,
        date_of_birth,
        marketing_emails_consent: None,
    })
}
