//! What somebody wrote in a mail, without what the mail repeats: quoted replies,
//! "Am … schrieb …:", the heads of forwarded mails, and the signature.

use std::sync::LazyLock;

use regex::Regex;

static SEPARATOR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^-{2,}\s*(ursprüngliche|original|weitergeleitete|forwarded|urspr).{0,20}(nachricht|message|mail)\s*-{2,}|^_{10,}$")
        .expect("a constant pattern")
});
static ATTRIBUTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(^(am|on|le)\s[^\d]{0,40}\d.{2,300}\b(schrieb|wrote|geschrieben)\b.{0,120}:$)|(.{2,120}\s(schrieb|wrote)\s(am|on|um)\s.{4,80}:$)").expect("a constant pattern")
});
static HEADER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\**(gesendet|sent|datum|date|an|to|betreff|subject|cc)\s?:\**(\s|$)").expect("a constant pattern")
});

/// Whole lines that end a mail; names follow.
const FAREWELLS: [&str; 18] = [
    "mfg",
    "vg",
    "lg",
    "bg",
    "mit freundlichen grüßen",
    "mit freundlichem gruß",
    "mit freundlichen gruessen",
    "mit besten grüßen",
    "mit kollegialen grüßen",
    "freundliche grüße",
    "viele grüße",
    "beste grüße",
    "liebe grüße",
    "schöne grüße",
    "herzliche grüße",
    "best regards",
    "kind regards",
    "regards",
];
/// Lines of a signature at most; more is text that follows a farewell.
const SIGNATURE: usize = 20;

/// The text without what it repeats. A mail that is nothing but forwarded keeps that.
#[must_use]
pub fn own(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let (kept, rest) = cut(&lines);
    if !kept.is_empty() || rest.is_empty() {
        return kept;
    }
    let body = rest.iter().copied().filter(|line| !SEPARATOR.is_match(line) && !ATTRIBUTION.is_match(line));
    let body = body.skip_while(|line| line.trim().is_empty() || is_head(line));
    let body: Vec<&str> = body.map(|line| line.trim_start_matches(['>', ' '])).collect();
    cut(&body).0
}

/// What stands before the first thing repeated (quoted lines left out), and what stands from there.
fn cut<'a, 'b>(lines: &'b [&'a str]) -> (String, &'b [&'a str]) {
    let mut kept: Vec<&str> = Vec::new();
    let mut quoted = None;
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let from = quoted.unwrap_or(at);
        if line.starts_with('>') {
            quoted.get_or_insert(at);
            at += 1;
        } else if let Some(taken) = attribution(&lines[at..]) {
            quoted.get_or_insert(at);
            let next = lines[at + taken..].iter().find(|line| !line.trim().is_empty());
            if !next.is_some_and(|next| next.starts_with('>')) {
                return (join(&kept), &lines[from..]);
            }
            at += taken;
        } else if SEPARATOR.is_match(line) || header_block(&lines[at..]) {
            return (join(&kept), &lines[from..]);
        } else if line == "--" || line == "-- " || farewell(&lines[at..]) {
            return (join(&kept), &[]);
        } else {
            kept.push(line);
            at += 1;
        }
    }
    (join(&kept), quoted.map_or(&[], |at| &lines[at..]))
}

fn join(lines: &[&str]) -> String {
    lines.join("\n").trim().to_owned()
}

/// Lines that "Am … schrieb …:" takes, which mail programs break.
fn attribution(lines: &[&str]) -> Option<usize> {
    let mut joined = String::new();
    for (at, line) in lines.iter().take(3).enumerate() {
        if line.trim().is_empty() {
            return None;
        }
        joined.push_str(line.trim());
        if ATTRIBUTION.is_match(&joined) {
            return Some(at + 1);
        }
        joined.push(' ');
    }
    None
}

fn is_head(line: &str) -> bool {
    let line = line.trim_start_matches(['*', ' ']).to_lowercase();
    line.starts_with("von:") || line.starts_with("from:") || HEADER.is_match(&line)
}

/// "Von: … Gesendet: … An: … Betreff: …", as Outlook puts it before what it quotes.
fn header_block(lines: &[&str]) -> bool {
    let first = lines[0].trim_start_matches('*').to_lowercase();
    (first.starts_with("von:") || first.starts_with("from:"))
        && lines.iter().skip(1).take(5).filter(|line| HEADER.is_match(line)).count() >= 2
}

fn farewell(lines: &[&str]) -> bool {
    let line = lines[0].trim().trim_end_matches([',', '.', '!']).to_lowercase();
    FAREWELLS.contains(&line.as_str())
        && lines.iter().skip(1).take_while(|line| !line.starts_with('>')).filter(|line| !line.trim().is_empty()).count()
            <= SIGNATURE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_repeated_is_cut() {
        for (text, expected) in [
            (
                "Kabel getauscht.\n\nAm 14.03.2025 um 09:40 schrieb Frau A <a@b.example>:\n> kein Bild\n> seit heute",
                "Kabel getauscht.",
            ),
            (
                "Gut.\nAm Fr., 14. März 2025 um 09:40 Uhr schrieb Jo Muster <\njo@b.example>:\n\n> alt\n\nNoch etwas.",
                "Gut.\n\n\nNoch etwas.",
            ),
            ("Neu.\nOn Mon, 3 Mar 2025, X wrote:\nalt ohne Zeichen\nnoch alt", "Neu."),
            ("Neu.\n\n-----Ursprüngliche Nachricht-----\nVon: X\nalt", "Neu."),
            ("Neu.\n\nVon: X\nGesendet: Freitag\nAn: Y\nBetreff: Z\n\nalt", "Neu."),
            ("Neu.\n-- \nJo Muster\nTel. 1", "Neu."),
            ("Neu.\n\nMit freundlichen Grüßen\nJo Muster", "Neu."),
            ("LG Monitor zeigt nichts.", "LG Monitor zeigt nichts."),
            ("Am Montag schrieb der Drucker wieder:\n- Seite 1", "Am Montag schrieb der Drucker wieder:\n- Seite 1"),
            ("Von: hier geht es los", "Von: hier geht es los"),
        ] {
            assert_eq!(own(text), expected, "{text}");
        }
    }

    #[test]
    fn a_forwarded_mail_keeps_its_text() {
        let text = "-----Ursprüngliche Nachricht-----\nVon: X\nGesendet: Freitag\nAn: Y\nBetreff: Beamer\n\nKein Bild in 204.\n";
        assert_eq!(own(text), "Kein Bild in 204.");
        assert_eq!(own(""), "");
    }
}
