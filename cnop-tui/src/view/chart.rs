//! Candles drawn with characters: a column each, two steps a row.

use cnop_core::api::Candle;
use cnop_core::money::{Figure, Price};
use cnop_core::time::Timestamp;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::Canvas;
use super::cell::day_and_time;

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
fn fitting(candles: &[Candle], columns: u16) -> &[Candle] {
    &candles[candles.len().saturating_sub(usize::from(columns))..]
}

/// From the lowest to the highest of them; `None` where there are none.
fn span(candles: &[Candle]) -> Option<Span> {
    let low = candles.iter().map(|candle| candle.low.0).min()?;
    let high = candles.iter().map(|candle| candle.high.0).max()?;
    Some(Span { low, high })
}

/// Where everything was drawn, and what its edges mean.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawn {
    pub(super) span: Span,
    pub(super) prices: Rect,
    /// The volumes below the prices; `None` where there is no room, or none is known.
    pub(super) volumes: Option<Rect>,
    /// The largest volume.
    pub(super) most: Option<Figure>,
}

/// From this height on there is room for volumes, a quarter of it.
const VOLUMES_FROM: u16 = 8;

/// Draws candles from the right edge, a mark below each in which one of `fills` was (`true` for a purchase), and below
/// that their volumes.
pub(super) fn draw(
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
    candles: &[Candle],
    interval_ms: i64,
    fills: &[(Timestamp, bool)],
) -> Option<Drawn> {
    let candles = fitting(candles, area.width);
    let span = span(candles).filter(|_| area.height > 1)?;
    let most =
        candles.iter().filter_map(|candle| candle.volume).max_by(|one, other| one.to_f64().total_cmp(&other.to_f64()));
    let below = if most.is_some() && area.height >= VOLUMES_FROM { area.height / 4 } else { 0 };
    let axis = u16::from(area.height >= VOLUMES_FROM);
    let prices = Rect { height: area.height - below - axis - 1, ..area };
    let volumes = (below > 0).then_some(Rect { y: prices.bottom() + 1, height: below, ..area });
    let first_column = area.right() - candles.len() as u16;
    if axis > 0 {
        times(canvas, Rect { x: first_column, width: candles.len() as u16, y: area.bottom() - 1, height: 1 }, candles);
    }
    for (place, candle) in candles.iter().enumerate() {
        let column = first_column + place as u16;
        let shape = Shape::of(candle, span, prices.height);
        let style = canvas.theme.moved(Some(shape.rose));
        for row in 0..prices.height {
            let letter = shape.letter(i64::from(prices.height - 1 - row) * 2);
            put(canvas, column, prices.y + row, letter, style);
        }
        if let Some(bought) = fill_within(candle.time, interval_ms, fills) {
            let (mark, style) = if bought { ('▲', canvas.theme.up) } else { ('▼', canvas.theme.down) };
            put(canvas, column, prices.bottom(), mark, style);
        }
        if let (Some(volumes), Some(most)) = (volumes, most) {
            volume(canvas, volumes, column, candle, most);
        }
    }
    Some(Drawn { span, prices, volumes, most })
}

/// When the first and the last of them began.
fn times(canvas: &mut Canvas<'_, '_>, row: Rect, candles: &[Candle]) {
    let time = |candle: Option<&Candle>| candle.map(|candle| day_and_time(candle.time)).unwrap_or_default();
    let (first, last) = (time(candles.first()), time(candles.last()));
    let style = canvas.theme.dim;
    if usize::from(row.width) > first.len() + last.len() {
        canvas.frame.render_widget(Line::styled(first, style), row);
    }
    canvas.frame.render_widget(Line::styled(last, style).right_aligned(), row);
}

fn put(canvas: &mut Canvas<'_, '_>, column: u16, row: u16, letter: char, style: Style) {
    if letter != ' ' {
        canvas.frame.buffer_mut()[(column, row)].set_char(letter).set_style(style);
    }
}

/// A bar as high as the volume is to the largest, in eighths of a row.
fn volume(canvas: &mut Canvas<'_, '_>, area: Rect, column: u16, candle: &Candle, most: Figure) {
    const LEVELS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let share = candle.volume.map_or(0.0, |volume| volume.to_f64()) / most.to_f64().max(f64::MIN_POSITIVE);
    // At most 8 for each row of a window.
    let eighths = (share.clamp(0.0, 1.0) * f64::from(area.height) * 8.0).round() as u16;
    for row in 0..area.height {
        let level = eighths.saturating_sub((area.height - 1 - row) * 8).min(8);
        put(canvas, column, area.y + row, LEVELS[usize::from(level)], canvas.theme.dim);
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
            // Also without colours one that fell is another one.
            (true, true) if self.rose => '█',
            (true, true) => '▒',
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
