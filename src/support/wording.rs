//! Every fixed sentence that the server says to a teacher, in both languages, in
//! one place. Plain, warm, short; German in Sie-form. What comes from guides is
//! not here, and nothing here promises what a guide or the directory does not.

pub mod accessibility;
mod after;
mod fixed;
mod guided;
mod handing_over;
mod reports;
mod rooms;
mod safety;
mod visits;

use crate::domain::{conversation::Choice, lang::Lang};

pub use self::{
    after::{After, after},
    fixed::{button_in, sentence_in},
    guided::{
        Noted, about_the_step, call_now, flow_ends, lesson_choices, lesson_noted, lesson_off, lesson_question,
        not_solved, noted, outage, outage_choices, outage_noted, outage_over, resume_choice, step_again, step_choices,
        step_hint, step_once_more, steps_in_german, understood_as, you_see,
    },
    safety::{Helpdesk, safety},
};
pub use handing_over::{
    ASKS_IF_IT_WORKS, closed_unsolved, does_it_work, handed_over, handing_over, it_does_not_work, it_works,
    not_handed_over, put_together, staff_say, update_not_handed_over, whereabouts,
};
pub use reports::{filed, register, register_adds, state, status, unknown_ticket, when, who, yes_no};
pub use rooms::{STOPPED, TOO_MANY, UNKNOWN, already_reported, more_reported, no_room};
pub use visits::visits_page;

#[must_use]
pub fn greeting(lang: Lang) -> &'static str {
    lang.pick(
        "Guten Tag! Ich helfe Ihnen bei Technik im Unterricht. Was funktioniert nicht?",
        "Hello! I help you with classroom technology. What is not working?",
    )
}

#[must_use]
pub fn ai_notice(lang: Lang) -> &'static str {
    lang.pick(
        "Sie schreiben mit einem KI-Assistenten. Antworten können Fehler enthalten. Bitte geben Sie keine Passwörter und keine Daten von Schülerinnen und Schülern ein.",
        "You are writing with an AI assistant. Answers may contain mistakes. Please do not enter passwords or any data about pupils.",
    )
}

#[must_use]
pub fn demo_notice(lang: Lang) -> &'static str {
    lang.pick(
        "Vorführung: Schulträger, Schulen, Räume und Telefonnummern sind erfunden. Bitte melden Sie hier keine echte Störung.",
        "Demonstration: authority, schools, rooms and telephone numbers are invented. Please report no real fault here.",
    )
}

#[must_use]
pub fn chips(lang: Lang) -> Vec<Choice> {
    let texts = lang.pick(
        ["Beamer", "iPad", "WLAN", "Passwort", "Etwas anderes", "Stand meiner Meldung"],
        ["Projector", "iPad", "Wi-Fi", "Password", "Something else", "State of my report"],
    );
    ["projector", "ipad", "network", "account", "other", "ticket_status"]
        .into_iter()
        .zip(texts)
        .map(|(value, label)| choice(value, label))
        .collect()
}

/// The start button that says nothing of the matter.
#[must_use]
pub fn is_something_else(text: &str) -> bool {
    ["Etwas anderes", "Something else"].contains(&text.trim())
}

/// Asked back when a start button was pressed and nothing more is known.
#[must_use]
pub fn tell_more(lang: Lang) -> &'static str {
    lang.pick(
        "Was genau funktioniert nicht? Ein halber Satz genügt, zum Beispiel „geht nicht an“ oder „Anmeldung klappt nicht“.",
        "What exactly is not working? Half a sentence is enough, for example “does not turn on” or “cannot log in”.",
    )
}

/// Above the candidates of a question back.
#[must_use]
pub fn which(lang: Lang) -> &'static str {
    lang.pick(
        "Was davon trifft am ehesten zu? Tippen Sie es an, oder beschreiben Sie es mit einem halben Satz mehr.",
        "Which of these is it? Tap one, or add half a sentence.",
    )
}

#[must_use]
pub fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.into(), label: label.into(), ..Choice::default() }
}

/// Buttons below an answer.
#[must_use]
pub fn report_choice(lang: Lang) -> Vec<Choice> {
    vec![choice("report_now", lang.pick("Jetzt nur melden", "Just report it"))]
}

/// Buttons below the offer of a report.
#[must_use]
pub fn offer_choices(lang: Lang) -> Vec<Choice> {
    vec![
        choice("report", lang.pick("Ja, weitergeben", "Yes, pass it on")),
        choice("report_now", lang.pick("Jetzt nur melden", "Just report it")),
        choice("rephrase", lang.pick("Frage anders stellen", "Ask differently")),
    ]
}

