//! What makes an authority's own table unusable: times that end before they begin, times
//! that can be no promise, levels of what nobody knows.

use super::Authority;
use crate::domain::routing;

impl Authority {
    /// Every such fault, in words that name key and value.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut faults = self.sla.faults();
        for hours in &self.service_hours {
            if hours.from >= hours.to {
                faults.push(format!("service hours from {} end at {}, not after they begin", hours.from, hours.to));
            }
        }
        for (name, ranges) in [("school_holidays", &self.school_holidays), ("closed", &self.closed)] {
            for range in ranges.iter().filter(|range| range.from > range.to) {
                faults.push(format!("`{name}` from {} ends on {}, before it begins", range.from, range.to));
            }
        }
        let unknown = self.levels.keys().filter(|key| !routing::is_key(key));
        faults.extend(unknown.map(|key| {
            format!("`levels` names {key:?}, which is no problem (`P38`), no danger (`mains`) and no type of device (`printer`)")
        }));
        faults
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::school::Directory;

    #[test]
    fn faults_name_key_and_value() {
        let faults = |text: &str| toml::from_str::<Directory>(&format!("[authority]\n{text}")).unwrap().check();
        let good = "levels = { P38 = \"school\", mains = \"helpdesk\", printer = \"manufacturer\" }\n\
                    closed = [{ from = \"2027-02-08\", to = \"2027-02-08\" }]";
        assert_eq!(faults(good), Vec::<String>::new());
        for (text, part) in [
            ("levels = { P3 = \"school\" }", "\"P3\""),
            ("levels = { beamer = \"school\" }", "\"beamer\""),
            ("closed = [{ from = \"2027-02-08\", to = \"2027-02-07\" }]", "`closed`"),
            ("service_hours = [{ days = [\"mon\"], from = \"16:00\", to = \"08:00\" }]", "16:00"),
        ] {
            let faults = faults(text);
            assert!(faults.len() == 1 && faults[0].contains(part), "{text}: {faults:?}");
        }
        assert!(toml::from_str::<Directory>("[authority]\nlevels = { P38 = \"nobody\" }").is_err());
        let round = |rest: &str| {
            let text = format!(
                "[authority]\n[[manager]]\nid = \"m\"\nname = \"M\"\n[[school]]\nid = \"s\"\nname = \"S\"\n[[round]]\nmanager = \"m\"\nschool = \"s\"\n{rest}"
            );
            toml::from_str::<Directory>(&text).unwrap().check()
        };
        assert_eq!(round("every = \"dates\"\nalso = [\"2026-12-04\"]"), Vec::<String>::new());
        assert_eq!(round("day = \"mon\""), Vec::<String>::new());
        assert!(round("every = \"dates\"")[0].contains("`also`"));
        assert!(round("")[0].contains("`day`"));
    }
}
