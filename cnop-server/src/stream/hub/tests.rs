//! Everything that a reader may be told, without a task, a socket or a clock.

use cnop_core::ids::Sequence;
use cnop_core::money::Usd;

use super::*;
use crate::market::book::tests::listing;
use crate::store::Session;
use crate::stream::Assets;
use crate::stream::tests::verified;

const UNLIMITED: StreamLimits = StreamLimits { a_user: None, an_address: None };
const MAX_AGE_MS: i64 = 10_000;

fn start() -> Timestamp {
    "2026-09-21T14:13:20Z".parse().unwrap()
}

/// A hub and the market it looks at.
struct World {
    hub: Hub,
    book: PriceBook,
    now: Timestamp,
}

/// A reader's end.
struct Ear(Place);

impl Ear {
    /// What came since the last look, without signs of life.
    fn hear(&mut self) -> Vec<String> {
        let events = std::iter::from_fn(|| self.0.events.try_next());
        let texts = events.map(|event| String::from_utf8(event.to_vec()).unwrap());
        texts.filter(|text| !text.starts_with(": alive")).collect()
    }

    /// Name and data of each event.
    fn events(&mut self) -> Vec<(String, serde_json::Value)> {
        self.hear().iter().map(|text| parse(text)).collect()
    }

    fn is_over(&mut self) -> bool {
        self.hear();
        self.0.events.is_closed()
    }
}

fn parse(text: &str) -> (String, serde_json::Value) {
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
    (field("event: "), serde_json::from_str(&field("data: ")).unwrap())
}

fn id_of(text: &str) -> EventId {
    text.lines().find_map(|line| line.strip_prefix("id: ")).unwrap().parse().unwrap()
}

/// The assets of a `prices` event.
fn assets((name, data): &(String, serde_json::Value)) -> Vec<&str> {
    assert_eq!(name, "prices");
    data["prices"].as_array().unwrap().iter().map(|price| price["asset_id"].as_str().unwrap()).collect()
}

fn names(events: &[(String, serde_json::Value)]) -> Vec<&str> {
    events.iter().map(|(name, _)| name.as_str()).collect()
}

fn only(ids: &[&str]) -> Assets {
    Assets::Only(ids.iter().map(|id| id.parse().unwrap()).collect())
}

fn prices(assets: Assets) -> Wanted {
    Wanted { address: std::net::IpAddr::from([127, 0, 0, 1]), prices: Some(assets), own: None, after: None }
}

fn own(user: u32, orders: bool, balance: bool) -> Wanted {
    let session = Session { user: UserNumber::for_test(user), token: Sequence::first_of(start()) };
    Wanted {
        own: Some(Own { session, token: verified(start()), orders, balance }),
        prices: None,
        ..prices(Assets::All)
    }
}

fn cash(user: u32, dollars: u32) -> News {
    let current: Usd = dollars.to_string().parse().unwrap();
    News {
        user: UserNumber::for_test(user),
        what: What::Balance(Cash { current, held: Usd::ZERO, updated_at: start() }),
    }
}

impl World {
    fn new() -> Self {
        let book = PriceBook::new(Board::new(Vec::new()), MAX_AGE_MS);
        let mut world = Self { hub: Hub::new("b007"), book, now: start() };
        world.tick(&[("BTC", "50000"), ("ETH", "2000"), ("USDC", "1")]);
        world
    }

    /// A second later, with these prices.
    fn tick(&mut self, prices: &[(&str, &str)]) {
        self.now = self.now.plus_millis(1_000);
        let listings = prices.iter().map(|(id, price)| listing(id, price, self.now, true)).collect();
        self.hub.look(&Board::new(listings), Now { book: &self.book, time: self.now });
    }

    fn open(&mut self, wanted: Wanted) -> Ear {
        Ear(self.hub.open(wanted, UNLIMITED).unwrap())
    }
}

