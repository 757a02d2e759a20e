//! The statement on accessibility, in the order of the European model (Implementing Decision
//! (EU) 2018/1523): what was looked at and how, what is known not to work, since when. Only what
//! is so stands here; what only the authority knows it says itself (`[accessibility]`).

use crate::domain::lang::Lang;

/// The day on which the product was last looked over; change it with what stands below.
pub const LOOKED_OVER: jiff::civil::Date = jiff::civil::date(2026, 11, 22);

#[must_use]
pub fn title(lang: Lang) -> &'static str {
    lang.pick("Barrierefreiheit", "Accessibility")
}

#[must_use]
pub fn heading(lang: Lang) -> &'static str {
    lang.pick("Erklärung zur Barrierefreiheit", "Accessibility statement")
}

/// What it is about; `who` is responsible.
#[must_use]
pub fn scope(who: &str, lang: Lang) -> String {
    lang.pick(
        format!(
            "{who} möchte, dass alle Lehrkräfte diese Hilfe nutzen können. Diese Erklärung gilt für den Chat auf den Seiten der Schulen und für die Seiten dieses Servers: Chat, Meldeformular, Anleitungen und Quellen. Für die Schulseiten, in die der Chat eingebaut ist, gilt deren eigene Erklärung."
        ),
        format!(
            "{who} wants every teacher to be able to use this help. This statement covers the chat on the schools' pages and the pages of this server: chat, report form, guides and sources. The school pages that embed the chat have statements of their own."
        ),
    )
}

/// How far the requirements are met.
#[must_use]
pub fn state(lang: Lang) -> &'static str {
    lang.pick(
        "Maßstab sind die WCAG 2.2 auf Stufe AA und die EN 301 549. Nach unserer Selbstbewertung sind sie teilweise erfüllt: Bekannte Mängel stehen unten. Eine unabhängige Prüfung gab es bisher nicht.",
        "The measure is WCAG 2.2 level AA and EN 301 549. By our own assessment they are partly met: known shortcomings are listed below. There has been no independent audit so far.",
    )
}

/// What was tested, and how.
#[must_use]
pub fn tested(lang: Lang) -> [&'static str; 5] {
    lang.pick(
        [
            "Selbsttätige Prüfung mit axe-core in den Zuständen des Chats, hell und dunkel, am Telefon und am Rechner: keine Verstöße gegen die Regeln, die sich so prüfen lassen.",
            "Bedienung allein mit der Tastatur: Frage stellen, Quelle öffnen, Rückmeldung geben, Störung melden, Stand abfragen.",
            "Breite von 320 Punkten ohne seitliches Rollen, Schrift auf 200 %, erzwungene Farben.",
            "Was ein Vorleseprogramm als Statusmeldung erhält, wird nachgestellt und geprüft.",
            "Die Prüfungen laufen selbsttätig in Chromium und, soweit es das zulässt, in WebKitGTK, das Safari auf dem iPad nahekommt.",
        ],
        [
            "Automatic checks with axe-core in the states of the chat, light and dark, on a phone and on a desktop: no violations of the rules that can be checked so.",
            "Use by keyboard alone: asking, opening a source, giving feedback, reporting a fault, asking for its state.",
            "A width of 320 points without sideways scrolling, text at 200 %, forced colours.",
            "What a screen reader gets as status messages is reproduced and checked.",
            "The checks run automatically in Chromium and, as far as it allows, in WebKitGTK, which is close to Safari on the iPad.",
        ],
    )
}

