//! Contract section 4: balance, deposits, withdrawals, their history and their limits.

use cnop_core::client::{Page, TransactionFilter};
use cnop_core::ids::IdempotencyKey;
use cnop_core::money::Usd;
use cnop_core::order::{TransactionStatus, TransactionType};
use cnop_tests::{TestServer, User};

use crate::exact::{ledger, value_down};
use crate::problem::check_refused;
use crate::wire::{check_fields, list, part, text};

const BALANCE: &str = "current_balance:amount available_balance:amount held_balance:amount updated_at:time";
const MOVED: &str = "success:bool message:text transaction_id:text timestamp:time";
const TRANSACTION: &str = "transaction_id:text transaction_type:text amount:amount status:text created_at:time \
                           description:text balance_after:amount";

#[tokio::test]
async fn a_new_user_has_nothing_and_has_never_held_anything() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    let answer = raw.get("/balance").await;
    check_fields(&answer.body, BALANCE);
    for field in ["current_balance", "available_balance", "held_balance"] {
        assert_eq!(part(&answer.body, &[field]), "\"0\"");
    }
    let answer = raw.get("/balance/transactions").await;
    check_fields(&answer.body, "transactions:list total_count:number next_cursor:null");
    assert_eq!((part(&answer.body, &["transactions"]), part(&answer.body, &["total_count"])), ("[]", "0"));
    check_refused(&raw.get("/balance/asset/BTC").await, 404, "asset_balance_not_found", &[]);
}

#[tokio::test]
async fn money_moves_in_and_out_and_every_move_is_in_the_history() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let key = IdempotencyKey::generate();
    let deposit = user.client.deposit("1000.50".parse().unwrap(), &key).await.unwrap();
    assert!(deposit.answer.success && !deposit.replayed);
    assert_eq!(deposit.answer.message, "Successfully deposited $1,000.50");
    let bought = user.buy("ETH", "0.1").await;
    let sold = user.sell("ETH", "0.05").await;
    let withdrawal = user.client.withdraw("200".parse().unwrap(), &IdempotencyKey::generate()).await.unwrap();
    assert_eq!(withdrawal.answer.message, "Successfully withdrew $200.00");
    let pocket = user.client.claim("x", &IdempotencyKey::generate()).await.unwrap().answer;

    let page = user.client.transactions(&TransactionFilter::default(), &Page::default()).await.unwrap();
    assert_eq!((page.total_count, page.transactions.len(), &page.next_cursor), (5, 5, &None));
    let (paid, earned) = (bought.total_amount.unwrap(), sold.total_amount.unwrap());
    let expected = [
        (TransactionType::SystemAdjustment, pocket.amount),
        (TransactionType::Withdraw, "-200".parse().unwrap()),
        (TransactionType::OrderSale, earned),
        (TransactionType::OrderPayment, paid.negated()),
        (TransactionType::Deposit, "1000.5".parse().unwrap()),
    ];
    let mut balance = user.cash().await;
    for (transaction, expected) in page.transactions.iter().zip(expected) {
        assert_eq!((transaction.transaction_type, transaction.amount), expected);
        assert_eq!(transaction.status, TransactionStatus::Completed);
        assert_eq!(transaction.balance_after, balance, "each follows from the one before");
        balance = balance.checked_sub(transaction.amount).unwrap();
    }
    assert_eq!(balance, Usd::ZERO);
    let [_, out, sale, payment, cash_in] = &page.transactions[..] else { panic!("five") };
    assert_eq!((cash_in.transaction_id, cash_in.created_at), (deposit.answer.transaction_id, deposit.answer.timestamp));
    assert_eq!(out.transaction_id, withdrawal.answer.transaction_id);
    assert_eq!(payment.reference_id, Some(bought.order_id.to_string()));
    assert_eq!(sale.reference_id, Some(sold.order_id.to_string()));
    assert!(page.transactions.is_sorted_by(|a, b| a.transaction_id > b.transaction_id && a.created_at >= b.created_at));
}

#[tokio::test]
async fn moves_and_their_history_are_decimal_strings_on_the_wire() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    for (path, body) in [("/balance/deposit", r#"{"amount":500}"#), ("/balance/withdraw", r#"{"amount":"0.5"}"#)] {
        let answer = raw.json("POST", path, body).await;
        assert_eq!(answer.status, 201);
        check_fields(&answer.body, MOVED);
        assert_eq!(part(&answer.body, &["success"]), "true");
        assert!(text(&answer.body, &["transaction_id"]).starts_with("txn_"));
    }
    user.buy("SHIB", "1.23456789").await;
    let answer = raw.get("/balance/transactions").await;
    check_fields(&answer.body, "transactions:list total_count:number next_cursor:null");
    let transactions = list(&answer.body, &["transactions"]);
    for (transaction, reference) in transactions.iter().zip(["text", "null", "null"]) {
        check_fields(transaction, &format!("{TRANSACTION} reference_id:{reference}"));
    }
    assert_eq!(part(transactions[1], &["amount"]), "\"-0.5\"");
    check_fields(&raw.get("/balance").await.body, BALANCE);
}

