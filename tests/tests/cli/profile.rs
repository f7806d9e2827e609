//! Profile, limits, holdings and trades: what a user reads about themselves, and changes.

use cnop_tests::{Cli, TestServer};
use serde_json::Value;

use crate::look::{check_aligned, check_snapshot};

/// The fields that the routes answer, by name.
const LIMIT: &str = "limit remaining resets_at used";
const HOLDING: &str = "asset_id asset_name created_at current_price held_quantity quantity total_value updated_at";
const TRADE: &str = "asset_id order_id price quantity status timestamp total_amount transaction_type";

#[test]
fn a_profile_is_shown_and_changed_in_parts() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    cli.register("ada_lovelace");
    cli.log_in("ada_lovelace");
    check_snapshot("profile", &cli.ok("profile"));
    assert_eq!(cli.ok("profile show"), cli.ok("profile"));
    let line = "profile update --email ada@example.org --phone +1(555)123-4567 --date-of-birth 1990-12-31 \
                --marketing-emails true";
    check_snapshot("profile_update", &cli.ok(line));
    cli.ok("profile update --marketing-emails false --last-name King");
    let user = cli.json("profile");
    let facts = ["email", "phone", "first_name", "last_name", "date_of_birth"].map(|name| user[name].as_str().unwrap());
    assert_eq!(facts, ["ada@example.org", "+15551234567", "Ada", "King", "1990-12-31"]);
    assert_eq!(user["marketing_emails_consent"], false);
    let csv = cli.ok("profile --output csv");
    assert!(csv.starts_with("username,first_name,last_name,email,phone,date_of_birth,"), "{csv}");
    assert!(csv.contains("\nada_lovelace,Ada,King,ada@example.org,+15551234567,1990-12-31,false,"), "{csv}");
    assert_eq!(cli.json("profile update --first-name Augusta")["user"]["first_name"], "Augusta");
}

#[test]
fn a_change_that_cannot_be_made_says_why() {
    let server = TestServer::start();
    let (cli, other) = (Cli::logged_in(server.url()), Cli::logged_in(server.url()));
    let taken = cli.json("profile")["email"].as_str().unwrap().to_owned();
    let check = |line: &str, status: i32, says: &str| {
        let said = other.run(line);
        assert_eq!((said.status, said.stdout.as_str()), (status, ""), "{said}");
        assert!(said.stderr.contains(says), "{said}");
    };
    check("profile update", 2, "--marketing-emails <true|false>");
    check("profile update --email nobody", 2, "must be an email address");
    check("profile update --marketing-emails maybe", 2, "'maybe'");
    check("profile update --date-of-birth 2025-01-01", 4, "\n  date_of_birth: must make you 13 to 120");
    check(&format!("profile update --email {taken}"), 4, "error: ");
    assert_eq!(Cli::at(server.url()).run("profile").status, 3);
}

#[test]
fn limits_holdings_and_trades_are_tables() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    check_snapshot("holdings_empty", &cli.ok("holdings"));
    check_snapshot("trades_empty", &cli.ok("trades BTC"));
    cli.ok("deposit 10000");
    cli.ok("withdraw 100.50");
    for line in ["buy ETH 1 --yes", "buy BTC 0.05 --yes", "sell ETH 1 --yes"] {
        cli.ok(line);
    }
    for (name, line) in [("limits", "limits"), ("holdings", "holdings"), ("trades", "trades ETH")] {
        let table = cli.ok(line);
        check_aligned(&table);
        check_snapshot(name, &table);
    }
}

#[test]
fn limits_holdings_and_trades_are_data_too() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    cli.ok("buy ETH 1 --yes");
    cli.ok("buy ETH 0.5 --yes");
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    let limits = cli.json("limits");
    assert_eq!((names(&limits), names(&limits["deposit"])), ("deposit withdraw".into(), LIMIT.into()));
    assert_eq!(limits["deposit"]["remaining"], "0");
    assert_eq!(limits["withdraw"]["limit"], "5000");
    let holdings = cli.json("holdings");
    assert_eq!(names(&holdings[0]), HOLDING);
    assert_eq!((&holdings[0]["asset_id"], &holdings[0]["quantity"]), (&"ETH".into(), &"1.5".into()));
    let page = cli.run("trades eth --limit 1 --output json").succeeded();
    assert_eq!(names(&page.value()), "data has_more next_cursor");
    assert_eq!(names(&page.value()["data"][0]), TRADE);
    let cursor = page.value()["next_cursor"].as_str().unwrap().to_owned();
    assert_eq!(page.stderr, format!("hint: there is more: add `--cursor {cursor}`\n"));
    assert_eq!(cli.json(&format!("trades ETH --cursor {cursor}"))["data"].as_array().unwrap().len(), 1);
    let header = |line: &str| cli.ok(&format!("{line} --output csv")).lines().next().unwrap().to_owned();
    assert_eq!(header("limits"), "direction,remaining,used,limit,resets_at");
    assert_eq!(
        header("holdings"),
        "asset_id,asset_name,quantity,held_quantity,current_price,total_value,created_at,updated_at"
    );
    assert_eq!(header("trades ETH"), "timestamp,asset_id,transaction_type,quantity,price,total_amount,status,order_id");
    let said = cli.run("trades NOSUCH");
    assert_eq!((said.status, said.stdout.as_str()), (5, ""), "{said}");
}
