//! Whether two clocks agree.

use cnop_core::time::Timestamp;

use super::check::Check;
use crate::exit::Exit;

const NAME: &str = "clock";

/// The ages of prices, which people trade by, are told by this machine's clock: this much makes an old price a new one.
const TOLERANCE_MS: i64 = 5 * Timestamp::SECOND_MS;

/// When a question was asked and answered, by this machine's clock, and in which second, by the server's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    pub(super) asked: Timestamp,
    pub(super) answered: Timestamp,
    pub(super) server: Timestamp,
}

impl Reading {
    /// How far this machine is ahead of the server at the least; negative where it is behind. The server's clock was read
    /// at some moment between question and answer, and says no more than the second.
    fn ahead_ms(self) -> i64 {
        let (earliest, latest) = (self.asked.as_millis(), self.answered.as_millis());
        let (begin, end) = (self.server.as_millis(), self.server.as_millis() + Timestamp::SECOND_MS);
        if earliest > end {
            earliest - end
        } else if latest < begin {
            latest - begin
        } else {
            0
        }
    }

    /// What it comes to.
    pub(super) fn check(self) -> Check {
        let ahead = self.ahead_ms();
        let seconds = (ahead.abs() + Timestamp::SECOND_MS / 2) / Timestamp::SECOND_MS;
        let direction = if ahead < 0 { "behind" } else { "ahead of" };
        match ahead.abs() {
            0 => Check::ok(NAME, "this machine and the server agree to the second"),
            ..=TOLERANCE_MS => Check::ok(NAME, format!("this machine is about {seconds} s {direction} the server")),
            _ => Check::failed(
                NAME,
                Exit::Unexpected,
                format!("this machine is {seconds} s {direction} the server"),
                "set the clock that is wrong: the ages of prices cannot be trusted until then",
            ),
        }
    }

    /// Where there is no reading.
    pub(super) fn missing(why: &str) -> Check {
        Check::skipped(NAME, why)
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::Verdict;
    use super::*;

    /// The server says second 100; the question took from `asked` to `answered`, in milliseconds of this machine.
    #[track_caller]
    fn check(asked: i64, answered: i64, ahead_ms: i64, verdict: Verdict, message: &str) {
        let [asked, answered, server] = [asked, answered, 100_000].map(Timestamp::from_millis);
        let reading = Reading { asked, answered, server };
        let check = reading.check();
        assert_eq!((reading.ahead_ms(), check.verdict, check.message.as_str()), (ahead_ms, verdict, message));
    }

    #[test]
    fn clocks_agree_as_far_as_the_reading_can_tell() {
        let agree = "this machine and the server agree to the second";
        let failed = Verdict::Failed(Exit::Unexpected);
        check(100_000, 100_020, 0, Verdict::Ok, agree);
        check(100_990, 101_010, 0, Verdict::Ok, agree);
        check(99_000, 100_001, 0, Verdict::Ok, agree);
        check(90_000, 120_000, 0, Verdict::Ok, agree);
        check(103_000, 103_020, 2_000, Verdict::Ok, "this machine is about 2 s ahead of the server");
        check(96_900, 97_000, -3_000, Verdict::Ok, "this machine is about 3 s behind the server");
        check(106_001, 106_100, 5_001, failed, "this machine is 5 s ahead of the server");
        check(40_000, 40_000, -60_000, failed, "this machine is 60 s behind the server");
    }
}
