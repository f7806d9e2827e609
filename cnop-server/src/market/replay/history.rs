//! The path through an asset's rows.
//!
//! A row is four points, at its beginning and after each quarter of it: the open, the two extremes, the close. A row that
//! rose meets its low first, one that fell its high: the shorter way through all four.

use cnop_core::asset_id::AssetId;
use cnop_core::money::Price;
use cnop_core::time::Timestamp;

/// Points in a row.
const POINTS: usize = 4;

/// A line of a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Row {
    pub(super) begin: Timestamp,
    pub(super) open: Price,
    pub(super) high: Price,
    pub(super) low: Price,
    pub(super) close: Price,
    /// USD.
    pub(super) volume: Option<f64>,
}

/// A price and when it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) at: Timestamp,
    pub(super) price: Price,
}

/// What happened to an asset's price.
pub(super) struct History {
    asset_id: AssetId,
    rows: Vec<Row>,
    /// How long a row lasts: the shortest distance between two. After a longer one there is a gap.
    row_ms: i64,
    /// The volumes before each row and after the last.
    volumes: Vec<Volumes>,
}

/// What was traded in all rows so far.
#[derive(Debug, Clone, Copy, Default)]
struct Volumes {
    usd: f64,
    /// Rows that do not say.
    unknown: usize,
}

impl Row {
    fn price(&self, part: usize) -> Price {
        let [first, second] = if self.close >= self.open { [self.low, self.high] } else { [self.high, self.low] };
        [self.open, first, second, self.close][part]
    }
}

impl History {
    /// Of at least one row, in the order of their time.
    pub(super) fn new(asset_id: AssetId, rows: Vec<Row>) -> Self {
        let distances = rows.windows(2).map(|pair| pair[1].begin.as_millis() - pair[0].begin.as_millis());
        let row_ms = distances.min().unwrap_or(Timestamp::DAY_MS);
        let mut volumes = vec![Volumes::default()];
        volumes.extend(rows.iter().scan(Volumes::default(), |before, row| {
            before.usd += row.volume.unwrap_or(0.0);
            before.unknown += usize::from(row.volume.is_none());
            Some(*before)
        }));
        Self { asset_id, rows, row_ms, volumes }
    }

    pub(super) fn asset_id(&self) -> AssetId {
        self.asset_id
    }

    /// The first point's moment.
    pub(super) fn begin(&self) -> Timestamp {
        self.rows.first().map_or(Timestamp::EPOCH, |row| row.begin)
    }

    /// The last point's moment.
    pub(super) fn end(&self) -> Timestamp {
        self.point(self.rows.len() * POINTS - 1).map_or(Timestamp::EPOCH, |point| point.at)
    }

    /// The point number `index`, from 0.
    pub(super) fn point(&self, index: usize) -> Option<Point> {
        let (row, part) = (self.rows.get(index / POINTS)?, index % POINTS);
        Some(Point { at: row.begin.plus_millis(self.offset(part)), price: row.price(part) })
    }

    fn offset(&self, part: usize) -> i64 {
        self.row_ms * part as i64 / POINTS as i64
    }

    /// How many points there are before a moment.
    pub(super) fn points_before(&self, moment: Timestamp) -> usize {
        let begun = self.rows.partition_point(|row| row.begin < moment);
        let Some(last) = begun.checked_sub(1) else { return 0 };
        let before = |part: &usize| self.rows[last].begin.plus_millis(self.offset(*part)) < moment;
        last * POINTS + (0..POINTS).take_while(before).count()
    }

    /// The last price up to a moment.
    pub(super) fn price_at(&self, moment: Timestamp) -> Option<Price> {
        let points = self.points_before(moment.plus_millis(1));
        Some(self.point(points.checked_sub(1)?)?.price)
    }

    /// The volume of the rows that ended after `from` and by `to`; unknown where there is none, or one does not say.
    pub(super) fn volume(&self, from: Timestamp, to: Timestamp) -> Option<f64> {
        let ended = |moment: Timestamp| self.rows.partition_point(|row| row.begin.plus_millis(self.row_ms) <= moment);
        let (before, after) = (ended(from), ended(to));
        let (from, to) = (self.volumes[before], self.volumes[after]);
        (before < after && from.unknown == to.unknown).then_some(to.usd - from.usd)
    }
}
