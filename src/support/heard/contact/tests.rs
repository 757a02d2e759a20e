//! Offers to be called back, and numbers and addresses that are none.

use super::*;

fn heard(text: &str) -> Option<String> {
    ContactEar::new().hear(text)
}

#[test]
fn an_offer_to_be_called_is_taken() {
    for (text, expected) in [
        ("sie erreichen mich unter 0221 4710-221", "0221 4710-221"),
        ("laptop neu gestartet. erreichbar bin ich unter 0171 3920017", "0171 3920017"),
        ("mail an j.harms@moewenstrasse.example wenn ihr was wisst", "j.harms@moewenstrasse.example"),
        ("frau deichmann im sekretariat weiß bescheid, bitte bei ihr melden", "Frau Deichmann, Sekretariat"),
        ("frau ohlsen im sekretariat nimmt anrufe für mich an, bitte da melden", "Frau Ohlsen, Sekretariat"),
        ("find das nirgends. meine durchwahl ist 0221 4710-233", "0221 4710-233"),
        ("meine durchwahl ist 34", "Durchwahl 34"),
        ("you can mail me at r.okafor@leuchtturm.example", "r.okafor@leuchtturm.example"),
        ("rückruf bitte 0176 04069021", "0176 04069021"),
        ("bitte nicht anrufen lieber mail: t.wiechers@hafenallee.example", "t.wiechers@hafenallee.example"),
        ("sn is PTX78RN3804, rückruf an 0171 3920044 aber nur bis 13 uhr", "0171 3920044"),
        ("class is gone now. please call me back on 0172 9925904", "0172 9925904"),
        ("die bescheide müssen raus. bin bis 14 uhr da, 0221 4710-260", "0221 4710-260"),
        ("meine nummer: +49 221 4710210", "+49 221 4710210"),
        ("rückruf ans sekretariat bitte", "Sekretariat"),
        ("0171 5551234", "0171 5551234"),
        ("m.huber@schule.example", "m.huber@schule.example"),
        ("ruft an: 0151/23456789", "0151/23456789"),
        ("ich bin die 34 (durchwahl)", "Durchwahl 34"),
        ("rückruf bitte an frau ohlsen, sekretariat, 0221 4710-299", "0221 4710-299"),
        ("wenn was ist, 0171-5551234", "0171-5551234"),
        ("you can get me on 0171 5551234", "0171 5551234"),
        ("in der hotline war besetzt, bitte rufen sie mich an unter 0171 5551234", "0171 5551234"),
    ] {
        assert_eq!(heard(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn no_offer_is_no_contact() {
    for text in [
        "mein passwort für j.harms@schule.example geht nicht",
        "ich melde mich mit j.harms@schule.example an, falsches passwort",
        "frau müller hat den beamer kaputt gemacht",
        "drucker im sekretariat geht nicht",
        "raum 204, hdmi 2",
        "LOF-2022-00131",
        "seriennummer 02214710210X",
        "hab die hotline 0221 4710-123 angerufen, besetzt",
        "die mail kam von service@bank.example, soll ich draufklicken?",
        "hab eine komische mail von rektor@schule-portal.example bekommen",
        "jemand ruft mich ständig von 0171 5550011 an",
        "benutzername ist k.lang@schule.example",
        "my username is k.lang@schule.example and it says wrong",
        "inventarnummer 0020231234",
        "ticket 0012345678 von letzter woche",
        "auf dem aushang steht support@beamer.example",
        "",
    ] {
        assert_eq!(heard(text), None, "{text}");
    }
}

#[test]
fn an_address_that_is_spoken_of_is_nobodys_offer() {
    let ear = ContactEar::new();
    for text in [
        "max.mueller@gs.example kommt nicht rein",
        "Neue Kollegin a.b@schule.example fehlt in IServ",
        "Neben mir steht Frau Wendelmuth aus dem Kollegium (wendelmuth.k@schule.example) und schaut zu.",
    ] {
        assert_eq!(ear.hear(text), None, "{text}");
    }
    for text in ["Gruß, a.b@schule.example", "handy 0171 3920031"] {
        assert!(ear.hear(text).is_some(), "{text}");
    }
}
