//! Passwords and tokens: where they are read from, and that they are written nowhere.

use std::fs;
use std::process::{Command, Stdio};

use cnop_tests::{Cli, PASSWORD, TestServer, fresh_username};

#[test]
fn no_command_takes_a_password_as_an_argument() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    for command in ["", "register", "login", "password"] {
        let help = cli.ok(&format!("{command} --help"));
        let options = help.split_whitespace().filter(|word| word.starts_with("--") && word.contains("pass"));
        assert!(options.clone().all(|option| option.starts_with("--password-stdin")), "{help}");
        assert_eq!(options.count() > 0, !command.is_empty(), "{help}");
    }
    for line in ["login ada_lovelace --password Secret-Horse-9", "login ada_lovelace --password=Secret-Horse-9"] {
        let said = cli.run(line);
        assert_eq!(said.status, 2, "{said}");
        assert!(said.stderr.contains("--password-stdin"), "it says what there is instead: {said}");
        assert!(!said.stderr.contains("Secret-Horse-9"), "{said}");
    }
}

#[test]
fn the_password_is_the_first_line_of_standard_input() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let name = fresh_username();
    cli.register(&name);
    let line = format!("login {name} --password-stdin");
    let check = |stdin: &str, status: i32| {
        let said = cli.pipe(&line, stdin);
        assert_eq!(said.status, status, "{stdin:?}: {said}");
    };
    check(PASSWORD, 0);
    check(&format!("{PASSWORD}\n"), 0);
    check(&format!("{PASSWORD}\r\n"), 0);
    check(&format!("{PASSWORD}\nand another line\nand more\n"), 0);
    check(&format!("\n{PASSWORD}\n"), 2);
    check(&format!(" {PASSWORD}\n"), 3);
    check(&format!("{PASSWORD} \n"), 3);
    check(&format!("{}\n", "x".repeat(100_000)), 4);
}

/// Spaces and other scripts belong to a password as any character does.
#[test]
fn a_password_is_taken_as_it_is() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let password = " Spaces, \"quotes\" & $VAR-1 ü密 ";
    let name = fresh_username();
    let register = format!("register {name} {} --password-stdin", Cli::PERSON.replace("USER", &name));
    cli.pipe(&register, &format!("{password}\n")).succeeded();
    cli.pipe(&format!("login {name} --password-stdin"), &format!("{password}\n")).succeeded();
    assert_eq!(cli.pipe(&format!("login {name} --password-stdin"), password.trim()).status, 3);
}

#[test]
fn neither_password_nor_token_is_ever_printed_or_kept_beside_the_session_file() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let name = fresh_username();
    let person = Cli::PERSON.replace("USER", &name);
    let mut said = vec![cli.register(&name)];
    for format in ["table", "json"] {
        said.push(cli.pipe(&format!("login {name} --password-stdin --output {format}"), PASSWORD));
        said.push(cli.run(&format!("whoami --output {format}")));
        said.push(cli.pipe(&format!("register {name} {person} --password-stdin --output {format}"), PASSWORD));
        // With a letter more it is a wrong one, and with a forbidden length no password at all.
        said.push(cli.pipe(&format!("login {name} --password-stdin --output {format}"), &format!("{PASSWORD}x")));
        let long = PASSWORD.repeat(10);
        said.push(cli.pipe(&format!("register {name} {person} --password-stdin --output {format}"), &long));
        said.push(cli.pipe(&format!("login {name} --password-stdin --output {format}"), &long));
    }
    let token = cli.token("default");
    for said in said {
        assert!(!said.to_string().contains(PASSWORD) && !said.to_string().contains(&token), "{said}");
    }
    assert!(!server.log().contains(PASSWORD) && !server.log().contains(&token), "{}", server.log());
    let session = fs::read_to_string(cli.session_file("default")).unwrap();
    assert!(!session.contains(PASSWORD));
    let lock = cli.session_file("default").with_extension("lock");
    assert_eq!(fs::read_to_string(&lock).unwrap(), "");
    let mut files = files_below(cli.home());
    files.sort();
    assert_eq!(files, [cli.session_file("default"), lock]);
}

fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// Asked while the command runs: it waits for the rest of its standard input.
#[test]
fn the_list_of_processes_shows_no_password() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let mut command = cli.command("login ada_lovelace --password-stdin");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut stdin, PASSWORD.as_bytes()).unwrap();
    let listed = Command::new("ps").args(["-o", "args=", "-p", &child.id().to_string()]).output();
    drop(stdin);
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(3), "there is no such user");
    // Bare machines have no `ps`; there the rule that no argument takes a password stands alone.
    let Ok(listed) = listed else { return };
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.contains("login ada_lovelace") && !listed.contains(PASSWORD), "{listed}");
}
