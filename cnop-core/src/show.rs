//! Figures and times as people read them.

use crate::money::{Figure, Number, Percent, Price, Usd};
use crate::time::Timestamp;

/// What stands where nothing is known.
pub const UNKNOWN: &str = "-";

/// `value` shown by `show`, or a dash.
pub fn or_unknown<T>(value: Option<T>, show: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), show)
}

/// `$8,411.04`.
pub fn usd(amount: Usd) -> String {
    amount.dollars().to_string()
}

/// `+$8,411.04`, `-$8,411.04`, `$0.00`: for what was won or lost.
pub fn signed_usd(amount: Usd) -> String {
    let sign = if amount > Usd::ZERO { "+" } else { "" };
    format!("{sign}{}", usd(amount))
}

/// `$84,110.40`, with every digit of the price.
pub fn price(price: Price) -> String {
    dollars(&price.to_string())
}

/// As [`price`], for a price of the market.
pub fn market_price(price: Number<Price>) -> String {
    self::price(price.0)
}

/// A fact in dollars, with every digit.
pub fn figure_usd(figure: Figure) -> String {
    dollars(&figure.to_string())
}

/// A large fact in dollars, to three digits or so: `$1.66 T`.
pub fn rough_usd(figure: Figure) -> String {
    let value = figure.to_f64();
    let scales = [(1e12, " T"), (1e9, " B"), (1e6, " M")];
    match scales.into_iter().find(|(scale, _)| value.abs() >= *scale) {
        Some((scale, unit)) => format!("${:.2}{unit}", value / scale),
        None => format!("${value:.0}"),
    }
}

/// `+1.23%`: a move of the market; one too small for its digits has no sign.
pub fn change(figure: Figure) -> String {
    let text = format!("{:+.2}%", figure.to_f64());
    if matches!(text.as_str(), "+0.00%" | "-0.00%") { "0.00%".to_owned() } else { text }
}

/// `12.50%`.
pub fn percent(percent: Percent) -> String {
    format!("{percent}%")
}

/// `+12.50%`: what was won or lost.
pub fn signed_percent(percent: Percent) -> String {
    let sign = if percent.hundredths() > 0 { "+" } else { "" };
    format!("{sign}{percent}%")
}

/// `2026-02-15 08:00:00`, in UTC.
pub fn time(moment: Timestamp) -> String {
    let text = moment.to_string();
    text.get(..19).unwrap_or(&text).replace('T', " ")
}

/// How long before `now` something was: `3 s ago`. Clocks that disagree make nothing older than now.
pub fn age(moment: Timestamp, now: Timestamp) -> String {
    let seconds = (now.as_millis() - moment.as_millis()).max(0) / Timestamp::SECOND_MS;
    match seconds {
        0..120 => format!("{seconds} s ago"),
        120..7_200 => format!("{} min ago", seconds / 60),
        7_200..172_800 => format!("{} h ago", seconds / 3_600),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

/// Digits as dollars; those with more decimals than the ledger has stay as they are.
fn dollars(digits: &str) -> String {
    digits.parse().map_or_else(|_| format!("${digits}"), usd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_keep_every_digit() {
        for (text, expected) in [
            ("84110.4", "$84,110.40"),
            ("1", "$1.00"),
            ("0.000012967312", "$0.000012967312"),
            ("0.00000001", "$0.00000001"),
        ] {
            assert_eq!(price(text.parse().unwrap()), expected);
        }
        assert_eq!(figure_usd("-8.196".parse().unwrap()), "-$8.196");
    }

    #[test]
    fn gains_and_losses_carry_their_sign() {
        let signed = |text: &str| signed_usd(text.parse().unwrap());
        assert_eq!([signed("1.5"), signed("0"), signed("-1.5")], ["+$1.50", "$0.00", "-$1.50"]);
        let signed = |hundredths| signed_percent(Percent::from_hundredths(hundredths));
        assert_eq!([signed(150), signed(0), signed(-150)], ["+1.50%", "0.00%", "-1.50%"]);
        assert_eq!(change("-0.256".parse().unwrap()), "-0.26%");
        assert_eq!(change("3".parse().unwrap()), "+3.00%");
        assert_eq!(change("10".parse().unwrap()), "+10.00%");
        assert_eq!(["-0.004", "0", "0.0049"].map(|figure| change(figure.parse().unwrap())), ["0.00%"; 3]);
    }

    #[test]
    fn large_facts_are_rough() {
        let rough = |text: &str| rough_usd(text.parse().unwrap());
        assert_eq!(rough("1664389000000"), "$1.66 T");
        assert_eq!(rough("56329853774.9"), "$56.33 B");
        assert_eq!(rough("7000000"), "$7.00 M");
        assert_eq!(rough("12345"), "$12345");
    }

    #[test]
    fn ages_use_the_unit_that_fits() {
        let now: Timestamp = "2026-02-15T08:00:00Z".parse().unwrap();
        let shown = |seconds: i64| age(now.plus_millis(-seconds * 1_000), now);
        let ages = [shown(-5), shown(0), shown(119), shown(120), shown(7_200), shown(172_800)];
        assert_eq!(ages, ["0 s ago", "0 s ago", "119 s ago", "2 min ago", "2 h ago", "2 days ago"]);
        assert_eq!(time(now), "2026-02-15 08:00:00");
    }
}