/// To "nein danke", said to the offer of a report.
#[must_use]
pub fn no_report(lang: Lang) -> &'static str {
    lang.pick(
        "Gut, dann gebe ich nichts weiter. Beschreiben Sie mir gern noch einmal, was Sie sehen, oder was sonst klemmt.",
        "All right, I will not pass anything on. Feel free to tell me again what you see, or what else is stuck.",
    )
}

#[must_use]
pub fn unsure(lang: Lang) -> &'static str {
    lang.pick(
        "Dazu habe ich keine gesicherte Anleitung. Ich rate lieber nicht.",
        "I have no reliable guide for that, and I would rather not guess.",
    )
}

/// Stands over the buttons of the offer.
#[must_use]
pub fn offer(lang: Lang) -> &'static str {
    lang.pick("Soll ich Ihr Anliegen an die Schul-IT weitergeben?", "Shall I pass it on to school IT?")
}

#[must_use]
pub fn human(lang: Lang) -> &'static str {
    lang.pick(
        "Gern. Ich gebe Ihr Anliegen an die Schul-IT weiter, dort meldet sich ein Mensch bei Ihnen.",
        "Of course. I will pass this on to school IT; a person will get back to you.",
    )
}

#[must_use]
pub fn not_helped(lang: Lang) -> &'static str {
    lang.pick(
        "Schade. Soll ich das an die Schul-IT weitergeben? Die Schritte, die Sie schon versucht haben, nehme ich mit auf.",
        "Sorry about that. Shall I pass it on to school IT? I will include the steps you have already tried.",
    )
}

#[must_use]
pub fn helped(lang: Lang) -> &'static str {
    lang.pick("Schön, dass es wieder läuft!", "Good to hear that it works again!")
}

/// Stands before German steps where the reader reads English.
#[must_use]
pub fn quoted_in_german() -> &'static str {
    "This guide is available in German only. These are its steps:"
}

/// Stands before quoted passages.
#[must_use]
pub fn quoted_from(lang: Lang, title: &str) -> String {
    // Quotation marks within others are single ones.
    let german = || title.replace('„', "‚").replace('“', "‘");
    let english = || title.replace('“', "‘").replace('”', "’").replace('„', "‘");
    lang.pick(format!("Das steht in der Anleitung „{}“:", german()), format!("From the guide “{}”:", english()))
}

/// Why something is not answered here; the id is that of the rule.
#[must_use]
pub fn declined(rule: &str, lang: Lang) -> &'static str {
    match rule {
        "marks" => lang.pick(
            "Zu Noten kann ich nichts sagen. Ich helfe nur bei Technik im Unterricht. Bitte wenden Sie sich an die Schulleitung oder das Sekretariat.",
            "I cannot help with marks. I only help with classroom technology. Please ask the head or the school office.",
        ),
        "timetable" => lang.pick(
            "Stunden- und Vertretungspläne kenne ich nicht. Bitte fragen Sie im Sekretariat. Bei einer Störung der Stundenplan-App helfe ich gern.",
            "I do not know timetables. Please ask the school office. If the timetable app itself is broken, I am glad to help.",
        ),
        "homework" => lang.pick(
            "Bei Hausaufgaben und Unterrichtsinhalten helfe ich nicht. Ich bin für Störungen an Geräten, Netz und Zugängen da.",
            "I do not help with homework or teaching content. I am here for faults with devices, network and accounts.",
        ),
        "others_password" => lang.pick(
            "Zugänge anderer Personen gebe ich nicht heraus und setze ich nicht zurück. Die Person selbst oder die Schulleitung wendet sich dafür an die Schul-IT.",
            "I do not give out or reset other people's accounts. The person concerned or the head can ask school IT.",
        ),
        "orders" => lang.pick(
            "Dabei kann ich nicht helfen. Ich beantworte nur Fragen zu Technik im Unterricht, aus den Anleitungen der Schul-IT.",
            "I cannot help with that. I only answer questions about classroom technology, from school IT's guides.",
        ),
        "parents" => lang.pick(
            "Dieser Chat ist für Lehrkräfte. Bitte wenden Sie sich an das Sekretariat Ihrer Schule, dort hilft man Ihnen weiter.",
            "This chat is for teachers. Please contact your school's office; they will help you.",
        ),
        _ => lang.pick(
            "Dabei kann ich nicht helfen. Ich bin für Technik im Unterricht da: Beamer, Tafel, iPad, WLAN, Drucker und Zugänge.",
            "I cannot help with that. I am here for classroom technology: projector, board, iPad, Wi-Fi, printer and accounts.",
        ),
    }
}

