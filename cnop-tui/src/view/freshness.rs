//! What is said of something that is not there, or that may be old.

use cnop_core::time::Timestamp;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::Canvas;
use super::cell::{age, clock, plain};
use crate::app::known::Known;
use crate::app::link::Standing;

/// How something is kept up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// The stream tells of every change, for as long as it lasts.
    Live,
    /// It is as it was when it was asked for.
    Asked,
}

/// What stands in a place where there is nothing to show: that it is awaited, why it is not there, or that there is none.
pub(super) fn absence<T>(canvas: &Canvas<'_, '_>, known: &Known<T>, none: &'static str) -> Line<'static> {
    let theme = canvas.theme;
    match (known.get(), known.failure()) {
        (Some(_), _) => Line::styled(none, theme.dim),
        (None, Some(failure)) => Line::styled(format!("{} (r tries again)", plain(&failure.to_string())), theme.bad),
        (None, None) if known.is_asked() => Line::styled("Loading ...", theme.dim),
        (None, None) => Line::styled("Waiting for the server ...", theme.dim),
    }
}

/// How old something is, at the right of a row: nothing where it is kept live. The columns that it takes.
pub(super) fn note<T>(canvas: &mut Canvas<'_, '_>, known: &Known<T>, kept: Kept, row: Rect) -> u16 {
    let (data, theme) = (&canvas.state.data, canvas.theme);
    // What the stream keeps is of when it was last heard.
    let is_kept = kept == Kept::Live && known.failure().is_none();
    let kept_until = if is_kept { data.link.heard_at() } else { None };
    let Some(at) = known.at().map(|at| kept_until.map_or(at, |until| until.max(at))) else { return 0 };
    let is_away = matches!(
        data.standing(canvas.now),
        Standing::Connecting | Standing::Reconnecting(_) | Standing::Offline { .. }
    );
    let line = match known.failure() {
        _ if is_away => Line::styled(as_of(at, canvas.now), theme.warn),
        // Why stands where there is nothing to cover: in the footer, and where nothing is known.
        Some(_) => Line::styled(format!("{}, not answered since", as_of(at, canvas.now)), theme.warn),
        None if kept == Kept::Asked => Line::styled(format!("as of {}", clock(at)), theme.dim),
        None => return 0,
    };
    let width = line.width() as u16;
    canvas.frame.render_widget(line.right_aligned(), row);
    width
}

/// How old the prices are that values were made of, where they are; nothing where they are of this moment.
pub(super) fn priced<'a>(canvas: &Canvas<'_, '_>) -> Span<'a> {
    let data = &canvas.state.data;
    let since = data.wallet.priced_at(&data.market, data.is_live(canvas.now), canvas.now);
    let text = since.map(|since| format!("  at prices {} old", age(since, canvas.now))).unwrap_or_default();
    Span::styled(text, canvas.theme.warn)
}

fn as_of(at: Timestamp, now: Timestamp) -> String {
    format!("as of {}, {} old", clock(at), age(at, now))
}