#[test]
fn first_comes_everything_then_what_a_tick_changed() {
    let mut world = World::new();
    let mut ear = world.open(prices(Assets::All));
    let first = ear.hear();
    assert_eq!(
        first[0],
        "event: prices\nid: b007-1\ndata: {\"time\":\"2026-09-21T14:13:21.000Z\",\"prices\":[\
         {\"asset_id\":\"BTC\",\"price_usd\":50000,\"price_change_percentage_24h\":null,\"stale\":false},\
         {\"asset_id\":\"ETH\",\"price_usd\":2000,\"price_change_percentage_24h\":null,\"stale\":false},\
         {\"asset_id\":\"USDC\",\"price_usd\":1,\"price_change_percentage_24h\":null,\"stale\":false}]}\n\n"
    );
    world.tick(&[("BTC", "50000.5"), ("ETH", "2000"), ("USDC", "1")]);
    world.tick(&[("BTC", "50000.5"), ("ETH", "2000"), ("USDC", "1")]);
    world.tick(&[("BTC", "50001"), ("ETH", "2001"), ("USDC", "1")]);
    let events = ear.events();
    assert_eq!(events.iter().map(assets).collect::<Vec<_>>(), [vec!["BTC"], vec!["BTC", "ETH"]]);
    assert_eq!(events[0].1["prices"][0]["price_usd"].to_string(), "50000.5");
}

#[test]
fn a_filter_leaves_the_others_out_and_stays_silent_where_nothing_is_left() {
    let mut world = World::new();
    let mut ear = world.open(prices(only(&["ETH", "USDC"])));
    world.tick(&[("BTC", "50001"), ("ETH", "2000"), ("USDC", "1")]);
    world.tick(&[("BTC", "50002"), ("ETH", "2001"), ("USDC", "1")]);
    let events = ear.events();
    assert_eq!(events.iter().map(assets).collect::<Vec<_>>(), [vec!["ETH", "USDC"], vec!["ETH"]]);
}

#[test]
fn a_tick_is_encoded_once_for_all_who_want_the_same() {
    let mut world = World::new();
    let mut ears: Vec<_> = [Assets::All, Assets::All, only(&["BTC"]), only(&["BTC"])]
        .map(|assets| world.open(prices(assets)))
        .into_iter()
        .collect();
    let firsts: Vec<_> = ears.iter_mut().map(|ear| ear.0.events.try_next().unwrap()).collect();
    ears.iter_mut().for_each(|ear| drop(ear.hear()));
    world.tick(&[("BTC", "1"), ("ETH", "2"), ("USDC", "3")]);
    let ticks: Vec<_> = ears.iter_mut().map(|ear| ear.0.events.try_next().unwrap()).collect();
    for events in [firsts, ticks] {
        let places: Vec<_> = events.iter().map(|event| event.as_ptr()).collect();
        assert!(places[0] == places[1] && places[2] == places[3] && places[0] != places[2]);
    }
}

#[test]
fn a_price_that_grows_old_is_told_without_a_tick() {
    let mut world = World::new();
    let mut ear = world.open(prices(only(&["BTC"])));
    ear.hear();
    let board = Board::new(vec![listing("BTC", "50000", world.now, true)]);
    for (later, expected) in [(MAX_AGE_MS, None), (MAX_AGE_MS + 1, Some(true)), (MAX_AGE_MS + 1_000, None)] {
        let time = world.now.plus_millis(later);
        // The other two are no longer listed: the first look tells nothing of them.
        world.hub.look(&board, Now { book: &world.book, time });
        let told: Vec<_> = ear.events().iter().map(|(_, data)| data["prices"][0]["stale"].as_bool().unwrap()).collect();
        assert_eq!(told, Vec::from_iter(expected), "after {later} ms");
    }
}

#[test]
fn a_user_hears_of_their_own_and_of_what_they_asked_for() {
    let mut world = World::new();
    let mut ada = world.open(own(1, false, true));
    let mut orders_only = world.open(own(1, true, false));
    let mut bob = world.open(own(2, true, true));
    world.hub.tell(&[cash(1, 100), cash(3, 7)]);
    let heard = ada.events();
    assert_eq!(names(&heard), ["balance"]);
    assert_eq!(
        heard[0].1,
        serde_json::json!({"current_balance": "100", "available_balance": "100", "held_balance": "0",
                           "updated_at": start().to_string()})
    );
    assert!(orders_only.hear().is_empty() && bob.hear().is_empty());
}

