//! Ctrl+C from outside.

use std::process::{Child, Command};

/// Sends a process what Ctrl+C sends.
#[track_caller]
pub(crate) fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("there is a kill command");
    assert!(sent.success(), "the process is running");
}
