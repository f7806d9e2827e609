//! Makes a model's answer fit to be shown: plain text, whole sentences, not too many of them.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// The contract's upper bound.
const MAX_SENTENCES: usize = 4;
/// Beyond four long sentences.
const MAX_CHARS: usize = 1_200;
/// They end with a stop, and no sentence does with them.
const ABBREVIATIONS: [&str; 5] = ["vs", "approx", "avg", "inc", "etc"];
/// What some models put around thoughts that are not for the reader.
const THOUGHTS: [&str; 4] = ["think", "thinking", "thought", "reasoning"];
/// Before what is for the reader, in the format of gpt-oss.
const HARMONY: &str = "<|message|>";
/// They stand at the beginning of a line of a list, a heading or a quotation.
const MARKERS: [&str; 6] = ["- ", "* ", "+ ", "> ", "#", "• "];
/// Longer, it is no tag.
const LONGEST_TAG: usize = 200;
/// Letters that nobody sees.
const BLANKS: [char; 5] = ['\u{34f}', '\u{115f}', '\u{1160}', '\u{3164}', '\u{ffa0}'];

/// What an answer says; `None` where that is nothing. `is_whole` is whether the model came to its end.
pub(crate) fn tidied(answer: &str, is_whole: bool) -> Option<String> {
    let said = without_tags(without_thoughts(answer)?);
    let lines = said.lines().map(|line| without_marks(&visible(line)));
    let text = lines.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    let cut = text.char_indices().nth(MAX_CHARS).map(|(end, _)| &text[..end]);
    let said = match cut {
        // An endless sentence ends with a word.
        Some(cut) => sentences(cut, false).or_else(|| Some(format!("{}…", cut.rsplit_once(' ')?.0))),
        None => sentences(&text, is_whole),
    };
    said.filter(|said| said.chars().any(char::is_alphanumeric))
}

/// What is left of an answer that begins with thoughts; `None` where it is nothing else.
fn without_thoughts(answer: &str) -> Option<&str> {
    let answer = answer.rsplit_once(HARMONY).map_or(answer, |(_, said)| said);
    let lower = answer.to_ascii_lowercase();
    let end = |name: &str| Some(lower.rfind(&format!("</{name}>"))? + name.len() + 3);
    match THOUGHTS.into_iter().filter_map(end).max() {
        Some(end) => Some(&answer[end..]),
        None if THOUGHTS.iter().any(|name| lower.trim_start().starts_with(&format!("<{name}>"))) => None,
        None => Some(answer),
    }
}

/// Without `<b>`, `</p>` and `<|end|>`; `<5` stays.
fn without_tags(text: &str) -> String {
    let (mut plain, mut rest) = (String::new(), text);
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        plain.push_str(before);
        let is_tag = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '|'));
        match tag.find('>').filter(|end| is_tag && *end < LONGEST_TAG) {
            Some(end) => rest = &tag[end + 1..],
            None => {
                plain.push('<');
                rest = &tag[1..];
            }
        }
    }
    plain + rest
}

/// Without what controls a terminal, and what is not seen: neither belongs into a sentence.
fn visible(line: &str) -> String {
    use GeneralCategoryGroup::{Other, Separator};
    let seen = console::strip_ansi_codes(line);
    let is_varied = |c: char| matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
    let shown =
        seen.chars().filter(|c| !BLANKS.contains(c) && !is_varied(*c)).map(|c| match c.general_category_group() {
            Other | Separator => ' ',
            _ => c,
        });
    shown.collect()
}

/// Without marks of Markdown.
fn without_marks(line: &str) -> String {
    let mut line = line.trim_start();
    while let Some(rest) = MARKERS.iter().find_map(|marker| line.strip_prefix(marker)) {
        line = rest.trim_start();
    }
    without_links(&line.replace("**", "").replace("__", "").replace('`', ""))
}

/// `[words](address)` becomes `words`.
fn without_links(line: &str) -> String {
    let (mut plain, mut rest) = (String::new(), line);
    while let Some((before, link)) = rest.split_once('[') {
        plain.push_str(before);
        let parts = link.split_once("](").and_then(|(words, tail)| Some((words, tail.split_once(')')?.1)));
        match parts.filter(|(words, _)| !words.contains('[')) {
            Some((words, tail)) => {
                plain.push_str(words);
                rest = tail;
            }
            None => {
                plain.push('[');
                rest = link;
            }
        }
    }
    plain + rest
}

