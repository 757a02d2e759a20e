//! Each rule with sentences that pass and sentences that fall, German and English.

use super::*;
use crate::domain::document::{Block, Chunk, Kind, Meta};

fn passages() -> Vec<Passage> {
    let text = "Drücken Sie auf der Fernbedienung die Taste „Source“. Warten Sie 30 Sekunden, bis das Bild erscheint. \
                Ziehen Sie den Netzstecker nicht. Steigen Sie nicht auf einen Stuhl. \
                Schalten Sie den Beamer am Pult ein. Drücken Sie die linke Maustaste zweimal. \
                Öffnen Sie das Gehäuse niemals, auch wenn die Lampe flackert und das Bild immer wieder dunkel wird.";
    vec![Passage {
        school: None,
        document: "d".into(),
        revision: "1".into(),
        title: "t".into(),
        kind: Kind::Guide,
        meta: Meta::default(),
        chunk: Chunk { number: 0, heading: vec![], page: None, blocks: vec![Block::Paragraph { text: text.into() }] },
    }]
}

fn carried_by(sentence: &str) -> Option<Vec<u32>> {
    verify(sentence, &passages(), &[]).map(|support| support.units)
}

#[test]
fn what_the_passage_says_passes() {
    assert_eq!(carried_by("Drücken Sie die Taste „Source“ der Fernbedienung."), Some(vec![0]));
    assert_eq!(carried_by("Warten Sie bitte 30 Sekunden."), Some(vec![1]));
    assert_eq!(carried_by("Ziehen Sie den Netzstecker nicht."), Some(vec![2]));
    assert_eq!(carried_by("Schalten Sie den Beamer am Pult ein."), Some(vec![4]));
}

#[test]
fn what_it_does_not_say_falls() {
    for wrong in [
        "Warten Sie 60 Sekunden, bis das Bild erscheint.",
        "Drücken Sie auf der Fernbedienung die Taste „Menu“.",
        "Ziehen Sie den Netzstecker.",
        "Rufen Sie den Hersteller Epson unter der Hotline an.",
        "Steigen Sie auf einen Stuhl.",
        "Schalten Sie den Beamer am Pult aus.",
        "Drücken Sie die rechte Maustaste zweimal.",
        "Öffnen Sie das Gehäuse.",
        "Ja.",
        "",
    ] {
        assert_eq!(carried_by(wrong), None, "{wrong}");
    }
}

fn said(text: &str) -> Vec<Passage> {
    let mut passages = passages();
    passages[0].title = "AirPlay im Klassenraum".into();
    passages[0].chunk.blocks = vec![Block::Paragraph { text: text.into() }];
    passages
}

