//! Candles drawn with characters: a column each, two steps a row.

use cnop_core::api::Candle;
use cnop_core::money::Price;
use cnop_core::time::Timestamp;
use ratatui::layout::Rect;

use super::Canvas;

/// What one candle is in a chart of some height, in half rows from the bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    low: i64,
    high: i64,
    bottom: i64,
    top: i64,
    rose: bool,
}

/// The prices that a chart spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) low: Price,
    pub(super) high: Price,
}

/// The newest candles that fit so many columns.
pub(super) fn fitting(candles: &[Candle], columns: u16) -> &[Candle] {
    &candles[candles.len().saturating_sub(usize::from(columns))..]
}

/// From the lowest to the highest of them; `None` where there are none.
pub(super) fn span(candles: &[Candle]) -> Option<Span> {
    let low = candles.iter().map(|candle| candle.low.0).min()?;
    let high = candles.iter().map(|candle| candle.high.0).max()?;
    Some(Span { low, high })
}

/// Draws candles from the right edge, and a mark below each in which one of `fills` was: `true` for a purchase.
pub(super) fn draw(
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
    candles: &[Candle],
    interval_ms: i64,
    fills: &[(Timestamp, bool)],
) {
    let candles = fitting(candles, area.width);
    let (Some(span), true) = (span(candles), area.height > 1) else { return };
    let chart = Rect { height: area.height - 1, ..area };
    let first_column = area.right() - candles.len() as u16;
    for (place, candle) in candles.iter().enumerate() {
        let column = first_column + place as u16;
        let shape = Shape::of(candle, span, chart.height);
        let style = canvas.theme.moved(Some(shape.rose));
        for row in 0..chart.height {
            let from_bottom = i64::from(chart.height - 1 - row) * 2;
            let letter = shape.letter(from_bottom);
            if letter != ' ' {
                canvas.frame.buffer_mut()[(column, chart.y + row)].set_char(letter).set_style(style);
            }
        }
        if let Some(bought) = fill_within(candle.time, interval_ms, fills) {
            let (mark, style) = if bought { ('▲', canvas.theme.up) } else { ('▼', canvas.theme.down) };
            canvas.frame.buffer_mut()[(column, area.bottom() - 1)].set_char(mark).set_style(style);
        }
    }
}

fn fill_within(from: Timestamp, interval_ms: i64, fills: &[(Timestamp, bool)]) -> Option<bool> {
    let within = |at: Timestamp| (0..interval_ms).contains(&(at.as_millis() - from.as_millis()));
    fills.iter().find(|(at, _)| within(*at)).map(|(_, bought)| *bought)
}

impl Shape {
    fn of(candle: &Candle, span: Span, height: u16) -> Self {
        let steps = i128::from(height) * 2 - 1;
        let range = (span.high.units() - span.low.units()).max(1);
        // At most the height of a window: it fits.
        let step = |price: Price| ((price.units() - span.low.units()) * steps / range) as i64;
        let (open, close) = (step(candle.open.0), step(candle.close.0));
        Self {
            low: step(candle.low.0),
            high: step(candle.high.0),
            bottom: open.min(close),
            top: open.max(close),
            rose: candle.close.0 >= candle.open.0,
        }
    }

    /// What stands in the row whose lower half is `half`.
    fn letter(&self, half: i64) -> char {
        let body = |half: i64| (self.bottom..=self.top).contains(&half);
        let wick = |half: i64| (self.low..=self.high).contains(&half);
        match (body(half), body(half + 1)) {
            (true, true) => '█',
            (true, false) => '▄',
            (false, true) => '▀',
            (false, false) if wick(half) || wick(half + 1) => '│',
            (false, false) => ' ',
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candle(open: &str, high: &str, low: &str, close: &str) -> Candle {
        let json = format!(
            r#"{{"time":"2026-02-15T08:00:00Z","open":{open},"high":{high},"low":{low},"close":{close},"volume":null}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    fn drawn(candle: &Candle, low: &str, high: &str, height: u16) -> String {
        let span = Span { low: low.parse().unwrap(), high: high.parse().unwrap() };
        let shape = Shape::of(candle, span, height);
        (0..height).rev().map(|row| shape.letter(i64::from(row) * 2)).collect()
    }

    #[test]
    fn a_candle_has_its_body_between_open_and_close_and_wicks_to_its_extremes() {
        assert_eq!(drawn(&candle("20", "40", "10", "30"), "10", "40", 4), "│▄█│");
        assert_eq!(drawn(&candle("30", "30", "10", "10"), "10", "40", 2).chars().count(), 2);
        assert_eq!(
            drawn(&candle("10", "10", "10", "10"), "10", "10", 3),
            "  ▄",
            "a price that never moved lies at the bottom"
        );
    }
}
