//! "Was gesendet wird": the report as it would be filed, before it is. Numbers that only the
//! register of devices knows are not shown, for a chat is open to everybody; that they go along is said.

use super::{
    Chats,
    act::{Acted, Refusal},
    protocol::{Direct, Fact, Outgoing},
    report::transcript_of,
    session::Session,
};
use crate::{
    domain::{
        lang::Lang,
        ticket::{Scope, StepResult, TicketInput, Tried},
    },
    support::{form, wording},
};

impl Chats {
    /// What `ticket.submit` with the same fields would send.
    pub(super) async fn preview(
        &self,
        session: &Session,
        cid: String,
        filled: &form::Filled,
        include_transcript: bool,
    ) -> Acted {
        self.allow(session)?;
        let lang = session.lang;
        let events = self.store.events(&session.conversation, 0).await?;
        let input = self.filled(session, &events, filled).await?.input;
        let given = input.device.clone();
        let input = self.desk.complete(input).await?.0;
        let added = input.device != given;
        let mut facts = self.facts(&TicketInput { device: given, ..input.clone() }, lang);
        if added {
            facts.push(fact(wording::register(lang), wording::register_adds(lang)));
        }
        let transcript = include_transcript.then(|| transcript_of(&events, lang));
        Ok(vec![Outgoing::Direct(Direct::Preview { cid, lang: lang.code(), facts, transcript })])
    }

    fn facts(&self, input: &TicketInput, lang: Lang) -> Vec<Fact> {
        let directory = self.schools.now();
        let school = input.school.as_deref().and_then(|id| directory.schools.iter().find(|school| school.id == id));
        let device = input.device.kind.map(form::device_name);
        let devices = form::devices(lang);
        let device = devices.iter().find(|one| Some(one.value.as_str()) == device).map(|one| one.label.clone());
        let urgency = form::urgencies(lang).into_iter().find(|one| Some(&one.value) == input.urgency.as_ref());
        let lesson = input.lesson_running.map(|yes| wording::yes_no(yes, lang).to_owned());
        let tried: Vec<String> = input.tried.iter().map(|tried| step(tried, lang)).collect();
        let all = [
            (lang.pick("Schule", "School"), school.map(|school| school.name.clone())),
            (lang.pick("Raum", "Room"), input.room.clone()),
            (lang.pick("Gerät", "Device"), device),
            (lang.pick("Seriennummer", "Serial number"), input.device.serial.clone()),
            (lang.pick("Inventarnummer", "Inventory number"), input.device.inventory.clone()),
            (lang.pick("Was nicht funktioniert", "What is not working"), Some(input.symptom.clone())),
            (lang.pick("Schon versucht", "Tried already"), (!tried.is_empty()).then(|| tried.join("\n"))),
            (lang.pick("Unterricht läuft", "Lesson running"), lesson),
            (lang.pick("Dringlichkeit", "Urgency"), urgency.map(|one| one.label)),
            (lang.pick("Betroffen", "Affected"), input.scope.map(|scope| affected(scope, lang).to_owned())),
            (lang.pick("Prüfung", "Examination"), input.exam.map(|yes| wording::yes_no(yes, lang).to_owned())),
            (lang.pick("Kontakt", "Contact"), input.contact.clone()),
        ];
        all.into_iter()
            .filter_map(|(label, value)| Some(fact(label, &value.filter(|value| !value.is_empty())?)))
            .collect()
    }

    /// What was said, with what stands in the form.
    pub(super) async fn filled(
        &self,
        session: &Session,
        events: &[crate::domain::conversation::Event],
        filled: &form::Filled,
    ) -> Result<super::report::Told, Refusal> {
        let mut told = self.told(session, events).await?;
        form::take(filled, &mut told.input, session.lang)
            .map_err(|fault| Refusal::new("bad_field", fault.said(session.lang)))?;
        self.hear_form(filled, &mut told.input);
        Ok(told)
    }
}

fn fact(label: &str, value: &str) -> Fact {
    Fact { label: label.to_owned(), value: value.to_owned() }
}

fn step(tried: &Tried, lang: Lang) -> String {
    let result = match tried.result {
        StepResult::Ok => lang.pick("hat geholfen", "helped"),
        StepResult::Failed => lang.pick("hat nicht geholfen", "did not help"),
        StepResult::Skipped => lang.pick("ging nicht", "not possible"),
        StepResult::Unknown => lang.pick("Ergebnis unbekannt", "result unknown"),
    };
    format!("{} – {result}", tried.step)
}

fn affected(scope: Scope, lang: Lang) -> &'static str {
    match scope {
        Scope::Person => lang.pick("eine Person", "one person"),
        Scope::Class => lang.pick("eine Klasse", "a class"),
        Scope::Building => lang.pick("ein Gebäude", "a building"),
        Scope::School => lang.pick("die ganze Schule", "the whole school"),
    }
}
