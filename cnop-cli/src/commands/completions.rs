//! `cnop completions`.

use clap::{Args, ValueEnum};

use crate::complete;
use crate::failure::Failure;
use crate::printer::Printer;

/// For which shell.
#[derive(Debug, Args)]
#[command(after_help = "\
The script asks `cnop` itself for what fits, so that assets, orders and profiles complete too.

Examples:
  echo 'source <(cnop completions bash)' >> ~/.bashrc
  echo 'source <(cnop completions zsh)' >> ~/.zshrc
  cnop completions fish > ~/.config/fish/completions/cnop.fish
  echo 'eval (cnop completions elvish | slurp)' >> ~/.config/elvish/rc.elv
  cnop completions powershell >> $PROFILE")]
pub(crate) struct CompletionsArgs {
    /// bash, zsh, fish, elvish or powershell
    #[arg(value_enum, hide_possible_values = true)]
    shell: Shell,
}

/// Whose script there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shell {
    /// Bash
    Bash,
    /// Zsh, with `compinit`
    Zsh,
    /// Fish
    Fish,
    /// Elvish
    Elvish,
    /// PowerShell
    #[value(alias = "pwsh")]
    Powershell,
}

/// Prints the script.
pub(crate) fn run(printer: &Printer, args: &CompletionsArgs) -> Result<(), Failure> {
    let shell = args.shell.to_possible_value().expect("no shell is hidden");
    printer.document(&complete::script(shell.get_name()))
}
