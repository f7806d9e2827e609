//! What a command leaves on disk before it sends, and how it is settled: a crash neither loses nor doubles an order.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::mpsc;

use cnop_tests::{Cli, PASSWORD, Reaction, Running, Stub, TestServer, fresh_username};
use serde_json::{Value, json};

use crate::held::{Arrives, ORDERS, count, holding, in_flight, key_of_order, orders, settled};

/// Somebody funded whose first `buy ETH 0.5` was killed while it waited for its answer.
fn killed(server: &TestServer, arrives: Arrives) -> (Cli, Stub) {
    let (stub, arrival) = holding(server, ORDERS, arrives);
    let cli = Cli::funded(stub.url());
    in_flight(&cli, "buy ETH 0.5 --yes", &arrival).kill();
    (cli, stub)
}

#[test]
fn what_is_in_flight_lies_on_disk_for_its_owner_alone_and_without_a_secret() {
    let server = TestServer::start();
    let (stub, arrival) = holding(&server, ORDERS, Arrives::Never);
    let cli = Cli::funded(stub.url());
    let child = in_flight(&cli, "buy ETH 0.5 --yes", &arrival);
    let files = cli.intent_files("default");
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].file_stem().unwrap().to_str(), Some(key_of_order(&stub).as_str()));
    for path in files[0].ancestors().take_while(|path| *path != cli.home()) {
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, expected, "{}", path.display());
    }
    let text = fs::read_to_string(&files[0]).unwrap();
    assert!(!text.contains(&cli.token("default")) && !text.contains(PASSWORD), "{text}");
    let intent: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(intent["movement"], json!({"order": {"market_buy": {"asset_id": "ETH", "size": {"quantity": "0.5"}}}}));
    assert_eq!(intent["origin"], stub.url());
    child.kill();
}

#[test]
fn an_order_that_was_done_before_the_crash_is_settled_as_done_once() {
    let server = TestServer::start();
    let (cli, stub) = killed(&server, Arrives::AtOnce);
    let said = cli.run("orders settle --output json").succeeded();
    let settled = settled(&said);
    assert_eq!((&settled["outcome"], &settled["kind"]), (&json!("done"), &json!("buy")), "{said}");
    assert_eq!((&settled["description"], &settled["reason"]), (&json!("purchase of 0.5 ETH"), &Value::Null), "{said}");
    assert_eq!(settled["key"], key_of_order(&stub));
    assert_eq!(settled["answer"], cli.json("orders")["data"][0], "the answer that was lost");
    assert!(cli.intent_files("default").is_empty());
    assert_eq!((count(&stub, ORDERS), orders(&cli)), (1, 1));
    let again = cli.run("orders settle").succeeded();
    assert_eq!((again.stdout.as_str(), again.stderr.as_str()), ("Nothing to settle.\n", ""));
    assert_eq!(cli.json("orders settle"), json!([]));
}

#[test]
fn an_order_that_never_arrived_is_settled_as_not_done_and_cannot_arrive_later() {
    let server = TestServer::start();
    let (cli, stub) = killed(&server, Arrives::Never);
    let said = cli.run("orders settle").succeeded();
    assert!(said.stdout.contains("purchase of 0.5 ETH  not done  and will not be"), "{said}");
    let order = stub.requests().into_iter().find(|request| request.route() == ORDERS).unwrap();
    let late = order.send_to(server.url());
    assert!(late.starts_with("HTTP/1.1 409 ") && late.contains("idempotency_key_void"), "{late}");
    assert_eq!((orders(&cli), cli.intent_files("default").len()), (0, 0));
}

#[test]
fn settled_things_have_the_same_columns_as_csv() {
    let server = TestServer::start();
    let (cli, stub) = killed(&server, Arrives::AtOnce);
    let csv = cli.ok("orders settle --output csv");
    let order = cli.json("orders")["data"][0]["order_id"].clone();
    let (header, row) = csv.trim_end().split_once('\n').unwrap();
    assert_eq!(header, "created_at,kind,description,outcome,id,reason,key");
    let key = key_of_order(&stub);
    let expected = format!(",buy,purchase of 0.5 ETH,done,{},,{key}", order.as_str().unwrap());
    assert!(row.ends_with(&expected) && row.starts_with("20"), "{csv}");
}

