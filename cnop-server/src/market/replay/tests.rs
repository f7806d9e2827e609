//! Rows in, boards out.

use std::fs;
use std::path::Path;

use cnop_core::money::Price;

use super::*;

const HOUR_MS: i64 = 3_600_000;

/// A folder of files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn replay(folder: &Path, speed: ReplaySpeed, from: Option<&str>) -> anyhow::Result<Replay> {
    let from = from.map(|from| from.parse().unwrap());
    Replay::open(&ReplaySettings { folder: folder.to_owned(), speed, from }, now())
}

fn now() -> Timestamp {
    "2026-11-24T08:00:00Z".parse().unwrap()
}

const BTC: &str = "date,open,high,low,close,volume\n\
                   2025-01-01,100,120,90,110,1000\n\
                   2025-01-02,110,130,105,107,2000\n\
                   2025-01-04,107,108,50,60,\n";
const NEW: &str = "open,time,low,high,close\n5,2025-01-02T12:00:00Z,4,6,5.5\n";

/// The prices of a board by ticker, `-` where there is none.
fn prices(board: &Board) -> String {
    let text =
        |listing: &Listing| listing.quote.as_ref().map_or_else(|| "-".to_owned(), |quote| quote.price.to_string());
    board.listings().iter().map(text).collect::<Vec<_>>().join(" ")
}

/// Every board until the end, at the times it asks for.
async fn play(replay: &mut Replay) -> Vec<(i64, String)> {
    let (mut time, mut boards) = (now(), Vec::new());
    loop {
        let look = replay.look(time).await.unwrap();
        boards.push((time.as_millis() - now().as_millis(), prices(&look.board)));
        match look.next {
            Next::After(wait) => time = time.plus_millis(wait.as_millis() as i64),
            Next::OnceSettled => {}
            Next::Never => return boards,
            Next::Interval => panic!("a replay knows when"),
        }
    }
}

#[tokio::test]
async fn every_point_is_played_in_order() {
    let folder = folder(&[("BTC.csv", BTC), ("new.csv", NEW), ("notes.txt", "?")]);
    let boards = play(&mut replay(folder.path(), ReplaySpeed::Max, None).unwrap()).await;
    let played: Vec<_> = boards.iter().map(|(_, prices)| prices.as_str()).collect();
    assert!(boards.iter().all(|(millis, _)| *millis == 0));
    let (rose, fell) = (["100 -", "90 -", "120 -", "110 -"], ["110 -", "130 -", "105 5", "107 4"]);
    // Nothing is known of BTC on the 3rd; the one row of NEW lasts a day, from noon on the 2nd.
    let (without_row, last) = (["107 6", "107 5.5"], ["107 5.5", "108 5.5", "50 5.5", "60 5.5"]);
    assert_eq!(played, [&rose[..], &fell, &without_row, &last].concat());
}

#[tokio::test]
async fn the_speed_says_when_and_prices_are_stamped_in_between() {
    let folder = folder(&[("BTC.csv", BTC)]);
    let times = ReplaySpeed::Times(86_400.0 / 8.0); // A day in 8 s, a quarter in 2.
    let mut replay = replay(folder.path(), times, None).unwrap();
    let boards = play(&mut replay).await;
    let seconds: Vec<_> = boards.iter().take(6).map(|(millis, prices)| (millis / 1_000, prices.as_str())).collect();
    assert_eq!(seconds, [(0, "100"), (1, "100"), (2, "90"), (3, "90"), (4, "120"), (5, "120")]);
    assert_eq!(boards.last(), Some(&(30_000, "60".to_owned())));
    let quote = replay.board().listings()[0].quote.clone().unwrap();
    assert_eq!(quote.at, now().plus_millis(30_000), "the server's time");
}

#[tokio::test]
async fn the_same_files_give_the_same_boards_at_any_speed() {
    let folder = folder(&[("BTC.csv", BTC), ("NEW.csv", NEW)]);
    let changes = async |speed| {
        let boards = play(&mut replay(folder.path(), speed, None).unwrap()).await;
        let mut prices: Vec<_> = boards.into_iter().map(|(_, prices)| prices).collect();
        prices.dedup();
        prices
    };
    let fastest = changes(ReplaySpeed::Max).await;
    for times in [3_600.0, 86_400.0, 1e9] {
        assert_eq!(changes(ReplaySpeed::Times(times)).await, fastest, "{times}");
    }
}

