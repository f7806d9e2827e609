//! A stablecoin: one dollar, give or take.

use super::{moment::Place, noise::Noise, path::Path, volatility::Volatility, wobble::Wobble};

/// The farthest a stablecoin strays from one dollar, in dollars.
const BAND: f64 = 0.005;

/// How long the difference between the first price and one dollar takes to shrink to 1/e.
const SETTLING_DAYS: f64 = 10.0;

/// A price held at one dollar.
#[derive(Debug)]
pub(super) struct Peg {
    /// The price at the epoch less one dollar.
    first_gap: f64,
    wobble: Wobble,
}

impl Peg {
    /// A first price outside the band counts as the nearer edge of it.
    pub(super) fn new(start_price: f64, noise: Noise, volatility: &Volatility) -> Self {
        let first_gap = (start_price - 1.0).clamp(-BAND, BAND);
        // What the gap leaves of the band is the wobble's, so that the two together stay inside.
        let wobble = Wobble::new(BAND - first_gap.abs(), noise, volatility);
        Self { first_gap, wobble }
    }

    /// What it wanders along.
    pub(super) fn path(&self) -> &Path {
        self.wobble.path()
    }

    /// The price in dollars, from where its path stands.
    pub(super) fn price(&self, place: Place, value: f64) -> f64 {
        let days = (place.day as f64 + place.fraction).abs();
        let gap = self.first_gap * (-days / SETTLING_DAYS).exp();
        1.0 + gap + self.wobble.share(value)
    }

    /// Standard deviation of the price over a day of ordinary wildness.
    pub(super) fn daily_deviation(&self) -> f64 {
        self.wobble.daily_deviation()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(start_price: f64, first_price: f64) {
        let noise = Noise::from_seed(2);
        let volatility = Volatility::new(noise.child(1));
        let peg = Peg::new(start_price, noise.child(2), &volatility);
        let price = |day, fraction| {
            let place = Place { day, fraction };
            peg.price(place, peg.path().at(place, &volatility))
        };
        assert_eq!(price(0, 0.0), first_price);
        for day in -1_000..1_000 {
            let found = price(day, 0.37);
            assert!((found - 1.0).abs() <= BAND, "day {day}: {found}");
        }
    }

    #[test]
    fn the_price_starts_where_it_was_and_stays_in_the_band() {
        check(1.0, 1.0);
        check(1.001_41, 1.001_41);
        check(0.999_327, 0.999_327);
    }

    #[test]
    fn a_start_outside_the_band_counts_as_its_edge() {
        check(1.3, 1.005);
        check(0.2, 0.995);
    }
}
