//! Counter-based noise: a deviate is a hash of where it belongs, so the order of asking never matters
//! and nothing has to be stored. `normal.rs` turns the bits into a bell curve.

use super::normal::standard_normal;

/// The golden ratio in 64 bits, the step of `SplitMix64`; odd, so different indexes stay different.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// A place in a tree of independent random sequences, addressed as seed → purpose → asset → day → node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Noise(u64);

impl Noise {
    /// The root of the tree.
    pub(super) fn from_seed(seed: u64) -> Self {
        Self(mix(seed))
    }

    /// The sequence number `index` below this one.
    pub(super) fn child(self, index: u64) -> Self {
        let step = GOLDEN.wrapping_mul(index.wrapping_add(1)); // Not 0, which the mixer leaves as it is.
        Self(mix(self.0.wrapping_add(step)))
    }

    /// The sequence of one day counted from the epoch; days before it are negative.
    pub(super) fn day(self, day: i64) -> Self {
        self.child(day.cast_unsigned())
    }

    /// This place's own deviate: mean 0, variance 1, never beyond ±8.3.
    pub(super) fn normal(self) -> f64 {
        standard_normal(self.0)
    }
}

/// Stafford's variant 13 of the 64-bit finalizer, as in `SplitMix64`: every input bit reaches every output bit.
fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNT: u32 = 50_000;

    fn mean_of(deviate: impl Fn(i64) -> f64) -> f64 {
        (0..i64::from(COUNT)).map(deviate).sum::<f64>() / f64::from(COUNT)
    }

    #[test]
    fn deviates_have_the_moments_of_the_bell_curve() {
        let noise = Noise::from_seed(7).child(3);
        let moment = |power| mean_of(|i| noise.day(i).normal().powi(power));
        assert!(moment(1).abs() < 0.02, "mean {}", moment(1));
        assert!((moment(2) - 1.0).abs() < 0.03, "mean square {}", moment(2));
        assert!((moment(4) - 3.0).abs() < 0.2, "fourth moment {}", moment(4));
    }

    #[test]
    fn neighbouring_places_are_independent() {
        let noise = Noise::from_seed(7);
        let other = Noise::from_seed(8);
        let pairs: [(&str, f64); 3] = [
            ("days", mean_of(|i| noise.day(i).normal() * noise.day(i + 1).normal())),
            ("seeds", mean_of(|i| noise.day(i).normal() * other.day(i).normal())),
            ("parent and child", mean_of(|i| noise.day(i).normal() * noise.day(i).child(0).normal())),
        ];
        for (what, covariance) in pairs {
            assert!(covariance.abs() < 0.02, "{what}: {covariance}");
        }
    }
}
