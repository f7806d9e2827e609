//! Which status each situation ends with, and what is said about it. One table; a new cause is a new row.
//!
//! What needs a person at a terminal is in `terminal`: 8 for a no, 130 for Ctrl+C; answers that are lost are in `lost`: 7.

use cnop_tests::{Cli, DataFolder, PASSWORD, Reaction, Stub, TestServer, fresh_username};

/// Holds that a line ends with `exit`, and that stderr has the parts of `says` in their order.
#[track_caller]
fn check(situation: &str, cli: &Cli, line: &str, exit: i32, says: &[&str]) {
    check_typed(situation, cli, line, "", exit, says);
}

/// The same for a line that reads something.
#[track_caller]
fn check_typed(situation: &str, cli: &Cli, line: &str, stdin: &str, exit: i32, says: &[&str]) {
    let said = cli.pipe(line, stdin);
    assert_eq!(said.status, exit, "{situation}: {said}");
    let mut rest = said.stderr.as_str();
    for part in says {
        let Some((_, after)) = rest.split_once(part) else { panic!("{situation}: no {part:?} in {said}") };
        rest = after;
    }
    assert_eq!(said.stdout.is_empty(), exit != 0, "{situation}: {said}");
}

const LOG_IN: &str = "\nhint: log in with `cnop login USER`\n";
const IS_IT_A_SERVER: &str = "\nhint: is `--server` the address of a CNOP server?\n";

/// Somebody whose session belongs to a stub before the real server that reacts so to `route`, and passes on the rest.
fn behind(server: &TestServer, route: &'static str, reaction: Reaction) -> Cli {
    let stub = Stub::before(
        server.url(),
        move |request| {
            if request.route() == route { reaction.clone() } else { Reaction::Forward }
        },
    );
    Cli::logged_in(stub.url())
}

/// Somebody at an address where nobody listens.
fn nowhere() -> Cli {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    Cli::at(&format!("http://{}", listener.local_addr().unwrap()))
}

#[test]
fn every_situation_ends_with_its_status_its_sentence_and_its_hint() {
    let server = TestServer::start();
    let (somebody, stranger) = (Cli::logged_in(server.url()), Cli::at(server.url()));
    somebody.ok("deposit 100");
    somebody.ok("claim luck");
    check("it is done", &somebody, "balance", 0, &[]);
    check("help", &stranger, "--help", 0, &[]);
    check("version", &stranger, "--version", 0, &[]);
    check("nothing is said", &stranger, "", 2, &["Usage: cnop"]);
    check("no such command", &stranger, "bye", 2, &["error: unrecognized subcommand 'bye'"]);
    check("no such option", &stranger, "assets --fast", 2, &["error: unexpected argument '--fast'"]);
    check("a bad amount", &somebody, "deposit ten", 2, &["error: invalid value 'ten'", "help"]);
    check("a negative amount", &somebody, "deposit -5", 2, &["'-5'", "must be more than 0"]);
    check("a bad quantity", &somebody, "buy BTC 0.0001 --yes", 2, &["must be at least 0.001"]);
    check("no size", &somebody, "buy BTC --yes", 2, &["required", "Usage: cnop buy"]);
    check("a bad server", &stranger, "health --server localhost", 2, &["must be http:// or https://"]);
    check("a bad format", &stranger, "health --output xml", 2, &["'xml'"]);
    check(
        "no password to send to another machine",
        &stranger,
        "login ada_lovelace --password-stdin --server http://192.0.2.1:8080",
        2,
        &["error: the password is empty\nhint: "],
    );
    check(
        "a prompt without a terminal",
        &stranger,
        "login ada_lovelace",
        2,
        &["error: there is no terminal to ask for the password on\nhint: pipe it in with `--password-stdin`"],
    );
    check(
        "a purchase without a terminal",
        &somebody,
        "buy ETH 0.01",
        2,
        &["error: this has to be confirmed, and there is no terminal to ask on\nhint: `--yes` places the order"],
    );
    check("a sale without a terminal", &somebody, "sell ETH 0.01", 2, &["no terminal", "hint: `--yes`"]);
    check("not logged in", &stranger, "balance", 3, &["error: not logged in at http://127.0.0.1:", LOG_IN]);
    check("an order without a session", &stranger, "buy BTC 1 --yes", 3, &["error: not logged in", LOG_IN]);
    check(
        "too little money",
        &somebody,
        "buy BTC 0.05 --yes",
        4,
        &["error: Buying 0.05 BTC costs $", "; $108.88 is available.", "hint: `cnop balance`", "`cnop deposit AMOUNT`"],
    );
    check("a withdrawal beyond the balance", &somebody, "withdraw 500", 4, &["$108.88", "hint: `cnop balance`"]);
    check("too little of an asset", &somebody, "sell ETH 1 --yes", 4, &["error: ", "ETH", "hint: `cnop portfolio`"]);
    check("beyond the day's deposits", &somebody, "deposit 9900.01", 4, &["error: ", "$10,000.00", "resets"]);
    check(
        "too large an order",
        &somebody,
        "buy BTC 1 --yes",
        4,
        &["error: ", "$10,000.00", "hint: place smaller orders"],
    );
    check("a second claim", &somebody, "claim luck", 4, &["already claimed"]);
    check("an unknown asset", &stranger, "asset NOSUCH", 5, &["NOSUCH", "\nhint: `cnop assets` lists"]);
    check("an order of an unknown asset", &somebody, "buy NOSUCH 1 --yes", 5, &["NOSUCH", "hint: `cnop assets`"]);
    check("an unknown order", &somebody, "orders show order_0123456789", 5, &["error: ", "hint: `cnop orders` lists"]);
    check("an order id of another shape", &somebody, "orders show 7", 2, &["must be 10 to 50 letters"]);
    check("a bad cursor", &somebody, "orders --cursor nonsense", 4, &["error: ", "\n  cursor: "]);
    check(
        "nobody there",
        &nowhere(),
        "assets",
        6,
        &["error: no connection to http://127.0.0.1:", "refused", "\nhint: start one with `cnop-server serve`"],
    );
    check("nobody there to say how it is", &nowhere(), "health", 6, &["no connection", "`cnop-server serve`"]);
}

