//! History played again: a folder of CSV files, one an asset, from a chosen moment at a chosen speed.
//!
//! Every point of every file is published, in order and none left out, at whatever speed: what orders meet depends on the
//! files alone. Prices are stamped with the server's time, so that ages mean what they always mean, and a replay begins
//! anew at each start. It ends with the last point; the prices then grow old.

mod file;
mod history;
mod window;

use std::sync::Arc;
use std::time::Duration;

use cnop_core::asset_id::AssetId;
use cnop_core::money::Figure;
use cnop_core::time::Timestamp;

use super::book::{Board, Facts, Listing, Quote};
use super::catalog::catalog;
use super::provider::{Look, Next, Provider};
use crate::config::ReplaySpeed;
use crate::outside::Trouble;
pub(crate) use file::moment;
use file::read_folder;
use history::{History, Point};
use window::DayRange;

/// Prices that stand still are stamped anew so often.
const HEARTBEAT: Duration = Duration::from_secs(1);
const WEEK_MS: i64 = 7 * Timestamp::DAY_MS;
const MONTH_MS: i64 = 30 * Timestamp::DAY_MS;

/// What is played, and how.
#[derive(Debug, Clone)]
pub(crate) struct ReplaySettings {
    /// Where the files are.
    pub(crate) folder: std::path::PathBuf,
    /// How fast.
    pub(crate) speed: ReplaySpeed,
    /// Where to begin; else at the first row of all.
    pub(crate) from: Option<Timestamp>,
}

/// A replay and where it stands.
pub(super) struct Replay {
    tracks: Vec<Track>,
    board: Board,
    speed: ReplaySpeed,
    /// The moment of the history that it began with.
    from: Timestamp,
    /// The moment of the history that it has come to.
    position: Timestamp,
    /// When it began; unknown before the first look.
    began: Option<Timestamp>,
}

/// One asset's history and how far it was played.
struct Track {
    history: History,
    /// The number of points that were played.
    played: usize,
    day_range: DayRange,
}

impl Replay {
    /// Reads the files.
    ///
    /// # Errors
    /// [`file::FileError`] naming the file and line at fault, or a beginning after the end of the files.
    pub(super) fn open(settings: &ReplaySettings, now: Timestamp) -> anyhow::Result<Self> {
        let histories = read_folder(&settings.folder)?;
        let first = histories.iter().map(History::begin).min().unwrap_or(Timestamp::EPOCH);
        let last = histories.iter().map(History::end).max().unwrap_or(Timestamp::EPOCH);
        let from = settings.from.map_or(first, |from| from.max(first));
        anyhow::ensure!(from <= last, "the replay is to begin at {from}, but the files end at {last}");
        let mut listed: Vec<_> = histories.into_iter().map(|history| (facts(history.asset_id()), history)).collect();
        listed.sort_by_key(|(facts, _)| (facts.rank, facts.asset_id));
        let (facts, histories): (Vec<_>, Vec<_>) = listed.into_iter().unzip();
        let listings = facts.into_iter().map(|facts| Listing { facts: Arc::new(facts), is_active: true, quote: None });
        let tracks = histories.into_iter().map(|history| Track::new(history, from)).collect();
        let board = Board::new(listings.collect());
        let mut replay = Self { tracks, board, speed: settings.speed, from, position: from, began: None };
        replay.move_to(from, now);
        Ok(replay)
    }

    /// The newest board.
    pub(super) fn board(&self) -> Board {
        self.board.clone()
    }

    /// Plays every point up to a moment of the history, and stamps what still goes on with `now`.
    fn move_to(&mut self, position: Timestamp, now: Timestamp) {
        self.position = position;
        let quotes: Vec<_> = self
            .tracks
            .iter_mut()
            .zip(self.board.listings())
            .map(|(track, listing)| {
                let is_over = track.is_over();
                track.play_to(position);
                if is_over { listing.quote.clone() } else { track.quote(position, now) }
            })
            .collect();
        self.board = self.board.with_quotes(quotes);
    }

