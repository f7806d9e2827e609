//! Session files: one a profile, readable by their owner only, replaced in one step.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{ForeignSession, Session};
use crate::config::{self, NoHome, ProfileName};
use crate::origin::Origin;
use crate::private;
use crate::time::Timestamp;
use crate::user::Username;

/// Why a session could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// It is another server's and stays untouched.
    #[error(transparent)]
    Foreign(#[from] ForeignSession),
    /// The file holds something else.
    #[error("{} is not a session file", .path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
    },
    /// It is there, and the system does not let it be read.
    #[error("{}: {source}", .path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system refused to keep or to remove it.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Nobody says where files belong.
    #[error(transparent)]
    NoHome(#[from] NoHome),
}

/// The sessions of every profile, in one folder.
#[derive(Debug, Clone)]
pub struct SessionStore {
    folder: PathBuf,
}

impl SessionStore {
    /// The user's own, below [`config::state_dir`].
    ///
    /// # Errors
    /// [`SessionError::NoHome`].
    pub fn of_user() -> Result<Self, SessionError> {
        Ok(Self::at(config::state_dir()?.join("sessions")))
    }

    /// One in `folder`, which is made when something is first kept.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The profile's session at `origin`; `None` where it has none.
    ///
    /// # Errors
    /// [`SessionError::Foreign`] where the profile is logged in elsewhere, [`SessionError::Damaged`],
    /// [`SessionError::Unreadable`].
    pub fn load(&self, profile: &ProfileName, origin: &Origin) -> Result<Option<Session>, SessionError> {
        let path = self.path(profile);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(SessionError::Unreadable { path, source }),
        };
        let session = SessionFile::read(&bytes).ok_or(SessionError::Damaged { path })?;
        if session.origin() != origin {
            return Err(ForeignSession { origin: session.origin().clone() }.into());
        }
        Ok(Some(session))
    }

    /// Keeps `session` as the profile's only one. A reader sees the old one or the new one, never a part.
    ///
    /// # Errors
    /// [`SessionError::Io`]; then the old one is still there.
    pub fn save(&self, profile: &ProfileName, session: &Session) -> Result<(), SessionError> {
        let path = self.path(profile);
        let bytes = SessionFile::write(session);
        let kept = private::make_folder(&self.folder).and_then(|()| private::replace(&path, &bytes));
        kept.map(drop).map_err(|source| SessionError::Io { path, source })
    }

    /// Forgets the profile's session, whichever server it belongs to; fine where there is none.
    ///
    /// # Errors
    /// [`SessionError::Io`].
    pub fn remove(&self, profile: &ProfileName) -> Result<(), SessionError> {
        let path = self.path(profile);
        match fs::remove_file(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            result => result.map_err(|source| SessionError::Io { path, source }),
        }
    }

    /// Waits until no other process renews the profile's session. The lock ends with the returned file, or the process.
    ///
    /// # Errors
    /// [`SessionError::Io`], also where the file system knows no locks.
    pub fn lock(&self, profile: &ProfileName) -> Result<File, SessionError> {
        let path = self.folder.join(format!("{profile}.lock"));
        let locked = private::make_folder(&self.folder).and_then(|()| private::lock(&path));
        locked.map_err(|source| SessionError::Io { path, source })
    }

    /// Every profile that has a session, by name; none where they cannot be listed.
    pub fn profiles(&self) -> Vec<ProfileName> {
        let names = fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
        let profile = |name: &str| name.strip_suffix(".json")?.parse().ok();
        let mut profiles: Vec<ProfileName> = names.filter_map(|name| profile(name.to_str()?)).collect();
        profiles.sort_by(|one, other| one.as_str().cmp(other.as_str()));
        profiles
    }

    fn path(&self, profile: &ProfileName) -> PathBuf {
        self.folder.join(format!("{profile}.json"))
    }
}

/// A session as its file holds it.
#[derive(Serialize, Deserialize)]
struct SessionFile {
    username: Username,
    origin: Origin,
    token: String,
    expires_at: Timestamp,
}

impl SessionFile {
    fn read(bytes: &[u8]) -> Option<Session> {
        let Self { username, origin, token, expires_at } = serde_json::from_slice(bytes).ok()?;
        Some(Session { username, origin, token: SecretString::from(token), expires_at })
    }