#[test]
fn accounts_and_credentials_have_their_rows() {
    let server = TestServer::start();
    let closed = DataFolder::new().start_with(&["--registration", "closed"]);
    let (cli, nobody) = (Cli::at(server.url()), fresh_username());
    cli.register("ada_lovelace");
    cli.log_in("ada_lovelace");
    let person = Cli::PERSON.replace("USER", "ada_lovelace");
    let taken = format!("register ada_lovelace {person} --password-stdin");
    let closed_line = format!("register ada_lovelace {person} --password-stdin --server {}", closed.url());
    let second = format!("register {nobody} {person} --password-stdin");
    let unknown = format!("login {nobody} --password-stdin");
    let wrong = "Wrong-Horse-77";
    let check =
        |situation, line: &str, stdin, exit, says: &[&str]| check_typed(situation, &cli, line, stdin, exit, says);
    check("a name that is taken", taken.as_str(), PASSWORD, 4, &["error: ", "hint: choose another name"]);
    check("an address that is taken", second.as_str(), PASSWORD, 4, &["error: "]);
    check("a closed server", closed_line.as_str(), PASSWORD, 4, &["error: "]);
    check("a password that is too short", taken.as_str(), "short", 2, &["error: the password must be", "hint: "]);
    check("no password", "login ada_lovelace --password-stdin", "", 2, &["error: the password is empty\nhint: "]);
    check(
        "a wrong password",
        "login ada_lovelace --password-stdin",
        wrong,
        3,
        &["error: ", "hint: check the name and the password; `cnop register USER …`"],
    );
    check("an unknown name", unknown.as_str(), wrong, 3, &["error: ", "hint: check the name and the password"]);
    check("another server's session", "balance --server http://192.0.2.1", "", 3, &["another server does not"]);
    check(
        "a password in clear text to another machine",
        "login ada_lovelace --password-stdin --server http://192.0.2.1",
        PASSWORD,
        2,
        &["error: a password or a session is not sent to http://192.0.2.1 over plain http\nhint: use https://, or"],
    );
    let token = std::fs::read(cli.session_file("default")).unwrap();
    cli.ok("logout");
    std::fs::write(cli.session_file("default"), token).unwrap();
    check("a session that was ended elsewhere", "balance", "", 3, &["error: ", LOG_IN]);
    check("an order after that", "buy BTC 1 --yes", "", 3, &["error: ", LOG_IN]);
}

