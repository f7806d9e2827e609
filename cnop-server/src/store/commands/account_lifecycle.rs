//! Registering, and changing who one is.

use cnop_core::ledger::Account;
use cnop_core::user::{DateOfBirth, Email, PersonName, Phone};

use super::{Command, Decided, Refused, Session, Stamp, holds};
use crate::store::changes::Changes;
use crate::store::codec::encode;
use crate::store::key::{self, Kind, UserNumber};
use crate::store::rows::{Access, AccountRow, Profile, Role, UserRecord};
use crate::store::space::{Source, Space};
use crate::store::view::Snapshot;

/// Makes a user with an empty account.
pub(crate) struct Register {
    /// Who.
    pub(crate) profile: Profile,
    /// The password's hash in PHC form.
    pub(crate) password_hash: String,
    /// What they may do.
    pub(crate) role: Role,
}

impl Command for Register {
    type Answer = ();

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<()> {
        let Profile { username, email, .. } = &self.profile;
        if view.user_named(username)?.is_some() {
            return Err(Refused::UsernameTaken.into());
        }
        if view.user_with_email(email)?.is_some() {
            return Err(Refused::EmailTaken.into());
        }
        let user = UserNumber(view.last_user()?.0 + 1);
        let record = UserRecord {
            profile: self.profile.clone(),
            password_hash: self.password_hash.clone(),
            created_at: stamp.now(),
            updated_at: stamp.now(),
        };
        let access = Access { role: self.role, disabled: false, tokens_from: stamp.sequence(), spared: None };
        let number = user.to_bytes();
        let mut changes = Changes::none();
        changes.put(Space::Meta, key::META_LAST_USER, number.to_vec());
        changes.put(Space::Names, username.as_str().as_bytes(), number.to_vec());
        changes.put(Space::Emails, email.canonical().as_bytes(), number.to_vec());
        changes.put(Space::Users, &number, encode(&record));
        changes.single(user, Kind::Access, &access);
        changes.single(user, Kind::Account, &AccountRow::from(&Account::opened(stamp.now())));
        Ok((changes, ()))
    }
}

/// New values of a profile; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProfileChange {
    /// A new email address.
    pub(crate) email: Option<Email>,
    /// A new first name.
    pub(crate) first_name: Option<PersonName>,
    /// A new last name.
    pub(crate) last_name: Option<PersonName>,
    /// A new telephone number.
    pub(crate) phone: Option<Phone>,
    /// A new date of birth.
    pub(crate) date_of_birth: Option<DateOfBirth>,
    /// A new consent.
    pub(crate) marketing_emails_consent: Option<bool>,
}

impl ProfileChange {
    fn apply(self, profile: &mut Profile) {
        let Self { email, first_name, last_name, phone, date_of_birth, marketing_emails_consent } = self;
        let Profile { first_name: first, last_name: last, marketing_emails_consent: consent, .. } = profile;
        replace(first, first_name);
        replace(last, last_name);
        replace(consent, marketing_emails_consent);
        replace(&mut profile.email, email);
        profile.phone = phone.or(profile.phone.take());
        profile.date_of_birth = date_of_birth.or(profile.date_of_birth.take());
    }
}

fn replace<T>(place: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *place = new;
    }
}

/// Changes a profile.
pub(crate) struct UpdateProfile {
    /// Whose.
    pub(crate) session: Session,
    /// What.
    pub(crate) change: ProfileChange,
}

impl Command for UpdateProfile {
    type Answer = UserRecord;

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<UserRecord> {
        holds(view, self.session)?;
        let user = self.session.user;
        let mut record = view.user(user)?;
        let mut changes = Changes::none();
        if let Some(email) = self.change.email.as_ref().filter(|email| **email != record.profile.email) {
            if view.user_with_email(email)?.is_some() {
                return Err(Refused::EmailTaken.into());
            }
            changes.remove(Space::Emails, record.profile.email.canonical().as_bytes());
            changes.put(Space::Emails, email.canonical().as_bytes(), user.to_bytes().to_vec());
        }
        self.change.clone().apply(&mut record.profile);
        record.updated_at = stamp.now();
        changes.put(Space::Users, &user.to_bytes(), encode(&record));
        Ok((changes, record))
    }
}

/// Sets a new password and revokes every token but the one that asks.
pub(crate) struct ChangePassword {
    /// Whose.
    pub(crate) session: Session,
    /// The hash that the current password was checked against.
    pub(crate) verified_hash: String,
    /// The hash of the new one.
    pub(crate) new_hash: String,
}

impl Command for ChangePassword {
    type Answer = ();

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, stamp: Stamp) -> Decided<()> {
        holds(view, self.session)?;
        let Session { user, token } = self.session;
        let mut record = view.user(user)?;
        if record.password_hash != self.verified_hash {
            return Err(Refused::PasswordChanged.into());
        }
        record.password_hash.clone_from(&self.new_hash);
        let access = Access { tokens_from: stamp.sequence(), spared: Some(token), ..view.access(user)? };
        let mut changes = Changes::none();
        changes.put(Space::Users, &user.to_bytes(), encode(&record));
        changes.single(user, Kind::Access, &access);
        Ok((changes, ()))
    }
}