/// What a passage says; what passes with it; what falls.
type Example = (&'static str, &'static [&'static str], &'static [&'static str]);

fn check(examples: &[Example]) {
    for (says, pass, fall) in examples {
        let passages = said(says);
        for sentence in *pass {
            assert!(verify(sentence, &passages, &[]).is_some(), "falls, and should pass: {sentence} | {says}");
        }
        for sentence in *fall {
            assert!(verify(sentence, &passages, &[]).is_none(), "passes, and should fall: {sentence} | {says}");
        }
    }
}

#[test]
fn numbers_stand_in_figures_or_words() {
    check(&[
        (
            "Warten Sie zehn Sekunden und drücken Sie die Taste zweimal.",
            &["Warten Sie 10 Sekunden.", "Drücken Sie die Taste 2 mal."],
            &["Warten Sie zwanzig Sekunden.", "Warten Sie 20 Sekunden.", "Drücken Sie die Taste dreimal."],
        ),
        (
            "Wählen Sie den ersten Eingang der Liste.",
            &["Wählen Sie den ersten Eingang."],
            &["Wählen Sie den zweiten Eingang der Liste."],
        ),
        (
            "Hold the power button for thirty seconds, twice.",
            &["Hold the power button for 30 seconds."],
            &["Hold the power button for 3 seconds.", "Hold the second power button."],
        ),
        ("Rufen Sie die Nummer 0211 4711 an.", &["Rufen Sie die 0211 4711 an."], &["Rufen Sie die 0211 4712 an."]),
    ]);
}

#[test]
fn names_and_colours_stand_letter_by_letter() {
    check(&[
        (
            "Stecken Sie das HDMI-Kabel in die Buchse am Pult, bis die grüne Lampe leuchtet.",
            &["Stecken Sie das HDMI-Kabel in die Buchse.", "Die grüne Lampe leuchtet."],
            &[
                "Am Pult leuchtet dann eine grüne Lampe.",
                "Stecken Sie das VGA-Kabel in die Buchse am Pult.",
                "Warten Sie, bis die rote Lampe leuchtet.",
            ],
        ),
        (
            "Tap the iPads’ Control Centre and choose Screen Mirroring.",
            &["Tap Control Centre on the iPad.", "Choose Screen Mirroring for AirPlay."],
            &["Tap the MacBook Control Centre.", "Tap “Wi-Fi” in Control Centre."],
        ),
        ("Press “Source” until the blue box is shown.", &["Press “Source”."], &["Press “Menu” for the blue box."]),
    ]);
}

#[test]
fn negations_and_restrictions_have_their_counterpart() {
    check(&[
        (
            "Öffnen Sie die Klappe nicht, wenn das Gerät heiß ist.",
            &["Öffnen Sie die Klappe nicht."],
            &["Öffnen Sie die Klappe, wenn das Gerät heiß ist."],
        ),
        ("Öffnen Sie die Klappe am Gerät.", &["Öffnen Sie die Klappe."], &["Öffnen Sie nie die Klappe am Gerät."]),
        (
            "Nur Hausmeister dürfen die Sicherung einschalten.",
            &["Nur Hausmeister dürfen die Sicherung einschalten."],
            &["Hausmeister dürfen die Sicherung einschalten."],
        ),
        (
            "Laden Sie das Gerät mindestens 20 Minuten.",
            &["Laden Sie das Gerät mindestens 20 Minuten."],
            &["Laden Sie das Gerät höchstens 20 Minuten."],
        ),
        (
            "Do not unplug the projector while the fan is running.",
            &["Do not unplug the projector.", "Don't unplug the projector while the fan is running."],
            &["Unplug the projector while the fan is running."],
        ),
        ("Only staff may reset the access point.", &[], &["You may reset the access point with staff."]),
    ]);
}

#[test]
fn nothing_is_turned_round() {
    check(&[
        (
            "Drehen Sie den Regler nach rechts und schalten Sie das Mikrofon ein.",
            &["Drehen Sie den Regler nach rechts.", "Schalten Sie das Mikrofon ein."],
            &["Drehen Sie den Regler nach links.", "Schalten Sie das Mikrofon aus."],
        ),
        (
            "Deaktivieren Sie Bluetooth vor dem Spiegeln.",
            &["Deaktivieren Sie Bluetooth vor dem Spiegeln."],
            &["Aktivieren Sie Bluetooth vor dem Spiegeln.", "Deaktivieren Sie Bluetooth nach dem Spiegeln."],
        ),
        (
            "Turn the volume up and connect the speaker.",
            &["Turn the volume up.", "Connect the speaker."],
            &["Turn the volume down.", "Disconnect the speaker volume."],
        ),
    ]);
}

#[test]
fn a_sentence_that_names_its_passage_is_carried_by_no_other() {
    let mut both = said("Starten Sie den Drucker neu.");
    both.extend(said("Starten Sie den Beamer neu."));
    let of = |named: &[usize]| verify("Starten Sie den Beamer neu.", &both, named).map(|support| support.passage);
    assert_eq!((of(&[]), of(&[1]), of(&[0]), of(&[0, 1])), (Some(1), Some(1), None, Some(1)));
    assert_eq!(of(&[7]), None);
}

#[test]
fn the_nearest_unit_is_what_a_sentence_was_about() {
    let passage = &passages()[0];
    assert_eq!(nearest("Drücken Sie auf der Fernbedienung die Taste „Menu“.", passage), Some(0));
    assert_eq!(nearest("Warten Sie 60 Sekunden auf das Bild.", passage), Some(1));
    assert_eq!(nearest("Rufen Sie Herrn Müller an.", passage), None);
}
