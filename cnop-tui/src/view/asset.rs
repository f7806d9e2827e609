//! The page of one asset.

use cnop_core::api::{AssetDetail, Interval};
use cnop_core::money::{Figure, Quantity};
use cnop_core::order::AssetTransactionType;
use cnop_core::show::{self, or_unknown};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::Canvas;
use super::cell::{self, inset};
use super::chart;
use super::freshness::{self, Kept};
use super::list::{self, Column, Rows};
use super::market;
use crate::app::screen::asset::{AssetPage, Pane};

/// From here on chart and trades stand side by side.
const WIDE: u16 = 130;
/// Columns of the trades then.
const FILLS: u16 = 52;
/// Columns of the prices at the right of the chart.
const SCALE: u16 = 16;

pub(super) fn draw(canvas: &mut Canvas<'_, '_>, page: &AssetPage, area: Rect) {
    let [top, intervals, middle, bottom] =
        Layout::vertical([Constraint::Length(1), Constraint::Length(1), Constraint::Min(4), Constraint::Length(4)])
            .areas(inset(area));
    headline(canvas, page, top);
    self::intervals(canvas, page, intervals);
    if middle.width >= WIDE {
        let [left, right] =
            Layout::horizontal([Constraint::Min(0), Constraint::Length(FILLS)]).spacing(2).areas(middle);
        self::candles(canvas, page, left);
        self::fills(canvas, page, right);
    } else if page.pane == Pane::Chart {
        self::candles(canvas, page, middle);
    } else {
        self::fills(canvas, page, middle);
    }
    facts(canvas, page, bottom);
}

fn headline(canvas: &mut Canvas<'_, '_>, page: &AssetPage, area: Rect) {
    let (data, theme) = (&canvas.state.data, canvas.theme);
    let star = if data.preferences.favourites.contains(&page.asset_id) { "★ " } else { "" };
    let mut spans = vec![Span::styled(format!("{star}{} ", page.asset_id), theme.accent)];
    if let Some(asset) = data.market.asset(page.asset_id) {
        let (price, price_style) = market::price(asset, canvas);
        let (change, change_style) = cell::change(asset.price_change_percentage_24h, theme);
        spans.push(Span::styled(format!("{}  ", cell::fit(&cell::plain(&asset.name), 30)), theme.dim));
        spans.push(Span::styled(price, price_style));
        spans.push(Span::styled(format!("  {change}"), change_style));
        if let Some((age, style)) = market::price_age(asset, canvas) {
            spans.push(Span::styled(format!("  {age} old"), style));
        }
        if !asset.is_active {
            spans.push(Span::styled("  can only be sold", theme.warn));
        }
    }
    canvas.frame.render_widget(cell::fit_line(Line::from(spans), area.width), area);
}

fn intervals(canvas: &mut Canvas<'_, '_>, page: &AssetPage, area: Rect) {
    let spans = Interval::ALL.into_iter().flat_map(|interval| {
        let style = if interval == page.interval { canvas.theme.here } else { canvas.theme.dim };
        [Span::styled(interval.to_string(), style), Span::raw("  ")]
    });
    canvas.frame.render_widget(Line::from(spans.collect::<Vec<_>>()), area);
    if page.pane == Pane::Chart || area.width >= WIDE {
        freshness::note(canvas, &page.candles, Kept::Live, area);
    } else {
        freshness::note(canvas, &page.fills, Kept::Live, area);
    }
}

fn candles(canvas: &mut Canvas<'_, '_>, page: &AssetPage, area: Rect) {
    let [chart, scale] = Layout::horizontal([Constraint::Min(0), Constraint::Length(SCALE)]).areas(area);
    let candles = page.candles.get().map(Vec::as_slice).unwrap_or_default();
    if candles.is_empty() {
        let absence = freshness::absence(canvas, &page.candles, "There is no history yet.");
        return canvas.frame.render_widget(absence, area);
    }
    let fills = page.fills.get().map(|pages| pages.items.as_slice()).unwrap_or_default();
    let fills: Vec<_> =
        fills.iter().map(|fill| (fill.timestamp, fill.transaction_type == AssetTransactionType::Buy)).collect();
    let drawn = chart::draw(canvas, chart, candles, page.interval.as_millis(), &fills);
    let Some(drawn) = drawn else { return };
    let mut say = |text: String, row: u16| {
        let here = Rect { y: row, height: 1, ..scale }.intersection(scale);
        canvas.frame.render_widget(Line::styled(text, canvas.theme.dim).right_aligned(), here);
    };
    say(show::price(drawn.span.high), drawn.prices.y);
    say(show::price(drawn.span.low), drawn.prices.bottom().saturating_sub(1));
    if let (Some(volumes), Some(most)) = (drawn.volumes, drawn.most) {
        say(format!("vol {}", show::rough_usd(most)), volumes.y);
    }
}