/// With nothing to do, nobody needs a session or a server.
#[test]
fn nothing_to_settle_asks_nobody() {
    let stub = Stub::always(Reaction::HangUp);
    let said = Cli::at(stub.url()).run("orders settle").succeeded();
    assert_eq!((said.stdout.as_str(), stub.requests().len()), ("Nothing to settle.\n", 0));
}

/// Also to those who want it quiet: money has moved that they know nothing of.
#[test]
fn the_next_movement_settles_what_is_left_and_says_so_before_it_goes_on() {
    for (arrives, outcome, count) in [
        (Arrives::AtOnce, " UTC) was done: Bought 0.5 ETH at $", 1),
        (Arrives::Never, " UTC) was not done, and will not be\n", 0),
    ] {
        let server = TestServer::start();
        let (cli, _stub) = killed(&server, arrives);
        let said = cli.run("deposit 0.01 --quiet");
        assert_eq!(said.status, 4, "the day's deposits are used up: {said}");
        assert!(said.stderr.starts_with("warning: an earlier purchase of 0.5 ETH (20"), "{said}");
        assert!(said.stderr.contains(outcome), "{said}");
        assert_eq!((orders(&cli), cli.intent_files("default").len()), (count, 0));
        let next = cli.run("buy ETH 0.25 --yes").succeeded();
        assert_eq!((next.stderr.as_str(), orders(&cli)), ("", count + 1), "it is said once: {next}");
    }
}

#[test]
fn a_person_reads_what_was_left_before_the_review() {
    let server = TestServer::start();
    let (cli, _stub) = killed(&server, Arrives::AtOnce);
    let mut terminal = cli.terminal("buy ETH 0.5", 140);
    terminal.wait_for("Place this order? [y/N]");
    terminal.enter("n");
    let ended = terminal.end();
    let (before, review) = ended.screen.split_once("Order           Buy ETH").unwrap();
    assert!(before.starts_with("warning: an earlier purchase of 0.5 ETH (20"), "{}", ended.screen);
    assert!(review.contains("warning: It is the same as your last order, order_"), "{}", ended.screen);
    assert_eq!((ended.status, orders(&cli)), (8, 1), "{}", ended.screen);
}

#[test]
fn what_another_command_has_in_flight_is_left_to_it_and_in_nobodys_way() {
    let server = TestServer::start();
    let (stub, arrival) = holding(&server, ORDERS, Arrives::AtOnce);
    let cli = Cli::funded(stub.url());
    let child = in_flight(&cli, "buy ETH 0.5 --yes", &arrival);
    let said = cli.run("orders settle").succeeded();
    assert!(said.stdout.contains("purchase of 0.5 ETH  under way  another command is at it"), "{said}");
    assert_eq!(settled(&cli.run("orders settle --output json"))["outcome"], "in_flight");
    let second = cli.run("buy ETH 0.25 --yes").succeeded();
    assert_eq!((second.stderr.as_str(), count(&stub, "/settle")), ("", 0));
    assert_eq!(cli.intent_files("default").len(), 1);
    child.kill();
    assert_eq!(settled(&cli.run("orders settle --output json"))["outcome"], "done");
    assert_eq!(orders(&cli), 2);
}

