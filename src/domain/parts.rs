//! What a campus manager should have with her for a report: a table by problem, and by
//! type of device where the problem is not known.

use serde::Serialize;

use super::{document::DeviceType, problem::PROBLEMS};

/// A thing to bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    HdmiCable,
    UsbCAdapter,
    PowerCable,
    UsbCable,
    AudioCable,
    NetworkCable,
    ChargingCable,
    Charger,
    Batteries,
    Remote,
    Lamp,
    AirFilter,
    BoardPen,
    PencilTips,
    ReplacementDevice,
    AccessPoint,
    Toner,
    Paper,
    /// With the program that restores an iPad by cable.
    RestoringLaptop,
}

use Part::{
    AccessPoint, AirFilter, AudioCable, Batteries, BoardPen, Charger, ChargingCable, HdmiCable, Lamp, NetworkCable,
    Paper, PencilTips, PowerCable, Remote, ReplacementDevice, RestoringLaptop, Toner, UsbCAdapter, UsbCable,
};

/// Problems that need none are left out.
const BY_PROBLEM: [(&str, &[Part]); 22] = [
    ("P01", &[HdmiCable, UsbCAdapter]),
    ("P02", &[PowerCable, Lamp, Remote]),
    ("P03", &[Remote, Batteries]),
    ("P04", &[HdmiCable, UsbCAdapter]),
    ("P06", &[Lamp, AirFilter]),
    ("P07", &[HdmiCable, Remote]),
    ("P08", &[HdmiCable]),
    ("P09", &[UsbCable, HdmiCable]),
    ("P10", &[UsbCable]),
    ("P11", &[PowerCable, Remote]),
    ("P13", &[BoardPen, Batteries]),
    ("P14", &[UsbCable]),
    ("P16", &[HdmiCable, PowerCable]),
    ("P20", &[HdmiCable, NetworkCable]),
    ("P21", &[AudioCable, Remote]),
    ("P22", &[RestoringLaptop, ChargingCable]),
    ("P29", &[ChargingCable, Charger]),
    ("P30", &[ReplacementDevice]),
    ("P31", &[PencilTips]),
    ("P32", &[NetworkCable, AccessPoint]),
    ("P36", &[NetworkCable, Paper]),
    ("P37", &[Toner, Paper]),
];

/// What a report needs, in the order of the table; nothing for accounts and programs.
#[must_use]
pub fn needed(problem: Option<&str>, device: Option<DeviceType>) -> &'static [Part] {
    match BY_PROBLEM.iter().find(|(code, _)| Some(*code) == problem) {
        Some((_, parts)) => parts,
        None if is_known(problem) => &[],
        None => match device {
            Some(DeviceType::Projector) => &[HdmiCable, Remote, Batteries],
            Some(DeviceType::Board) => &[HdmiCable, UsbCable, BoardPen],
            Some(DeviceType::Ipad) => &[ChargingCable, Charger],
            Some(DeviceType::Appletv) => &[HdmiCable, PowerCable],
            Some(DeviceType::Printer) => &[Toner, NetworkCable],
            Some(DeviceType::Network) => &[NetworkCable],
            Some(DeviceType::Sound) => &[AudioCable],
            Some(DeviceType::Camera) => &[UsbCable, HdmiCable],
            Some(DeviceType::Account | DeviceType::Software | DeviceType::Other) | None => &[],
        },
    }
}

fn is_known(problem: Option<&str>) -> bool {
    PROBLEMS.iter().any(|(code, _)| Some(*code) == problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_more_exact_than_a_device() {
        assert_eq!(needed(Some("P03"), Some(DeviceType::Projector)), [Remote, Batteries]);
        assert_eq!(needed(Some("P38"), Some(DeviceType::Projector)), []);
        assert_eq!(needed(Some("X07"), Some(DeviceType::Sound)), [AudioCable]);
        assert_eq!(needed(None, None), []);
        for (code, parts) in BY_PROBLEM {
            assert!(is_known(Some(code)) && !parts.is_empty(), "{code}");
        }
    }
}
