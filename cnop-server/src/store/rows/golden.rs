//! The bytes of every stored row, held for ever: a file of today must be readable by every later server.
//!
//! A test that fails here says that old files have become unreadable. Do not change its hex: give the row a new version,
//! and let `from_older` read the old one.

mod trail;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::store::rows::Role;
use cnop_core::ids::{RequestId, Sequence};
use cnop_core::ledger::{Account, AccountState, DayTotals, EntryCounts, Holding};
use cnop_core::money::Usd;
use cnop_core::order::{LimitOrder, LimitState, Seen, Side, WhyCancelled};
use cnop_core::time::Timestamp;
use proptest::prelude::*;

use super::{
    Access, AccountRow, CandleRow, CashMoveKind, CashMoveRow, FillRow, IdempotencyRow, KeyAgeRow, LimitOrderRow,
    ListingRow, MarketOrderRow, MarketSeed, OpenOrderRow, OrderRow, Profile, QuoteRow, Remembered, UserRecord,
};
use crate::store::Origin;
use crate::store::codec::{Row, decode, encode};

/// 2026-02-15T12:00:00Z.
const NOON: i64 = 1_771_156_800_000;
/// A request id that this server makes.
const OURS: &str = "0198a1b2c3d4711189abcdef01234567";

#[track_caller]
fn golden<R: Row + PartialEq + Debug>(row: &R, hex: &str) {
    assert_eq!(hex_of(&encode(row)), hex);
    let bytes = bytes_of(hex);
    assert_eq!(&decode::<R>(&bytes).unwrap(), row);
    for length in 0..bytes.len() {
        assert!(decode::<R>(&bytes[..length]).is_err(), "the first {length} bytes are no row");
    }
    assert!(decode::<R>(&[&bytes[..], &[0]].concat()).is_err(), "a byte too many is no row");
    for version in (0..=u8::MAX).filter(|version| *version != R::VERSION) {
        let error = decode::<R>(&[&[version], &bytes[1..]].concat()).unwrap_err().to_string();
        assert!(error.contains(R::WHAT) && error.contains("unknown to this server"), "{error}");
    }
}

fn hex_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes_of(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

fn noon() -> Timestamp {
    Timestamp::from_millis(NOON)
}

fn sequence() -> Sequence {
    Sequence::first_of(noon()).next_at(noon())
}

fn origin(request_id: &str, address: IpAddr) -> Origin {
    Origin { request_id: RequestId::from_caller(request_id).unwrap(), address }
}

fn ours() -> Origin {
    origin(OURS, IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)))
}

fn theirs() -> Origin {
    origin("their-request-1", IpAddr::V6(Ipv6Addr::LOCALHOST))
}

fn user() -> UserRecord {
    UserRecord {
        profile: Profile {
            username: "ada_lovelace".parse().unwrap(),
            email: "ada@example.com".parse().unwrap(),
            first_name: "Ada".parse().unwrap(),
            last_name: "Lovelace".parse().unwrap(),
            phone: Some("+44 20 7946 0000".parse().unwrap()),
            date_of_birth: Some("1990-12-10".parse().unwrap()),
            marketing_emails_consent: true,
        },
        password_hash: "$argon2id$v=19$hash".to_owned(),
        created_at: noon(),
        updated_at: noon().plus_millis(1),
    }
}

fn account() -> AccountRow {
    let holding = Holding {
        quantity: "0.1".parse().unwrap(),
        held: "0.04".parse().unwrap(),
        basis: "5000.00000001".parse().unwrap(),
        created_at: noon(),
        updated_at: noon().plus_millis(2),
    };
    let account = Account::restore(AccountState {
        cash: "4000.5".parse().unwrap(),
        held: "3500".parse().unwrap(),
        day: DayTotals { day: noon().day(), deposited: Usd::whole(9_000), withdrawn: "0.01".parse().unwrap() },
        claimed_on: Some(noon().day()),
        counts: EntryCounts::new(|kind| [1, 2, 3, 4, 500][kind as usize]),
        holdings: BTreeMap::from([("BTC".parse().unwrap(), holding)]),
        created_at: noon(),
        updated_at: noon().plus_millis(3),
    });
    AccountRow::from(&account.unwrap())
}

