//! `cnop orders settle`: what became of everything whose answer was lost.

use cnop_core::ticket::{IntentStore, Receipt};

use crate::cell::{Cell, Tone};
use crate::context::Context;
use crate::failure::Failure;
use crate::moves::{MoveFailure, Outcome, Settled, Settling};
use crate::view::{Column, View, left, time};

/// Settles what this profile left in doubt. With nothing to settle, nobody has to be logged in.
pub(super) async fn settle(context: &Context) -> Result<(), Failure> {
    let store = IntentStore::of_user(&context.profile).map_err(|error| MoveFailure::Disk(error.into()))?;
    if store.count().map_err(MoveFailure::Disk)? == 0 {
        return context.printer.answer(&[] as &[Settled; 0], |settled| view(settled, "Nothing to settle."));
    }
    let who = context.logged_in().await?;
    let mut settling = Settling::new(context, &who);
    for left in store.left().map_err(MoveFailure::Disk)? {
        settling.settle(left).await;
    }
    let empty = if settling.leaves_doubt() { "Nothing that can be settled." } else { "Nothing to settle." };
    // What could not be said is not forgotten.
    context.printer.answer(&settling.settled(), |settled| view(settled, empty))?;
    settling.finish()
}

fn view(settled: &[Settled], empty: &'static str) -> View {
    let columns = [
        time("TIME (UTC)", "created_at").leaves(1),
        Column::data("kind"),
        left("WHAT", "description"),
        left("OUTCOME", "outcome"),
        Column::shown("DETAIL"),
        Column::data("id"),
        Column::data("reason"),
        Column::data("key"),
    ];
    View::table(columns, settled.iter().map(row), empty)
}

fn row(settled: &Settled) -> [Cell; 8] {
    [
        Cell::time(settled.created_at),
        Cell::text(settled.kind),
        Cell::text(&settled.description),
        outcome(settled.outcome),
        Cell::text(&settled.detail),
        settled.answer.as_ref().map_or_else(Cell::nothing, id),
        Cell::text(settled.reason.as_deref().unwrap_or_default()),
        Cell::text(&settled.key),
    ]
}

fn outcome(outcome: Outcome) -> Cell {
    match outcome {
        Outcome::Done => Cell::of("done", "done"),
        Outcome::Void => Cell::of("not done", "void"),
        Outcome::InFlight => Cell::of("under way", "in_flight"),
        Outcome::Unknown => Cell::of("unknown", "unknown").toned(Tone::Warning),
    }
}

fn id(receipt: &Receipt) -> Cell {
    match receipt {
        Receipt::Order(order) => Cell::text(order.order_id),
        Receipt::Moved(moved) => Cell::text(moved.transaction_id),
        Receipt::Claimed(_) => Cell::nothing(),
    }
}