fn fills(canvas: &mut Canvas<'_, '_>, page: &AssetPage, area: Rect) {
    const COLUMNS: [Column; 5] = [
        Column::left("Your trades", 11),
        Column::left("", 4),
        Column::right("Quantity", 12),
        Column::right("Price", 13),
        Column::right("Total", 16).until(129),
    ];
    let theme = canvas.theme;
    let items = page.fills.get().map(|pages| pages.items.as_slice()).unwrap_or_default();
    let chosen = if page.pane == Pane::Fills { page.picker.row(&page.keys()) } else { None };
    let rows = Rows::of(items, chosen, area, |fill| {
        let (side, style) = match fill.transaction_type {
            AssetTransactionType::Buy => ("Buy", theme.up),
            AssetTransactionType::Sell => ("Sell", theme.down),
        };
        vec![
            (cell::day_and_time(fill.timestamp), theme.dim),
            (side.to_owned(), style),
            (fill.quantity.to_string(), theme.text),
            (show::price(fill.price), theme.text),
            (show::usd(fill.total_amount), theme.text),
        ]
    });
    let absence = freshness::absence(canvas, &page.fills, "You have not traded it yet.");
    list::draw(canvas, area, &COLUMNS, &rows, absence);
}

fn facts(canvas: &mut Canvas<'_, '_>, page: &AssetPage, area: Rect) {
    let (theme, detail) = (canvas.theme, page.detail.get());
    let fact = |figure: fn(&AssetDetail) -> Option<Figure>| detail.and_then(|detail| figure(detail));
    let exact = |figure| or_unknown(figure, show::figure_usd);
    let amount = |figure: Option<Figure>| or_unknown(figure, cell::rough_amount);
    let day = format!(
        "24 h low {}, high {}; all time low {}, high {}",
        exact(fact(|detail| detail.low_24h)),
        exact(fact(|detail| detail.high_24h)),
        exact(fact(|detail| detail.atl)),
        exact(fact(|detail| detail.ath)),
    );
    let market = format!(
        "Market cap {}, volume in 24 h {}",
        cell::rough(fact(|detail| detail.market_cap)),
        cell::rough(fact(|detail| detail.total_volume_24h)),
    );
    let most = fact(|detail| detail.max_supply).map(|most| format!(", at most {}", cell::rough_amount(most)));
    let supply = format!(
        "Supply {} of {}{}",
        amount(fact(|detail| detail.circulating_supply)),
        amount(fact(|detail| detail.total_supply)),
        most.unwrap_or_default(),
    );
    let lines = vec![
        position(canvas, page),
        Line::styled(day, theme.dim),
        Line::styled(market, theme.dim),
        Line::styled(supply, theme.dim),
    ];
    let lines: Vec<_> = lines.into_iter().map(|line| cell::fit_line(line, area.width)).collect();
    canvas.frame.render_widget(Paragraph::new(lines), area);
    freshness::note(canvas, &page.detail, Kept::Asked, Rect { y: area.y + 3, height: 1, ..area }.intersection(area));
}

/// What the user owns of it.
fn position<'a>(canvas: &Canvas<'_, '_>, page: &AssetPage) -> Line<'a> {
    let (data, theme) = (&canvas.state.data, canvas.theme);
    let position = data.wallet.positions(&data.market).into_iter().find(|position| position.asset_id == page.asset_id);
    let Some(position) = position else {
        return freshness::absence(canvas, &data.wallet.portfolio, "You own nothing of it.");
    };
    let holding = data.wallet.holdings.get().into_iter().flatten().find(|holding| holding.asset_id == page.asset_id);
    let held = holding.map(|holding| holding.held_quantity).filter(|held| *held > Quantity::ZERO);
    let held = held.map(|held| format!(" ({held} held)")).unwrap_or_default();
    let (gain, style) = cell::gain(position.gain, theme);
    let percent = or_unknown(position.gain_percent, show::signed_percent);
    Line::from(vec![
        Span::styled("You own ", theme.dim),
        Span::styled(position.quantity.to_string(), theme.text),
        Span::styled(held, theme.warn),
        Span::styled(", worth ", theme.dim),
        Span::styled(cell::worth(position.value), theme.text),
        Span::styled(", bought at ", theme.dim),
        Span::styled(or_unknown(position.average_cost, show::usd), theme.text),
        Span::styled(", gain ", theme.dim),
        Span::styled(format!("{gain} ({percent})"), style),
    ])
}
