//! Short texts on the stack: answers are made of them by the hundred, and an allocation for each would cost more than the
//! digits themselves.

use arrayvec::ArrayString;

/// Long enough for every amount, time and id: the longest is an amount's 39 digits with sign and point.
pub type ShortText = ArrayString<LENGTH>;

const LENGTH: usize = 48;

/// A text of ASCII characters, at most 48.
pub(crate) fn ascii(bytes: &[u8]) -> ShortText {
    /// Where whole words are looked at, all of it takes as long as a few single characters.
    #[repr(align(16))]
    struct Aligned([u8; LENGTH]);

    let mut aligned = Aligned([0; LENGTH]);
    aligned.0[..bytes.len()].copy_from_slice(bytes);
    let mut text = ShortText::from_byte_string(&aligned.0).expect("it is ASCII");
    text.truncate(bytes.len());
    text
}

/// A value whose text is short, plain ASCII and free of what JSON escapes.
pub trait ToShortText {
    /// The same text as `Display` writes.
    fn short_text(&self) -> ShortText;
}
