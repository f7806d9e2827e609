//! Where the binaries under test are. Cargo names only a package's own, so they are built here, once a process.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The binaries of the profile that the tests themselves were built with.
#[derive(Debug)]
pub struct Binaries {
    /// `cnop-server`
    pub server: PathBuf,
    /// `cnop`
    pub cli: PathBuf,
    /// `cnop-tui`
    pub tui: PathBuf,
}

/// The binaries, as new as the sources.
///
/// # Panics
/// Where they cannot be built.
pub fn binaries() -> &'static Binaries {
    static BUILT: OnceLock<Binaries> = OnceLock::new();
    BUILT.get_or_init(|| {
        let folder = profile_folder();
        build(&folder);
        let named = |name: &str| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        Binaries { server: named("cnop-server"), cli: named("cnop"), tui: named("cnop-tui") }
    })
}

/// `target/debug` or its like, wherever the target folder is: the test binary runs from `deps` inside it.
fn profile_folder() -> PathBuf {
    let test = std::env::current_exe().expect("the test binary has a path");
    test.ancestors().nth(2).expect("it lies two folders deep").to_owned()
}

fn build(folder: &Path) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["build", "--quiet"]);
    command.args(["-p", "cnop-server", "-p", "cnop-cli", "-p", "cnop-tui"]);
    command.arg("--target-dir").arg(folder.parent().expect("a profile lies in the target folder"));
    if folder.ends_with("release") {
        command.arg("--release");
    }
    let status = command.status().expect("cargo starts");
    assert!(status.success(), "the binaries under test do not build");
}
