//! Editing the profile: what is left as it was is not sent.

use cnop_core::api::{ProfileUpdate, User};
use cnop_core::user::{DateOfBirth, Email, PersonName, Phone};

use super::super::form::{Form, Labelled};

const EMAIL: usize = 0;
const FIRST_NAME: usize = 1;
const LAST_NAME: usize = 2;
const PHONE: usize = 3;
const DATE_OF_BIRTH: usize = 4;

/// Fields of the server, by the names that its faults have.
pub(super) const NAMES: [&str; 5] = ["email", "first_name", "last_name", "phone", "date_of_birth"];

/// What the fields hold at the beginning.
pub(super) fn texts(user: &User) -> [String; 5] {
    [
        user.email.to_string(),
        user.first_name.to_string(),
        user.last_name.to_string(),
        user.phone.as_ref().map(ToString::to_string).unwrap_or_default(),
        user.date_of_birth.as_ref().map(ToString::to_string).unwrap_or_default(),
    ]
}

pub(super) fn fields(before: &[String; 5]) -> Vec<Labelled> {
    let labels = ["Email", "First name", "Last name", "Phone", "Date of birth"];
    let hints = ["name@example.com", "", "", "10 to 15 digits", "1990-12-31"];
    let fields = labels.into_iter().zip(hints).zip(before);
    fields.map(|((label, hint), text)| Labelled::new(label, hint).holding(text.clone())).collect()
}

/// Every fault at once; also that there is nothing to send.
pub(super) fn read(form: &mut Form, before: &[String; 5]) -> Option<ProfileUpdate> {
    if (0..before.len()).all(|field| form.text(field) == before[field]) {
        form.fault = Some("Nothing was changed; Esc leaves it as it is.".to_owned());
        return None;
    }
    let update = ProfileUpdate {
        email: changed::<Email>(form, before, EMAIL),
        first_name: changed::<PersonName>(form, before, FIRST_NAME),
        last_name: changed::<PersonName>(form, before, LAST_NAME),
        phone: changed::<Phone>(form, before, PHONE),
        date_of_birth: changed::<DateOfBirth>(form, before, DATE_OF_BIRTH),
        marketing_emails_consent: None,
    };
    (!form.has_fault()).then_some(update)
}

/// A field that holds something else than before. Nothing can be taken out: the contract has no way to say so.
fn changed<T: std::str::FromStr<Err: std::fmt::Display>>(
    form: &mut Form,
    before: &[String; 5],
    field: usize,
) -> Option<T> {
    if form.text(field) == before[field] { None } else { form.read(field) }
}
