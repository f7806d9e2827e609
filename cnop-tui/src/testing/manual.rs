//! Parts of `docs/tui.md` that are made from the code: each stands between `<!-- NAME -->` and `<!-- end -->`.

use std::fs;

const MANUAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/tui.md");

/// Writes the parts anew in place of comparing them.
const WRITE: &str = "CNOP_WRITE_MANUAL";

/// Holds a part of the manual to what the code says.
#[track_caller]
pub(crate) fn check(name: &str, expected: &str) {
    let manual = fs::read_to_string(MANUAL).expect("it can be read");
    let begin = format!("<!-- {name} -->\n");
    let (before, rest) = manual.split_once(&begin).unwrap_or_else(|| panic!("docs/tui.md has no part {name}"));
    let (part, after) = rest.split_once("<!-- end -->").expect("every part has an end");
    if std::env::var_os(WRITE).is_some() {
        fs::write(MANUAL, format!("{before}{begin}{expected}<!-- end -->{after}")).expect("it can be written");
    } else {
        assert!(part == expected, "docs/tui.md is no longer true: {WRITE}=1 writes {name} anew:\n{expected}");
    }
}
