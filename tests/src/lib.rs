//! Starts the real binaries for the end-to-end tests.
//!
//! [`TestServer`] is a `cnop-server` process on a port and a folder of its own; [`User`] is somebody registered on it,
//! seen through the real client; [`TestServer::raw`] sends what the client would never send.
//! [`Cli`] is somebody at a command line, in a [`Terminal`] where it matters; [`Stub`] is a server that misbehaves, or
//! stands between a client and a real one and loses what it should pass on.

mod binaries;
mod cli;
mod raw;
mod server;
mod stub;
mod terminal;
mod until;
mod user;

pub use binaries::{Binaries, binaries};
pub use cli::{Cli, Running, Said};
pub use raw::{Answer, Raw};
pub use server::{DataFolder, TestServer};
pub use stub::{Reaction, Request, Stub};
pub use terminal::{Ended, Terminal};
pub use until::until;
pub use user::{PASSWORD, User, fresh_username, registration};
