//! Who the user is.

use cnop_core::show::UNKNOWN;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::Canvas;
use super::cell::{self, inset};
use super::freshness::{self, Kept};

pub(super) fn draw(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let theme = canvas.theme;
    let [headline, rest] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(inset(area));
    let profile = &canvas.state.data.wallet.profile;
    freshness::note(canvas, profile, Kept::Asked, headline);
    let Some(user) = profile.get() else {
        return canvas.frame.render_widget(freshness::absence(canvas, profile, ""), rest);
    };
    let optional = |text: Option<String>| text.unwrap_or_else(|| UNKNOWN.to_owned());
    let rows = [
        ("Username", user.username.to_string()),
        ("Email", user.email.to_string()),
        ("First name", user.first_name.to_string()),
        ("Last name", user.last_name.to_string()),
        ("Phone", optional(user.phone.as_ref().map(ToString::to_string))),
        ("Date of birth", optional(user.date_of_birth.as_ref().map(ToString::to_string))),
        ("Member since", cnop_core::show::time(user.created_at)),
    ];
    let lines = rows.into_iter().map(|(label, text)| {
        Line::from(vec![Span::styled(format!("{label:<15}"), theme.dim), Span::styled(cell::plain(&text), theme.text)])
    });
    canvas.frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), rest);
}