/// The first sentences. What was broken off goes up to the end of its last whole one, and is nothing without one.
fn sentences(text: &str, is_whole: bool) -> Option<String> {
    let ends: Vec<_> = ends(text).take(MAX_SENTENCES).collect();
    match ends.as_slice() {
        [.., last] if !is_whole || ends.len() == MAX_SENTENCES => Some(text[..*last].to_owned()),
        _ if is_whole => Some(text.to_owned()),
        _ => None,
    }
}

/// Where sentences end: behind a full stop and what closes it, before a space or the end. A single letter before the
/// stop is an abbreviation, as in `U.S. dollars`.
fn ends(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().filter_map(|(at, stop)| {
        let before = text[..at].chars().rev();
        let word: String = before.take_while(|c| c.is_alphabetic()).collect::<Vec<_>>().into_iter().rev().collect();
        let is_short = word.chars().count() == 1 || ABBREVIATIONS.contains(&word.to_lowercase().as_str());
        let is_stop = matches!(stop, '!' | '?' | '。' | '！' | '？') || stop == '.' && !is_short;
        let behind = &text[at + stop.len_utf8()..];
        let closed = behind.trim_start_matches(['"', '\'', ')', '”', '’', ']']);
        let ends_here = closed.is_empty() || closed.starts_with(' ') || !stop.is_ascii();
        (is_stop && ends_here).then(|| text.len() - closed.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answer: &str, is_whole: bool, expected: Option<&str>) {
        assert_eq!(tidied(answer, is_whole).as_deref(), expected, "{answer:?}");
    }

    #[test]
    fn a_good_answer_stays_as_it_is() {
        check("BTC is 84.1% of it. It rose 2.6%!", true, Some("BTC is 84.1% of it. It rose 2.6%!"));
        check("Most is cash", true, Some("Most is cash"));
        check("It is worth 3.", true, Some("It is worth 3."));
    }

    #[test]
    fn only_plain_text_is_left() {
        check("  One\nline.\r\n\nAnd\tone more. ", true, Some("One line. And one more."));
        check("\u{1b}[31mRed\u{7} is\u{202e} odd.\u{200b}", true, Some("Red is odd."));
        check("\u{1b}]8;;http://evil\u{7}Here\u{1b}]8;;\u{7} it is.", true, Some("Here it is."));
        check("Is\u{61c}it\u{180e}so\u{fff9}?\u{e0041}\u{3164}", true, Some("Is it so ?"));
        check("<script>alert(1)</script>Up <b>2%</b>, and <5 of it.", true, Some("alert(1)Up 2%, and <5 of it."));
        check("# Title\n- It is [up](javascript:alert(1)) [1].\n> So.", true, Some("Title It is up) [1]. So."));
        check(
            "<|channel|>analysis<|message|>Hm.<|end|><|channel|>final<|message|>It is up.<|return|>",
            true,
            Some("It is up."),
        );
        check("**Bold** and `code`.", true, Some("Bold and code."));
        check("<think>How to say this.</think>\nLike this.", true, Some("Like this."));
        check("<Thinking>How to say this.</Thinking>\nLike this.", true, Some("Like this."));
        check("<think>How to say", false, None);
    }

    #[test]
    fn what_is_broken_off_ends_with_a_sentence() {
        check("BTC leads. It is 84.1", false, Some("BTC leads."));
        check("BTC leads at 84.1% of", false, None);
        check("He said \"up.\" Then", false, Some("He said \"up.\""));
        check("In U.S. dollars it fell. Then it", false, Some("In U.S. dollars it fell."));
        check("It rose vs. yesterday. Then it", false, Some("It rose vs. yesterday."));
        check("现金占多数。比特", false, Some("现金占多数。"));
    }

    #[test]
    fn there_are_four_sentences_at_most() {
        check("One. Two. Three. Four. Five.", true, Some("One. Two. Three. Four."));
        check("One. Two. Three. Four, and more", true, Some("One. Two. Three. Four, and more"));
        let endless = format!("Short. {}", "word ".repeat(1_000));
        check(&endless, true, Some("Short."));
        let said = tidied(&"word ".repeat(1_000), true).unwrap();
        assert!(said.ends_with("word word…") && said.len() <= MAX_CHARS + 3, "{said}");
    }

    #[test]
    fn nothing_is_nothing() {
        for answer in ["", " \n\t", "\u{200b}", "**", "\u{e0041}\u{e0042}", "…", "<p></p>"] {
            check(answer, true, None);
        }
    }
}