#[test]
fn who_comes_back_gets_what_was_missed_and_nothing_twice() {
    let mut world = World::new();
    let everything = || Wanted { prices: Some(Assets::All), ..own(1, true, true) };
    let mut ear = world.open(everything());
    world.hub.tell(&[cash(1, 1)]);
    world.tick(&[("BTC", "50001"), ("ETH", "2000"), ("USDC", "1")]);
    let heard = ear.hear();
    assert_eq!(heard.len(), 3);
    for (seen, text) in heard.iter().enumerate() {
        let mut again = world.open(Wanted { after: Some(id_of(text)), ..everything() });
        assert_eq!(again.hear(), heard[seen + 1..], "after {text}");
    }
    // Missed while away, with the user's last stream gone.
    let after = Some(id_of(&heard[2]));
    world.hub.leave(ear.0.id);
    world.hub.tell(&[cash(1, 2), cash(2, 9)]);
    world.tick(&[("BTC", "50002"), ("ETH", "2000"), ("USDC", "1")]);
    world.hub.tell(&[cash(1, 3)]);
    let mut back = world.open(Wanted { after, ..everything() });
    let events = back.events();
    assert_eq!(names(&events), ["balance", "prices", "balance"]);
    assert_eq!(assets(&events[1]), ["BTC"]);
    assert_eq!(events[2].1["current_balance"], "3");
}

#[track_caller]
fn check_lagged(world: &mut World, wanted: Wanted, why: &str) {
    let mut ear = world.open(wanted);
    let events = ear.events();
    assert_eq!(names(&events), ["lagged", "prices"], "{why}");
    assert_eq!((&events[0].1["missed"], assets(&events[1]).len()), (&serde_json::Value::Null, 3), "{why}");
}

#[test]
fn an_id_whose_events_are_gone_begins_with_lagged_and_everything() {
    let mut world = World::new();
    let after = |number, wanted| Wanted { after: Some(EventId { boot: "b007".into(), number }), ..wanted };
    let other = EventId { boot: "b006".into(), number: 1 };
    check_lagged(&mut world, Wanted { after: Some(other), ..prices(Assets::All) }, "another process");
    check_lagged(&mut world, Wanted { after: Some(EventId::unknown()), ..prices(Assets::All) }, "no id at all");
    check_lagged(&mut world, after(2, prices(Assets::All)), "not yet given out");
    let both = || Wanted { prices: Some(Assets::All), ..own(1, true, true) };
    check_lagged(&mut world, after(0, both()), "a user who had no stream then");
    let last = 61;
    for price in 2..=last {
        world.tick(&[("BTC", &price.to_string()), ("ETH", "2000"), ("USDC", "1")]);
    }
    check_lagged(&mut world, after(0, prices(Assets::All)), "ticks that are gone");
    let mut held = world.open(after(1, prices(Assets::All)));
    assert_eq!(held.events().len(), 60);
}

#[test]
fn a_users_events_are_kept_in_bounds_and_forgotten_after_two_minutes() {
    let mut world = World::new();
    let ear = world.open(own(1, true, true));
    let number = world.hub.number;
    let after = |number| Wanted { after: Some(EventId { boot: "b007".into(), number }), ..own(1, true, true) };
    world.hub.leave(ear.0.id);
    for dollars in 0..257 {
        world.hub.tell(&[cash(1, dollars)]);
    }
    assert_eq!(names(&world.open(after(number)).events()), ["lagged"]);
    let mut held = world.open(after(number + 1));
    assert_eq!(held.events().len(), 256);
    let readers: Vec<_> = world.hub.seats.keys().copied().collect();
    readers.into_iter().for_each(|reader| world.hub.leave(reader));
    for _ in 0..120 {
        world.hub.catch_up();
    }
    assert_eq!(world.hub.users.len(), 1);
    world.hub.catch_up();
    assert_eq!(world.hub.users.len(), 0);
    assert_eq!(names(&world.open(after(number + 1)).events()), ["lagged"]);
}

