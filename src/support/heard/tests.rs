//! Whole messages, corrections over several, and whatever anybody may type.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::{
    config::KnowledgeConfig,
    domain::ticket::StepResult,
    support::library::{builtin_directory, lexicon},
};

fn ears() -> Ears {
    Ears::new(&lexicon(&KnowledgeConfig::default(), std::path::Path::new("")).unwrap())
}

fn rooms() -> Vec<Room> {
    builtin_directory().unwrap().rooms.into_iter().filter(|room| room.school == "ge-moewenstrasse").collect()
}

fn all(ears: &Ears, says: &[&str]) -> Heard {
    says.iter().map(|text| ears.hear(text, &rooms())).fold(Heard::default(), Heard::then)
}

#[test]
fn a_story_in_pieces() {
    let ears = ears();
    let heard = all(
        &ears,
        &[
            "moin beamer zeigt nix, die kinder sitzen hier",
            "bin in 107, neu gestartet hab ich schon",
            "nee, raum 204 nicht 107. hdmi kabel auch gewechselt",
            "aufkleber: LOF-2022-00131",
        ],
    );
    assert_eq!(heard.room.as_deref(), Some("GSM-204"));
    assert_eq!(heard.device, Some(DeviceType::Projector));
    assert_eq!(heard.inventory.as_deref(), Some("LOF-2022-00131"));
    assert_eq!((heard.lesson_running, heard.urgency.as_deref()), (Some(true), Some("now")));
    let steps: Vec<&str> = heard.tried.iter().map(|tried| tried.step.as_str()).collect();
    assert_eq!(steps, ["Neu gestartet", "Hdmi kabel gewechselt"]);
}

#[test]
fn a_denied_room_falls_and_a_casual_one_does_not_replace() {
    let ears = ears();
    assert_eq!(all(&ears, &["beamer in raum 204", "sorry, doch nicht in 204"]).room, None);
    assert_eq!(all(&ears, &["beamer in raum 204", "nebenan in 107 gehts"]).room.as_deref(), Some("GSM-204"));
    assert_eq!(all(&ears, &["raum 204", "nein, neubau 15"]).room.as_deref(), Some("GSM-N15"));
    let unknown = all(&ears, &["raum 310"]);
    assert_eq!((unknown.room, unknown.room_said.as_deref()), (None, Some("Raum 310")));
}

#[test]
fn the_same_step_has_its_last_result() {
    let heard = all(
        &ears(),
        &["hdmi kabel komm ich nicht dran", "hdmi kabel getauscht", "hdmi kabel nochmal getauscht, jetzt gehts"],
    );
    let last = heard.tried.last().unwrap();
    assert_eq!((last.step.as_str(), last.result), ("Hdmi kabel getauscht", StepResult::Ok));
    assert_eq!(heard.tried.len(), 2, "{:?}", heard.tried);
}

#[test]
fn the_device_is_what_is_broken() {
    let ears = ears();
    for (text, expected) in [
        ("beamer zeigt kein bild vom laptop", Some(DeviceType::Projector)),
        ("fernbedienung vom beamer ist weg", Some(DeviceType::Projector)),
        ("28 ipads und keins kommt ins netz", Some(DeviceType::Network)),
        ("my ipad does not find the apple tv", Some(DeviceType::Appletv)),
        ("die dokumentenkamera zeigt nix auf der tafel", Some(DeviceType::Camera)),
        ("kein ton in der aula, laptop läuft", Some(DeviceType::Sound)),
        ("auf dem talker ipad fehlt die app", Some(DeviceType::Ipad)),
        ("bei meinem dienstlaptop gehen tasten nicht", Some(DeviceType::Other)),
        ("moodle is loading forever", Some(DeviceType::Software)),
        ("lehrerzimmerdrucker spinnt", Some(DeviceType::Printer)),
        ("moin", None),
    ] {
        assert_eq!(ears.hear(text, &[]).device, expected, "{text}");
    }
}

#[test]
fn one_of_several_is_named_for_itself_and_a_tool_is_not() {
    let ears = ears();
    assert!(ears.hear("eins von den ipads lädt nicht", &[]).device_is_sure);
    assert!(!ears.hear("mit dem ipad auch nicht", &[]).device_is_sure);
}

#[test]
fn nothing_is_heard_where_nothing_is_said() {
    let ears = ears();
    for text in ["", "hallo", "danke schön", "wie geht das?", "ok", "[Name]", "🙂", "können sie mir helfen"] {
        let heard = ears.hear(text, &rooms());
        assert_eq!(Heard { sure: Sure::default(), ..heard }, Heard::default(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any text is heard without a panic, twice alike, and in pieces too.
    #[test]
    fn any_text_is_heard_alike(text in "(\\PC|[ \\n.,\\[\\]ß]|hab |nicht |raum |204|gewechselt |LOF-2022-00131|und ){0,60}", at in 0..60_usize) {
        static EARS: LazyLock<Ears> = LazyLock::new(|| Ears::new(&Lexicon::default()));
        let ears = &*EARS;
        let rooms = rooms();
        let heard = ears.hear(&text, &rooms);
        prop_assert_eq!(&heard, &ears.hear(&text, &rooms));
        prop_assert_eq!(ears.contact(&text), ears.contact(&text));
        let cut = text.char_indices().nth(at).map_or(text.len(), |(at, _)| at);
        let both = ears.hear(&text[..cut], &rooms).then(ears.hear(&text[cut..], &rooms));
        prop_assert!(both.tried.iter().all(|tried| !tried.step.contains('[')));
        prop_assert!(heard.room.is_none() || heard.room_said.is_none());
    }
}
