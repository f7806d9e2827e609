//! Password hashes: argon2id, off the runtime, by few workers.
//!
//! A hash takes 19 MiB and some 20 ms of a core. Unbounded logins would starve orders, so half the cores work on them and
//! a short queue waits; beyond it the caller is told to come back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::hashers::Hashers;
use crate::guard::ClientNetwork;

/// OWASP's second recommendation for argon2id: 19 MiB, 2 passes, 1 lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Callers that may wait: about two seconds of work for one core.
const QUEUE_LENGTH: usize = 96;
/// And those of one client network: nobody fills the queue alone.
const QUEUE_LENGTH_EACH: u32 = 32;

/// Too many hashes wait already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many logins wait")]
pub(crate) struct Busy;

/// Hashes and checks passwords.
pub(crate) struct Passwords {
    hashers: Arc<Hashers>,
    workers: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    of_each: Arc<Places>,
}

/// Who waits, by client network.
// Held for one look-up, never across an await.
type Places = Mutex<HashMap<ClientNetwork, u32>>;

/// A client network's place in the queue, free again once it is dropped.
struct Place {
    places: Arc<Places>,
    network: ClientNetwork,
}

impl Place {
    fn take(places: &Arc<Places>, network: ClientNetwork) -> Result<Self, Busy> {
        let mut taken = places.lock().expect("no holder panics");
        let count = taken.entry(network).or_default();
        if *count >= QUEUE_LENGTH_EACH {
            return Err(Busy);
        }
        *count += 1;
        Ok(Self { places: Arc::clone(places), network })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock().expect("no holder panics");
        match taken.get_mut(&self.network) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(taken.remove(&self.network)),
        }
    }
}

impl Passwords {
    /// Workers for this machine.
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workers = (cores / 2).max(1);
        Self {
            hashers: Arc::new(Hashers::start(workers)),
            workers: Arc::new(Semaphore::new(workers)),
            queue: Arc::new(Semaphore::new(workers + QUEUE_LENGTH)),
            of_each: Arc::default(),
        }
    }

    /// Waits for a turn at hashing, for somebody. Whoever has one may look once more whether the work is still wanted.
    ///
    /// # Errors
    /// [`Busy`].
    pub(crate) async fn turn(&self, network: ClientNetwork) -> Result<Turn, Busy> {
        let of_network = Place::take(&self.of_each, network)?;
        let place = Arc::clone(&self.queue).try_acquire_owned().map_err(|_| Busy)?;
        let worker = Arc::clone(&self.workers).acquire_owned().await.map_err(|_| Busy)?;
        Ok(Turn { hashers: Arc::clone(&self.hashers), _permits: (place, worker), _place: of_network })
    }

    /// The hash of a password, in PHC form.
    ///
    /// # Errors
    /// [`Busy`].
    pub(crate) async fn hash(&self, network: ClientNetwork, password: SecretString) -> Result<String, Busy> {
        Ok(self.turn(network).await?.run(move || hash(password.expose_secret())).await)
    }
}

/// A turn at hashing: a worker, for one password.
pub(crate) struct Turn {
    hashers: Arc<Hashers>,
    _permits: (OwnedSemaphorePermit, OwnedSemaphorePermit),
    _place: Place,
}

impl Turn {
    /// Whether the password is the one that was hashed. Without a hash the answer is no, in the same time.
    pub(crate) async fn verify(self, password: SecretString, hashed: Option<String>) -> bool {
        self.run(move || match hashed {
            Some(hashed) => matches(password.expose_secret(), &hashed),
            // Nobody's password is hashed all the same, so that the time does not tell which users there are.
            None => hash(password.expose_secret()).is_empty(),
        })
        .await
    }

    async fn run<T: Send + 'static>(self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let (reply, answer) = oneshot::channel();
        let hashers = Arc::clone(&self.hashers);
        // The permits go along: a caller who hangs up does not end the work, nor may another begin in its place.
        hashers.run(move || {
            let done = work();
            drop(self);
            let _ = reply.send(done); // The caller may have hung up.
        });
        answer.await.expect("hashing does not panic")
    }
}

/// The hash of a password where nobody else hashes: without a server.
pub(crate) fn hash_alone(password: &SecretString) -> String {
    hash(password.expose_secret())
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters are within argon2's ranges");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash(password: &str) -> String {
    argon2().hash_password(password.as_bytes()).expect("the system gives random bytes").to_string()
}

fn matches(password: &str, hashed: &str) -> bool {
    PasswordHash::new(hashed).is_ok_and(|hashed| argon2().verify_password(password.as_bytes(), &hashed).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> ClientNetwork {
        "203.0.113.7".parse().unwrap()
    }

    #[tokio::test]
    async fn nobody_fills_the_queue_alone() {
        let passwords = Passwords::new();
        let places: Vec<_> =
            (0..QUEUE_LENGTH_EACH).map(|_| Place::take(&passwords.of_each, home()).ok().unwrap()).collect();
        assert!(passwords.turn(home()).await.is_err());
        assert!(passwords.turn("203.0.113.8".parse().unwrap()).await.is_ok());
        drop(places);
        assert!(passwords.turn(home()).await.is_ok());
        assert_eq!(passwords.of_each.lock().unwrap().len(), 0, "who has left is not counted any more");
    }

    #[tokio::test]
    async fn only_the_right_password_of_an_existing_user_is_right() {
        let passwords = Passwords::new();
        let secret = |text: &str| SecretString::from(text);
        let verify =
            async |password: &str, hashed| passwords.turn(home()).await.unwrap().verify(secret(password), hashed).await;
        let hashed = passwords.hash(home(), secret("Abcdefgh123!")).await.unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hashed}");
        assert!(verify("Abcdefgh123!", Some(hashed.clone())).await);
        assert!(!verify("Abcdefgh123?", Some(hashed)).await);
        assert!(!verify("nobody has this password", None).await);
    }

    #[tokio::test]
    async fn a_caller_who_hangs_up_keeps_the_place_until_the_work_is_done() {
        let passwords = Passwords::new();
        let (ended, end) = std::sync::mpsc::channel::<()>();
        let mut hangs_up =
            Box::pin(async { passwords.turn(home()).await.unwrap().run(move || end.recv().is_ok()).await });
        while passwords.workers.available_permits() > 0 {
            let _ = std::future::poll_fn(|context| std::task::Poll::Ready(hangs_up.as_mut().poll(context))).await;
            if passwords.workers.available_permits() > 0 {
                break; // More than one worker: this caller holds one of them.
            }
        }
        let free = passwords.workers.available_permits();
        drop(hangs_up);
        assert_eq!(passwords.workers.available_permits(), free);
        ended.send(()).unwrap();
    }
}