#[test]
fn a_slow_reader_is_told_how_much_it_missed_and_all_prices_and_holds_nobody_up() {
    let mut world = World::new();
    let mut slow = world.open(Wanted { prices: Some(Assets::All), ..own(1, false, true) });
    let mut quick = world.open(prices(Assets::All));
    for price in 1..=260 {
        world.tick(&[("BTC", &price.to_string()), ("ETH", "2000"), ("USDC", "1")]);
        world.hub.beat();
        world.hub.catch_up();
        assert_eq!(quick.hear().len(), if price == 1 { 2 } else { 1 });
    }
    world.hub.tell(&[cash(1, 5)]);
    let mut heard = Vec::new();
    heard.append(&mut slow.events());
    let told = heard.len() as u64;
    world.hub.tell(&[cash(1, 6)]); // After a gap, nothing is told before the gap is.
    assert_eq!(slow.hear().len(), 0);
    world.hub.catch_up();
    let events = slow.events();
    assert_eq!(names(&events), ["lagged", "prices"]);
    // The first event was everything; 260 ticks and two balances were to follow.
    assert_eq!(events[0].1["missed"], 1 + 260 + 2 - told);
    assert_eq!((assets(&events[1]).len(), &events[1].1["prices"][0]["price_usd"]), (3, &serde_json::json!(260)));
    world.hub.tell(&[cash(1, 7)]);
    assert_eq!(names(&slow.events()), ["balance"]);
}

#[test]
fn lost_news_are_told_to_those_whom_they_may_concern() {
    let mut world = World::new();
    let mut ada = world.open(own(1, true, true));
    let mut watcher = world.open(prices(Assets::All));
    let before = world.hub.number;
    watcher.hear();
    world.hub.lose_news();
    let events = ada.events();
    assert_eq!((names(&events), &events[0].1["missed"]), (vec!["lagged"], &serde_json::Value::Null));
    assert!(watcher.hear().is_empty());
    let after = Some(EventId { boot: "b007".into(), number: before });
    assert_eq!(names(&world.open(Wanted { after, ..own(1, true, true) }).events()), ["lagged"]);
}

#[test]
fn streams_are_counted_by_user_and_by_address() {
    let mut world = World::new();
    let limits = StreamLimits { a_user: std::num::NonZeroU32::new(2), an_address: std::num::NonZeroU32::new(3) };
    let open = |world: &mut World, wanted| world.hub.open(wanted, limits).map(|place| place.id);
    let from = |address: &str, wanted| Wanted { address: address.parse().unwrap(), ..wanted };
    let first = open(&mut world, own(1, true, true)).unwrap();
    open(&mut world, own(1, true, false)).unwrap();
    assert_eq!(open(&mut world, own(1, false, true)), Err(NotOpened::TooManyOfUser(2)));
    open(&mut world, own(2, true, true)).unwrap();
    assert_eq!(open(&mut world, prices(Assets::All)), Err(NotOpened::TooManyOfAddress(3)));
    assert_eq!(open(&mut world, from("::ffff:127.0.0.1", prices(Assets::All))), Err(NotOpened::TooManyOfAddress(3)));
    world.hub.leave(first);
    world.hub.leave(first);
    open(&mut world, own(1, true, true)).unwrap();
    for last in 1..=3 {
        open(&mut world, from(&format!("2001:db8:0:1::{last}"), prices(Assets::All))).unwrap();
    }
    assert!(open(&mut world, from("2001:db8:0:1:ffff::1", prices(Assets::All))).is_err());
    assert!(open(&mut world, from("2001:db8:0:2::1", prices(Assets::All))).is_ok());
}

#[test]
fn a_closed_hub_ends_every_stream_and_opens_none() {
    let mut world = World::new();
    let mut ears = [world.open(prices(Assets::All)), world.open(own(1, true, true))];
    assert!(!ears[0].is_over() && !ears[1].is_over());
    world.hub.close();
    assert!(ears[0].is_over() && ears[1].is_over());
    assert_eq!(world.hub.open(prices(Assets::All), UNLIMITED).unwrap_err(), NotOpened::Closing);
    assert!(world.hub.networks.is_empty() && world.hub.seats.is_empty());
}