    fn write(session: &Session) -> Vec<u8> {
        let Session { username, origin, token, expires_at } = session.clone();
        let file = Self { username, origin, token: token.expose_secret().to_owned(), expires_at };
        serde_json::to_vec_pretty(&file).expect("a session is made of texts")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::TokenAnswer;

    fn store() -> (tempfile::TempDir, SessionStore) {
        let dir = tempfile::tempdir().unwrap();
        let store = SessionStore::at(dir.path().join("state/cnop/sessions"));
        (dir, store)
    }

    fn origin(text: &str) -> Origin {
        text.parse().unwrap()
    }

    fn session(token: &str) -> Session {
        let answer = TokenAnswer { access_token: token.into(), token_type: "bearer".into(), expires_in: 3600 };
        Session::new("ada_lovelace".parse().unwrap(), origin("http://127.0.0.1:8080"), answer, Timestamp::EPOCH)
    }

    fn token(session: Option<Session>) -> Option<String> {
        session.map(|session| session.token().expose_secret().to_owned())
    }

    fn profile(name: &str) -> ProfileName {
        name.parse().unwrap()
    }

    #[test]
    fn each_profile_has_its_session() {
        let (_dir, store) = store();
        let here = origin("http://127.0.0.1:8080");
        assert_eq!(token(store.load(&profile("work"), &here).unwrap()), None);
        assert_eq!(store.profiles(), []);
        store.save(&profile("work"), &session("first")).unwrap();
        store.save(&profile("work"), &session("second")).unwrap();
        assert_eq!(store.profiles(), [profile("work")]);
        store.save(&profile("home"), &session("third")).unwrap();
        drop(store.lock(&profile("home")).unwrap());
        assert_eq!(store.profiles(), [profile("home"), profile("work")], "by name, and locks are none");
        assert_eq!(token(store.load(&profile("work"), &here).unwrap()).as_deref(), Some("second"));
        store.remove(&profile("work")).unwrap();
        store.remove(&profile("work")).unwrap();
        assert_eq!(token(store.load(&profile("work"), &here).unwrap()), None);
        assert_eq!(token(store.load(&profile("home"), &here).unwrap()).as_deref(), Some("third"));
    }

    #[test]
    fn another_server_gets_the_name_of_the_right_one_and_no_session() {
        let (_dir, store) = store();
        store.save(&ProfileName::default(), &session("secret")).unwrap();
        let error = store.load(&ProfileName::default(), &origin("http://127.0.0.1:8081")).unwrap_err();
        let SessionError::Foreign(foreign) = error else { panic!("{error}") };
        assert_eq!(foreign.origin, origin("http://127.0.0.1:8080"));
    }

    #[test]
    fn a_file_of_something_else_is_named() {
        let (_dir, store) = store();
        store.save(&ProfileName::default(), &session("secret")).unwrap();
        fs::write(store.path(&ProfileName::default()), "{}").unwrap();
        let error = store.load(&ProfileName::default(), &origin("http://127.0.0.1:8080")).unwrap_err();
        assert!(matches!(error, SessionError::Damaged { .. }), "{error}");
    }

    #[test]
    fn a_session_that_cannot_be_kept_leaves_the_old_one_and_no_part_of_itself() {
        let (_dir, store) = store();
        // A folder that is not empty cannot be replaced by a file.
        fs::create_dir_all(store.path(&ProfileName::default()).join("in-the-way")).unwrap();
        store.save(&ProfileName::default(), &session("secret")).unwrap_err();
        let names: Vec<_> = fs::read_dir(&store.folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["default.json"]);
    }

    #[test]
    fn readers_see_the_old_or_the_new_session_and_never_a_part() {
        let (_dir, store) = store();
        let here = origin("http://127.0.0.1:8080");
        let (short, long) = (session("short"), session(&"long".repeat(10_000)));
        store.save(&ProfileName::default(), &short).unwrap();
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                for turn in 0..50 {
                    store.save(&ProfileName::default(), if turn % 2 == 0 { &long } else { &short }).unwrap();
                }
            });
            while !writer.is_finished() {
                assert!(store.load(&ProfileName::default(), &here).unwrap().is_some());
            }
        });
    }

    #[test]
    fn one_process_at_a_time_renews() {
        let (_dir, store) = store();
        let held = store.lock(&ProfileName::default()).unwrap();
        let other = fs::OpenOptions::new().write(true).open(store.folder.join("default.lock")).unwrap();
        assert!(other.try_lock().is_err());
        drop(held);
        other.try_lock().unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read() {
        use std::os::unix::fs::PermissionsExt;
        let (_dir, store) = store();
        store.save(&ProfileName::default(), &session("secret")).unwrap();
        let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&store.path(&ProfileName::default())), 0o600);
        assert_eq!(mode(&store.folder), 0o700);
    }
}
