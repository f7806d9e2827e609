//! Figures, times and names as they stand on the screen.

use cnop_core::money::{Figure, Price, Usd};
use cnop_core::show::{self, UNKNOWN, or_unknown};
use cnop_core::time::Timestamp;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::theme::Theme;

/// `14:03`, in UTC.
pub(super) fn clock(at: Timestamp) -> String {
    at.to_string().get(11..16).unwrap_or_default().to_owned()
}

/// A column of air on either side.
pub(super) fn inset(area: Rect) -> Rect {
    Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area }
}

/// `02-15 14:03`, in UTC.
pub(super) fn day_and_time(at: Timestamp) -> String {
    show::time(at).get(5..16).unwrap_or_default().to_owned()
}

/// A large number of coins, roughly: `19.83 M`.
pub(super) fn rough_amount(figure: Figure) -> String {
    show::rough_usd(figure).replacen('$', "", 1)
}

/// A text from outside: without control characters, which would move the cursor or change colours.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() && !is_invisible(*letter)).collect()
}

/// Marks that turn the direction of writing, and joiners: they have no width, and move what stands beside them.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// As much of a text as fits so many columns, with a point of its own where something is left out.
pub(super) fn fit(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut fitted = String::new();
    for letter in text.chars() {
        if fitted.width() + letter.width().unwrap_or(0) + 1 > columns {
            break;
        }
        fitted.push(letter);
    }
    if columns > 0 {
        fitted.push('…');
    }
    fitted
}

/// The same of a line in several styles.
pub(super) fn fit_line<'a>(line: Line<'a>, columns: u16) -> Line<'a> {
    let mut room = usize::from(columns);
    if line.width() <= room {
        return line;
    }
    let mut spans = Vec::new();
    for span in line.spans {
        let fitted = if span.width() < room { span.content.into_owned() } else { cut(&span.content, room) };
        room = room.saturating_sub(fitted.width());
        spans.push(Span::styled(fitted, span.style));
        if room == 0 {
            break;
        }
    }
    Line::from(spans).style(line.style)
}

/// The beginning of a text, and the point that says that more was there.
fn cut(text: &str, columns: usize) -> String {
    fit(&format!("{text} "), columns)
}

/// How old something is, in the largest unit that is not 0: `5 s`, `3 min`, `2 h`, `4 d`.
pub(super) fn age(since: Timestamp, now: Timestamp) -> String {
    let seconds = (now.as_millis() - since.as_millis()).max(0) / Timestamp::SECOND_MS;
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// Heights of eight levels, for a line of a price within one row.
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The last prices in so many columns, from the lowest to the highest.
pub(super) fn spark(prices: impl Iterator<Item = Price>, columns: usize) -> String {
    spark_of(prices.map(Price::units), columns)
}

/// The same of any figures.
pub(super) fn spark_of(figures: impl Iterator<Item = i128>, columns: usize) -> String {
    let all: Vec<_> = figures.collect();
    let last = &all[all.len().saturating_sub(columns)..];
    let (Some(low), Some(high)) = (last.iter().min(), last.iter().max()) else { return String::new() };
    let level = |units: i128| if high == low { 3 } else { ((units - low) * 7 / (high - low)) as usize };
    last.iter().map(|units| LEVELS[level(*units)]).collect()
}

/// All of them in so many columns: where there are more, some are left out.
pub(super) fn spark_over(figures: impl Iterator<Item = i128>, columns: usize) -> String {
    let all: Vec<_> = figures.collect();
    if all.len() <= columns || columns < 2 {
        return spark_of(all.into_iter(), columns);
    }
    let seen = (0..columns).map(|column| all[column * (all.len() - 1) / (columns - 1)]);
    spark_of(seen, columns)
}

/// `$84,110.40`, or a dash.
pub(super) fn price(price: Option<Price>) -> String {
    or_unknown(price, show::price)
}

/// A move of the market, with an arrow beside its colour.
pub(super) fn change(change: Option<Figure>, theme: &Theme) -> (String, Style) {
    let Some(change) = change else { return (UNKNOWN.to_owned(), theme.dim) };
    let text = show::change(change);
    let (arrow, rose) = match text.chars().next() {
        Some('+') => ("▲", Some(true)),
        Some('-') => ("▼", Some(false)),
        _ => (" ", None),
    };
    (format!("{arrow}{text}"), theme.moved(rose))
}

/// A large fact, roughly.
pub(super) fn rough(figure: Option<Figure>) -> String {
    or_unknown(figure, show::rough_usd)
}

/// To the cent: what something is worth at a price that moves on anyway. Cash and trades keep every digit.
pub(super) fn worth(amount: Option<Usd>) -> String {
    or_unknown(amount.map(to_the_cent), show::usd)
}

fn to_the_cent(amount: Usd) -> Usd {
    let cents = amount.cents_half_even().checked_mul(10_i128.pow(Usd::DECIMALS - 2));
    cents.and_then(|units| Usd::from_units(units).ok()).unwrap_or(amount)
}

/// What was won or lost at such a price, with its sign.
pub(super) fn gain(amount: Option<Usd>, theme: &Theme) -> (String, Style) {
    signed(amount.map(to_the_cent), theme)
}

/// What was won or lost, with its sign.
pub(super) fn signed(amount: Option<Usd>, theme: &Theme) -> (String, Style) {
    let rose = amount.filter(|amount| *amount != Usd::ZERO).map(|amount| amount > Usd::ZERO);
    (or_unknown(amount, show::signed_usd), theme.moved(rose))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_says_so() {
        let check = |columns, expected: &str| {
            let line = Line::from(vec![Span::raw("Cash $1,000"), Span::raw(" 福 of $2,000.00")]);
            let fitted = fit_line(line, columns);
            assert_eq!(fitted.to_string(), expected, "{columns}");
            assert!(fitted.width() <= usize::from(columns));
        };
        check(40, "Cash $1,000 福 of $2,000.00");
        check(27, "Cash $1,000 福 of $2,000.00");
        check(26, "Cash $1,000 福 of $2,000.…");
        check(13, "Cash $1,000 …");
        check(11, "Cash $1,00…");
        check(1, "…");
        check(0, "");
    }

    #[test]
    fn ages_are_in_their_largest_unit() {
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
        for (seconds, text) in
            [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3_599, "59 min"), (3_600, "1 h"), (90_000, "1 d")]
        {
            assert_eq!(age(at(0), at(seconds)), text);
        }
        assert_eq!(age(at(5), at(0)), "0 s", "clocks that disagree make nothing older than now");
    }

    #[test]
    fn a_line_of_figures_spans_from_the_lowest_to_the_highest() {
        assert_eq!(spark_of([1, 8].into_iter(), 5), "▁█");
        assert_eq!(spark_of([5, 5, 5].into_iter(), 5), "▄▄▄");
        assert_eq!(spark_of(0..10, 3), "▁▄█", "the newest of them");
        assert_eq!(spark_of([].into_iter(), 3), "");
    }
}
