//! Reports that are not solved yet, without what people wrote and without contact:
//! what a room's page tells everybody, and what an import would leave without a place.

use jiff::{Timestamp, civil::Date};
use serde::Deserialize;

use super::{
    Store,
    error::StoreError,
    value::{Row, values},
};
use crate::domain::{
    document::DeviceType,
    ticket::{Routing, TicketDevice, TicketState},
};

/// An open report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenReport {
    pub number: String,
    pub state: TicketState,
    pub created: Timestamp,
    pub school: Option<String>,
    /// The room's code in the directory, or what the reporter called it.
    pub room: Option<String>,
    pub device: Option<DeviceType>,
    /// Code of the problem: `P01`.
    pub problem: Option<String>,
    /// When somebody comes: a confirmed visit, else the regular round.
    pub next_visit: Option<Date>,
}

/// Of the stored body, nothing but this.
#[derive(Deserialize)]
struct Body {
    room: Option<String>,
    #[serde(default)]
    device: TicketDevice,
    problem: Option<String>,
    #[serde(default)]
    routing: Routing,
}

impl Store {
    /// Reports that are not solved, of one school or of all, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn open_reports(&self, school: Option<&str>) -> Result<Vec<OpenReport>, StoreError> {
        let sql = "SELECT number, state, created_ms, school, body FROM tickets
                   WHERE state <> 'solved' AND (CAST($1 AS TEXT) IS NULL OR school = $1)
                   ORDER BY created_ms, number";
        self.pool.rows(sql, values![school]).await?.iter().map(report).collect()
    }
}

fn report(row: &Row) -> Result<OpenReport, StoreError> {
    let body: Body = row.json(4, "ticket")?;
    Ok(OpenReport {
        number: row.get(0)?,
        state: row.name(1, "ticket state")?,
        created: row.time(2)?,
        school: row.get(3)?,
        room: body.room,
        device: body.device.kind,
        problem: body.problem,
        next_visit: body.routing.visit(),
    })
}
