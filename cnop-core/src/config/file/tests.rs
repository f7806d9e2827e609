use super::*;

const WRITTEN: &str = "\
# Mine.
server = \"https://cnop.example\" # the real one

[profiles.work]
output = 'json'
allow_plain_http = true
";

fn file(text: Option<&str>) -> (tempfile::TempDir, ConfigFile) {
    let dir = tempfile::tempdir().unwrap();
    let file = ConfigFile::at(dir.path().join("cnop/config.toml"));
    if let Some(text) = text {
        fs::create_dir_all(file.path().parent().unwrap()).unwrap();
        fs::write(file.path(), text).unwrap();
    }
    (dir, file)
}

fn entry(key: &[&str], value: EntryValue, line: usize) -> Entry {
    Entry { key: key.iter().copied().map(str::to_owned).collect(), value, line }
}

fn text(text: &str) -> EntryValue {
    EntryValue::Text(text.to_owned())
}

#[test]
fn every_key_is_read_with_its_line() {
    let (_dir, file) = file(Some(&format!("{WRITTEN}limit = 5\nlist = [\"a\"]\n")));
    let expected = [
        entry(&["server"], text("https://cnop.example"), 2),
        entry(&["profiles", "work", "output"], text("json"), 5),
        entry(&["profiles", "work", "allow_plain_http"], EntryValue::Flag(true), 6),
        entry(&["profiles", "work", "limit"], EntryValue::Other("integer"), 7),
        entry(&["profiles", "work", "list"], EntryValue::Other("array"), 8),
    ];
    assert_eq!(file.entries().unwrap(), expected);
}

#[test]
fn every_way_to_write_a_table_is_read() {
    for written in [
        "[profiles.work]\nserver = 'x'",
        "\nprofiles.work.server = 'x'",
        "\nprofiles = { work = { server = 'x' } }",
        "[profiles]\nwork = { server = 'x' }",
        "[profiles]\nwork.server = 'x'",
    ] {
        let (_dir, file) = file(Some(written));
        assert_eq!(file.entries().unwrap(), [entry(&["profiles", "work", "server"], text("x"), 2)], "{written}");
        file.set(&["profiles", "work", "server"], text("y")).unwrap();
        assert_eq!(file.entries().unwrap(), [entry(&["profiles", "work", "server"], text("y"), 2)], "{written}");
    }
}

#[test]
fn no_file_is_an_empty_one() {
    let (_dir, file) = file(None);
    assert_eq!(file.entries().unwrap(), []);
    assert!(!file.unset(&["server"]).unwrap());
    assert!(!file.path().exists());
}

#[test]
fn a_change_keeps_the_rest_as_it_was_written() {
    let (_dir, file) = file(Some(WRITTEN));
    file.set(&["server"], text("http://127.0.0.1:1")).unwrap();
    file.set(&["profile"], text("work")).unwrap();
    file.set(&["profiles", "work", "allow_plain_http"], EntryValue::Flag(false)).unwrap();
    file.set(&["profiles", "home", "output"], text("csv")).unwrap();
    let expected = "\
# Mine.
server = \"http://127.0.0.1:1\" # the real one
profile = \"work\"

[profiles.work]
output = 'json'
allow_plain_http = false

[profiles.home]
output = \"csv\"
";
    assert_eq!(fs::read_to_string(file.path()).unwrap(), expected);
}

#[test]
fn what_is_unset_is_gone_with_the_table_that_it_leaves_empty() {
    let (_dir, file) = file(Some("[profiles.work]\noutput = 'json'\n"));
    assert!(!file.unset(&["server"]).unwrap());
    assert!(!file.unset(&["profiles", "work", "server"]).unwrap());
    assert!(file.unset(&["profiles", "work", "output"]).unwrap());
    assert_eq!(fs::read_to_string(file.path()).unwrap(), "");
}

#[test]
fn a_key_below_a_value_is_refused_and_nothing_is_written() {
    let (_dir, file) = file(Some("profiles = 5\n"));
    let error = file.set(&["profiles", "work", "server"], text("x")).unwrap_err();
    assert!(error.to_string().ends_with("config.toml: `profiles` is not a table"), "{error}");
    assert_eq!(fs::read_to_string(file.path()).unwrap(), "profiles = 5\n");
}

#[test]
fn damage_is_named_with_its_line_and_can_be_put_aside() {
    for (written, line) in [("server = \n", 1), ("\n\n[profiles\n", 3), ("a = 1\na = 2\n", 2)] {
        let (_dir, file) = file(Some(written));
        let error = file.entries().unwrap_err();
        assert!(error.to_string().contains(&format!("config.toml, line {line}: ")), "{error}");
        assert!(matches!(file.set(&["server"], text("x")), Err(ConfigError::Damaged { .. })), "{written}");
        let aside = file.put_aside().unwrap();
        assert_eq!(fs::read_to_string(aside).unwrap(), written);
        file.set(&["server"], text("x")).unwrap();
    }
    let (_dir, file) = file(None);
    fs::create_dir_all(file.path().parent().unwrap()).unwrap();
    fs::write(file.path(), b"server = '\xff'").unwrap();
    assert!(file.entries().unwrap_err().to_string().ends_with("line 1: it is not text in UTF-8"));
}

#[cfg(unix)]
#[test]
fn a_link_stays_one_and_the_file_is_its_owners() {
    use std::os::unix::fs::PermissionsExt;

    let (dir, file) = file(None);
    let real = dir.path().join("dotfiles.toml");
    fs::write(&real, "").unwrap();
    fs::create_dir_all(file.path().parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(&real, file.path()).unwrap();
    file.set(&["server"], text("x")).unwrap();
    assert!(file.path().is_symlink());
    assert_eq!(fs::read_to_string(&real).unwrap(), "server = \"x\"\n");
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o022, 0);
}
