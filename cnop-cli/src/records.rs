//! A view as csv (RFC 4180, with the line ends of Unix): a header, and a record a row.
//!
//! Every column is there, however narrow the terminal, and a table without rows still has its header. A view of several
//! parts is its first; of sentences it is what stands for them.

use crate::cell::Cell;
use crate::text::one_line;
use crate::view::{Fact, Part, Table, View};

/// What a sentence is called for which nothing stands.
const SENTENCE: &str = "message";

/// The whole csv, without the last line's end.
pub(crate) fn write(view: &View) -> String {
    let text = match view.data() {
        Some(Part::Facts(record)) => facts(record),
        Some(Part::Table(table)) => rows(table),
        Some(Part::Sentence(text) | Part::Prose(text)) => records([SENTENCE], [vec![text.as_str()]]),
        None => String::new(),
    };
    text.trim_end_matches('\n').to_owned()
}

fn facts(record: &[Fact]) -> String {
    let named = record.iter().filter_map(|fact| Some((fact.name?, fact.cell.data())));
    let (names, values): (Vec<_>, Vec<_>) = named.unzip();
    records(names, [values])
}

fn rows(table: &Table) -> String {
    let names = table.columns.iter().filter_map(|column| column.name);
    let named = |row: &'_ [Cell]| -> Vec<String> {
        let cells = row.iter().zip(&table.columns).filter(|(_, column)| column.name.is_some());
        cells.map(|(cell, _)| cell.data().to_owned()).collect()
    };
    records(names, table.rows.iter().map(|row| named(row)))
}

/// A terminal may be what reads it: a server's words are made safe here too.
fn records<T: AsRef<str>>(
    names: impl IntoIterator<Item = &'static str>,
    rows: impl IntoIterator<Item = Vec<T>>,
) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let in_memory = "memory takes what is written, and every row has as many cells as there are names";
    writer.write_record(names).expect(in_memory);
    for row in rows {
        writer.write_record(row.iter().map(|cell| one_line(cell.as_ref()))).expect(in_memory);
    }
    String::from_utf8(writer.into_inner().expect(in_memory)).expect("made of text")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{Column, data, fact, left, right, shown};

    #[test]
    fn a_table_is_its_header_and_its_rows_as_programs_read_them() {
        let columns =
            [left("NAME", "name"), right("PRICE", "price_usd").leaves(1), Column::shown("NOTE"), Column::data("stale")];
        let row = |name: &str, price| [Cell::text(name), price, Cell::text("old price"), Cell::yes_no(true)];
        let price = Cell::usd("84110.4".parse().unwrap());
        let view = View::table(columns, [row("a,\"b\"\nc\u{1b}[1m", price), row("", Cell::unknown())], "No assets.");
        assert_eq!(write(&view), "name,price_usd,stale\n\"a,\"\"b\"\" c[1m\",84110.4,true\n,,true");
    }

    #[test]
    fn a_table_without_rows_keeps_its_header() {
        assert_eq!(write(&View::table([left("A", "a"), left("B", "b")], [], "Nothing.")), "a,b");
    }

    #[test]
    fn facts_are_one_record() {
        let facts = [
            fact("Note", "note", Cell::nothing()),
            shown("Name", Cell::text("Ada Lovelace")),
            data("first_name", Cell::text("Ada")),
        ];
        assert_eq!(write(&View::facts(facts)), "note,first_name\n,Ada");
    }

    #[test]
    fn of_several_parts_the_first_counts_and_data_stands_for_sentences() {
        let facts = || View::facts([fact("A", "a", Cell::text("1"))]);
        let table = || View::table([left("B", "b")], [[Cell::text("1")], [Cell::text("2")]], "");
        assert_eq!(write(&facts().and(table())), "a\n1");
        assert_eq!(write(&View::sentence("Done.").with_data(table().and(facts()))), "b\n1\n2");
        assert_eq!(write(&View::sentence("Done.").with_record([data("b", Cell::text("2"))])), "b\n2");
        assert_eq!(write(&View::sentence("Done, and well.")), "message\n\"Done, and well.\"");
    }
}