#[tokio::test]
async fn the_history_of_one_type_counts_only_that_type() {
    let server = TestServer::start();
    let user = User::funded(&server, 1_000).await;
    user.deposit(500).await;
    user.buy("ETH", "0.1").await;
    let raw = user.raw(&server);
    for (kind, count) in
        [("deposit", 2), ("withdraw", 0), ("order_payment", 1), ("order_sale", 0), ("system_adjustment", 0)]
    {
        let answer = raw.get(&format!("/balance/transactions?transaction_type={kind}")).await;
        let transactions = list(&answer.body, &["transactions"]);
        assert_eq!((transactions.len(), text(&answer.body, &["total_count"])), (count, count.to_string()), "{kind}");
        assert!(transactions.iter().all(|transaction| text(transaction, &["transaction_type"]) == kind));
    }
    let answer = raw.get("/balance/transactions?transaction_type=gift").await;
    check_refused(&answer, 422, "validation_failed", &["transaction_type"]);
}

#[tokio::test]
async fn amounts_are_read_exactly_or_refused() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    let accepted = [
        ("0.01", 1),
        ("\"0.01\"", 1),
        ("1e1", 1_000),
        ("\"12.500000000000000000000000000000000\"", 1_250),
        ("100.10", 10_010),
        ("1E+2", 10_000),
        ("0.29", 29),
        ("4.35e0", 435),
    ];
    let mut cents = 0;
    for (amount, expected) in accepted {
        let answer = raw.json("POST", "/balance/deposit", format!(r#"{{"amount":{amount}}}"#)).await;
        assert_eq!(answer.status, 201, "{amount}: {}", answer.body);
        cents += expected;
        assert_eq!(ledger(user.cash().await), cents * 1_000_000, "{amount}");
    }
    for amount in [
        "0",
        "-1",
        "0.001",
        "1000000.01",
        "1e7",
        "1e400",
        "1e-400",
        "\"NaN\"",
        "\"Infinity\"",
        "\"１２\"",
        "\"1_000\"",
        "\" 5\"",
        "\"5 \"",
        "\"+5\"",
        "\"0x10\"",
        "\"1,000\"",
        "\".5\"",
        "\"5.\"",
        "\"\"",
        "null",
        "true",
        "[5]",
        "{}",
        "\"٣\"",
        "-0.0",
    ] {
        for path in ["/balance/deposit", "/balance/withdraw"] {
            let answer = raw.json("POST", path, format!(r#"{{"amount":{amount}}}"#)).await;
            check_refused(&answer, 422, "validation_failed", &["amount"]);
        }
    }
    assert_eq!(ledger(user.cash().await), cents * 1_000_000);
}

#[tokio::test]
async fn limits_say_what_is_used_and_when_the_day_ends() {
    let server = TestServer::start_with(&["--daily-deposit-limit", "2000.5", "--daily-withdraw-limit", "700"]);
    let user = User::funded(&server, 1_500).await;
    user.withdraw(250).await;
    user.client.claim("x", &IdempotencyKey::generate()).await.unwrap();
    let answer = user.raw(&server).get("/balance/limits").await;
    check_fields(&answer.body, "deposit:object withdraw:object");
    let now = user.client.balance().await.unwrap().updated_at;
    for (kind, limit, used, remaining) in [("deposit", "2000.5", "1500", "500.5"), ("withdraw", "700", "250", "450")] {
        check_fields(part(&answer.body, &[kind]), "limit:amount used:amount remaining:amount resets_at:time");
        let figure = |field: &str| text(&answer.body, &[kind, field]);
        assert_eq!([figure("limit"), figure("used"), figure("remaining")], [limit, used, remaining], "{kind}");
        assert_eq!(figure("resets_at"), now.next_day().to_string());
    }
    for (path, body) in [("/balance/deposit", r#"{"amount":500.51}"#), ("/balance/withdraw", r#"{"amount":450.01}"#)] {
        let answer = user.raw(&server).json("POST", path, body).await;
        check_refused(&answer, 422, "daily_limit_exceeded", &[]);
        let detail = text(&answer.body, &["detail"]);
        assert!(detail.contains(&now.next_day().to_string()), "{detail}");
    }
    user.withdraw(450).await;
    let limits = user.client.limits().await.unwrap();
    assert_eq!((limits.withdraw.remaining, limits.deposit.remaining), (Usd::ZERO, "500.5".parse().unwrap()));
}

#[tokio::test]
async fn the_balance_of_an_asset_has_its_value_as_numbers() {
    let server = TestServer::start();
    let user = User::funded(&server, 5_000).await;
    let first = user.buy("SHIB", "1234567.12345678").await;
    user.buy("SHIB", "0.001").await;
    let last = user.sell("SHIB", "234567.12345678").await;
    let answer = user.raw(&server).get("/balance/asset/shib").await;
    let fields = "asset_id:text asset_name:text quantity:amount current_price:number total_value:number \
                  created_at:time updated_at:time";
    check_fields(&answer.body, fields);
    let field = |name: &str| text(&answer.body, &[name]);
    assert_eq!([field("asset_id"), field("asset_name"), field("quantity")], ["SHIB", "Shiba Inu", "1000000.001"]);
    assert_eq!(ledger(field("total_value")), value_down(field("current_price"), field("quantity")));
    assert_eq!(field("created_at"), first.created_at.to_string());
    assert_eq!(field("updated_at"), last.created_at.to_string());
    let typed = user.client.asset_balance("SHIB".parse().unwrap()).await.unwrap();
    assert_eq!((typed.asset_name.as_str(), typed.quantity.to_string().as_str()), ("Shiba Inu", "1000000.001"));

    user.sell("SHIB", "1000000.001").await;
    let answer = user.raw(&server).get("/balance/asset/SHIB").await;
    assert_eq!((part(&answer.body, &["quantity"]), part(&answer.body, &["total_value"])), ("\"0\"", "0"));
}
