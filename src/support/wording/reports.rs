//! What a filed report says of itself: who takes care of it, when somebody comes, how it
//! stands. Nothing is promised but a visit of the round or one that somebody confirmed.

use super::{handing_over, whereabouts};
use crate::domain::{
    lang::Lang,
    routing::Level,
    ticket::{Ticket, TicketState},
};

/// What there is to say of a filed report beside number, code, who and when.
#[must_use]
pub fn filed(ticket: &Ticket, lang: Lang) -> Vec<&'static str> {
    let joined = ticket.joined.is_some().then(|| {
        lang.pick(
            "Zu dieser Störung liegt schon eine Meldung vor. Ihre gehört nun dazu; beide werden zusammen erledigt, und Sie erfahren davon unter Ihrer eigenen Nummer.",
            "There is a report about this fault already. Yours now goes with it; both are dealt with together, and you hear of it under your own number.",
        )
    });
    let missing = (!ticket.missing.is_empty()).then(|| {
        lang.pick(
            "Was noch fehlt, erfragt die Schul-IT. Sie müssen jetzt nichts weiter tun.",
            "School IT will ask for whatever is missing. There is nothing more you need to do now.",
        )
    });
    // Not that it is there: that is said when it is.
    let on_its_way = (ticket.delivery.state == "pending").then(|| handing_over(lang));
    on_its_way.into_iter().chain(joined).chain(missing).collect()
}

/// Who takes care of it.
#[must_use]
pub fn who(ticket: &Ticket, lang: Lang) -> String {
    match (&ticket.routing.assignee, ticket.routing.level.as_str()) {
        (Some(name), "campus-manager") => lang.pick(
            format!("{name} (Campus-Management Ihrer Schule)"),
            format!("{name} (campus management of your school)"),
        ),
        (Some(name), "school") => lang.pick(format!("{name}, an Ihrer Schule"), format!("{name}, at your school")),
        (name, "manufacturer") => {
            let name = name.as_deref().unwrap_or(lang.pick("die Schul-IT", "school IT"));
            lang.pick(
                format!("{name} (veranlasst die Reparatur durch den Hersteller)"),
                format!("{name} (arranges the repair by the manufacturer)"),
            )
        }
        (Some(name), _) => name.clone(),
        (None, "building-services") => {
            lang.pick("die Hausmeisterei Ihrer Schule", "the caretaker of your school").into()
        }
        (None, _) => lang.pick("die Schul-IT", "school IT").into(),
    }
}

/// When somebody comes: a confirmed visit, else the round. No other promise is made.
#[must_use]
pub fn when(ticket: &Ticket, lang: Lang) -> String {
    let routing = &ticket.routing;
    let Some(day) = routing.visit() else {
        if routing.level == Level::Manufacturer.name() {
            return lang
                .pick(
                    "Wann der Hersteller repariert, steht noch nicht fest; die Schul-IT meldet sich bei Ihnen.",
                    "It is not known yet when the manufacturer will repair it; school IT will get in touch.",
                )
                .into();
        }
        return lang.pick("Die Schul-IT meldet sich bei Ihnen.".into(), "School IT will get in touch.".into());
    };
    let german = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];
    let english = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let at = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
    let which = if routing.confirmed {
        lang.pick("bei einem eingeplanten Besuch", "at a visit planned for it")
    } else {
        lang.pick("beim nächsten planmäßigen Besuch", "at the next scheduled visit")
    };
    lang.pick(
        format!("{which}: {}, {}", german[at], day.strftime("%d.%m.%Y")),
        format!("{which}: {}, {}", english[at], day.strftime("%d %B %Y")),
    )
}

/// How a report stands, and when somebody comes.
#[must_use]
pub fn status(ticket: &Ticket, lang: Lang) -> String {
    let mut text = state(ticket.state, lang).to_owned();
    if ticket.state != TicketState::Solved && ticket.routing.visit().is_some() {
        text.push_str(lang.pick(" Jemand kommt ", " Somebody comes "));
        text.push_str(&when(ticket, lang));
        text.push('.');
    }
    if ticket.state != TicketState::Solved
        && let Some(where_it_is) = whereabouts(ticket, lang)
    {
        text.push(' ');
        text.push_str(&where_it_is);
    }
    text
}

/// The state of a report in words.
#[must_use]
pub fn state(state: TicketState, lang: Lang) -> &'static str {
    match state {
        TicketState::New => lang.pick("Eingegangen, noch nicht in Bearbeitung.", "Received, not yet being worked on."),
        TicketState::Open => lang.pick("In Bearbeitung.", "Being worked on."),
        TicketState::Waiting => {
            lang.pick("Wartet auf eine Rückmeldung oder ein Ersatzteil.", "Waiting for a reply or a spare part.")
        }
        TicketState::Solved => lang.pick("Gelöst.", "Solved."),
        TicketState::Reopened => lang.pick("Wieder geöffnet.", "Reopened."),
    }
}

/// In the preview of a report: what the directory's register adds.
#[must_use]
pub fn register(lang: Lang) -> &'static str {
    lang.pick("Aus dem Geräteverzeichnis", "From the register of devices")
}

#[must_use]
pub fn register_adds(lang: Lang) -> &'static str {
    lang.pick("Modell und Nummern dieses Geräts, soweit bekannt", "Model and numbers of this device, as far as known")
}

#[must_use]
pub fn yes_no(yes: bool, lang: Lang) -> &'static str {
    if yes { lang.pick("ja", "yes") } else { lang.pick("nein", "no") }
}

#[must_use]
pub fn unknown_ticket(lang: Lang) -> &'static str {
    lang.pick(
        "Unter dieser Nummer und diesem Code finde ich keine Meldung. Bitte prüfen Sie beides.",
        "I cannot find a report with this number and code. Please check both.",
    )
}
