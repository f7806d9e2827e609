//! Makes text from elsewhere safe to show: a server's sentence must not move the cursor or repaint the screen.

/// `text` without characters that a terminal obeys or that turn its direction; line ends stay.
pub(crate) fn printable(text: &str) -> String {
    text.chars().filter(|c| *c == '\n' || !is_hostile(*c)).collect()
}

/// As [`printable`], on one line: nobody can add a line of their own to a table or a message.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }).filter(|c| !is_hostile(*c)).collect()
}

/// `json` with such characters escaped; they stand within strings only, so that its value stays the same.
pub(crate) fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\n' => out.push(c),
            c if is_hostile(c) => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// Control characters (Unicode's C0, DEL and C1), and those that embed or override a writing direction.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_finds_nothing_to_obey() {
        assert_eq!(printable("a\u{1b}[2Jb\u{9b}31mc\r\nd\u{202e}\u{61c}e\u{7}ü"), "a[2Jb31mc\ndeü");
        assert_eq!(one_line("first\nhint: send it\tall\u{1b}]0;x\u{7}"), "first hint: send it all]0;x");
    }

    #[test]
    fn escaped_json_has_the_same_value() {
        let value = "a\u{1b}b\u{9b}c\u{202e}d\ne\u{7f}";
        let json = escaped(&serde_json::to_string_pretty(&[value]).unwrap());
        assert!(json.chars().all(|c| c == '\n' || !is_hostile(c)), "{json:?}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), [value]);
    }
}