#[test]
fn servers_that_misbehave_have_their_rows() {
    let server = TestServer::start();
    let problem = |status, code| Reaction::problem(status, code, "A sentence of the server's.");
    let patient = |status, code| Reaction::problem_with(status, code, "Not now.", "retry-after: 7\r\n");
    let always = |reaction| Cli::at(Stub::always(reaction).url());
    let on_order = |reaction| behind(&server, "POST /api/v1/orders", reaction);
    let degraded = r#"{"status":"degraded","service":"cnop-server","version":"9","checks":{"database":"read only","market":"m","insights":"i"}}"#;
    check(
        "a busy server",
        &always(patient(503, "overloaded")),
        "assets",
        6,
        &["error: Not now.\nhint: try again in 7 s\n"],
    );
    check("a busy server that is no CNOP server", &always(Reaction::html("503 Busy")), "assets", 6, &["status 503"]);
    check("no price", &on_order(problem(503, "price_unavailable")), "buy BTC 1 --yes", 6, &["hint: `cnop health`"]);
    check("a server that hangs up", &always(Reaction::HangUp), "assets", 6, &["error: no answer from", "hint: "]);
    check("too many requests", &always(patient(429, "rate_limited")), "asset BTC", 9, &["hint: try again in 7 s\n"]);
    check("too many orders", &on_order(patient(429, "rate_limited")), "buy BTC 1 --yes", 9, &["try again in 7 s"]);
    check("a failure", &always(problem(500, "internal_error")), "assets", 1, &["hint: the server's log", "trace-1"]);
    check("a failed insight", &always(problem(502, "insights_failed")), "assets", 1, &["A sentence of the server's."]);
    check("a code from the future", &always(problem(422, "too_cloudy")), "assets", 4, &["A sentence of the server's."]);
    check("not allowed", &always(problem(403, "permission_denied")), "assets", 4, &["A sentence of the server's."]);
    for gateway in ["502 Bad Gateway", "503 Busy", "504 Gateway Timeout"] {
        let cli = on_order(Reaction::html(gateway));
        let said = "was not done, and will not be\nhint: it is safe to try again\n";
        check(
            "a gateway in place of the server",
            &always(Reaction::html(gateway)),
            "assets",
            6,
            &["not one of a CNOP"],
        );
        check("a gateway in place of an order", &cli, "buy BTC 0.01 --yes", 6, &["not one of a CNOP", said]);
    }
    check("a failing gateway", &always(Reaction::html("500 Oops")), "assets", 1, &["(status 500)", IS_IT_A_SERVER]);
    check("an insight that takes too long", &always(problem(504, "insights_timeout")), "assets", 1, &["A sentence"]);
    check("a web page", &always(Reaction::html("200 OK")), "assets", 1, &["not one of a CNOP server", IS_IT_A_SERVER]);
    check("a missing page", &always(Reaction::html("404 Not Found")), "assets", 1, &["(status 404)", IS_IT_A_SERVER]);
    check("other JSON", &always(Reaction::json("200 OK", "[]")), "assets", 1, &["cannot be read", IS_IT_A_SERVER]);
    check("not HTTP", &always(Reaction::Answer("220 smtp ready\r\n".into())), "assets", 6, &["error: no answer"]);
    check("a refused settle", &refusing_to_settle(&server), "buy BTC 1 --yes", 7, &["error: it is unknown", "key is "]);
    let blocked = always(patient(403, "ip_blocked"));
    check_typed("a block", &blocked, "login ada_lovelace --password-stdin", PASSWORD, 9, &["Not now.", "in 7 s"]);
    let said = always(Reaction::json("503 Degraded", degraded)).run("health");
    assert_eq!(said.status, 6, "{said}");
    assert!(said.stdout.contains("Database  read only"), "{said}");
    assert!(said.stderr.contains("cannot take orders") && said.stderr.contains("named above"), "{said}");
}

/// Loses the order's answer, and then refuses the question what became of it.
fn refusing_to_settle(server: &TestServer) -> Cli {
    let stub = Stub::before(server.url(), |request| match request.route() {
        "POST /api/v1/orders" => Reaction::HangUp,
        route if route.ends_with("/settle") => Reaction::problem(403, "account_disabled", "No."),
        _ => Reaction::Forward,
    });
    Cli::logged_in(stub.url())
}
