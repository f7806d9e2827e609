//! What holds for a run, decided as `cnop` decides it: flags, variables, the file, the defaults.

use std::path::PathBuf;

use anyhow::Context;
use cnop_core::client::Origin;
use cnop_core::config::{self, ProfileName};
use cnop_core::settings::Decider;

use crate::Args;

/// What holds.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) server: Origin,
    pub(crate) profile: ProfileName,
    pub(crate) allow_plain_http: bool,
    pub(crate) colour: bool,
    /// Where what a person likes is kept: beside the configuration, which is theirs to write.
    pub(crate) preferences: PathBuf,
}

/// What holds for somebody who typed `args`; or what is wrong, and what to do about it.
pub(crate) fn of_user(args: Args) -> anyhow::Result<Settings> {
    let file = config::config_file().context("finding the configuration")?;
    let preferences = file.path().with_file_name("tui.json");
    let mut decider = Decider::new(&|name| std::env::var_os(name), Some(file));
    let profile = decider.profile(args.profile).value;
    let server = decider.server(&profile, args.server).value;
    let allow_plain_http = decider.allow_plain_http(&profile, args.allow_plain_http).value;
    let colour = decider.colour(args.no_color).value;
    if let Some(fault) = decider.faults.first() {
        anyhow::bail!("{fault}\nhint: {}", fault.hint);
    }
    Ok(Settings { server, profile, allow_plain_http, colour, preferences })
}
