//! What an authority promises, by urgency: `[authority.sla]` of `schools.toml`.
//!
//! ```toml
//! [authority.sla]
//! P1 = { response = "15m", resolution = "4h" }
//! P2 = { response = "30m", resolution = "today" }
//! ```
//!
//! `m` and `h` are minutes and hours of service time, `today` is the end of service of the
//! day of the report (of the next day with service, where none is left), `3d` the end of
//! service of the third day with service after it. What is not given is the proposal of
//! the product, which no regulation of a Land prescribes.

use serde::{Deserialize, Serialize};

use crate::domain::ticket::Priority;

/// Longest promise, in days.
const LONGEST: u32 = 60;

/// A promised time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Target {
    /// Of service time.
    Minutes(u32),
    /// End of service of the day of the report.
    Today,
    /// End of service of so many service days after the day of the report.
    Days(u32),
}

impl Target {
    /// Why it can be no promise: nothing, or longer than 60 days.
    fn fault(self) -> Option<String> {
        let (number, most) = match self {
            Self::Minutes(minutes) => (minutes, LONGEST * 24 * 60),
            Self::Days(days) => (days, LONGEST),
            Self::Today => return None,
        };
        let text = String::from(self);
        match number {
            0 => Some(format!("the time {text:?} is zero; give at least \"1m\"")),
            _ if number > most => Some(format!("the time {text:?} is longer than {LONGEST} days")),
            _ => None,
        }
    }
}

impl TryFrom<String> for Target {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let unknown = || {
            format!(
                "{text:?} is no time; give minutes, hours or days of service (\"30m\", \"4h\", \"3d\") or \"today\""
            )
        };
        if text == "today" {
            return Ok(Self::Today);
        }
        let (number, unit) = text.char_indices().last().map(|(at, unit)| (&text[..at], unit)).ok_or_else(unknown)?;
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(unknown());
        }
        let number: u32 = number.parse().map_err(|_| unknown())?;
        let target = match unit {
            'm' => Self::Minutes(number),
            'h' => Self::Minutes(number.saturating_mul(60)),
            'd' => Self::Days(number),
            _ => return Err(unknown()),
        };
        target.fault().map_or(Ok(target), Err)
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        match target {
            Target::Today => "today".into(),
            Target::Days(days) => format!("{days}d"),
            Target::Minutes(minutes) if minutes > 0 && minutes % 60 == 0 => format!("{}h", minutes / 60),
            Target::Minutes(minutes) => format!("{minutes}m"),
        }
    }
}

/// First human answer, and solution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    pub response: Target,
    pub resolution: Target,
}

/// The promises by urgency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sla {
    #[serde(rename = "P1")]
    pub p1: Promise,
    #[serde(rename = "P2")]
    pub p2: Promise,
    #[serde(rename = "P3")]
    pub p3: Promise,
    #[serde(rename = "P4")]
    pub p4: Promise,
}

impl Default for Sla {
    fn default() -> Self {
        let promise = |response, resolution| Promise { response, resolution };
        Self {
            p1: promise(Target::Minutes(15), Target::Minutes(4 * 60)),
            p2: promise(Target::Minutes(30), Target::Today),
            p3: promise(Target::Minutes(4 * 60), Target::Days(3)),
            p4: promise(Target::Days(1), Target::Days(10)),
        }
    }
}

impl Sla {
    #[must_use]
    pub fn promise(&self, priority: Priority) -> Promise {
        match priority {
            Priority::P1 => self.p1,
            Priority::P2 => self.p2,
            Priority::P3 => self.p3,
            Priority::P4 => self.p4,
        }
    }

    /// Times that can be no promise, in words that name the row.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let rows = [("P1", self.p1), ("P2", self.p2), ("P3", self.p3), ("P4", self.p4)];
        let times = rows
            .into_iter()
            .flat_map(|(name, row)| [(name, "response", row.response), (name, "resolution", row.resolution)]);
        times.filter_map(|(name, what, time)| time.fault().map(|why| format!("sla {name} {what}: {why}"))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_written() {
        let read = |text: &str| Target::try_from(text.to_owned());
        for (text, target) in [
            ("15m", Target::Minutes(15)),
            ("4h", Target::Minutes(240)),
            ("3d", Target::Days(3)),
            ("60d", Target::Days(60)),
            ("today", Target::Today),
        ] {
            assert_eq!(read(text), Ok(target));
            assert_eq!(String::from(target), text);
        }
        for (text, why) in [
            ("3w", "is no time"),
            ("", "is no time"),
            ("d", "is no time"),
            ("+3d", "is no time"),
            ("3 d", "is no time"),
            ("1.5h", "is no time"),
            ("3ä", "is no time"),
            ("99999999999m", "is no time"),
            ("0m", "is zero"),
            ("0d", "is zero"),
            ("61d", "longer than 60 days"),
            ("1441h", "longer than 60 days"),
            ("4294967295h", "longer than 60 days"),
        ] {
            assert!(read(text).unwrap_err().contains(why), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn a_table_may_give_some_rows_only() {
        let sla: Sla = toml::from_str("P1 = { response = \"10m\", resolution = \"2h\" }").unwrap();
        assert_eq!(sla.p1.resolution, Target::Minutes(120));
        assert_eq!(sla.promise(Priority::P3), Sla::default().p3);
        assert!(toml::from_str::<Sla>("P5 = { response = \"10m\", resolution = \"2h\" }").is_err());
        let mut sla = Sla::default();
        assert_eq!(sla.faults(), Vec::<String>::new());
        sla.p4.resolution = Target::Days(61);
        assert!(sla.faults()[0].starts_with("sla P4 resolution"), "{:?}", sla.faults());
    }
}
