//! Statements with their values, and the rows that they return.

use std::borrow::Cow;

use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Decode, Row as _, SqlSafeStr, SqlStr, Sqlite, Type};

use super::{Connection, Error};

/// The most values in one statement.
pub const MOST_VALUES: usize = 32_766;

/// A value of a statement. `None` is bound as NULL, as a number or a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Number(Option<i64>),
    Text(Option<String>),
    Bytes(Vec<u8>),
}

macro_rules! values {
    ($($from:ty: $value:ident => $made:expr;)+) => {$(
        impl From<$from> for Value {
            fn from($value: $from) -> Self {
                $made
            }
        }
    )+};
}

values! {
    i64: n => Self::Number(Some(n));
    u32: n => Self::Number(Some(n.into()));
    // Flags are 0 or 1.
    bool: flag => Self::Number(Some(flag.into()));
    Option<i64>: n => Self::Number(n);
    Option<u32>: n => Self::Number(n.map(i64::from));
    &str: text => Self::Text(Some(text.into()));
    &String: text => Self::Text(Some(text.clone()));
    String: text => Self::Text(Some(text));
    Option<&str>: text => Self::Text(text.map(str::to_owned));
    Option<&String>: text => Self::Text(text.cloned());
    Option<String>: text => Self::Text(text);
    Vec<u8>: bytes => Self::Bytes(bytes);
}

/// The longest table or list whose statement is kept. To prepare a statement takes longer than to execute it, and grows with
/// the number of its values.
const MOST_KEPT: usize = 512;

/// A statement, with a `?` for each value. The engine keeps the prepared statement for the next use, unless it has a longer
/// table or list than [`MOST_KEPT`]. For few texts to be different, tables and lists are filled up to a power of two.
#[derive(Debug)]
pub struct Query {
    text: Cow<'static, str>,
    values: Vec<Value>,
    kept: bool,
}

impl Query {
    /// A statement with this text, to which more can be added.
    pub fn new(text: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), values: Vec::new(), kept: true }
    }

    /// Binds the value of the next `?`.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self
    }

    /// Adds text, which stands in the source of this program.
    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.to_mut().push_str(text);
        self
    }

    /// Adds a `?` and binds its value.
    pub fn push_bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.push("?").bind(value)
    }

    /// Adds a list of values in parentheses, for `IN`.
    pub fn push_list<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        let before = self.values.len();
        self.values.extend(values.into_iter().map(Into::into));
        // Standard SQL has no empty list; nothing is equal to `NULL`.
        let last = self.values[before..].last().cloned().unwrap_or(Value::Number(None));
        let places = self.places(self.values.len() - before);
        self.values.resize(before + places, last);
        self.push_places(["(", "?", ")"], places)
    }

    /// Adds a query that returns these rows. The first value of a row must not be `NULL`: it is in the rows that fill up the
    /// table.
    pub fn push_rows<const N: usize>(&mut self, rows: impl IntoIterator<Item = [Value; N]>) -> &mut Self {
        let before = self.values.len();
        self.values.extend(rows.into_iter().flatten());
        let places = self.places((self.values.len() - before) / N);
        self.values.resize(before + places * N, Value::Number(None));
        let row = ["(", &["?"; N].join(", "), ")"].concat();
        self.push_places(["SELECT * FROM (VALUES ", &row, ") AS given WHERE column1 IS NOT NULL"], places)
    }

    /// How many places a table or list of this length gets.
    fn places(&mut self, length: usize) -> usize {
        let kept = length <= MOST_KEPT;
        self.kept &= kept;
        if kept { length.next_power_of_two() } else { length }
    }

    fn push_places(&mut self, [before, place, after]: [&str; 3], places: usize) -> &mut Self {
        let text = self.text.to_mut();
        text.push_str(before);
        text.push_str(&vec![place; places].join(", "));
        text.push_str(after);
        self
    }

    fn made(&mut self) -> Result<sqlx::query::Query<'static, Sqlite, SqliteArguments>, Error> {
        let mut arguments = SqliteArguments::default();
        for value in std::mem::take(&mut self.values) {
            let added = match value {
                Value::Number(number) => arguments.add(number),
                Value::Text(text) => arguments.add(text),
                Value::Bytes(bytes) => arguments.add(bytes),
            };
            added.map_err(sqlx::Error::Encode)?;
        }
        let text: SqlStr = match std::mem::take(&mut self.text) {
            Cow::Borrowed(text) => text.into_sql_str(),
            // Built only from texts in the source of this program, never from input.
            Cow::Owned(text) => AssertSqlSafe(text).into_sql_str(),
        };
        Ok(sqlx::query_with(text, arguments).persistent(self.kept))
    }

    /// Executes the statement. Returns the number of rows written.
    pub async fn execute(&mut self, on: &mut Connection) -> Result<u64, Error> {
        Ok(self.made()?.execute(on.raw()).await?.rows_affected())
    }

    /// All rows.
    pub async fn fetch_all<T: Record>(&mut self, on: &mut Connection) -> Result<Vec<T>, Error> {
        let rows = self.made()?.fetch_all(on.raw()).await?;
        rows.into_iter().map(|row| T::read(Row(row))).collect()
    }

    /// The first row, if there is one.
    pub async fn fetch_optional<T: Record>(&mut self, on: &mut Connection) -> Result<Option<T>, Error> {
        let row = self.made()?.fetch_optional(on.raw()).await?;
        row.map(|row| T::read(Row(row))).transpose()
    }

    /// The first row; an error if there is none.
    pub async fn fetch_one<T: Record>(&mut self, on: &mut Connection) -> Result<T, Error> {
        T::read(Row(self.made()?.fetch_one(on.raw()).await?))
    }
}

/// A row that a statement returned.
#[derive(Debug)]
pub struct Row(SqliteRow);

/// A type that a column can be read as.
pub trait Cell: for<'r> Decode<'r, Sqlite> + Type<Sqlite> {}

impl<T: for<'r> Decode<'r, Sqlite> + Type<Sqlite>> Cell for T {}

impl Row {
    /// The value of the column with this name.
    pub fn get<T: Cell>(&self, name: &str) -> Result<T, Error> {
        Ok(self.0.try_get(name)?)
    }
}

/// A type that a row can be read as: the row itself, the value of the first column, or a tuple of the first columns.
pub trait Record: Sized + Send {
    fn read(row: Row) -> Result<Self, Error>;
}

impl Record for Row {
    fn read(row: Row) -> Result<Self, Error> {
        Ok(row)
    }
}

macro_rules! single {
    ($($cell:ty)+) => {$(
        impl Record for $cell {
            fn read(row: Row) -> Result<Self, Error> {
                Ok(row.0.try_get(0)?)
            }
        }
    )+};
}

single! { bool i64 Option<i64> String Option<String> }

macro_rules! tuples {
    ($(($($cell:ident $at:tt),+))+) => {$(
        impl<$($cell: Cell + Send),+> Record for ($($cell,)+) {
            fn read(row: Row) -> Result<Self, Error> {
                Ok(($(row.0.try_get($at)?,)+))
            }
        }
    )+};
}

tuples! { (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, D 3) }
