//! One value of an answer: how people read it, how programs read it, and whether it is good news.
//!
//! Tables, facts and csv all show cells, so that a value looks the same wherever it stands. JSON is not made of cells: it
//! is what the route answered. Where cells stand is `view`'s to say.

use std::fmt::Display;

use cnop_core::money::{Figure, Number, Percent, Price, Quantity, Usd};
use cnop_core::time::Timestamp;

use crate::format;

/// What a value means for its reader; colours follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Tone {
    /// Nothing in particular.
    #[default]
    Plain,
    /// More than before.
    Gain,
    /// Less than before.
    Loss,
    /// Something to look at.
    Warning,
    /// Nothing to look at.
    Faint,
}

/// A value ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    shown: String,
    data: String,
    tone: Tone,
}

impl Cell {
    /// The same text for people and programs.
    pub(crate) fn text(text: impl Display) -> Self {
        let text = text.to_string();
        Self { shown: text.clone(), data: text, tone: Tone::Plain }
    }

    /// `shown` for people, `data` for programs.
    pub(crate) fn of(shown: impl Into<String>, data: impl Display) -> Self {
        Self { shown: shown.into(), data: data.to_string(), tone: Tone::Plain }
    }

    /// Nothing to say: a fact of it is left out.
    pub(crate) fn nothing() -> Self {
        Self::of("", "")
    }

    /// A dash for people, nothing for programs.
    pub(crate) fn unknown() -> Self {
        Self::of(format::UNKNOWN, "").toned(Tone::Faint)
    }

    /// `value` as `show` makes it, or [`Cell::unknown`].
    pub(crate) fn maybe<T>(value: Option<T>, show: impl FnOnce(T) -> Self) -> Self {
        value.map_or_else(Self::unknown, show)
    }

    /// `$8,411.04`; `8411.04` for programs.
    pub(crate) fn usd(amount: Usd) -> Self {
        Self::of(format::usd(amount), amount)
    }

    /// `+$8,411.04`: what was won or lost, or came and went.
    pub(crate) fn signed_usd(amount: Usd) -> Self {
        Self::of(format::signed_usd(amount), amount).toned(tone_of(amount.units()))
    }

    /// `$84,110.40`, with every digit of the price.
    pub(crate) fn price(price: Price) -> Self {
        Self::of(format::price(price), price)
    }

    /// As [`Cell::price`], for a price of the market.
    pub(crate) fn market_price(price: Number<Price>) -> Self {
        Self::price(price.0)
    }

    /// A fact in dollars, with every digit.
    pub(crate) fn figure_usd(figure: Figure) -> Self {
        Self::of(format::figure_usd(figure), figure)
    }

    /// A large fact in dollars: rough for people, exact for programs.
    pub(crate) fn rough_usd(figure: Figure) -> Self {
        Self::of(format::rough_usd(figure), figure)
    }

    /// A quantity of an asset.
    pub(crate) fn quantity(quantity: Quantity) -> Self {
        Self::text(quantity)
    }

    /// `+1.23%`: a move of the market; every digit for programs.
    pub(crate) fn change(figure: Figure) -> Self {
        let shown = format::change(figure);
        // A move that rounds to nothing is none.
        let tone = tone_of((figure.to_f64() * 100.0).round() as i128);
        Self::of(shown, figure).toned(tone)
    }

    /// `12.50%`.
    pub(crate) fn percent(percent: Percent) -> Self {
        Self::of(format::percent(percent), percent)
    }

    /// `+12.50%`: what was won or lost.
    pub(crate) fn signed_percent(percent: Percent) -> Self {
        Self::of(format::signed_percent(percent), percent).toned(tone_of(percent.hundredths()))
    }

    /// `2026-02-15 08:00:00`; RFC 3339 with `Z` for programs. The title says that it is UTC.
    pub(crate) fn time(moment: Timestamp) -> Self {
        Self::of(format::time(moment), moment)
    }

    /// As [`Cell::time`] where no title says that it is UTC.
    pub(crate) fn time_utc(moment: Timestamp) -> Self {
        Self::of(format!("{} (UTC)", format::time(moment)), moment)
    }

    /// `3 s ago`; the moment itself for programs.
    pub(crate) fn age(moment: Timestamp, now: Timestamp) -> Self {
        Self::of(format::age(moment, now), moment)
    }

    /// `yes` or `no`; `true` or `false` for programs.
    pub(crate) fn yes_no(yes: bool) -> Self {
        Self::of(if yes { "yes" } else { "no" }, yes)
    }

    /// The same in another tone.
    #[must_use]
    pub(crate) fn toned(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// How people read it.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    /// How programs read it: digits without marks, times as on the wire, empty where nothing is known.
    pub(crate) fn data(&self) -> &str {
        &self.data
    }

    /// What it means.
    pub(crate) fn tone(&self) -> Tone {
        self.tone
    }
}

fn tone_of(units: i128) -> Tone {
    match units {
        ..0 => Tone::Loss,
        0 => Tone::Plain,
        1.. => Tone::Gain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cell: Cell, shown: &str, data: &str, tone: Tone) {
        assert_eq!(cell, Cell::of(shown, data).toned(tone));
    }

    #[test]
    fn people_read_marks_and_programs_read_digits() {
        let usd = |text: &str| text.parse::<Usd>().unwrap();
        let figure = |text: &str| text.parse::<Figure>().unwrap();
        let moment: Timestamp = "2026-02-15T08:00:00.250Z".parse().unwrap();
        let rfc_3339 = "2026-02-15T08:00:00.250Z";
        check(Cell::usd(usd("84110.4")), "$84,110.40", "84110.4", Tone::Plain);
        check(Cell::signed_usd(usd("1234.5")), "+$1,234.50", "1234.5", Tone::Gain);
        check(Cell::signed_usd(usd("-0.1")), "-$0.10", "-0.1", Tone::Loss);
        check(Cell::signed_usd(Usd::ZERO), "$0.00", "0", Tone::Plain);
        check(Cell::price("0.000012967312".parse().unwrap()), "$0.000012967312", "0.000012967312", Tone::Plain);
        check(Cell::rough_usd(figure("1664389000000")), "$1.66 T", "1664389000000", Tone::Plain);
        check(Cell::quantity("0.05".parse().unwrap()), "0.05", "0.05", Tone::Plain);
        check(Cell::change(figure("-1.2345")), "-1.23%", "-1.2345", Tone::Loss);
        check(Cell::change(figure("0.001")), "0.00%", "0.001", Tone::Plain);
        check(Cell::percent(Percent::from_hundredths(1250)), "12.50%", "12.50", Tone::Plain);
        check(Cell::signed_percent(Percent::from_hundredths(5)), "+0.05%", "0.05", Tone::Gain);
        check(Cell::time(moment), "2026-02-15 08:00:00", rfc_3339, Tone::Plain);
        check(Cell::time_utc(moment), "2026-02-15 08:00:00 (UTC)", rfc_3339, Tone::Plain);
        check(Cell::age(moment, moment.plus_millis(3_000)), "3 s ago", rfc_3339, Tone::Plain);
        check(Cell::yes_no(true), "yes", "true", Tone::Plain);
    }

    #[test]
    fn the_unknown_is_a_faint_dash_and_no_data() {
        check(Cell::maybe(None, Cell::usd), "-", "", Tone::Faint);
        check(Cell::maybe(Some(Usd::whole(1)), Cell::usd), "$1.00", "1", Tone::Plain);
        check(Cell::nothing(), "", "", Tone::Plain);
    }
}
