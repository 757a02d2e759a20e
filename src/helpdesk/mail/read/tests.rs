//! Mails as staff and machines write them, and hostile ones.

use proptest::prelude::*;

use super::*;
use crate::helpdesk::mail::letter::tests::access;

const OURS: &str = "<0190c0de-0000-7000-8000-000000000001.SUP-2026-00001@schule.example>";

fn mail(heads: &str, text: &str) -> String {
    format!("From: Jo <jo@amt.example>\r\nMessage-ID: <1@amt.example>\r\n{heads}\r\n\r\n{text}")
}

fn said(raw: &str) -> Option<(String, ChangeKind)> {
    match read(raw.as_bytes(), &access()) {
        Seen::Said { number, kind, .. } => Some((number, kind)),
        _ => None,
    }
}

fn reply(raw: &str) -> Option<String> {
    match said(raw)? {
        (number, ChangeKind::Reply(text)) if number == "SUP-2026-00001" => Some(text),
        _ => None,
    }
}

#[test]
fn answers_are_matched_and_stripped() {
    for (heads, text, expected) in [
        (
            format!("In-Reply-To: {OURS}"),
            "Kabel getauscht.\n\nAm 14.03.2026 um 9:40 schrieb Schullotse:\n> alt",
            "Kabel getauscht.",
        ),
        (format!("References: <0@x> {OURS}\r\nSubject: AW: x"), "Gut.\n-- \nJo Muster\nTel. 1", "Gut."),
        ("Subject: Re: [rt.amt.example #4] [SUP-2026-00001] Beamer".into(), "Komme um 10.", "Komme um 10."),
        (format!("In-Reply-To: {OURS}"), "Done.\n\n-----Original Message-----\nFrom: x\nold", "Done."),
        (
            format!("In-Reply-To: {OURS}\r\nContent-Type: text/html; charset=utf-8"),
            "<p>Läuft <b>wieder</b></p><blockquote>alt</blockquote>",
            "Läuft wieder",
        ),
        (
            "Subject: [rt #1] [SUP-2026-00001] x\r\nX-RT-Ticket: rt #1\r\nPrecedence: bulk".into(),
            "Von Request Tracker.",
            "Von Request Tracker.",
        ),
    ] {
        assert_eq!(reply(&mail(&heads, text)).as_deref(), Some(expected), "{heads}");
    }
    let solved = mail(
        "Subject: [rt #1] Resolved: [SUP-2026-00001] x\r\nX-RT-Ticket: rt #1\r\nPrecedence: bulk",
        "According to …",
    );
    assert_eq!(said(&solved), Some(("SUP-2026-00001".into(), ChangeKind::State(RemoteState::Solved))));
}

#[test]
fn what_programs_send_is_no_answer() {
    let about = format!("In-Reply-To: {OURS}\r\n");
    for sign in [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; owner-email=x",
        "Precedence: bulk",
        "Precedence: junk",
        "X-Autoreply: yes",
        "X-Failed-Recipients: a@b",
        "List-Id: <x.y>",
        "Return-Path: <>",
        "X-RT-Ticket: rt #1\r\nAuto-Submitted: auto-replied",
    ] {
        assert_eq!(
            read(mail(&format!("{about}{sign}"), "Ich bin im Urlaub.").as_bytes(), &access()),
            Seen::Automatic,
            "{sign}"
        );
    }
    assert!(reply(&mail(&format!("{about}Auto-Submitted: no"), "Ich bin da.")).is_some());
    assert_eq!(read(mail(about.trim_end(), "-- \nJo Muster").as_bytes(), &access()), Seen::Automatic);
}

