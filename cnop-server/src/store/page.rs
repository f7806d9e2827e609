//! Pages of anything that lies newest first.
//!
//! A page begins after a [`Cursor`], so the thousandth costs what the first does. A filter may have to look at many rows
//! for few matches: it stops after [`SCAN_LIMIT`] and answers with a cursor where to go on.

use std::fmt;
use std::str::FromStr;

use cnop_core::ids::Sequence;

use super::failure::StorageFailure;

/// Rows a filtered page looks at: some 10 ms.
const SCAN_LIMIT: u64 = 10_000;

/// Counting off more entries than this would take longer than a page is worth; a cursor goes as deep as one likes.
pub(crate) const MAX_OFFSET: u64 = 100_000;

/// Where a page begins: after an entry, and after so many more matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    after: Sequence,
    skip: u64,
}

/// The text is not a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a next_cursor that this server gave out")]
pub(crate) struct InvalidCursor;

/// Which page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageRequest {
    /// The most entries on it.
    pub(crate) limit: u64,
    /// Where it begins.
    pub(crate) start: PageStart,
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageStart {
    /// So many matches after the newest.
    Offset(u64),
    /// Where another page ended.
    Cursor(Cursor),
}

/// Some entries and where the next ones are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page<T> {
    /// The entries.
    pub(crate) items: Vec<T>,
    /// Where the next page begins; `None` on the last.
    pub(crate) next: Option<Cursor>,
}

impl PageRequest {
    pub(super) fn before(&self) -> Option<Sequence> {
        match self.start {
            PageStart::Offset(_) => None,
            PageStart::Cursor(cursor) => Some(cursor.after),
        }
    }

    fn skip(&self) -> u64 {
        match self.start {
            PageStart::Offset(offset) => offset,
            PageStart::Cursor(cursor) => cursor.skip,
        }
    }
}

/// Fills a page from rows, of which `matching` takes some, or all where the page is `exact`.
pub(super) fn collect<R: Sequenced, T>(
    mut rows: impl Iterator<Item = Result<R, StorageFailure>>,
    request: PageRequest,
    exact: bool,
    matching: impl Fn(&R) -> Result<Option<T>, StorageFailure>,
) -> Result<Page<T>, StorageFailure> {
    let mut items = Vec::with_capacity(request.limit as usize);
    // Where every row counts, none has to be decoded to be skipped.
    let (unread, mut skip) = if exact { (request.skip(), 0) } else { (0, request.skip()) };
    let mut rows = rows.by_ref().skip(unread as usize).peekable(); // Not moved: it holds cursors of some KiB.
    let mut last_taken = None;
    let mut looked_at = 0;
    while let Some(row) = rows.next() {
        let row = row?;
        let full = items.len() as u64 == request.limit;
        match matching(&row)? {
            Some(_) if skip > 0 => skip -= 1,
            Some(_) if full => return Ok(Page { items, next: last_taken }),
            Some(item) => {
                items.push(item);
                last_taken = Some(Cursor { after: row.sequence(), skip: 0 });
            }
            None => {}
        }
        looked_at += 1;
        if !exact && looked_at >= SCAN_LIMIT && rows.peek().is_some() {
            let here = Cursor { after: row.sequence(), skip };
            return Ok(Page { next: if full { last_taken } else { Some(here) }, items });
        }
    }
    Ok(Page { items, next: None })
}

/// Something with a place in the sequence.
pub(super) trait Sequenced {
    /// That place.
    fn sequence(&self) -> Sequence;
}

/// Merges two histories that are each newest first.
pub(super) fn merge_newest_first<R: Sequenced>(
    a: impl Iterator<Item = Result<R, StorageFailure>>,
    b: impl Iterator<Item = Result<R, StorageFailure>>,
) -> impl Iterator<Item = Result<R, StorageFailure>> {
    let (mut a, mut b) = (a.peekable(), b.peekable());
    std::iter::from_fn(move || match (a.peek(), b.peek()) {
        (Some(Ok(first)), Some(Ok(second))) if second.sequence() > first.sequence() => b.next(),
        (None | Some(Ok(_)), Some(Err(_))) | (None, _) => b.next(),
        _ => a.next(),
    })
}

impl fmt::Display for Cursor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.skip {
            0 => write!(out, "{}", self.after),
            skip => write!(out, "{}-{skip}", self.after),
        }
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let (after, skip) = text.split_once('-').unwrap_or((text, "0"));
        let after = after.parse().map_err(|_| InvalidCursor)?;
        let digits = !skip.is_empty() && skip.bytes().all(|byte| byte.is_ascii_digit());
        let skip =
            digits.then(|| skip.parse().ok()).flatten().filter(|skip| *skip <= MAX_OFFSET).ok_or(InvalidCursor)?;
        Ok(Self { after, skip })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Sequenced for u64 {
        fn sequence(&self) -> Sequence {
            Sequence::from_u64(*self)
        }
    }

    fn newest_first(newest: u64) -> impl Iterator<Item = Result<u64, StorageFailure>> {
        (1..=newest).rev().map(Ok)
    }

    #[track_caller]
    fn page(newest: u64, offset: u64, limit: u64) -> (Vec<u64>, Option<u64>) {
        let request = PageRequest { limit, start: PageStart::Offset(offset) };
        let page = collect(newest_first(newest), request, true, |number| Ok(Some(*number))).unwrap();
        (page.items, page.next.map(|cursor| cursor.after.as_u64()))
    }

    #[test]
    fn the_last_page_has_no_cursor() {
        assert_eq!(page(5, 0, 2), (vec![5, 4], Some(4)));
        assert_eq!(page(5, 2, 2), (vec![3, 2], Some(2)));
        assert_eq!(page(5, 3, 2), (vec![2, 1], None));
        assert_eq!(page(5, 9, 2), (vec![], None));
        assert_eq!(page(0, 0, 2), (vec![], None));
    }

    #[test]
    fn a_filtered_page_stops_looking_and_goes_on_later() {
        let rare = |number: u64| number == 3 || number == 1;
        let newest = SCAN_LIMIT + 2;
        let mut request = PageRequest { limit: 1, start: PageStart::Offset(1) };
        let mut seen = Vec::new();
        let mut pages = 0;
        loop {
            let before = request.before().map_or(newest, |after| after.as_u64() - 1);
            let rows = newest_first(before);
            let page = collect(rows, request, false, |number| Ok(rare(*number).then_some(*number))).unwrap();
            seen.extend(page.items);
            pages += 1;
            let Some(next) = page.next else { break };
            request.start = PageStart::Cursor(next.to_string().parse().unwrap());
        }
        assert_eq!((seen, pages), (vec![1], 2));
    }

    #[test]
    fn a_scan_that_ends_with_the_history_has_no_next_page() {
        let request = PageRequest { limit: 5, start: PageStart::Offset(0) };
        let page = collect(newest_first(SCAN_LIMIT), request, false, |number| Ok((*number == 7).then_some(*number)));
        assert_eq!(page.unwrap(), Page { items: vec![7], next: None });
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in [
            "",
            "-",
            "ABC",
            "0000000000000-",
            "0000000000000-x",
            "0000000000000-99999999999999999999",
            "0000000000000-100001",
            "000000000000z",
        ] {
            assert_eq!(text.parse::<Cursor>(), Err(InvalidCursor), "{text}");
        }
    }
}
