//! Where reading goes on: the highest transaction seen, and which of the last ones were.
//!
//! Numbers are given when a transaction begins, and can be seen when it ends: with PostgreSQL a lower one may
//! appear after a higher one. So the last [`OVERLAP`] are read again, and what was told is not told twice.

use std::{collections::BTreeSet, fmt, str::FromStr};

/// Tickets of others into which staff merged ours; the oldest of more is no longer read.
const MERGED: usize = 200;

/// How many numbers back a transaction may still appear.
pub(super) const OVERLAP: u64 = 200;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cursor {
    /// Highest number seen.
    high: u64,
    /// Nothing up to this one is told: it was there before we began.
    floor: u64,
    /// Numbers seen in the overlap.
    seen: BTreeSet<u64>,
    /// Tickets into which ours were merged.
    merged: BTreeSet<u64>,
}

impl Cursor {
    /// Begins behind `high`.
    pub(super) fn behind(high: u64) -> Self {
        Self { high, floor: high, ..Self::default() }
    }

    /// What is to be asked for begins behind this number.
    pub(super) fn after(&self) -> u64 {
        self.high.saturating_sub(OVERLAP).max(self.floor)
    }

    pub(super) fn knows(&self, id: u64) -> bool {
        id <= self.after() || self.seen.contains(&id)
    }

    pub(super) fn see(&mut self, id: u64) {
        self.high = self.high.max(id);
        self.seen.insert(id);
        self.seen = self.seen.split_off(&(self.after() + 1));
    }

    /// From now on that ticket is read, too; `false` if it was before.
    pub(super) fn follow(&mut self, ticket: u64) -> bool {
        let new = self.merged.insert(ticket);
        if self.merged.len() > MERGED {
            self.merged.pop_first();
        }
        new
    }

    /// Tickets that are read beside our own.
    pub(super) fn followed(&self) -> impl Iterator<Item = u64> {
        self.merged.iter().copied()
    }
}

/// `high:floor:`, how far each number seen lies below `high`, and where there are any, `:` and the tickets merged into.
impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let below: Vec<String> = self.seen.iter().map(|id| (self.high - id).to_string()).collect();
        write!(f, "{}:{}:{}", self.high, self.floor, below.join(","))?;
        if self.merged.is_empty() {
            return Ok(());
        }
        let merged: Vec<String> = self.merged.iter().map(u64::to_string).collect();
        write!(f, ":{}", merged.join(","))
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split(':');
        let mut number = || parts.next()?.parse::<u64>().ok();
        let (Some(high), Some(floor)) = (number(), number()) else { return Err(()) };
        let mut seen = BTreeSet::new();
        for below in parts.next().ok_or(())?.split(',').filter(|below| !below.is_empty()) {
            seen.insert(high.checked_sub(below.parse().map_err(|_| ())?).ok_or(())?);
        }
        let merged = parts.next().unwrap_or_default().split(',').filter(|ticket| !ticket.is_empty());
        let merged = merged.map(|ticket| ticket.parse().map_err(|_| ())).collect::<Result<_, _>>()?;
        Ok(Self { high, floor, seen, merged })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn late_ones_are_not_missed_and_none_comes_twice() {
        let mut cursor = Cursor::behind(1_000);
        assert!(cursor.knows(1_000) && cursor.knows(900) && !cursor.knows(1_001));
        cursor.see(1_005);
        assert_eq!(cursor.after(), 1_000);
        assert!(cursor.knows(1_005) && !cursor.knows(1_003));
        cursor.see(1_003);
        cursor.see(1_300);
        assert!(cursor.knows(1_005) && cursor.knows(1_100) && !cursor.knows(1_101));
        assert_eq!(cursor.to_string(), "1300:1000:0");
        assert!(cursor.follow(12) && cursor.follow(7) && !cursor.follow(12));
        assert_eq!(cursor.to_string(), "1300:1000:0:7,12");
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        let mut many = Cursor::default();
        assert!((1..=1_000).all(|ticket| many.follow(ticket)));
        assert_eq!(many.followed().count(), MERGED);
        for bad in ["", "1", "1:2", "a:b:", "5:0:6", "5:0:x", "5:0::x"] {
            assert_eq!(bad.parse::<Cursor>(), Err(()), "{bad}");
        }
    }

    proptest! {
        /// Whatever the order within the overlap, each is told once, and the text keeps all of it.
        #[test]
        fn each_is_told_once(begin in 0_u64..500, delays in prop::collection::vec(0_u64..OVERLAP, 1..300)) {
            let mut order: Vec<(u64, u64)> =
                delays.iter().zip(begin + 1..).map(|(delay, id)| (id + delay / 2, id)).collect();
            order.sort_unstable();
            let mut cursor = Cursor::behind(begin);
            let mut told = BTreeSet::new();
            for (_, id) in order {
                cursor = cursor.to_string().parse().expect("it was written by us");
                prop_assert!(!cursor.knows(id), "{} was lost at {}", id, cursor);
                cursor.see(id);
                prop_assert!(cursor.knows(id));
                prop_assert!(told.insert(id));
            }
            prop_assert!(cursor.to_string().len() < 1_200);
        }
    }
}
