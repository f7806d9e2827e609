//! `cnop balance`, `cnop transactions`.

use clap::Args;
use clap_complete::ArgValueCandidates;
use cnop_core::api::{Balance, Transaction};
use cnop_core::client::TransactionFilter;
use cnop_core::order::TransactionType;

use super::orders::PageArgs;
use crate::cell::{Cell, Tone};
use crate::complete;
use crate::context::Context;
use crate::failure::Failure;
use crate::view::{Column, View, fact, left, right, time};

/// Which balance changes.
#[derive(Debug, Args)]
pub(crate) struct TransactionsArgs {
    /// Only of this type: deposit, withdraw, order_payment, order_sale, system_adjustment
    #[arg(long = "type", value_name = "TYPE", add = ArgValueCandidates::new(complete::transaction_types))]
    transaction_type: Option<TransactionType>,
    #[command(flatten)]
    page: PageArgs,
}

/// Shows all cash and what of it is free.
pub(crate) async fn balance(context: &Context) -> Result<(), Failure> {
    let balance = context.logged_in().await?.client.balance().await?;
    context.printer.answer(&balance, view)
}

fn view(balance: &Balance) -> View {
    View::facts([
        fact("Balance", "current_balance", Cell::usd(balance.current_balance)),
        fact("Available", "available_balance", Cell::usd(balance.available_balance)),
        fact("Held", "held_balance", Cell::usd(balance.held_balance)),
        fact("Last changed", "updated_at", Cell::time_utc(balance.updated_at)),
    ])
}

/// Lists balance changes, newest first.
pub(crate) async fn transactions(context: &Context, args: &TransactionsArgs) -> Result<(), Failure> {
    let filter = TransactionFilter { transaction_type: args.transaction_type };
    let page = context.logged_in().await?.client.transactions(&filter, &args.page.page()).await?;
    context.printer.answer(&page, |page| {
        let columns = [
            time("TIME (UTC)", "created_at"),
            left("TYPE", "transaction_type"),
            right("AMOUNT", "amount"),
            right("BALANCE AFTER", "balance_after").leaves(3),
            left("STATUS", "status").leaves(1),
            left("DESCRIPTION", "description").leaves(2),
            Column::data("transaction_id"),
            Column::data("reference_id"),
        ];
        View::table(columns, page.transactions.iter().map(row), "No transactions.")
    })?;
    args.page.hint_at_next(context, page.next_cursor.as_deref());
    Ok(())
}

fn row(transaction: &Transaction) -> [Cell; 8] {
    [
        Cell::time(transaction.created_at),
        Cell::text(transaction.transaction_type),
        // Money that left for an asset is not lost.
        Cell::signed_usd(transaction.amount).toned(Tone::Plain),
        Cell::usd(transaction.balance_after),
        Cell::text(transaction.status),
        Cell::text(&transaction.description),
        Cell::text(transaction.transaction_id),
        Cell::maybe(transaction.reference_id.as_ref(), Cell::text),
    ]
}