fn order(side: Side, origin: Origin) -> OrderRow {
    OrderRow::Market(MarketOrderRow {
        side: side.into(),
        asset_id: "BTC".parse().unwrap(),
        quantity: "0.1".parse().unwrap(),
        price: "84110.4".parse().unwrap(),
        total: "8411.04".parse().unwrap(),
        balance_after: "588.96".parse().unwrap(),
        origin: origin.into(),
    })
}

fn limit_order(state: LimitState) -> LimitOrder {
    LimitOrder {
        side: Side::Buy,
        asset_id: "BTC".parse().unwrap(),
        quantity: "0.1".parse().unwrap(),
        limit: "60000.5".parse().unwrap(),
        expires_at: noon().plus_millis(Timestamp::DAY_MS),
        placed_at: Seen { price: "84110.4".parse().unwrap(), at: noon() },
        state,
    }
}

/// Every state that a limit order can be in.
fn limit_states() -> Vec<LimitState> {
    let (at, price, total) = (sequence(), "59000".parse().unwrap(), Usd::whole(5_900));
    vec![
        LimitState::Queued,
        LimitState::Completed { at, price, total },
        LimitState::Cancelled { at, why: WhyCancelled::ByOwner },
        LimitState::Cancelled { at, why: WhyCancelled::NotTradable },
        LimitState::Expired { at },
        LimitState::Failed { at },
    ]
}

fn limit_row(state: LimitState) -> LimitOrderRow {
    let by_owner = matches!(state, LimitState::Cancelled { why: WhyCancelled::ByOwner, .. });
    let row = LimitOrderRow::placed(&limit_order(LimitState::Queued), ours());
    row.ended(state, by_owner.then(theirs))
}

fn fill() -> FillRow {
    FillRow {
        order: sequence(),
        side: Side::Sell.into(),
        asset_id: "BTC".parse().unwrap(),
        quantity: "0.1".parse().unwrap(),
        price: "84110.4".parse().unwrap(),
        total: "8411.04".parse().unwrap(),
        balance_after: "588.96".parse().unwrap(),
    }
}

fn cash_move(kind: CashMoveKind) -> CashMoveRow {
    CashMoveRow { kind, amount: Usd::whole(100), balance_after: "588.96".parse().unwrap(), origin: ours().into() }
}

fn done() -> IdempotencyRow {
    let remembered = Remembered::Done { fingerprint: [7; 16], status: 201, body: b"{}".to_vec() };
    IdempotencyRow { at: sequence(), remembered }
}

fn access(role: Role, spared: Option<Sequence>) -> Access {
    Access { role, disabled: spared.is_none(), tokens_from: sequence(), spared }
}

#[test]
fn access_is_as_ever() {
    golden(&access(Role::Customer, Some(Sequence::from_u64(5))), "0100008180808082d884e3190105");
    golden(&access(Role::Admin, None), "0101018180808082d884e31900");
}

#[test]
fn an_account_is_as_ever() {
    golden(
        &account(),
        "0180c2b4cda41780b081daaf14d41f020f80a0f1c2b13480897a01d41f020f01020304f403010342544380dac40980a4\
         e80382a094a58d1d8088e0928c678488e0928c678088e0928c678688e0928c67",
    );
    golden(&AccountRow::from(&Account::opened(noon())), "010000d41f020f0000000000000000008088e0928c678088e0928c67");
}

#[test]
fn a_user_is_as_ever() {
    golden(
        &user(),
        "010c6164615f6c6f76656c6163650f616461406578616d706c652e636f6d03416461084c6f76656c616365010d2b3434\
         32303739343630303030010a313939302d31322d31300113246172676f6e32696424763d313924686173688088e0928c\
         678288e0928c67",
    );
    let mut plain = user();
    (plain.profile.phone, plain.profile.date_of_birth) = (None, None);
    golden(
        &plain,
        "010c6164615f6c6f76656c6163650f616461406578616d706c652e636f6d03416461084c6f76656c6163650000011324\
         6172676f6e32696424763d313924686173688088e0928c678288e0928c67",
    );
}

#[test]
fn an_order_is_as_ever() {
    golden(
        &order(Side::Buy, ours()),
        "0100000342544380dac4098080d49ed2fde8aa028090a4dbfa308090cde7b603000198a1b2c3d4711189abcdef012345\
         6700c0000207",
    );
    golden(
        &order(Side::Sell, theirs()),
        "0100010342544380dac4098080d49ed2fde8aa028090a4dbfa308090cde7b603010f74686569722d726571756573742d\
         310100000000000000000000000000000001",
    );
}

