//! What a model says.

use cnop_core::api::Insight;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Wrap};

use super::Canvas;
use super::cell::{self, inset};
use super::freshness;

const FRAMES: [&str; 4] = ["◐", "◓", "◑", "◒"];
/// How long each is seen.
const FRAME_MS: i64 = 100;
/// Longer lines are hard to read.
const WIDEST: u16 = 100;

pub(super) fn draw(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let [headline, rest] = Layout::vertical([Constraint::Length(2), Constraint::Min(0)]).areas(inset(area));
    self::headline(canvas, headline);
    let known = &canvas.state.data.wallet.insight;
    let text = match known.get() {
        Some(insight) => {
            insight.summary.lines().map(|line| Line::styled(cell::plain(line), canvas.theme.text)).collect()
        }
        None => vec![freshness::absence(canvas, known, "")],
    };
    let here = Rect { width: rest.width.min(WIDEST), ..rest };
    let paragraph = Paragraph::new(text).wrap(Wrap { trim: true });
    let last = paragraph.line_count(here.width).saturating_sub(usize::from(here.height));
    let first = usize::from(canvas.state.screens.insights.first).min(last);
    // At most the lines of a text whose scrolling is bounded.
    canvas.frame.render_widget(paragraph.scroll((first as u16, 0)), here);
}

/// Whose words they are and how old, or that they are asked for anew.
fn headline(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let (known, theme) = (&canvas.state.data.wallet.insight, canvas.theme);
    let line = match (known.is_asked(), known.get(), known.failure()) {
        (true, ..) => {
            let frame = FRAMES[canvas.now.as_millis().div_euclid(FRAME_MS) as usize % FRAMES.len()];
            Line::styled(format!("{frame} Asking"), theme.accent)
        }
        (false, Some(insight), Some(failure)) => {
            let failure = cell::plain(&failure.to_string());
            Line::styled(format!("{}; not asked anew: {failure}", origin(insight, canvas)), theme.warn)
        }
        (false, Some(insight), None) => Line::styled(format!("{}; r asks anew", origin(insight, canvas)), theme.dim),
        (false, None, _) => return,
    };
    // A failure may need the second line.
    canvas.frame.render_widget(Paragraph::new(line).wrap(Wrap { trim: true }), area);
}

fn origin(insight: &Insight, canvas: &Canvas<'_, '_>) -> String {
    let generated_at = canvas.state.data.market.local(insight.generated_at);
    format!("By {}, {} old", cell::plain(&insight.model), cell::age(generated_at, canvas.now))
}
