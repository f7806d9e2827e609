//! Draws a state: plain functions of it, which change nothing and know no terminal.
//!
//! `frame` draws what is around every screen, one file a screen what is in it, `layer` what lies over it. `theme` says what
//! colours mean, `cell` how figures are written, `chart` and `bars` draw with characters. What can be pressed with the mouse
//! is collected in [`Hits`].

mod account;
mod asset;
mod bars;
mod cell;
mod chart;
mod dashboard;
#[cfg(test)]
mod figures;
mod frame;
mod freshness;
mod insights;
mod layer;
mod list;
mod market;
mod orders;
mod portfolio;
mod profile;
#[cfg(test)]
mod tests;
mod theme;

use cnop_core::time::Timestamp;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use crate::app::State;
use crate::app::event::Target;
use crate::app::screen::Screen;
use theme::Theme;

/// Below this a sentence stands in place of the screen.
const LEAST: (u16, u16) = (60, 15);

/// Where what was drawn can be pressed; what was drawn last lies on top.
#[derive(Debug, Default)]
pub(crate) struct Hits {
    targets: Vec<(Rect, Target)>,
    /// Whether something had no room that has to be read before anything is confirmed.
    pub(crate) is_cut: bool,
}

impl Hits {
    /// What is at a place.
    pub(crate) fn at(&self, column: u16, row: u16) -> Option<Target> {
        let here = Position::new(column, row);
        self.targets.iter().rev().find(|(area, _)| area.contains(here)).map(|(_, target)| *target)
    }

    fn add(&mut self, area: Rect, target: Target) {
        self.targets.push((area, target));
    }
}

/// What every view works with.
struct Canvas<'a, 'b> {
    frame: &'a mut Frame<'b>,
    state: &'a State,
    theme: &'a Theme,
    hits: Hits,
    now: Timestamp,
}

/// Draws everything, and says where it can be pressed.
pub(crate) fn draw(state: &State, frame: &mut Frame<'_>, now: Timestamp) -> Hits {
    let theme = Theme::of(&state.data);
    let area = frame.area();
    let mut canvas = Canvas { frame, state, theme: &theme, hits: Hits::default(), now };
    if area.width < LEAST.0 || area.height < LEAST.1 {
        frame::too_small(&mut canvas, area);
        canvas.hits.is_cut = true;
        return canvas.hits;
    }
    if state.data.user.is_some() {
        let inner = frame::around(&mut canvas, area);
        screen(&mut canvas, inner);
    } else {
        frame::notice(&mut canvas, area);
    }
    // Windows of the same width on each other would be hard to tell apart.
    if let Some(layer) = state.layers.last() {
        // What lies below cannot be pressed.
        canvas.hits = Hits::default();
        layer::draw(&mut canvas, layer, area);
    }
    canvas.hits
}

fn screen(canvas: &mut Canvas<'_, '_>, area: Rect) {
    if let Some(page) = &canvas.state.screens.asset {
        return asset::draw(canvas, page, area);
    }
    match canvas.state.screens.at {
        Screen::Dashboard => dashboard::draw(canvas, area),
        Screen::Market => market::draw(canvas, area),
        Screen::Portfolio => portfolio::draw(canvas, area),
        Screen::Orders => orders::draw(canvas, area),
        Screen::Account => account::draw(canvas, area),
        Screen::Insights => insights::draw(canvas, area),
        Screen::Profile => profile::draw(canvas, area),
    }
}