/// Ctrl+C at the first question leaves the others unasked, and everything on disk.
#[test]
fn who_stops_waiting_while_several_are_settled_is_told_of_each_and_loses_none() {
    let server = TestServer::start();
    let (arrived, arrival) = mpsc::channel();
    let stub = Stub::before(server.url(), move |request| {
        if request.route() != ORDERS && !request.route().ends_with("/settle") {
            return Reaction::Forward;
        }
        arrived.send(()).unwrap();
        Reaction::Hold
    });
    let cli = Cli::funded(stub.url());
    let buying = ["buy ETH 0.5 --yes", "buy ETH 0.25 --yes"].map(|line| in_flight(&cli, line, &arrival));
    buying.into_iter().for_each(Running::kill);
    let settling = in_flight(&cli, "orders settle --output json", &arrival);
    settling.interrupt();
    let said = settling.end();
    assert_eq!(said.status, 7, "{said}");
    let value = said.value();
    let reasons: Vec<_> = value.as_array().unwrap().iter().map(|one| (&one["outcome"], &one["reason"])).collect();
    let unknown = json!("unknown");
    let (first, second) = (json!("you stopped waiting for the answer"), json!("not asked, since you stopped waiting"));
    assert_eq!(reasons, [(&unknown, &first), (&unknown, &second)], "{said}");
    assert_eq!((count(&stub, "/settle"), cli.intent_files("default").len()), (1, 2));
}

#[test]
fn another_server_is_never_asked_and_an_old_doubt_is_named() {
    let server = TestServer::start();
    let (cli, stub) = killed(&server, Arrives::AtOnce);
    let user = cli.json("whoami")["username"].as_str().unwrap().to_owned();
    let other = TestServer::start();
    let front = Stub::before(other.url(), |_| Reaction::Forward);
    let at = format!("--server {}", front.url());
    let name = fresh_username();
    let person = Cli::PERSON.replace("USER", &name);
    cli.pipe(&format!("register {name} {person} --password-stdin {at}"), PASSWORD).succeeded();
    cli.pipe(&format!("login {name} --password-stdin {at}"), PASSWORD).succeeded();

    let here = stub.url();
    let named = format!(" UTC) of {user} at {here} is in doubt: log in there as {user}, then `cnop orders settle`\n");
    for line in ["deposit 5", "orders settle"] {
        let said = cli.run(&format!("{line} {at}")).succeeded();
        assert!(said.stderr.starts_with("warning: an earlier purchase of 0.5 ETH (20"), "{said}");
        assert!(said.stderr.ends_with(&named), "{said}");
    }
    assert_eq!((count(&front, "/settle"), count(&stub, "/settle")), (0, 0));

    cli.log_in(&user);
    assert_eq!(settled(&cli.run("orders settle --output json"))["outcome"], "done");
}

#[test]
fn another_user_never_settles_it() {
    let server = TestServer::start();
    let (cli, stub) = killed(&server, Arrives::AtOnce);
    let user = cli.json("whoami")["username"].as_str().unwrap().to_owned();
    let name = fresh_username();
    cli.register(&name);
    cli.log_in(&name);
    let said = cli.run("deposit 5").succeeded();
    assert!(said.stderr.contains(&format!("log in there as {user}, then")), "{said}");
    assert_eq!((count(&stub, "/settle"), cli.intent_files("default").len()), (0, 1));
    // Another profile has its own doubts, and none of these.
    cli.pipe(&format!("login {name} --password-stdin --profile other"), PASSWORD).succeeded();
    assert_eq!(cli.run("deposit 5 --profile other").succeeded().stderr, "");
}

