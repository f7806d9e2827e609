//! Server-Sent Events, as the WHATWG HTML standard defines their stream (§9.2.6), from bytes in any pieces.
//!
//! Own work because the crates for it put no bound on a line or an event, and keep an id that comes without data to
//! themselves.

/// The most that one block may hold: a tick of 250 assets has 30 KiB.
const MAX_BLOCK_BYTES: usize = 1 << 20;

/// What stood between two empty lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// The event's name; empty where none was given.
    pub(super) event: String,
    /// Its data; empty where there is no event, only an id or a comment.
    pub(super) data: String,
    /// Where to go on from after it, if it said so.
    pub(super) id: Option<String>,
}

/// The server sends more in one block than any event of ours has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLong;

/// Puts pieces together.
#[derive(Debug, Default)]
pub(super) struct Parser {
    line: Vec<u8>,
    block: Block,
    has_data: bool,
    /// The last byte was a carriage return: a line feed after it belongs to the same line end.
    after_return: bool,
    began: bool,
}

impl Parser {
    /// Takes in a piece, and adds every block that it completes to `blocks`.
    ///
    /// # Errors
    /// [`TooLong`]; the connection is of no more use.
    pub(super) fn feed(&mut self, mut piece: &[u8], blocks: &mut Vec<Block>) -> Result<(), TooLong> {
        while !piece.is_empty() {
            if std::mem::take(&mut self.after_return) && piece[0] == b'\n' {
                piece = &piece[1..];
                continue;
            }
            let end = piece.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let text = &piece[..end.unwrap_or(piece.len())];
            if self.line.len() + text.len() + self.block.data.len() > MAX_BLOCK_BYTES {
                return Err(TooLong);
            }
            self.line.extend_from_slice(text);
            let Some(end) = end else { return Ok(()) };
            self.after_return = piece[end] == b'\r';
            piece = &piece[end + 1..];
            blocks.extend(self.end_line());
        }
        Ok(())
    }

    fn end_line(&mut self) -> Option<Block> {
        let bytes = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&bytes);
        let line = if std::mem::replace(&mut self.began, true) {
            &line
        } else {
            line.strip_prefix('\u{feff}').unwrap_or(&line)
        };
        if line.is_empty() {
            return self.end_block();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.block.event),
            "id" if !value.contains('\0') => self.block.id = Some(value.to_owned()),
            "data" => {
                if std::mem::replace(&mut self.has_data, true) {
                    self.block.data.push('\n');
                }
                self.block.data.push_str(value);
            }
            _ => {} // A comment has an empty name; pauses are the client's own affair.
        }
        None
    }

    fn end_block(&mut self) -> Option<Block> {
        self.has_data = false;
        let block = std::mem::take(&mut self.block);
        (!block.data.is_empty() || block.id.is_some()).then_some(block)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(pieces: &[&[u8]]) -> Vec<Block> {
        let (mut parser, mut blocks) = (Parser::default(), Vec::new());
        for piece in pieces {
            parser.feed(piece, &mut blocks).unwrap();
        }
        blocks
    }

    fn block(event: &str, data: &str, id: Option<&str>) -> Block {
        Block { event: event.to_owned(), data: data.to_owned(), id: id.map(str::to_owned) }
    }

    #[track_caller]
    fn check(text: &str, expected: &[Block]) {
        assert_eq!(parse(&[text.as_bytes()]), expected, "{text:?}");
    }

    #[test]
    fn every_form_of_the_standard_is_read() {
        check("event: prices\nid: a-1\ndata: {}\n\n", &[block("prices", "{}", Some("a-1"))]);
        check("event:x\r\ndata:1\r\n\r\ndata:2\r\r", &[block("x", "1", None), block("", "2", None)]);
        check("data: two\ndata: lines\n\n", &[block("", "two\nlines", None)]);
        check("\u{feff}data: after a mark\n\n", &[block("", "after a mark", None)]);
        check(": a comment\nid: a-7\n\n", &[block("", "", Some("a-7"))]);
        check("id: bad\0id\ndata: x\nunknown: y\nretry: 5\n\n", &[block("", "x", None)]);
        check("event: without data\n\n: only a comment\n\n\n\n", &[]);
        check("data: never ended\n", &[]);
    }

    #[test]
    fn what_never_ends_is_given_up() {
        let (mut parser, mut blocks) = (Parser::default(), Vec::new());
        let piece = [b'x'; 64 * 1024];
        let fed = (0..100).map(|_| parser.feed(&piece, &mut blocks)).take_while(Result::is_ok).count();
        assert_eq!((fed, blocks.len()), (MAX_BLOCK_BYTES / piece.len(), 0));
        let line = format!("data: {}\n", "y".repeat(1_000));
        let mut parser = Parser::default();
        assert!((0..2_000).any(|_| parser.feed(line.as_bytes(), &mut blocks) == Err(TooLong)));
    }

    /// Lines of every kind, with any of the line ends.
    fn text() -> impl Strategy<Value = String> {
        let line = prop_oneof![
            "(event|data|id|retry|other)(:| |: )?[a-zé\u{feff}: ]{0,8}",
            ":[ a-z]{0,5}",
            Just(String::new()),
            Just(String::new()),
        ];
        let end = prop_oneof![Just("\n"), Just("\r\n"), Just("\r")];
        prop::collection::vec((line, end), 0..40)
            .prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect())
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(text in text(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20)) {
            let bytes = text.as_bytes();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|ends| &bytes[ends[0]..ends[1]]).collect();
            prop_assert_eq!(parse(&pieces), parse(&[bytes]));
        }

        #[test]
        fn what_is_written_is_read_back(events in prop::collection::vec(("[a-z]{1,8}", "[^\r\n\0]{1,30}", "[a-z0-9-]{1,9}"), 0..9)) {
            let text: String = events.iter().map(|(event, data, id)| format!("event: {event}\nid: {id}\ndata: {data}\n\n")).collect();
            let expected: Vec<_> = events.iter().map(|(event, data, id)| block(event, data, Some(id))).collect();
            prop_assert_eq!(parse(&[text.as_bytes()]), expected);
        }
    }
}