#[test]
fn what_came_back_is_known_by_our_own_id() {
    let update = OURS.replace(".SUP", "-2.SUP");
    let bounce = |heads: &str, action: &str, id: &str| {
        format!(
            "From: Mail Delivery System <MAILER-DAEMON@relay.example>\r\nMessage-ID: <E1@relay.example>\r\n{heads}\
             Auto-Submitted: auto-replied\r\nReturn-Path: <>\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n\
             Action: {action}\r\nStatus: 5.2.2\r\n\
             --b\r\nContent-Type: message/rfc822\r\n\r\nFrom: hilfe@schule.example\r\nMessage-Id: {id}\r\n\r\nx\r\n--b--\r\n"
        )
    };
    let number = || "SUP-2026-00001".to_owned();
    let seen = |raw: String| read(raw.as_bytes(), &access());
    assert_eq!(seen(bounce("", "failed", OURS)), Seen::Bounced { number: number(), report: true });
    let thread = format!("References: {OURS}\r\n");
    assert_eq!(seen(bounce(&thread, "failed", &update)), Seen::Bounced { number: number(), report: false });
    // Not yet is not never; and whoever does not know the id cannot say so.
    assert_ne!(seen(bounce("", "delayed", OURS)), Seen::Bounced { number: number(), report: true });
    assert_eq!(seen(bounce("", "failed", "<SUP-2026-00001@schule.example>")), Seen::Foreign);
    // A bounce that names ours is no proof that it arrived.
    assert_eq!(answered(bounce(&thread, "failed", OURS).as_bytes(), "hilfe@schule.example"), None);
}

#[test]
fn only_the_helpdesk_is_believed_and_loops_end() {
    let about = format!("In-Reply-To: {OURS}");
    for (from, expected) in [
        ("mallory@evil.example", Seen::Foreign),
        ("jo@amt.example.evil.example", Seen::Foreign),
        ("jo@notamt.example", Seen::Foreign),
        ("\"jo@amt.example\" <x@evil.example>", Seen::Foreign),
        ("", Seen::Foreign),
        ("hilfe@schule.example", Seen::Own),
        ("HILFE@schule.example", Seen::Own),
    ] {
        let raw = mail(&about, "Bitte klicken.").replace("Jo <jo@amt.example>", from);
        assert_eq!(read(raw.as_bytes(), &access()), expected, "{from}");
    }
    let own = mail(&about, "x").replace("<1@amt.example>", OURS);
    assert_eq!(read(own.as_bytes(), &access()), Seen::Own);
    assert_eq!(read(mail("Subject: Mittagessen", "x").as_bytes(), &access()), Seen::Foreign);
    let foreign = OURS.replace("schule.example", "evil.example");
    assert_eq!(read(mail(&format!("In-Reply-To: {foreign}"), "x").as_bytes(), &access()), Seen::Foreign);
}

#[test]
fn hostile_mails_end() {
    let nested = "Content-Type: message/rfc822\n\n".repeat(30_000);
    assert_eq!(read(mail(&nested, "").as_bytes(), &access()), Seen::Broken);
    let mut wide = String::from("Content-Type: multipart/mixed; boundary=a\n\n");
    wide.push_str(&"--a\nContent-Type: multi/x\n\ny\n".repeat(30_000));
    let _ = read(mail(&wide, "").as_bytes(), &access());
    let long = mail(&format!("In-Reply-To: {OURS}"), &"ä ".repeat(500_000));
    assert_eq!(reply(&long).unwrap().chars().count(), MOST_CHARS);
    let many = mail(&format!("References: {}", "<a@b.example> ".repeat(70_000)), "x");
    assert_eq!(read(many.as_bytes(), &access()), Seen::Foreign);
    for raw in ["", "\n\n\n", "Subject", "From: <<<<>>>>\nTo: ((((((\n\n", "=?utf-8?B?////?="] {
        let _ = read(raw.as_bytes(), &access());
    }
    let odd = mail(
        &format!(
            "In-Reply-To: {OURS}\r\nContent-Type: text/plain; charset=x-nonsense\r\nContent-Transfer-Encoding: base64"
        ),
        "!!!!",
    );
    let _ = read(odd.as_bytes(), &access());
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_harm(head in "[ -~\r\n]{0,200}", body in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut raw = mail(&format!("In-Reply-To: {OURS}\r\n{head}"), "").into_bytes();
        raw.extend(body);
        if let Seen::Said { kind: ChangeKind::Reply(text), .. } = read(&raw, &access()) {
            prop_assert!(!text.chars().any(|ch| ch.is_control() && ch != '\n'));
        }
    }
}
