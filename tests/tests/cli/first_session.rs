//! A first session, line by line, as a person sees it.

use cnop_tests::{Cli, PASSWORD, Said, TestServer};

use crate::look::{check_aligned, check_snapshot};

/// Both streams of a line that succeeded, as they stand in a snapshot.
#[track_caller]
fn check(name: &str, said: Said) -> Said {
    let said = said.succeeded();
    check_snapshot(name, &format!("$ cnop {}\n{}--- stderr\n{}", said.line, said.stdout, said.stderr));
    said
}

#[test]
fn a_first_session_reads_well_from_registering_to_logging_out() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let ada = "ada_lovelace";
    let register = format!("register {ada} {} --password-stdin", Cli::PERSON.replace("USER", ada));
    check("register", cli.pipe(&register, PASSWORD));
    check("login", cli.pipe(&format!("login {ada} --password-stdin"), PASSWORD));
    check("whoami", cli.run("whoami"));
    check("portfolio_empty", cli.run("portfolio"));
    check("orders_empty", cli.run("orders"));
    check("transactions_empty", cli.run("transactions"));
    check("insights_empty", cli.run("insights"));
    check("deposit", cli.run("deposit 10000"));
    check("buy", cli.run("buy ETH 2 --yes"));
    check("buy_usd", cli.run("buy btc --usd 250 --yes"));
    check("sell", cli.run("sell ETH 0.5 --yes"));
    check_aligned(&check("orders", cli.run("orders")).stdout);
    check("orders_filtered", cli.run("orders list --asset ETH --type market_sell --status completed"));
    check("orders_show", cli.run(&format!("orders show {}", newest_order(&cli))));
    check("balance", cli.run("balance"));
    check_aligned(&check("transactions", cli.run("transactions")).stdout);
    check("transactions_page", cli.run("transactions --type order_payment --limit 1"));
    let portfolio = cli.ok("portfolio");
    check_aligned(portfolio.split("\n\n").next().unwrap());
    // Whether a moment's gain is one, or the total still what was paid in, is the market's to say.
    let portfolio = portfolio.replace("+$", "$").replace("-$", "$").replace("$10,000.00", "$9,999.99");
    check_snapshot("portfolio", &portfolio);
    check("claim", cli.run("claim gong xi fa cai"));
    check("withdraw", cli.run("withdraw 100.50"));
    check("logout", cli.run("logout"));
}

#[test]
fn the_market_reads_well_without_a_session() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    check("health", cli.run("health"));
    check_aligned(&check("assets", cli.run("assets --limit 5")).stdout);
    check_aligned(&cli.ok("assets --all --limit 250"));
    check("asset", cli.run("asset btc"));
}

/// The insight names the figures of the moment, so that it is held to facts in place of words.
#[test]
fn an_insight_is_two_to_four_sentences_and_says_who_wrote_it() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    cli.ok("buy ETH 1 --yes");
    let text = cli.ok("insights");
    let (summary, author) = text.trim_end().split_once("\n\n").expect("two paragraphs");
    let sentences = summary.matches(". ").count() + 1;
    assert!((2..=4).contains(&sentences), "{text}");
    assert!(summary.contains("Ethereum (ETH)"), "{text}");
    assert!(author.starts_with("Written by local-analyst at ") && author.ends_with(" (UTC)."), "{text}");
}

fn newest_order(cli: &Cli) -> String {
    let orders = cli.json("orders --limit 1");
    orders["data"][0]["order_id"].as_str().expect("an order has an id").to_owned()
}