/// A report without a word on what is wrong.
#[must_use]
pub fn say_what(lang: Lang) -> &'static str {
    lang.pick("Bitte schreiben Sie, was nicht funktioniert.", "Please write what is not working.")
}

/// Above a form.
#[must_use]
pub fn no_names(lang: Lang) -> &'static str {
    lang.pick(
        "Bitte geben Sie keine Passwörter und keine Daten von Schülerinnen und Schülern ein. Was Sie nicht wissen, lassen Sie frei.",
        "Please do not enter passwords or data of pupils. Leave empty what you do not know.",
    )
}

#[must_use]
pub fn smalltalk(rule: &str, lang: Lang) -> &'static str {
    match rule {
        "thanks" => lang.pick(
            "Gern geschehen! Wenn noch etwas klemmt, schreiben Sie mir einfach.",
            "You are welcome! If anything else gets stuck, just write to me.",
        ),
        "about" => lang.pick(
            "Ich bin der KI-Assistent der Schul-IT. Ich suche Ihre Frage in den Anleitungen heraus und zeige Ihnen die Schritte mit ihrer Quelle. Wo keine Anleitung passt, gebe ich eine Störungsmeldung weiter. Was funktioniert nicht?",
            "I am school IT's AI assistant. I look your question up in the guides and show you the steps with their source. Where no guide fits, I pass on a fault report. What is not working?",
        ),
        "state" => lang.pick(
            "Den Stand Ihrer Meldung sehen Sie im Menü oben rechts unter „Stand meiner Meldung“, mit Nummer und Code aus der Bestätigung.",
            "You find the state of your report in the menu at the top right under “State of my report”, with number and code from its confirmation.",
        ),
        _ => greeting(lang),
    }
}

#[must_use]
pub fn too_many(lang: Lang) -> &'static str {
    lang.pick(
        "Das waren sehr viele Nachrichten auf einmal. Bitte warten Sie einen Moment.",
        "That was a lot of messages at once. Please wait a moment.",
    )
}

#[must_use]
pub fn too_long(lang: Lang, most: usize) -> String {
    lang.pick(
        format!("Die Nachricht ist zu lang. Bitte kürzen Sie sie auf höchstens {most} Zeichen."),
        format!("The message is too long. Please shorten it to at most {most} characters."),
    )
}

#[must_use]
pub fn empty(lang: Lang) -> &'static str {
    lang.pick("Bitte schreiben Sie, was nicht funktioniert.", "Please write what is not working.")
}

#[must_use]
pub fn gone(lang: Lang) -> &'static str {
    lang.pick(
        "Dieses Gespräch wurde gelöscht. Bitte beginnen Sie ein neues.",
        "This conversation has been deleted. Please start a new one.",
    )
}

/// A button that is not offered, or no longer.
#[must_use]
pub fn no_choice(lang: Lang) -> &'static str {
    lang.pick("Diese Auswahl gibt es hier nicht mehr.", "This choice is no longer offered here.")
}

/// More chats than this server takes.
#[must_use]
pub fn busy(lang: Lang) -> &'static str {
    lang.pick(
        "Gerade sind sehr viele Gespräche offen. Ich versuche es gleich von selbst wieder.",
        "Very many conversations are open right now. I will try again by myself in a moment.",
    )
}

/// A page that may not open a chat.
#[must_use]
pub fn not_here(lang: Lang) -> &'static str {
    lang.pick("Diese Seite ist für den Chat nicht freigeschaltet.", "The chat is not enabled for this page.")
}

/// Stands before what helped in a past case.
#[must_use]
pub fn quoted_from_case(lang: Lang) -> &'static str {
    lang.pick(
        "Eine Anleitung dazu gibt es nicht. So hat die Schul-IT einen ähnlichen Fall gelöst; ob es bei Ihnen dieselbe Ursache ist, ist offen:",
        "There is no guide for this. School IT solved a similar case like this (in German); whether yours has the same cause is open:",
    )
}

/// Something on our side; the report is never lost for it.
#[must_use]
pub fn internal(lang: Lang) -> &'static str {
    lang.pick(
        "Das hat gerade nicht geklappt. Ihre Eingabe bleibt erhalten, bitte versuchen Sie es gleich noch einmal.",
        "That did not work just now. Your input is kept; please try again in a moment.",
    )
}
