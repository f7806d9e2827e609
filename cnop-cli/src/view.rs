//! What an answer looks like, whoever reads it: sentences, facts about one thing, a table of many, or several of these.
//!
//! A column or a fact has a title for people and a name for programs: the field's name in the JSON answer where there is
//! one. `table` draws a view for people, `records` writes it as csv.

use crate::cell::Cell;

/// The look of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct View {
    parts: Vec<Part>,
    data: Option<Box<View>>,
}

/// A part of a view; people see a blank line between two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// A line that stays a line.
    Sentence(String),
    /// Sentences that are wrapped between words.
    Prose(String),
    /// What is known about one thing.
    Facts(Vec<Fact>),
    /// Many things of one kind.
    Table(Table),
}

/// Something known about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fact {
    /// What people call it; `None` where they read it elsewhere.
    pub(crate) title: Option<&'static str>,
    /// What programs call it; `None` where they read it elsewhere.
    pub(crate) name: Option<&'static str>,
    /// What it is.
    pub(crate) cell: Cell,
}

/// Rows below columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    /// What stands in each row.
    pub(crate) columns: Vec<Column>,
    /// As many cells each as there are columns.
    pub(crate) rows: Vec<Vec<Cell>>,
    /// What people read in place of no rows.
    pub(crate) empty: &'static str,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column {
    /// What people call it; `None` where they read it elsewhere.
    pub(crate) title: Option<&'static str>,
    /// What programs call it; `None` where they read it elsewhere.
    pub(crate) name: Option<&'static str>,
    /// Whether its cells end below each other, as figures do, rather than begin so.
    pub(crate) is_figure: bool,
    /// Whether its cells may be broken between words.
    pub(crate) wraps: bool,
    /// When it goes, where the terminal is too narrow for all; `None` if never.
    pub(crate) leaves: Option<u8>,
}

impl View {
    /// A line, whoever wrote parts of it. Programs get [`View::with_record`] in its place.
    pub(crate) fn sentence(text: impl Into<String>) -> Self {
        Self::of(Part::Sentence(text.into()))
    }

    /// Sentences of any length.
    pub(crate) fn prose(text: impl Into<String>) -> Self {
        Self::of(Part::Prose(text.into()))
    }

    /// A name and a value a line. For people, what has nothing to say has no line.
    pub(crate) fn facts(facts: impl IntoIterator<Item = Fact>) -> Self {
        Self::of(Part::Facts(facts.into_iter().collect()))
    }

    /// Rows below `columns`, or `empty` where there are none.
    pub(crate) fn table<const N: usize>(
        columns: [Column; N],
        rows: impl IntoIterator<Item = [Cell; N]>,
        empty: &'static str,
    ) -> Self {
        let rows = rows.into_iter().map(Vec::from).collect();
        Self::of(Part::Table(Table { columns: columns.into(), rows, empty }))
    }

    /// `next` below it. As csv, a view is its first part: that is what the command is about.
    #[must_use]
    pub(crate) fn and(mut self, next: Self) -> Self {
        self.parts.extend(next.parts);
        self
    }

    /// What programs get in its place: one record.
    #[must_use]
    pub(crate) fn with_record(self, record: impl IntoIterator<Item = Fact>) -> Self {
        self.with_data(Self::facts(record))
    }

    /// What programs get in its place.
    #[must_use]
    pub(crate) fn with_data(self, data: Self) -> Self {
        Self { data: Some(Box::new(data)), ..self }
    }

    /// The parts in their order.
    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The part that programs get.
    pub(crate) fn data(&self) -> Option<&Part> {
        self.data.as_ref().map_or(self.parts.first(), |data| data.data())
    }

    fn of(part: Part) -> Self {
        Self { parts: vec![part], data: None }
    }
}

/// A fact for everybody.
pub(crate) fn fact(title: &'static str, name: &'static str, cell: Cell) -> Fact {
    Fact { title: Some(title), name: Some(name), cell }
}

/// A fact for people, put together from several that programs get apart.
pub(crate) fn shown(title: &'static str, cell: Cell) -> Fact {
    Fact { title: Some(title), name: None, cell }
}

/// A fact for programs, which people read as a part of another.
pub(crate) fn data(name: &'static str, cell: Cell) -> Fact {
    Fact { title: None, name: Some(name), cell }
}

/// A column of text.
pub(crate) const fn left(title: &'static str, name: &'static str) -> Column {
    Column { title: Some(title), name: Some(name), is_figure: false, wraps: true, leaves: None }
}

/// A column of figures. Broken in two, a figure would be another one.
pub(crate) fn right(title: &'static str, name: &'static str) -> Column {
    Column { is_figure: true, wraps: false, ..left(title, name) }
}

/// A column of moments.
pub(crate) fn time(title: &'static str, name: &'static str) -> Column {
    Column { wraps: false, ..left(title, name) }
}

impl Column {
    /// Lets it be the `turn`th to go where a terminal is too narrow for all.
    #[must_use]
    pub(crate) fn leaves(self, turn: u8) -> Self {
        Self { leaves: Some(turn), ..self }
    }

    /// A column for people, put together from several that programs get apart.
    pub(crate) fn shown(title: &'static str) -> Self {
        Self { name: None, ..left(title, "") }
    }

    /// A column for programs, which people read as a part of another.
    pub(crate) const fn data(name: &'static str) -> Self {
        Self { title: None, ..left("", name) }
    }
}