/// What is known not to work, or not to have been looked at.
#[must_use]
pub fn limits(lang: Lang) -> [&'static str; 6] {
    lang.pick(
        [
            "Mit echten Vorleseprogrammen (NVDA, JAWS, VoiceOver, TalkBack) und mit Menschen, die auf sie angewiesen sind, wurde noch nicht getestet; ebenso wenig in Firefox und in Safari auf iPhone und iPad.",
            "Viele Anleitungen gibt es nur auf Deutsch. Auf Englisch werden dann die deutschen Schritte gezeigt.",
            "PDF-Dateien, die der Schulträger als Anleitung hinterlegt, sind vielleicht nicht barrierefrei. Ihr Text wird zusätzlich als Seite gezeigt.",
            "Die Nummern der Quellen im Text sind kleiner als die übrigen Schaltflächen (24 statt 44 Punkte).",
            "Inhalte in Leichter Sprache und in Deutscher Gebärdensprache gibt es noch nicht.",
            "Der Chat ist schriftlich. Wer nicht schreiben kann oder möchte, erreicht die Schul-IT telefonisch oder per E-Mail.",
        ],
        [
            "Real screen readers (NVDA, JAWS, VoiceOver, TalkBack) and people who depend on them have not tested it yet; nor has it been tested in Firefox, or in Safari on iPhone and iPad.",
            "Many guides exist in German only. In English the German steps are then shown.",
            "PDF files that the authority provides as guides may not be accessible. Their text is also shown as a page.",
            "The numbers of sources in the text are smaller than other buttons (24 instead of 44 points).",
            "There is no content in easy language or in German sign language yet.",
            "The chat is written. Whoever cannot or would rather not write reaches school IT by telephone or e-mail.",
        ],
    )
}

/// How a barrier is told.
#[must_use]
pub fn tell(lang: Lang) -> &'static str {
    lang.pick(
        "Ist Ihnen eine Barriere begegnet, oder brauchen Sie einen Inhalt in einer anderen Form? Schreiben Sie es uns: Ihre Nachricht wird zu einer Meldung mit Nummer, deren Stand Sie verfolgen können.",
        "Have you met a barrier, or do you need something in another form? Tell us: your message becomes a report with a number, whose state you can follow.",
    )
}

/// The button, and the page that it leads to.
#[must_use]
pub fn report(lang: Lang) -> &'static str {
    lang.pick("Barriere melden", "Report a barrier")
}

/// Label of the one field that must be filled in.
#[must_use]
pub fn which_barrier(lang: Lang) -> &'static str {
    lang.pick("Wo sind Sie auf welche Barriere gestoßen?", "Where did you meet which barrier?")
}

/// How one turns to the enforcement body.
#[must_use]
pub fn enforcement(lang: Lang) -> &'static str {
    lang.pick(
        "Haben Sie auf Ihre Meldung innerhalb einer angemessenen Frist keine zufriedenstellende Antwort erhalten, können Sie sich an die Durchsetzungsstelle wenden:",
        "If you have not received a satisfactory answer within a reasonable time, you can turn to the enforcement body:",
    )
}

/// Stands where the authority has not said who enforces.
#[must_use]
pub fn enforcement_missing(lang: Lang) -> &'static str {
    lang.pick(
        "Die zuständige Durchsetzungsstelle des Landes hat der Schulträger hier noch nicht eingetragen.",
        "The school authority has not named the enforcement body of its Land here yet.",
    )
}

/// Stands where nobody has said how the responsible are reached.
#[must_use]
pub fn contact_missing(lang: Lang) -> &'static str {
    lang.pick(
        "Eine E-Mail-Adresse oder Telefonnummer hat der Schulträger hier noch nicht eingetragen. Ihre Meldung erreicht ihn über die Schaltfläche oben.",
        "The school authority has not named an e-mail address or telephone number here yet. The button above reaches it.",
    )
}

/// When this was written and last looked over; `reviewed` by the authority.
#[must_use]
pub fn dates(reviewed: Option<jiff::civil::Date>, lang: Lang) -> String {
    let form = lang.pick("%d.%m.%Y", "%d %B %Y");
    let looked = LOOKED_OVER.strftime(form);
    let own = match reviewed {
        Some(day) => lang.pick(
            format!("Der Schulträger hat sie zuletzt am {} überprüft.", day.strftime(form)),
            format!("The school authority last reviewed it on {}.", day.strftime(form)),
        ),
        None => lang.pick(
            "Der Schulträger hat sie noch nicht überprüft.".into(),
            "The school authority has not reviewed it yet.".into(),
        ),
    };
    lang.pick(
        format!("Die Angaben zur Software beruhen auf einer Selbstbewertung ihrer Entwickler vom {looked}. {own}"),
        format!("What is said of the software rests on a self-assessment by its developers of {looked}. {own}"),
    )
}