#[test]
fn a_limit_order_is_as_ever_in_every_state() {
    let placed = "01000342544380dac40980a0c48de18895d50180f892e58c678080d49ed2fde8aa028088e0928c67";
    let states = [
        "00",
        "018180808082d884e3198080fc9bff8bced10180b0ecebab22",
        "028180808082d884e31901010f74686569722d726571756573742d310100000000000000000000000000000001",
        "028180808082d884e31900",
        "038180808082d884e319",
        "048180808082d884e319",
    ];
    for (state, hex) in limit_states().into_iter().zip(states) {
        golden(&limit_row(state), &format!("{placed}{hex}000198a1b2c3d4711189abcdef0123456700c0000207"));
        assert_eq!(limit_row(state).order(), limit_order(state));
    }
}

#[test]
fn an_execution_is_as_ever() {
    golden(&fill(), "018180808082d884e319010342544380dac4098080d49ed2fde8aa028090a4dbfa308090cde7b603");
}

#[test]
fn an_open_order_is_as_ever() {
    golden(
        &OpenOrderRow::from(&limit_order(LimitState::Queued)),
        "01000342544380a0c48de18895d50180f892e58c678080d49ed2fde8aa028088e0928c67",
    );
}

#[test]
fn a_cash_move_is_as_ever() {
    golden(&cash_move(CashMoveKind::Deposit), "01008090dfc04a8090cde7b603000198a1b2c3d4711189abcdef0123456700c0000207");
    golden(
        &cash_move(CashMoveKind::Withdrawal),
        "01018090dfc04a8090cde7b603000198a1b2c3d4711189abcdef0123456700c0000207",
    );
    golden(
        &cash_move(CashMoveKind::RedPocket { big: true }),
        "0102018090dfc04a8090cde7b603000198a1b2c3d4711189abcdef0123456700c0000207",
    );
}

#[test]
fn an_idempotency_key_is_as_ever() {
    golden(&done(), "018180808082d884e3190007070707070707070707070707070707c901027b7d");
    golden(&IdempotencyRow { at: sequence(), remembered: Remembered::Void }, "018180808082d884e31901");
}

#[test]
fn the_age_of_a_key_is_as_ever() {
    golden(&KeyAgeRow { user: 300, digest: [9; 16] }, "01ac0209090909090909090909090909090909");
}

#[test]
fn a_candle_is_as_ever() {
    let price = |text: &str| text.parse().unwrap();
    let row = CandleRow {
        open: price("84110.4"),
        high: price("85000"),
        low: price("0.000012967312"),
        close: price("84200.01"),
        volume: None,
    };
    golden(&row, "018080d49ed2fde8aa028080c4de96c3fdad02a0f6ae0c809093e2d0dd91ab0200");
    golden(
        &CandleRow { volume: Some(74_558_863_000), ..row },
        "018080d49ed2fde8aa028080c4de96c3fdad02a0f6ae0c809093e2d0dd91ab020198edb7e09502",
    );
}

#[test]
fn a_listing_is_as_ever() {
    let row = ListingRow {
        name: "Bitcoin".to_owned(),
        description: "The first.".to_owned(),
        category: "store-of-value".to_owned(),
        image: None,
        provider_id: Some("bitcoin".to_owned()),
        rank: 1,
        circulating_supply: Some("19832115.5".to_owned()),
        total_supply: None,
        max_supply: Some("21000000".to_owned()),
        all_time_high: Some(("111128".to_owned(), noon())),
        all_time_low: None,
        is_active: true,
        quote: None,
    };
    golden(
        &row,
        "0107426974636f696e0a5468652066697273742e0e73746f72652d6f662d76616c7565000107626974636f696e01010a\
         31393833323131352e35000108323130303030303001063131313132388088e0928c67000100",
    );
    let quote = QuoteRow {
        price: "84110.4".parse().unwrap(),
        at: noon(),
        day_ago: "84000".parse().ok(),
        week_ago: None,
        month_ago: "1e-12".parse().ok(),
        day_range: "83000".parse().ok().zip("1000000".parse().ok()),
        volume_24h: Some("74558863000".to_owned()),
    };
    golden(
        &ListingRow { quote: Some(quote), ..row },
        "0107426974636f696e0a5468652066697273742e0e73746f72652d6f662d76616c7565000107626974636f696e01010a\
         31393833323131352e35000108323130303030303001063131313132388088e0928c670001018080d49ed2fde8aa0280\
         88e0928c670180809092c2e3b6aa02000102018080dcc5ed83f0a6028080a0f6f4acdbe01b010b373435353838363330\
         3030",
    );
}

