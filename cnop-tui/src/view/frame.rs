//! What is around every screen: who, where and how live at the top, the screens, and at the bottom what can be pressed.

use ratatui::layout::{Alignment, Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::Canvas;
use super::cell::{clock, fit, plain};
use crate::app::Action;
use crate::app::action::{REGISTRY, Shown, Spec};
use crate::app::event::Target;
use crate::app::link::Standing;
use crate::app::screen::Screen;
use crate::app::state::NoticeKind;

/// Draws the frame, and answers what is left for the screen.
pub(super) fn around(canvas: &mut Canvas<'_, '_>, area: Rect) -> Rect {
    let [header, tabs, inner, footer] =
        Layout::vertical([Constraint::Length(1), Constraint::Length(1), Constraint::Min(0), Constraint::Length(1)])
            .areas(area);
    self::header(canvas, header);
    self::tabs(canvas, tabs);
    self::footer(canvas, footer);
    inner
}

/// A window in which nothing would be legible.
pub(super) fn too_small(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let text = format!("CNOP needs 60 columns and 15 rows; this window has {} and {}.", area.width, area.height);
    let text = Paragraph::new(text).wrap(ratatui::widgets::Wrap { trim: true }).style(canvas.theme.text);
    canvas.frame.render_widget(text, area);
}

fn header(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let data = &canvas.state.data;
    let Some(user) = &data.user else { return };
    let profile = data.setup.profile.as_ref().map(|profile| format!(" ({profile})")).unwrap_or_default();
    let who = format!(" {}{profile} at {}", user.username, plain(&data.setup.server));
    let (style, standing) = self::standing(canvas);
    // What is settled on the side is not forgotten.
    let unknown = match data.settling.len() {
        0 => String::new(),
        count => format!("? {count} unknown  "),
    };
    let standing =
        Line::from(vec![Span::styled(unknown, canvas.theme.warn), Span::styled(format!("{standing} "), style)]);
    let width = (standing.width() as u16).min(area.width);
    let [left, right] = Layout::horizontal([Constraint::Min(0), Constraint::Length(width)]).areas(area);
    let name = " CNOP";
    let who = fit(&who, usize::from(left.width).saturating_sub(name.len() + 1));
    let line = Line::from(vec![Span::styled(name, canvas.theme.accent), Span::styled(who, canvas.theme.text)]);
    canvas.frame.render_widget(line, left);
    canvas.frame.render_widget(standing, right);
}

/// How live it all is: a sign, a word, and what else there is to say.
fn standing(canvas: &Canvas<'_, '_>) -> (ratatui::style::Style, String) {
    let theme = canvas.theme;
    match canvas.state.data.standing(canvas.now) {
        Standing::Connecting => (theme.dim, "○ Connecting".to_owned()),
        Standing::Live => (theme.good, "● Live".to_owned()),
        Standing::Stale => (theme.warn, "◐ Stale".to_owned()),
        Standing::Reconnecting(0) => (theme.warn, "○ Reconnecting now".to_owned()),
        Standing::Reconnecting(seconds) => (theme.warn, format!("○ Reconnecting in {seconds} s")),
        Standing::Offline { since, seconds } => {
            // Where there is little room, who and where go before when.
            let next = match (canvas.frame.area().width >= NAMES_FROM + 20, seconds) {
                (false, _) => String::new(),
                (true, 0) => ", trying now".to_owned(),
                (true, seconds) => format!(", next try in {seconds} s"),
            };
            (theme.bad, format!("○ Offline (last snapshot of {}){next}", clock(since)))
        }
    }
}

/// The names of all screens fit from here on.
const NAMES_FROM: u16 = 75;

fn tabs(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let mut column = area.x + 1;
    for (number, screen) in Screen::ALL.into_iter().enumerate() {
        // Where not all names fit, the number says enough of those that are not seen.
        let is_named = area.width >= NAMES_FROM || canvas.state.screens.at == screen;
        let title = if is_named { format!("{} {}", number + 1, screen.title()) } else { (number + 1).to_string() };
        let width = title.len() as u16;
        let here = Rect { x: column, width: width.min(area.right().saturating_sub(column)), ..area };
        let style = if canvas.state.screens.at == screen { canvas.theme.here } else { canvas.theme.dim };
        canvas.frame.render_widget(Line::styled(title, style), here);
        canvas.hits.add(here, Target::Screen(screen));
        // At 80 columns everything fits with one column between.
        column += width + if is_named && area.width < 100 { 1 } else { 3 };
    }
}

/// What just happened, else the keys that matter here; the time, and a 🧧 that does nothing.
fn footer(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let corner = format!("{} UTC 🧧 ", clock(canvas.now));
    let corner_width = 14;
    let [left, right] = Layout::horizontal([Constraint::Min(0), Constraint::Length(corner_width)]).areas(area);
    canvas.frame.render_widget(Line::styled(corner, canvas.theme.dim).alignment(Alignment::Right), right);
    let pocket = Rect { x: right.right().saturating_sub(4), width: 3, ..right };
    canvas.hits.add(pocket, Target::Action(Action::Pocket));
    match &canvas.state.data.notice {
        Some(notice) => {
            let (sign, style) = match notice.kind {
                NoticeKind::Good => ("✓", canvas.theme.good),
                NoticeKind::Bad => ("!", canvas.theme.bad),
            };
            let text = format!(" {sign} {}", plain(&notice.text));
            let [said, ways_out] = Layout::horizontal([Constraint::Min(0), Constraint::Length(WAYS_OUT)]).areas(left);
            if text.width() <= usize::from(said.width) {
                keys(canvas, ways_out);
            }
            canvas.frame.render_widget(Line::styled(fit(&text, usize::from(left.width)), style), left);
        }
        None => keys(canvas, left),
    }
}

/// Columns of help and the way out, which stand beside a short notice.
const WAYS_OUT: u16 = 16;

/// What just happened, where there is no footer because nobody is logged in.
pub(super) fn notice(canvas: &mut Canvas<'_, '_>, area: Rect) {
    if let Some(notice) = &canvas.state.data.notice {
        let row = Rect { y: area.bottom() - 1, height: 1, ..area };
        let style = if notice.kind == NoticeKind::Good { canvas.theme.good } else { canvas.theme.bad };
        let text = fit(&format!(" {}", plain(&notice.text)), usize::from(row.width));
        canvas.frame.render_widget(Line::styled(text, style), row);
    }
}

/// Those of the place as far as they fit; help and the way out always.
fn keys(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let place = canvas.state.screens.place();
    let all = REGISTRY.iter().filter(|spec| spec.holds_in(place) && spec.shown == Shown::Everywhere);
    let (always, here): (Vec<&Spec>, Vec<&Spec>) =
        all.partition(|spec| matches!(spec.action, Action::Help | Action::Quit));
    let width = |spec: &Spec| hint(spec, canvas).width() as u16 + 2;
    let mut room = area.width.saturating_sub(1 + always.iter().map(|spec| width(spec)).sum::<u16>());
    let fitting = here.into_iter().take_while(|spec| {
        let fits = room >= width(spec);
        room = room.saturating_sub(width(spec));
        fits
    });
    let seen: Vec<&Spec> = fitting.chain(always).collect();
    let mut column = area.x + 1;
    for spec in seen {
        let text = hint(spec, canvas);
        let here = Rect { x: column, width: text.width() as u16, ..area }.intersection(area);
        canvas.frame.render_widget(text, here);
        canvas.hits.add(here, Target::Action(spec.action));
        column += here.width + 2;
    }
}

/// A key and what it does, in a word.
fn hint<'a>(spec: &Spec, canvas: &Canvas<'_, '_>) -> Line<'a> {
    let key = spec.keys.first().map(ToString::to_string).unwrap_or_default();
    Line::from(vec![Span::styled(key, canvas.theme.accent), Span::styled(format!(" {}", spec.short), canvas.theme.dim)])
}
