//! What a model says.

use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Wrap};

use super::Canvas;
use super::cell;
use super::dashboard::inset;

const FRAMES: [&str; 4] = ["◐", "◓", "◑", "◒"];

pub(super) fn draw(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let (insight, theme) = (&canvas.state.data.wallet.insight, canvas.theme);
    let mut lines = Vec::new();
    if let Some(insight) = insight.get() {
        lines.push(Line::styled(cell::plain(&insight.summary), theme.text));
        lines.push(Line::default());
        let age = cell::age(insight.generated_at, canvas.now);
        lines.push(Line::styled(format!("{}, {age} old", cell::plain(&insight.model)), theme.dim));
    }
    if insight.is_asked() {
        let frame = FRAMES[(canvas.now.as_millis() / 100) as usize % FRAMES.len()];
        lines.push(Line::styled(format!("{frame} asking"), theme.accent));
    } else if let Some(failure) = insight.failure() {
        lines.push(Line::styled(cell::plain(&failure.to_string()), theme.bad));
    }
    canvas.frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: true }), inset(area));
}
