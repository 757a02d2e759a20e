//! What the helpdesk solved comes home as a draft, with the words that the teacher used.

use std::sync::{Arc, Mutex};

use futures_util::{FutureExt as _, future::BoxFuture};
use schullotse::{
    domain::clock::SystemClock,
    helpdesk::{Capabilities, Changes, Fault, Filed, Helpdesk, Report, Resolved, Target, Update, scripted::Scripted},
    support::{
        learning::learn,
        past_cases::{Brought, PastCases, State},
    },
};
use serde_json::json;

use super::support::{Chat, on_disk};

/// A system that tells what was solved there.
struct Solves {
    system: Scripted,
    solved: Arc<Mutex<Vec<Resolved>>>,
}

impl Helpdesk for Solves {
    fn capabilities(&self) -> Capabilities {
        Capabilities { resolves: true, ..self.system.capabilities() }
    }

    fn check(&self) -> BoxFuture<'_, Result<String, Fault>> {
        self.system.check()
    }

    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Filed>, Fault>> {
        self.system.find(id)
    }

    fn file<'a>(&'a self, report: &'a Report) -> BoxFuture<'a, Result<Filed, Fault>> {
        self.system.file(report)
    }

    fn update<'a>(&'a self, reference: &'a str, update: &'a Update) -> BoxFuture<'a, Result<(), Fault>> {
        self.system.update(reference, update)
    }

    fn changes<'a>(&'a self, cursor: Option<&'a str>) -> BoxFuture<'a, Result<Changes, Fault>> {
        self.system.changes(cursor)
    }

    fn resolved<'a>(&'a self, cursor: Option<&'a str>) -> BoxFuture<'a, Result<(Vec<Resolved>, String), Fault>> {
        let all = self.solved.lock().unwrap().clone();
        let from = cursor.map_or(0, |cursor| cursor.parse().unwrap());
        let next = all.len().to_string();
        async move { Ok((all[from..].to_vec(), next)) }.boxed()
    }
}

#[tokio::test]
async fn a_solution_comes_home_with_her_own_words() {
    let solved = Arc::new(Mutex::new(Vec::new()));
    let system = Solves { system: Scripted::new(Arc::new(SystemClock)), solved: Arc::clone(&solved) };
    let helpdesks = Some(vec![Target { name: "rt".into(), system: Arc::new(system) }]);
    let server = super::support::Setup { helpdesks, ..Default::default() }.start().await;
    let mut chat = Chat::open(server.address).await;
    chat.ask("Der Beamer in Raum 204 zeigt kein Signal").await;
    chat.say(json!({ "type": "choice.pick", "cid": "now", "mid": "", "value": "report_now" })).await;
    chat.expect("ticket.created").await;
    chat.expect("ticket.status").await;
    assert_eq!(learn(&server.support).await.unwrap(), Brought::default());

    let told = |reference: &str, reply: &str| Resolved {
        persons: Vec::new(),
        reference: reference.into(),
        subject: "Beamer".into(),
        description: "Schule: …, Raum: …".into(),
        replies: vec![reply.into()],
        at: "2026-11-23T10:00:00Z".parse().unwrap(),
    };
    *solved.lock().unwrap() = vec![
        told("1", "Guten Tag Frau Wendelmuth, das HDMI-Kabel an der Anschlussdose war lose."),
        told("77", "Den Router neu gestartet."),
    ];
    let brought = learn(&server.support).await.unwrap();
    assert_eq!(brought, Brought { laid: 2, ..Brought::default() });
    assert_eq!(learn(&server.support).await.unwrap(), Brought::default(), "each comes home once");

    let support = &server.support;
    let redactor = Arc::clone(&support.desk.redactor);
    let cases = PastCases::new(&support.config.data.0, redactor, support.schools.now(), 1);
    let drafts = cases.drafts().unwrap();
    let ours = drafts.iter().find(|draft| draft.draft == "draft-rt-1").unwrap();
    assert_eq!(ours.state, State::Held);
    assert!(ours.case.description.contains("Der Beamer in Raum 204 zeigt kein Signal"), "{ours:?}");
    assert!(!ours.case.description.contains("Schule: …"), "our own form teaches nothing: {ours:?}");
    let theirs = drafts.iter().find(|draft| draft.draft == "draft-rt-77").unwrap();
    assert!(theirs.case.description.contains("Schule: …"), "{theirs:?}");
    assert!(!on_disk(server.data.path(), "Wendelmuth"), "names are masked before anything is written");
}