#[test]
fn it_begins_where_it_was_told_to_and_knows_what_was_before() {
    let folder = folder(&[("BTC.csv", BTC)]);
    let replay = replay(folder.path(), ReplaySpeed::Max, Some("2025-01-02T07:00:00Z")).unwrap();
    let quote = replay.board().listings()[0].quote.clone().unwrap();
    let text = |price: Option<Price>| price.map(|price| price.to_string()).unwrap_or_default();
    assert_eq!(quote.price.to_string(), "130");
    assert_eq!((text(quote.day_ago), text(quote.week_ago)), ("90".to_owned(), String::new()));
    assert_eq!(
        quote.day_range.map(|(low, high)| (low.to_string(), high.to_string())),
        Some(("110".into(), "130".into()))
    );
    assert_eq!(quote.volume_24h.unwrap().to_string(), "1000");
    let facts = replay.board().listings()[0].facts.clone();
    assert_eq!((facts.name.as_str(), facts.rank, facts.all_time_high), ("Bitcoin", 1, None));
}

#[test]
fn a_beginning_after_the_end_is_refused() {
    let folder = folder(&[("BTC.csv", BTC)]);
    let refused = replay(folder.path(), ReplaySpeed::Max, Some("2025-01-05T00:00:00Z")).err().unwrap();
    assert!(refused.to_string().contains("the files end at 2025-01-04T18:00:00.000Z"), "{refused}");
    assert!(replay(folder.path(), ReplaySpeed::Max, Some("2020-01-05T00:00:00Z")).is_ok(), "it waits for nothing");
}

#[track_caller]
fn check_refused(files: &[(&str, &str)], expected: &str) {
    let folder = folder(files);
    let refused = replay(folder.path(), ReplaySpeed::Max, None).err().unwrap().to_string();
    assert!(refused.contains(expected), "{refused}");
    assert!(files.is_empty() || refused.contains(files[files.len() - 1].0), "{refused}");
}

#[test]
fn a_bad_file_is_named_with_its_line() {
    let head = "date,open,high,low,close,volume\n2025-01-01,100,120,90,110,1000\n";
    let check_line = |line: &str, expected: &str| {
        check_refused(&[("BTC.csv", &format!("{head}{line}\n"))], &format!("BTC.csv, line 3: {expected}"));
    };
    check_line("2025-01-01,1,1,1,1,1", "2025-01-01 is not after the line before it");
    check_line("2025-01-02,1,1,1,1", "it has 5 fields where the header has 6");
    check_line("02.01.2025,1,1,1,1,1", "\"02.01.2025\" must be a day such as 2026-02-15");
    check_line("2025-01-02,1,1,2,1,1", "open and close must lie between low and high");
    check_line("2025-01-02,1,0.5,0.5,1,1", "open and close must lie between low and high");
    check_line("2025-01-02,1,1,0,1,1", "low is \"0\": it must be more than 0");
    check_line("2025-01-02,1,1,1,NaN,1", "close is \"NaN\": it must be a decimal number");
    check_line("2025-01-02,1,1,1,1,-1", "volume is \"-1\": it must be a number of at least 0");
    check_refused(&[], "there are no .csv files");
    check_refused(&[("BTC-USD.csv", BTC)], "the name of a file must be 1 to 10 letters or digits");
    check_refused(&[("BTC.csv", BTC), ("btc.csv", BTC)], "is the second file of BTC");
    check_refused(&[("BTC.csv", "date,open,high,low\n")], "it has no column close");
    check_refused(&[("BTC.csv", "day,open,high,low,close\n")], "it has no column date or time");
    check_refused(&[("BTC.csv", "date,open,high,low,close\n")], "it has no rows");
}

#[test]
fn a_day_of_hours_has_their_range_and_volume() {
    let mut text = "time,open,high,low,close,volume\n".to_owned();
    for hour in 0..72 {
        let begin = Timestamp::from_millis(hour * HOUR_MS);
        text += &format!("{begin},{0},{1},{0},{1},10\n", 100 + hour, 101 + hour);
    }
    let folder = folder(&[("ETH.csv", &text)]);
    let replay = replay(folder.path(), ReplaySpeed::Max, Some("1970-01-03T00:00:00Z")).unwrap();
    let quote = replay.board().listings()[0].quote.clone().unwrap();
    assert_eq!((quote.price.to_string(), quote.day_ago.unwrap().to_string()), ("148".to_owned(), "124".to_owned()));
    assert_eq!(
        quote.day_range.map(|(low, high)| (low.to_string(), high.to_string())),
        Some(("124".into(), "148".into()))
    );
    assert_eq!(quote.volume_24h.unwrap().to_string(), "240");
}