    /// The moment of the history that brings the next new price.
    fn next_moment(&self) -> Option<Timestamp> {
        self.tracks.iter().filter_map(Track::next_point).map(|point| point.at).min()
    }

    /// When it is time for a moment of the history.
    fn due(&self, moment: Timestamp, began: Timestamp) -> Timestamp {
        match self.speed {
            ReplaySpeed::Max => began,
            ReplaySpeed::Times(times) => {
                began.plus_millis(((moment.as_millis() - self.from.as_millis()) as f64 / times) as i64)
            }
        }
    }
}

impl Provider for Replay {
    const NAME: &'static str = "replay";

    fn interval(&self) -> Duration {
        HEARTBEAT
    }

    async fn look(&mut self, now: Timestamp) -> Result<Look, Trouble> {
        let position = match self.began {
            // Where it begins is told once more, to those who listen.
            None => self.position,
            Some(began) => {
                let due = |moment: &Timestamp| self.due(*moment, began) <= now;
                self.next_moment().filter(due).unwrap_or(self.position)
            }
        };
        let began = *self.began.get_or_insert(now);
        self.move_to(position, now);
        let next = match self.next_moment().map(|moment| self.due(moment, began)) {
            None => Next::Never,
            Some(due) if due <= now => Next::OnceSettled,
            Some(due) => {
                let wait = u64::try_from(due.as_millis() - now.as_millis()).unwrap_or(0);
                Next::After(Duration::from_millis(wait).min(HEARTBEAT))
            }
        };
        Ok(Look { board: self.board(), next })
    }
}

impl Track {
    fn new(history: History, from: Timestamp) -> Self {
        let mut track = Self { played: 0, day_range: DayRange::default(), history };
        track.played = track.history.points_before(from.plus_millis(-Timestamp::DAY_MS));
        track
    }

    fn next_point(&self) -> Option<Point> {
        self.history.point(self.played)
    }

    fn is_over(&self) -> bool {
        self.next_point().is_none()
    }

    fn play_to(&mut self, position: Timestamp) {
        while let Some(point) = self.next_point().filter(|point| point.at <= position) {
            self.day_range.push(point);
            self.played += 1;
        }
        self.day_range.forget_until(position.plus_millis(-Timestamp::DAY_MS));
    }

    /// The last point played, as a quote; nothing before the first.
    fn quote(&self, position: Timestamp, now: Timestamp) -> Option<Quote> {
        let Point { price, .. } = self.history.point(self.played.checked_sub(1)?)?;
        let ago = |millis: i64| self.history.price_at(position.plus_millis(-millis));
        let day_ago = position.plus_millis(-Timestamp::DAY_MS);
        Some(Quote {
            price,
            at: now,
            day_ago: ago(Timestamp::DAY_MS),
            week_ago: ago(WEEK_MS),
            month_ago: ago(MONTH_MS),
            day_range: self.day_range.range().or(Some((price, price))),
            records: None,
            volume_24h: self.history.volume(day_ago, position).and_then(|usd| Figure::from_f64(usd, 0)),
        })
    }
}

/// What is known of an asset, but for what a later time says: the highs and lows of the catalogue may be yet to come.
fn facts(asset_id: AssetId) -> Facts {
    let bundled = catalog().ok().and_then(|entries| entries.into_iter().find(|entry| entry.facts.asset_id == asset_id));
    match bundled {
        Some(entry) => Facts { all_time_high: None, all_time_low: None, ..entry.facts },
        None => Facts {
            asset_id,
            name: asset_id.to_string(),
            description: String::new(),
            category: "unknown".to_owned(),
            image: None,
            provider_id: None,
            rank: u32::MAX,
            circulating_supply: None,
            total_supply: None,
            max_supply: None,
            all_time_high: None,
            all_time_low: None,
        },
    }
}

#[cfg(test)]
mod tests;
