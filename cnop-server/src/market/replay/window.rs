//! The lowest and the highest price of the last day, at little cost however many points it has.

use std::collections::VecDeque;

use cnop_core::money::Price;
use cnop_core::time::Timestamp;

use super::history::Point;

/// Points that may yet be the lowest or the highest, oldest first: each is lower, or higher, than all before it were after it.
#[derive(Default)]
pub(super) struct DayRange {
    lows: VecDeque<Point>,
    highs: VecDeque<Point>,
}

impl DayRange {
    /// Takes in a later point.
    pub(super) fn push(&mut self, point: Point) {
        while self.lows.pop_back_if(|low| low.price >= point.price).is_some() {}
        while self.highs.pop_back_if(|high| high.price <= point.price).is_some() {}
        self.lows.push_back(point);
        self.highs.push_back(point);
    }

    /// Forgets what was before a moment.
    pub(super) fn forget_until(&mut self, moment: Timestamp) {
        while self.lows.pop_front_if(|low| low.at < moment).is_some() {}
        while self.highs.pop_front_if(|high| high.at < moment).is_some() {}
    }

    /// The lowest and the highest.
    pub(super) fn range(&self) -> Option<(Price, Price)> {
        Some((self.lows.front()?.price, self.highs.front()?.price))
    }
}
