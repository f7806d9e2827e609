//! What earlier commands left in doubt: settled, and said.

use std::fmt;

use cnop_core::ids::IdempotencyKey;
use cnop_core::ticket::{Acceptance, Claim, Intent, IntentStore, Left, Stage};

use super::driver::Driver;
use super::{MoveFailure, receipt};
use crate::context::{Context, LoggedIn};
use crate::failure::Failure;
use crate::format;
use crate::printer::Printer;

/// Settles everything of this session before something new moves, and says what became of it: also to those who want it
/// quiet, since money has moved that they know nothing of. What is in flight, or another's, is in nobody's way.
pub(super) async fn settle_before(
    store: &IntentStore,
    context: &Context,
    who: &LoggedIn,
    except: Option<&IdempotencyKey>,
) -> Result<(), Failure> {
    for left in store.left().map_err(MoveFailure::Disk)? {
        let Some(claim) = own(left, &context.printer, who) else { continue };
        if Some(&claim.intent().key) == except {
            continue;
        }
        let mut driver = Driver::of_claim(&who.client, &context.printer, claim);
        driver.ask().await;
        tell(&context.printer, &driver)?;
        driver.forget();
    }
    Ok(())
}

fn tell(printer: &Printer, driver: &Driver<'_>) -> Result<(), Failure> {
    let intent = driver.ticket().intent();
    let what = Earlier(intent);
    match driver.ticket().stage() {
        Stage::Accepted(Acceptance { receipt: Some(receipt), .. }) => {
            let receipt = receipt::sentence(&intent.movement, receipt);
            printer.warn(format_args!("{what} was done: {receipt}"));
        }
        Stage::Accepted(_) => printer.warn(format_args!("{what} was done, but the answer to it cannot be read")),
        Stage::NotPlaced(_) => printer.warn(format_args!("{what} was not done, and will not be")),
        Stage::Unknown(doubt) => {
            return Err(MoveFailure::Earlier { intent: Box::new(intent.clone()), doubt: doubt.clone() }.into());
        }
        stage => unreachable!("a question comes to an end, not to {stage:?}"),
    }
    Ok(())
}

/// The claim, if this session may settle it; what it may not is named with what to do.
pub(super) fn own(left: Left, printer: &Printer, who: &LoggedIn) -> Option<Claim> {
    match left {
        Left::Behind(claim) if claim.intent().belongs_to(&who.session) => return Some(claim),
        Left::Behind(claim) => {
            let Intent { username, origin, .. } = claim.intent();
            let what = Earlier(claim.intent());
            printer.warn(format_args!(
                "{what} of {username} at {origin} is in doubt: log in there as {username}, then `cnop orders settle`"
            ));
        }
        Left::Damaged { path, .. } => printer.warn(format_args!(
            "{} cannot be read, and may be a movement of money in doubt: look at `cnop orders` and `cnop transactions`, \
             then remove it",
            path.display()
        )),
        Left::InFlight(_) => {}
    }
    None
}

/// An intent as a sentence begins with it.
struct Earlier<'a>(&'a Intent);

impl fmt::Display for Earlier<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Intent { movement, created_at, .. } = self.0;
        write!(out, "an earlier {movement} ({} UTC)", format::time(*created_at))
    }
}
