//! Who the user is.

use crate::app::action::Action;
use crate::app::effect::Question;
use crate::app::layer::Layer;
use crate::app::layer::confirm::Confirm;
use crate::app::layer::sheet::Sheet;
use crate::app::state::Step;
use crate::app::update::Turn;

#[derive(Debug, Default)]
pub(crate) struct ProfileScreen;

impl ProfileScreen {
    pub(crate) fn act(&mut self, action: Action, turn: &mut Turn<'_>) -> Step {
        let layer = match action {
            Action::Edit => match turn.data.wallet.profile.get() {
                Some(user) => Layer::Sheet(Sheet::profile(user)),
                None => return Step::Done,
            },
            Action::ChangePassword => Layer::Sheet(Sheet::password()),
            Action::LogOut => Layer::Confirm(Confirm::logging_out()),
            _ => return Step::Ignored,
        };
        Step::Open(Box::new(layer))
    }

    pub(crate) fn enter(&mut self, turn: &mut Turn<'_>) {
        turn.ask(Question::Profile);
    }
}
