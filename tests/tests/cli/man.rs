//! The manual pages.

use std::fs;

use cnop_tests::Cli;

#[test]
fn the_manual_page_is_roff_with_commands_options_and_examples() {
    let page = Cli::at("").ok("man");
    assert!(page.contains(".TH cnop 1 "), "{page}");
    for part in
        ["cnop\\-buy(1)", "\\fB\\-\\-server\\fR", "CNOP_SERVER", "Exit codes: 0 done", "cnop login ada_lovelace"]
    {
        assert!(page.contains(part), "no {part}: {page}");
    }
    assert_eq!(Cli::at("").ok("man --output json"), page, "a page is a page");
}

#[test]
fn every_command_gets_a_page_in_the_folder() {
    let cli = Cli::at("");
    let said = cli.ok("man --dir share/man1");
    assert_eq!(said, "Wrote the manual pages to share/man1; read them with `man -l share/man1/cnop.1`.\n");
    let folder = cli.home().join("share/man1");
    for page in ["cnop", "cnop-buy", "cnop-orders-settle", "cnop-profile-update", "cnop-config-set"] {
        let text =
            fs::read_to_string(folder.join(format!("{page}.1"))).unwrap_or_else(|error| panic!("{page}: {error}"));
        assert!(text.contains(&format!(".TH {page} 1 ")), "{text}");
    }
    let said = cli.run("man --dir share/man1/cnop.1");
    assert_eq!(said.status, 1, "{said}");
    assert!(said.stderr.starts_with("error: share/man1/cnop.1: "), "{said}");
}
