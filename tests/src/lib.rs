//! Starts the real binaries for the end-to-end tests.
//!
//! [`TestServer`] is a `cnop-server` process on a port and a folder of its own; [`User`] is somebody registered on it,
//! seen through the real client; [`TestServer::raw`] sends what the client would never send.

mod binaries;
mod raw;
mod server;
mod user;

pub use binaries::{Binaries, binaries};
pub use raw::{Answer, Raw};
pub use server::{DataFolder, TestServer};
pub use user::{PASSWORD, User, fresh_username, registration};
