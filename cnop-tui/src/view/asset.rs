//! The page of one asset.

use cnop_core::api::Interval;
use cnop_core::order::AssetTransactionType;
use cnop_core::show::{self, or_unknown};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::Canvas;
use super::cell;
use super::chart;
use super::dashboard::inset;
use crate::app::screen::asset::AssetPage;

pub(super) fn draw(canvas: &mut Canvas<'_, '_>, page: &AssetPage, area: Rect) {
    let [top, intervals, middle, bottom] =
        Layout::vertical([Constraint::Length(1), Constraint::Length(1), Constraint::Min(4), Constraint::Length(3)])
            .areas(inset(area));
    headline(canvas, page, top);
    self::intervals(canvas, page, intervals);
    self::candles(canvas, page, middle);
    facts(canvas, page, bottom);
}

fn headline(canvas: &mut Canvas<'_, '_>, page: &AssetPage, area: Rect) {
    let (data, theme) = (&canvas.state.data, canvas.theme);
    let asset = data.market.asset(page.asset_id);
    let name = asset.map(|asset| cell::plain(&asset.name)).unwrap_or_default();
    let (change, style) = cell::change(asset.and_then(|asset| asset.price_change_percentage_24h), theme);
    let old = match asset {
        Some(asset) if asset.stale => asset.price_updated_at.map(|at| format!("  {} old", cell::age(at, canvas.now))),
        _ => None,
    };
    let line = Line::from(vec![
        Span::styled(format!("{} ", page.asset_id), theme.accent),
        Span::styled(format!("{name}  "), theme.dim),
        Span::styled(cell::price(data.market.price(page.asset_id)), theme.moved(data.market.rose(page.asset_id))),
        Span::styled(format!("  {change}"), style),
        Span::styled(old.unwrap_or_default(), theme.warn),
    ]);
    canvas.frame.render_widget(line, area);
}

fn intervals(canvas: &mut Canvas<'_, '_>, page: &AssetPage, area: Rect) {
    let spans = Interval::ALL.into_iter().map(|interval| {
        let style = if interval == page.interval { canvas.theme.accent } else { canvas.theme.dim };
        Span::styled(format!("{interval}  "), style)
    });
    canvas.frame.render_widget(Line::from(spans.collect::<Vec<_>>()), area);
}

fn candles(canvas: &mut Canvas<'_, '_>, page: &AssetPage, area: Rect) {
    const SCALE: u16 = 14;
    let [chart, scale] = Layout::horizontal([Constraint::Min(0), Constraint::Length(SCALE)]).areas(area);
    let Some(candles) = page.candles.get() else {
        let text = match page.candles.failure() {
            Some(failure) => Line::styled(cell::plain(&failure.to_string()), canvas.theme.bad),
            None => Line::styled("Loading the chart", canvas.theme.dim),
        };
        return canvas.frame.render_widget(text, area);
    };
    let fills = canvas.state.data.wallet.fills.get().map(|page| page.data.as_slice()).unwrap_or_default();
    let fills: Vec<_> =
        fills.iter().map(|fill| (fill.timestamp, fill.transaction_type == AssetTransactionType::Buy)).collect();
    chart::draw(canvas, chart, candles, page.interval.as_millis(), &fills);
    if let Some(span) = chart::span(chart::fitting(candles, chart.width)) {
        let top = Rect { height: 1, ..scale };
        let bottom = Rect { y: scale.bottom().saturating_sub(2), height: 1, ..scale };
        for (price, place) in [(span.high, top), (span.low, bottom)] {
            canvas.frame.render_widget(Line::styled(show::price(price), canvas.theme.dim).right_aligned(), place);
        }
    }
}

fn facts(canvas: &mut Canvas<'_, '_>, page: &AssetPage, area: Rect) {
    let (data, theme) = (&canvas.state.data, canvas.theme);
    let detail = page.detail.get();
    let figure = |figure| or_unknown(figure, show::figure_usd);
    let position = data.wallet.positions(&data.market).into_iter().find(|position| position.asset_id == page.asset_id);
    let own = position.map_or_else(
        || "Nothing of it is owned.".to_owned(),
        |position| {
            let (value, gain) = (or_unknown(position.value, show::usd), or_unknown(position.gain, show::signed_usd));
            format!("Owned {}, worth {value}, gain {gain}", position.quantity)
        },
    );
    let day = format!(
        "24 h low {}, high {}",
        figure(detail.and_then(|detail| detail.low_24h)),
        figure(detail.and_then(|detail| detail.high_24h)),
    );
    let supply = format!(
        "Market cap {}, volume {}",
        cell::rough(detail.and_then(|detail| detail.market_cap)),
        cell::rough(detail.and_then(|detail| detail.total_volume_24h)),
    );
    let lines = vec![Line::styled(own, theme.text), Line::styled(day, theme.dim), Line::styled(supply, theme.dim)];
    canvas.frame.render_widget(Paragraph::new(lines), area);
}