#[test]
fn a_quiet_stream_learns_where_to_go_on_from() {
    let mut world = World::new();
    let mut place = world.open(own(1, true, true)).0;
    let alive = |bytes: Bytes| String::from_utf8(bytes.to_vec()).unwrap();
    assert_eq!(alive(place.events.try_next().unwrap()), ": alive\nid: b007-2\n\n");
    world.tick(&[("BTC", "1"), ("ETH", "2000"), ("USDC", "1")]);
    world.hub.beat();
    assert_eq!(alive(place.events.try_next().unwrap()), ": alive\nid: b007-3\n\n");
}

#[test]
fn what_happened_while_nobody_kept_it_is_told_as_a_gap() {
    let mut world = World::new();
    let mut ear = world.open(own(1, true, true));
    let id = id_of(std::str::from_utf8(&ear.0.events.try_next().unwrap()).unwrap());
    world.hub.leave(ear.0.id);
    for _ in 0..=120 {
        world.hub.catch_up();
    }
    // The market stands still: nothing else has a number.
    world.hub.tell(&[cash(1, 5)]);
    let mut other = world.open(own(1, true, true));
    let mut back = world.open(Wanted { after: Some(id), ..own(1, true, true) });
    assert_eq!((names(&other.events()), names(&back.events())), (vec![], vec!["lagged"]));
}

#[test]
fn a_gap_of_unknown_length_is_told_as_one() {
    let mut world = World::new();
    let mut slow = world.open(own(1, true, true));
    for dollars in 0..300 {
        world.hub.tell(&[cash(1, dollars)]);
    }
    world.hub.lose_news();
    world.hub.tell(&[cash(1, 7)]);
    slow.hear();
    world.hub.catch_up();
    let events = slow.events();
    assert_eq!((names(&events), &events[0].1["missed"]), (vec!["lagged"], &serde_json::Value::Null));
    for dollars in 0..256 {
        world.hub.tell(&[cash(1, dollars)]);
    }
    world.hub.lose_news();
    slow.hear();
    world.hub.catch_up();
    assert_eq!(slow.events()[0].1["missed"], serde_json::Value::Null, "also where there is no room to say so");
}

/// 1,000 assets that all change: some 90 KB a tick.
fn large_tick(world: &mut World, price: u32) {
    let price = price.to_string();
    let ids: Vec<_> = (0..1_000).map(|id| format!("A{id}")).collect();
    let prices: Vec<_> = ids.iter().map(|id| (id.as_str(), price.as_str())).collect();
    world.tick(&prices);
}

#[test]
fn what_waits_for_a_reader_is_bounded_in_bytes_too() {
    let mut world = World::new();
    let mut slow = world.open(prices(Assets::All));
    slow.hear();
    for price in 1..=20 {
        large_tick(&mut world, price);
    }
    let waiting = slow.hear();
    assert!(waiting.iter().map(String::len).sum::<usize>() <= 256 * 1024);
    world.hub.catch_up();
    let events = slow.events();
    assert_eq!(names(&events), ["lagged", "prices"]);
    assert_eq!(events[0].1["missed"], 20 - waiting.len() as u64);
    // What was missed while away is told one by one only where it is not more than that.
    let after = |number| Some(EventId { boot: "b007".into(), number });
    let newest = world.hub.number;
    let mut near = world.open(Wanted { after: after(newest - 2), ..prices(Assets::All) });
    assert_eq!(names(&near.events()), ["prices", "prices"]);
    let mut far = world.open(Wanted { after: after(newest - 20), ..prices(Assets::All) });
    assert_eq!(names(&far.events()), ["lagged", "prices"]);
}

#[test]
fn a_single_event_may_be_longer_than_what_may_wait() {
    let mut world = World::new();
    let ids: Vec<_> = (0..4_000).map(|id| format!("A{id}")).collect();
    let mut ear = world.open(prices(Assets::All));
    ear.hear();
    for price in ["1", "2", "3"] {
        let prices: Vec<_> = ids.iter().map(|id| (id.as_str(), price)).collect();
        world.tick(&prices);
    }
    assert_eq!(names(&ear.events()), ["prices"]);
    world.hub.catch_up();
    let events = ear.events();
    assert_eq!((names(&events), assets(&events[1]).len()), (vec!["lagged", "prices"], 4_000));
}
