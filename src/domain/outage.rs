//! Known outages: what is broken where, since when, until when; whom it concerns and
//! which problems it explains. Entered by staff, so that a hundred teachers need not
//! report one access point.

use jiff::Timestamp;

use super::{
    document::DeviceType,
    school::{Room, School},
};

/// An outage that staff have entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    /// `ST-12`.
    pub id: String,
    /// As teachers read it: "WLAN gestört".
    pub what: String,
    pub place: Where,
    /// What is out of order; empty = anything may be.
    pub devices: Vec<DeviceType>,
    pub since: Timestamp,
    /// When it is expected to be over; then it ends by itself.
    pub until: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    /// How many said "bei mir auch".
    pub confirmed: u64,
}

/// Where something is: empty = everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Where {
    pub school: Option<String>,
    pub site: Option<String>,
    /// A room's code.
    pub room: Option<String>,
}

/// Problems that a missing network explains, whatever device shows them.
const NEED_NETWORK: [&str; 24] = [
    "P16", "P19", "P20", "P22", "P23", "P24", "P25", "P26", "P27", "P28", "P32", "P33", "P34", "P35", "P36", "P38",
    "P39", "P40", "P41", "P42", "P43", "P44", "P17", "P18",
];

impl Outage {
    /// Whether it holds at `now`.
    #[must_use]
    pub fn is_on(&self, now: Timestamp) -> bool {
        self.ended.is_none() && self.since <= now && self.until.is_none_or(|until| now < until)
    }

    /// Whether its time is over and nobody has ended it.
    #[must_use]
    pub fn is_past(&self, now: Timestamp) -> bool {
        self.ended.is_none() && self.until.is_some_and(|until| until <= now)
    }

    /// Whether somebody at `place` may be concerned: what is not known of the place may
    /// be where the outage is, but without a school only what holds everywhere concerns.
    #[must_use]
    pub fn concerns(&self, place: &Where) -> bool {
        let within = |own: &Option<String>, known: &Option<String>| match (own, known) {
            (Some(own), Some(known)) => own == known,
            _ => true,
        };
        let school = match (&self.place.school, &place.school) {
            (None, _) => true,
            (Some(own), Some(known)) => own == known,
            (Some(_), None) => false,
        };
        school && within(&self.place.site, &place.site) && within(&self.place.room, &place.room)
    }

    /// Whether it explains a problem, or what is wrong with one of these devices.
    #[must_use]
    pub fn explains(&self, problem: Option<&str>, devices: &[DeviceType]) -> bool {
        if self.devices.is_empty() {
            return true;
        }
        let network = self.devices.contains(&DeviceType::Network);
        devices.iter().any(|device| self.devices.contains(device))
            || (network && problem.is_some_and(|problem| NEED_NETWORK.contains(&problem)))
    }
}

impl Room {
    /// Where it is.
    #[must_use]
    pub fn place(&self) -> Where {
        Where { school: Some(self.school.clone()), site: self.site.clone(), room: Some(self.code.clone()) }
    }
}

impl Where {
    /// In words: "Gesamtschule Möwenstraße, Neubau, Raum GSM-N02"; empty = everywhere.
    #[must_use]
    pub fn named(&self, schools: &[School]) -> String {
        let school = self.school.as_deref().and_then(|id| schools.iter().find(|school| school.id == id));
        let site = self.site.as_deref().zip(school);
        let site = site.and_then(|(id, school)| school.sites.iter().find(|site| site.id == id));
        let parts = [school.map(|school| school.name.clone()), site.map(|site| site.name.clone()), self.room.clone()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(school: &str, site: &str, room: &str) -> Where {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Where { school: some(school), site: some(site), room: some(room) }
    }

    fn outage(place: Where, devices: &[DeviceType]) -> Outage {
        Outage {
            id: "ST-1".into(),
            what: "WLAN gestört".into(),
            place,
            devices: devices.to_vec(),
            since: Timestamp::from_second(100).unwrap(),
            until: Some(Timestamp::from_second(200).unwrap()),
            ended: None,
            confirmed: 0,
        }
    }

    #[test]
    fn whoever_may_be_there_is_concerned() {
        for (place, asker, concerned) in [
            (at("", "", ""), at("", "", ""), true),
            (at("", "", ""), at("a", "x", "1"), true),
            (at("a", "", ""), at("a", "x", "1"), true),
            (at("a", "", ""), at("b", "", ""), false),
            (at("a", "", ""), at("", "", ""), false),
            (at("a", "x", ""), at("a", "", ""), true),
            (at("a", "x", ""), at("a", "y", "2"), false),
            (at("a", "x", "1"), at("a", "x", "2"), false),
            (at("a", "x", "1"), at("a", "", ""), true),
        ] {
            assert_eq!(outage(place.clone(), &[]).concerns(&asker), concerned, "{place:?} {asker:?}");
        }
    }

    #[test]
    fn the_network_explains_what_needs_it() {
        let network = outage(at("", "", ""), &[DeviceType::Network]);
        assert!(
            network.explains(Some("P16"), &[DeviceType::Appletv]) && network.explains(None, &[DeviceType::Network])
        );
        assert!(!network.explains(Some("P13"), &[DeviceType::Board]) && !network.explains(None, &[]));
        assert!(outage(at("", "", ""), &[]).explains(None, &[]));
        assert!(outage(at("", "", ""), &[DeviceType::Printer]).explains(Some("P36"), &[DeviceType::Printer]));
    }

    #[test]
    fn it_is_on_from_its_beginning_to_its_end() {
        let mut outage = outage(at("", "", ""), &[]);
        let on = |outage: &Outage, second| outage.is_on(Timestamp::from_second(second).unwrap());
        assert!(!on(&outage, 99) && on(&outage, 100) && on(&outage, 199) && !on(&outage, 200));
        assert!(outage.is_past(Timestamp::from_second(200).unwrap()));
        outage.ended = Some(Timestamp::from_second(150).unwrap());
        assert!(!on(&outage, 160) && !outage.is_past(Timestamp::from_second(300).unwrap()));
    }
}
