//! Where reading Zammad's changes goes on: the time of the newest one seen, and the tickets of others into which
//! staff merged ours.

use std::{collections::BTreeSet, fmt, str::FromStr};

use jiff::Timestamp;

use crate::helpdesk::Fault;

/// Tickets that are read beside our own; the oldest of more is no longer read.
const MERGED: usize = 200;

/// Where reading goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    /// Of the newest change seen. Zammad says when; our own clock is not asked.
    pub since: Timestamp,
    /// Pages read since then, of more tickets at one time than one call reads.
    pub pages: usize,
    /// Ids of tickets into which ours were merged.
    pub merged: BTreeSet<u64>,
}

/// The time and, where there are any, `p` with the pages, and those ids.
impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.since)?;
        if self.pages > 0 {
            write!(f, " p{}", self.pages)?;
        }
        let ids: Vec<String> = self.merged.iter().map(u64::to_string).collect();
        if ids.is_empty() { Ok(()) } else { write!(f, " {}", ids.join(",")) }
    }
}

impl FromStr for Cursor {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let mut parts = text.split(' ');
        let mut cursor = Self { since: time(parts.next().unwrap_or_default())?, pages: 0, merged: BTreeSet::new() };
        for part in parts {
            if let Some(pages) = part.strip_prefix('p') {
                cursor.pages = pages.parse().map_err(|_| not_ours())?;
            } else {
                let ids = part.split(',').map(|id| id.parse().map_err(|_| not_ours()));
                cursor.merged = ids.collect::<Result<_, _>>()?;
            }
        }
        Ok(cursor)
    }
}

impl Cursor {
    /// From now on that ticket is read, too; `false` if it was before.
    pub(super) fn follow(&mut self, ticket: u64) -> bool {
        let new = self.merged.insert(ticket);
        if self.merged.len() > MERGED {
            self.merged.pop_first();
        }
        new
    }
}

pub(super) fn time(text: &str) -> Result<Timestamp, Fault> {
    text.parse().map_err(|_| not_ours())
}

fn not_ours() -> Fault {
    Fault::Unacceptable("the cursor is not ours".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_was_written() {
        let mut cursor: Cursor = "2026-11-23T08:00:00Z".parse().unwrap();
        assert_eq!(cursor.to_string(), "2026-11-23T08:00:00Z");
        assert!(cursor.follow(7) && cursor.follow(3) && !cursor.follow(7));
        assert_eq!(cursor.to_string(), "2026-11-23T08:00:00Z 3,7");
        assert_eq!(cursor.to_string().parse(), Ok(cursor.clone()));
        cursor.pages = 10;
        assert_eq!(cursor.to_string(), "2026-11-23T08:00:00Z p10 3,7");
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for bad in ["", "x", "2026-11-23T08:00:00Z x", "2026-11-23T08:00:00Z p", "2026-11-23T08:00:00Z 1,"] {
            assert!(matches!(bad.parse::<Cursor>(), Err(Fault::Unacceptable(_))), "{bad}");
        }
    }
}
