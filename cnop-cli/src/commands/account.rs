//! `cnop balance`, `cnop transactions`.

use clap::Args;
use cnop_core::api::{Balance, Transaction};
use cnop_core::client::TransactionFilter;
use cnop_core::order::TransactionType;

use super::orders::PageArgs;
use crate::context::Context;
use crate::failure::Failure;
use crate::format;
use crate::table::{facts, left, right, table};

/// Which balance changes.
#[derive(Debug, Args)]
pub(crate) struct TransactionsArgs {
    /// Only of this type: deposit, withdraw, order_payment, order_sale, system_adjustment
    #[arg(long = "type", value_name = "TYPE")]
    transaction_type: Option<TransactionType>,
    #[command(flatten)]
    page: PageArgs,
}

/// Shows all cash and what of it is free.
pub(crate) async fn balance(context: &Context) -> Result<(), Failure> {
    let balance = context.logged_in().await?.client.balance().await?;
    context.printer.answer(&balance, describe)
}

fn describe(balance: &Balance) -> String {
    facts([
        ("Balance", format::usd(balance.current_balance)),
        ("Available", format::usd(balance.available_balance)),
        ("Held", format::usd(balance.held_balance)),
        ("Last changed", format!("{} (UTC)", format::time(balance.updated_at))),
    ])
}

/// Lists balance changes, newest first.
pub(crate) async fn transactions(context: &Context, args: &TransactionsArgs) -> Result<(), Failure> {
    let filter = TransactionFilter { transaction_type: args.transaction_type };
    let page = context.logged_in().await?.client.transactions(&filter, &args.page.page()).await?;
    context.printer.answer(&page, |page| {
        let columns = [
            left("TIME (UTC)"),
            left("TYPE"),
            right("AMOUNT"),
            right("BALANCE AFTER").leaves(3),
            left("STATUS").leaves(1),
            left("DESCRIPTION").leaves(2),
        ];
        table(columns, page.transactions.iter().map(row), "No transactions.")
    })?;
    args.page.hint_at_next(context, page.next_cursor.as_deref());
    Ok(())
}

fn row(transaction: &Transaction) -> [String; 6] {
    [
        format::time(transaction.created_at),
        transaction.transaction_type.to_string(),
        format::signed_usd(transaction.amount),
        format::usd(transaction.balance_after),
        transaction.status.to_string(),
        transaction.description.clone(),
    ]
}
