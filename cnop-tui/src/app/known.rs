//! Something that a server is asked for: what it last said and when, whether it is asked, and why it did not answer.

use cnop_core::client::ClientError;
use cnop_core::time::Timestamp;

/// Which question an answer belongs to. An older question's answer is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Generation(pub(crate) u64);

/// The last answer to a question that is asked again and again. It stays while the next one is awaited, and when that
/// fails: old and said to be old is better than nothing.
#[derive(Debug, Clone)]
pub(crate) struct Known<T> {
    answer: Option<(T, Timestamp)>,
    asked: Option<Generation>,
    /// Whether something was told since the question: its answer may be of before.
    is_overtaken: bool,
    failure: Option<ClientError>,
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self { answer: None, asked: None, is_overtaken: false, failure: None }
    }
}

impl<T> Known<T> {
    /// What was last answered.
    pub(crate) fn get(&self) -> Option<&T> {
        self.answer.as_ref().map(|(value, _)| value)
    }

    /// The same, to be changed by what the stream tells. The answer to a question that is on its way no longer counts as
    /// the last word: [`Known::was_overtaken`].
    pub(crate) fn get_mut(&mut self) -> Option<&mut T> {
        self.is_overtaken |= self.asked.is_some();
        self.answer.as_mut().map(|(value, _)| value)
    }

    /// When that was.
    pub(crate) fn at(&self) -> Option<Timestamp> {
        self.answer.as_ref().map(|(_, at)| *at)
    }

    /// Whether an answer is awaited.
    pub(crate) fn is_asked(&self) -> bool {
        self.asked.is_some()
    }

    /// Why the last question was not answered.
    pub(crate) fn failure(&self) -> Option<&ClientError> {
        self.failure.as_ref()
    }

    /// A question is on its way.
    pub(crate) fn ask(&mut self, generation: Generation) {
        self.asked = Some(generation);
        self.is_overtaken = false;
    }

    /// Whether the last answer may be of before something that was told: then it is asked for once more.
    pub(crate) fn was_overtaken(&self) -> bool {
        self.is_overtaken && self.asked.is_none()
    }

    /// Takes the answer to the newest question, and says whether it was that.
    pub(crate) fn take(&mut self, generation: Generation, answer: Result<T, ClientError>, now: Timestamp) -> bool {
        if self.asked != Some(generation) {
            return false;
        }
        self.asked = None;
        match answer {
            Ok(value) => self.set(value, now),
            Err(error) => self.failure = Some(error),
        }
        true
    }

    /// Takes what was told without a question. What is asked is of before.
    pub(crate) fn tell(&mut self, value: T, now: Timestamp) {
        self.asked = None;
        self.set(value, now);
    }

    fn set(&mut self, value: T, now: Timestamp) {
        self.answer = Some((value, now));
        self.failure = None;
    }

    /// Forgets everything: another user, or another thing.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn failure() -> ClientError {
        ClientError::Setup { reason: "test".to_owned() }
    }

    #[test]
    fn only_the_newest_questions_answer_counts_and_a_failure_keeps_what_was_known() {
        let mut known = Known::default();
        known.ask(Generation(1));
        known.ask(Generation(2));
        assert!(!known.take(Generation(1), Ok("late"), at(5)));
        assert_eq!((known.get(), known.is_asked()), (None, true));
        assert!(known.take(Generation(2), Ok("first"), at(6)));
        known.ask(Generation(3));
        assert!(known.take(Generation(3), Err(failure()), at(7)));
        assert_eq!((known.get(), known.at()), (Some(&"first"), Some(at(6))));
        assert!(known.failure().is_some() && !known.is_asked());
        assert!(!known.take(Generation(3), Ok("again"), at(8)), "an answer counts once");
        known.tell("told", at(9));
        assert!(known.failure().is_none());
    }

    #[test]
    fn what_is_told_goes_before_an_answer_that_was_on_its_way() {
        let mut known = Known::default();
        known.ask(Generation(1));
        known.tell("told", at(5));
        assert!(!known.take(Generation(1), Ok("of before"), at(6)));
        assert_eq!(known.get(), Some(&"told"));
        // Where only a part of it was told, the answer counts, and is asked for once more.
        known.ask(Generation(2));
        *known.get_mut().unwrap() = "changed";
        assert!(known.take(Generation(2), Ok("of before"), at(7)) && known.was_overtaken());
        known.ask(Generation(3));
        assert!(known.take(Generation(3), Ok("of now"), at(8)) && !known.was_overtaken());
    }
}
