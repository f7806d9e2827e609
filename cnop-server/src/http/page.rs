//! `limit`, `offset` and `cursor` of every paged route.

use cnop_core::form::Form;

use crate::store::{Cursor, MAX_OFFSET, PageRequest, PageStart};

const DEFAULT_LIMIT: u64 = 50;
const MAX_LIMIT: u64 = 100;

/// Reads which page is wanted; faults are noted in the form.
pub(super) fn read_page(form: &mut Form<'_>) -> PageRequest {
    let limit = read_limit(form, DEFAULT_LIMIT, MAX_LIMIT);
    let offset = form.optional("offset").unwrap_or(0);
    if offset > MAX_OFFSET {
        form.fail("offset", format_args!("must be at most {MAX_OFFSET}; use cursor to go further back"));
    }
    let cursor = form
        .optional::<String>("cursor")
        .and_then(|text| text.parse::<Cursor>().map_err(|error| form.fail("cursor", error)).ok());
    if form.has("cursor") && form.has("offset") {
        form.fail("cursor", "cannot be used together with offset");
    }
    PageRequest { limit, start: cursor.map_or(PageStart::Offset(offset), PageStart::Cursor) }
}

/// Reads `limit`, from 1 to `max`.
pub(super) fn read_limit(form: &mut Form<'_>, default: u64, max: u64) -> u64 {
    let limit = form.optional("limit").unwrap_or(default);
    if !(1..=max).contains(&limit) {
        form.fail("limit", format_args!("must be 1 to {max}"));
    }
    limit
}
