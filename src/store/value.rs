//! Values on their way into a statement and out of a row, without a word of
//! which database it is. Times are whole milliseconds since 1970, JSON is text.

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Decode, Row as _, SqlSafeStr, Sqlite, Type, sqlite::SqliteRow};

use super::error::StoreError;

/// A bound value. Each may be NULL and keeps its type all the same, which PostgreSQL asks for.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(Option<String>),
    Int(Option<i64>),
    Real(Option<f64>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! from {
    ($($type:ty => $variant:ident($convert:expr)),* $(,)?) => {
        $(
            impl From<$type> for Value {
                fn from(value: $type) -> Self {
                    Self::$variant(Some($convert(value)))
                }
            }
            impl From<Option<$type>> for Value {
                fn from(value: Option<$type>) -> Self {
                    Self::$variant(value.map($convert))
                }
            }
        )*
    };
}

from! {
    &str => Text(str::to_owned),
    &String => Text(String::clone),
    String => Text(std::convert::identity),
    i64 => Int(std::convert::identity),
    u32 => Int(i64::from),
    f64 => Real(std::convert::identity),
    &[u8] => Bytes(<[u8]>::to_vec),
    Timestamp => Int(Timestamp::as_millisecond),
}

impl From<&Option<String>> for Value {
    fn from(value: &Option<String>) -> Self {
        Self::Text(value.clone())
    }
}

/// The values of a statement, in the order of `$1`, `$2` …
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::store::value::Value::from($value)),*] };
}
pub(super) use values;

pub(super) type Query = sqlx::query::Query<'static, Sqlite, sqlx::sqlite::SqliteArguments>;

pub(super) fn bind(sql: impl SqlSafeStr, values: Vec<Value>) -> Query {
    values.into_iter().fold(sqlx::query(sql), |query, value| match value {
        Value::Text(text) => query.bind(text),
        Value::Int(number) => query.bind(number),
        Value::Real(number) => query.bind(number),
        Value::Bytes(bytes) => query.bind(bytes),
    })
}

/// A row of a result; columns are counted from 0.
pub(super) struct Row(pub(super) SqliteRow);

impl Row {
    pub(super) fn get<T>(&self, column: usize) -> Result<T, StoreError>
    where
        T: for<'r> Decode<'r, Sqlite> + Type<Sqlite>,
    {
        Ok(self.0.try_get(column)?)
    }

    /// A time. Numbers that are none (a damaged file) are an error.
    pub(super) fn time(&self, column: usize) -> Result<Timestamp, StoreError> {
        Timestamp::from_millisecond(self.get(column)?).map_err(|_| StoreError::Damaged { what: "time", column })
    }

    pub(super) fn time_opt(&self, column: usize) -> Result<Option<Timestamp>, StoreError> {
        match self.get::<Option<i64>>(column)? {
            None => Ok(None),
            Some(_) => self.time(column).map(Some),
        }
    }

    /// A count or size, which is never below 0.
    pub(super) fn count(&self, column: usize) -> Result<u64, StoreError> {
        u64::try_from(self.get::<i64>(column)?).map_err(|_| StoreError::Damaged { what: "number", column })
    }

    /// A JSON text.
    pub(super) fn json<T: DeserializeOwned>(&self, column: usize, what: &'static str) -> Result<T, StoreError> {
        let text: String = self.get(column)?;
        serde_json::from_str(&text).map_err(|error| StoreError::damaged(what, &error))
    }

    /// The name of a unit variant, as serde writes it.
    pub(super) fn name<T: DeserializeOwned>(&self, column: usize, what: &'static str) -> Result<T, StoreError> {
        let text: String = self.get(column)?;
        T::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(&text))
            .map_err(|_| StoreError::Damaged { what, column })
    }

    pub(super) fn name_opt<T: DeserializeOwned>(
        &self,
        column: usize,
        what: &'static str,
    ) -> Result<Option<T>, StoreError> {
        match self.get::<Option<String>>(column)? {
            None => Ok(None),
            Some(_) => self.name(column, what).map(Some),
        }
    }
}

pub(super) fn to_json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::damaged("value", &error))
}

/// The name of a unit variant, as serde writes it.
pub(super) fn name_of<T: Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        _ => Err(StoreError::Damaged { what: "name", column: 0 }),
    }
}

/// Cut to what the database keeps, so that what is returned equals what is read later.
pub(super) fn whole_milliseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
