//! Makes a model's answer fit to be shown: plain text, whole sentences, not too many of them.

/// The contract's upper bound.
const MAX_SENTENCES: usize = 4;
/// Beyond four long sentences.
const MAX_CHARS: usize = 1_200;
/// They end with a stop, and no sentence does with them.
const ABBREVIATIONS: [&str; 5] = ["vs", "approx", "avg", "inc", "etc"];
/// What some models put around thoughts that are not for the reader.
const THOUGHTS: (&str, &str) = ("<think>", "</think>");

/// What an answer says; `None` where that is nothing. `is_whole` is whether the model came to its end.
pub(crate) fn tidied(answer: &str, is_whole: bool) -> Option<String> {
    let said = without_thoughts(answer)?;
    let plain: String = said.chars().map(|c| if is_hidden(c) { ' ' } else { c }).collect();
    let unmarked = plain.replace("**", "").replace(['`', '#'], "");
    let words: Vec<_> = unmarked.split_whitespace().collect();
    let text = words.join(" ");
    let text = match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => (&text[..end], false),
        None => (text.as_str(), is_whole),
    };
    sentences(text.0, text.1).filter(|text| !text.is_empty())
}

/// What is left of an answer that begins with thoughts; `None` where it is nothing else.
fn without_thoughts(answer: &str) -> Option<&str> {
    let (begin, end) = THOUGHTS;
    match answer.rsplit_once(end) {
        Some((_, said)) => Some(said),
        None if answer.trim_start().starts_with(begin) => None,
        None => Some(answer),
    }
}

/// Controls a terminal, or is not seen: neither belongs into a sentence.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e007f}')
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
        check("\u{1b}[31mRed\u{7} is\u{202e} odd\u{200b}.", true, Some("[31mRed is odd ."));
        check("**Bold** and `code`.", true, Some("Bold and code."));
        check("<think>How to say this.</think>\nLike this.", true, Some("Like this."));
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
    }

    #[test]
    fn nothing_is_nothing() {
        for answer in ["", " \n\t", "\u{200b}", "**"] {
            check(answer, true, None);
        }
    }
}
