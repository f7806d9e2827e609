//! Short texts on the stack: answers are made of them by the hundred, and an allocation for each would cost more than the
//! digits themselves.

use arrayvec::ArrayString;

/// Long enough for every amount, time and id: the longest is an amount's 39 digits with sign and point.
pub type ShortText = ArrayString<48>;

/// A value whose text is short, plain ASCII and free of what JSON escapes.
pub trait ToShortText {
    /// The same text as `Display` writes.
    fn short_text(&self) -> ShortText;
}
