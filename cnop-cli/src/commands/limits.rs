//! `cnop limits`.

use cnop_core::api::{DailyLimitState, Limits};

use crate::cell::Cell;
use crate::context::Context;
use crate::failure::Failure;
use crate::view::{View, left, right, time};

/// Shows what may still be paid in and out today.
pub(crate) async fn limits(context: &Context) -> Result<(), Failure> {
    let limits = context.logged_in().await?.client.limits().await?;
    context.printer.answer(&limits, view)
}

fn view(limits: &Limits) -> View {
    let columns = [
        left("A DAY", "direction"),
        right("LEFT", "remaining"),
        right("USED", "used"),
        right("LIMIT", "limit"),
        time("WHOLE AGAIN (UTC)", "resets_at").leaves(1),
    ];
    View::table(columns, [row("deposit", &limits.deposit), row("withdraw", &limits.withdraw)], "No limits.")
}

fn row(direction: &str, state: &DailyLimitState) -> [Cell; 5] {
    [
        Cell::text(direction),
        Cell::usd(state.remaining),
        Cell::usd(state.used),
        Cell::usd(state.limit),
        Cell::time(state.resets_at),
    ]
}
