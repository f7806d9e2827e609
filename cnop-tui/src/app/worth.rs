//! What everything came to since the terminal was opened.

use cnop_core::money::Usd;

/// Points that are kept. Beyond, every second one goes: the line keeps its beginning.
const MOST: usize = 512;

/// The total over time, as far apart as it has to be.
#[derive(Debug, Clone)]
pub(crate) struct Worth {
    points: Vec<Usd>,
    /// Of so many notes one is kept.
    stride: usize,
    noted: usize,
    last: Option<Usd>,
}

impl Default for Worth {
    fn default() -> Self {
        Self { points: Vec::new(), stride: 1, noted: 0, last: None }
    }
}

impl Worth {
    /// Takes in what everything comes to now.
    pub(crate) fn note(&mut self, total: Usd) {
        self.last = Some(total);
        self.noted += 1;
        if !(self.noted - 1).is_multiple_of(self.stride) {
            return;
        }
        if self.points.len() == MOST {
            let mut number = 0;
            self.points.retain(|_| {
                number += 1;
                number % 2 == 1
            });
            self.stride *= 2;
        }
        self.points.push(total);
    }

    /// From the first to the newest.
    pub(crate) fn points(&self) -> impl Iterator<Item = Usd> + '_ {
        self.points.iter().copied().chain(self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_keeps_its_beginning_and_its_end() {
        let mut worth = Worth::default();
        for second in 0..86_400 {
            worth.note(Usd::whole(second));
        }
        let points: Vec<_> = worth.points().collect();
        assert!(points.len() <= MOST + 1, "{}", points.len());
        assert_eq!((points.first(), points.last()), (Some(&Usd::whole(0)), Some(&Usd::whole(86_399))));
        assert!(points.is_sorted());
    }
}