#[test]
fn a_session_that_is_over_is_the_first_thing_to_mend() {
    let server = TestServer::start();
    let (cli, _stub) = killed(&server, Arrives::AtOnce);
    let session = fs::read(cli.session_file("default")).unwrap();
    let user = cli.json("whoami")["username"].as_str().unwrap().to_owned();
    cli.ok("logout");
    assert_eq!(cli.run("orders settle").status, 3, "nobody is logged in");
    fs::write(cli.session_file("default"), session).unwrap();
    for line in ["orders settle", "deposit 1"] {
        let said = cli.run(line);
        assert_eq!(said.status, 3, "{said}");
        assert!(said.stderr.ends_with("\nhint: log in with `cnop login USER`\n"), "{said}");
    }
    cli.log_in(&user);
    assert_eq!(settled(&cli.run("orders settle --output json"))["outcome"], "done");
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_stops_nobody() {
    let server = TestServer::start();
    let (cli, _stub) = killed(&server, Arrives::AtOnce);
    let file = cli.intent_files("default").remove(0);
    for damage in ["", "{}", "\u{0}", r#"{"key":"k"}"#] {
        fs::write(&file, damage).unwrap();
        let expected = format!(
            "warning: {} cannot be read, and may be a movement of money in doubt: look at `cnop orders` and \
             `cnop transactions`, then remove it\n",
            file.display()
        );
        let said = cli.run("buy ETH 0.01 --yes").succeeded();
        assert_eq!(said.stderr, expected);
        let said = cli.run("orders settle");
        assert_eq!((said.status, said.stdout.as_str()), (7, "Nothing that can be settled.\n"), "{said}");
        assert!(said.stderr.starts_with(&expected) && said.stderr.contains("error: one is still in doubt\n"), "{said}");
    }
    fs::remove_file(file).unwrap();
    assert_eq!(cli.run("orders settle").succeeded().stderr, "");
}

/// The server forgets a key after a day: what it does not know then may have been done all the same.
#[test]
fn what_is_older_than_the_servers_memory_is_left_to_the_person() {
    let server = TestServer::start();
    let (cli, _stub) = killed(&server, Arrives::Never);
    let file = cli.intent_files("default").remove(0);
    let mut intent: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    intent["created_at"] = json!("2026-01-01T08:00:00.000Z");
    fs::write(&file, intent.to_string()).unwrap();
    let said = cli.run("buy ETH 0.25 --yes");
    assert_eq!(said.status, 7, "{said}");
    let reason = "the server knows nothing of it, but keeps keys for a day only";
    let hint = "hint: look at `cnop orders` and `cnop transactions`, then drop it with `cnop orders settle`\n";
    assert!(said.stderr.contains(&format!("(2026-01-01 08:00:00 UTC): {reason}. Nothing new was sent\n")), "{said}");
    assert!(said.stderr.ends_with(hint), "{said}");
    let said = cli.run("orders settle");
    assert!(said.stdout.contains(&format!("unknown  {reason}")), "{said}");
    assert_eq!((said.status, cli.intent_files("default").len()), (7, 0), "who was told has to look: {said}");
    cli.ok("buy ETH 0.25 --yes");
}

#[test]
fn without_a_place_for_the_intent_nothing_is_sent() {
    let server = TestServer::start();
    let stub = Stub::before(server.url(), |_| Reaction::Forward);
    let cli = Cli::logged_in(stub.url());
    fs::write(cli.state().join("cnop/intents"), "a file where a folder belongs").unwrap();
    let said = cli.run("deposit 5");
    assert_eq!(said.status, 1, "{said}");
    assert!(
        said.stderr.contains("cnop/intents/default: ") && said.stderr.contains(". Nothing was sent\nhint: "),
        "{said}"
    );
    assert_eq!(count(&stub, "/deposit"), 0);
}

/// A full disk behind stdout: the order is done, and nobody was told.
#[cfg(target_os = "linux")] // Elsewhere there is no device that is always full.
#[test]
fn what_could_not_be_said_is_said_by_the_next_command() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    let full = || fs::File::options().write(true).open("/dev/full").unwrap();
    for line in ["buy ETH 0.5 --yes", "orders settle"] {
        let output = cli.command(line).stdout(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{line}: {output:?}");
        assert_eq!(cli.intent_files("default").len(), 1, "{line}");
    }
    assert!(cli.ok("orders settle").contains("purchase of 0.5 ETH  done     Bought 0.5 ETH at $"));
    assert_eq!((orders(&cli), cli.intent_files("default").len()), (1, 0));
}

#[test]
fn what_was_settled_fits_a_narrow_terminal() {
    let server = TestServer::start();
    let (cli, _stub) = killed(&server, Arrives::Never);
    let ended = cli.terminal("orders settle", 50).end();
    assert_eq!(ended.status, 0, "{}", ended.screen);
    assert!(ended.screen.contains("purchase of 0.5 ETH  not done  and will not be"), "{}", ended.screen);
}
