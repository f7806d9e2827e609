//! Output as it is compared: what differs from run to run replaced, and the layout of tables looked at apart.

/// Holds that `text`, with the run's own values replaced, is what the snapshot `name` keeps.
#[track_caller]
pub(crate) fn check_snapshot(name: &str, text: &str) {
    insta::with_settings!({ filters => VARIABLE.to_vec(), omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

/// Holds that `text`, whose every blank counts, is what the snapshot `name` keeps.
#[track_caller]
pub(crate) fn check_exact(name: &str, text: &str) {
    insta::with_settings!({ filters => vec![VARIABLE[0]], omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

/// What a run has of its own. Figures of the market differ in length, so that the gaps before them go too.
/// Sums that a test chose stay: a `§` stands in for their `$` meanwhile.
const VARIABLE: [(&str, &str); 14] = [
    (r"http://127\.0\.0\.1:\d+", "[SERVER]"),
    (r"\b(order|txn)_[0-9A-Z]{8,40}\b", "${1}_[ID]"),
    (r"--cursor \w+", "--cursor [CURSOR]"),
    (r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", "[TIME]"),
    (r"\d{4}-\d{2}-\d{2}", "[DATE]"),
    (r"\d+ s ago", "[AGE]"),
    (r"[+-]?\d+\.\d{2}%", "[PERCENT]"),
    (r"\$(10,000\.00|8\.88|100\.50)\b", "§${1}"),
    (r"\$[\d,]+\.\d{2} [TBM]\b", "[ROUGHLY]"),
    (r"\$\d[\d,]*(\.\d+)?", "[USD]"),
    ("§", "$$"),
    (r"\b0\.0\d{2,7}\b", "[QUANTITY]"),
    (r"  +", "  "),
    (r" +\n", "\n"),
];

/// Holds that every column of a table is flush with its title on one side, and none runs into the next.
#[track_caller]
pub(crate) fn check_aligned(table: &str) {
    let lines: Vec<Vec<char>> = table.lines().map(|line| line.chars().collect()).collect();
    let (header, rows) = lines.split_first().expect("a table has a header");
    for (start, end) in titles(header) {
        let blank = |line: &[char], place: usize| line.get(place).is_none_or(|c| *c == ' ');
        let begins = |line: &&Vec<char>| start == 0 || blank(line, start - 1) && blank(line, start - 2);
        let flush_left = rows.iter().all(|line| begins(&line));
        let flush_right = rows.iter().all(|line| blank(line, end) && blank(line, end + 1));
        let title: String = header[start..end].iter().collect();
        assert!(flush_left || flush_right, "the column {title} is not aligned:\n{table}");
    }
}

/// Where the titles stand: two blanks are between them.
fn titles(header: &[char]) -> Vec<(usize, usize)> {
    let text: String = header.iter().collect();
    let words = text.split("  ").scan(0, |place, title| {
        let start = *place + title.chars().take_while(|c| *c == ' ').count();
        *place += title.chars().count() + 2;
        Some((start, start + title.trim().chars().count()))
    });
    words.filter(|(start, end)| start < end).collect()
}