#[test]
fn a_market_seed_is_as_ever() {
    golden(&MarketSeed { seed: u64::MAX, epoch: noon() }, "01ffffffffffffffffff018088e0928c67");
}

#[test]
fn numbers_are_eight_and_four_bytes() {
    use crate::store::codec;
    assert_eq!(codec::sequence(&[0, 0, 0, 0, 0, 0, 1, 0]).unwrap(), Sequence::from_u64(256));
    assert_eq!(codec::number(&[0, 0, 1, 0]).unwrap(), 256);
    for length in (0..=16).filter(|length| *length != 8) {
        assert!(codec::sequence(&vec![0; length]).is_err());
    }
    for length in (0..=16).filter(|length| *length != 4) {
        assert!(codec::number(&vec![0; length]).is_err());
    }
}

#[test]
fn where_a_change_came_from_is_kept_exactly() {
    let upper = OURS.to_uppercase();
    for request_id in [OURS, "their-request-1", &upper, "0198a1b2-c3d4-7111-89ab-cdef01234567", "~"] {
        for address in [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)] {
            let OrderRow::Market(row) = order(Side::Buy, origin(request_id, address));
            assert_eq!(row.origin.origin(), Some(origin(request_id, address)));
        }
    }
}

/// Reads bytes as every row, which may fail and must not panic; what was read is written as a row that reads the same.
fn read_as_every_row(bytes: &[u8]) {
    fn read<R: Row + PartialEq + Debug>(bytes: &[u8]) -> Option<R> {
        let row: R = decode(bytes).ok()?;
        assert_eq!(decode::<R>(&encode(&row)).unwrap(), row);
        Some(row)
    }
    if let Some(row) = read::<AccountRow>(bytes) {
        drop(Account::try_from(row)); // A row may hold what no account can.
    }
    if let Some(row) = read::<OrderRow>(bytes) {
        let _ = row.entry();
    }
    if let Some(row) = read::<CashMoveRow>(bytes) {
        drop((row.entry(), row.origin.origin()));
    }
    if let Some(row) = read::<LimitOrderRow>(bytes) {
        let _ = row.order();
    }
    if let Some(row) = read::<OpenOrderRow>(bytes) {
        let _ = crate::store::Waits::from(row);
    }
    if let Some(row) = read::<FillRow>(bytes) {
        let _ = row.trade();
    }
    read::<Access>(bytes);
    read::<UserRecord>(bytes);
    read::<IdempotencyRow>(bytes);
    read::<KeyAgeRow>(bytes);
    read::<MarketSeed>(bytes);
    trail::read(bytes);
}

fn every_row() -> Vec<Vec<u8>> {
    let (order, cash_move) = (order(Side::Sell, theirs()), cash_move(CashMoveKind::RedPocket { big: false }));
    let (access, age) = (access(Role::Admin, Some(sequence())), KeyAgeRow { user: 1, digest: [0; 16] });
    let market = MarketSeed { seed: 1, epoch: noon() };
    let mut rows = vec![
        encode(&account()),
        encode(&user()),
        encode(&order),
        encode(&cash_move),
        encode(&access),
        encode(&done()),
        encode(&age),
        encode(&market),
        encode(&fill()),
        encode(&OpenOrderRow::from(&limit_order(LimitState::Queued))),
    ];
    rows.extend(trail::rows());
    rows.extend(limit_states().into_iter().map(|state| encode(&limit_row(state))));
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_bytes_make_decoding_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200), versioned: bool) {
        if let (true, Some(version)) = (versioned, bytes.first_mut()) {
            *version = 1;
        }
        read_as_every_row(&bytes);
    }

    #[test]
    fn no_damaged_row_makes_decoding_panic(row in prop::sample::select(every_row()), place: prop::sample::Index, byte: u8) {
        let mut bytes = row;
        *place.get_mut(&mut bytes) = byte;
        read_as_every_row(&bytes);
    }
}
