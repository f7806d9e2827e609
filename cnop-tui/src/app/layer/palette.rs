//! Finding anything to do by a few letters of it.

use cnop_core::asset_id::AssetId;
use frizbee::{Config, Matcher};

use super::form::{Enter, Form, Labelled, Pressed};
use crate::app::action::{Action, Place, REGISTRY, Shown, Spec};
use crate::app::key::Key;
use crate::app::picker::Picker;
use crate::app::state::{Data, Step};
use crate::app::update::Turn;

/// Actions that are remembered as done lately.
const RECENT: usize = 10;

/// The window.
#[derive(Debug)]
pub(crate) struct Palette {
    pub(crate) form: Form,
    pub(crate) picker: Picker<Action>,
    place: Place,
    /// The asset that is chosen below.
    asset: Option<AssetId>,
}

impl Palette {
    pub(crate) fn new(place: Place, asset: Option<AssetId>) -> Self {
        let form = Form::new(vec![Labelled::new("Do", "a few letters of it")], Enter::Submit);
        Self { form, picker: Picker::default(), place, asset }
    }

    /// The command line that does the same, about the chosen asset.
    pub(crate) fn command(&self, spec: &Spec) -> String {
        let command = spec.command.unwrap_or_default();
        self.asset.map_or_else(|| command.to_owned(), |asset_id| command.replace("ASSET", asset_id.as_str()))
    }

    /// What fits what was typed, the best first; with nothing typed, what was done lately first.
    pub(crate) fn found(&self, data: &Data) -> Vec<&'static Spec> {
        let mut all: Vec<_> = REGISTRY.iter().filter(|spec| is_offered(spec, self.place)).collect();
        let recent = &data.preferences.recent;
        all.sort_by_key(|spec| recent.iter().position(|id| id == spec.id).unwrap_or(RECENT));
        let typed = self.form.text(0);
        if typed.is_empty() {
            return all;
        }
        let titles: Vec<_> = all.iter().map(|spec| spec.title).collect();
        Matcher::new(typed, &Config::default())
            .match_list(&titles)
            .iter()
            .map(|found| all[found.index as usize])
            .collect()
    }

    pub(crate) fn press(&mut self, key: Key, turn: &mut Turn<'_>) -> Step {
        let rows: Vec<_> = self.found(turn.data).iter().map(|spec| spec.action).collect();
        let action = match key {
            Key::Up => Action::Up,
            Key::Down => Action::Down,
            Key::PageUp => Action::PageUp,
            Key::PageDown => Action::PageDown,
            key => return self.type_key(key, &rows, turn),
        };
        self.picker.act(action, &rows);
        Step::Done
    }

    fn type_key(&mut self, key: Key, rows: &[Action], turn: &mut Turn<'_>) -> Step {
        match self.form.press(key) {
            Pressed::Submitted => self.picker.row(rows).map_or(Step::Done, |row| self.choose(row, turn)),
            Pressed::Left => Step::Close,
            Pressed::Taken => {
                self.picker = Picker::default();
                Step::Done
            }
            Pressed::Ignored => Step::Ignored,
        }
    }

    /// Does what stands in a row.
    pub(crate) fn choose(&mut self, row: usize, turn: &mut Turn<'_>) -> Step {
        let Some(spec) = self.found(turn.data).get(row).copied() else { return Step::Done };
        let recent = &mut turn.data.preferences.recent;
        recent.retain(|id| id != spec.id);
        recent.insert(0, spec.id.to_owned());
        recent.truncate(RECENT);
        turn.save();
        Step::Do(spec.action)
    }
}

/// What only moves the cursor is no use in a list.
fn is_offered(spec: &Spec, place: Place) -> bool {
    use Action::{Back, Down, First, Last, Left, Open, PageDown, PageUp, Palette, Right, Up};
    let moves = [Up, Down, Left, Right, PageUp, PageDown, First, Last, Open, Back, Palette];
    spec.holds_in(place) && spec.shown != Shown::Nowhere && !moves.contains(&spec.action)
}
