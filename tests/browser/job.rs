//! The main job, from the first click to the number of a report: in the widget on
//! a school's page, on the page of its own, in English, and without a mouse.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use thirtyfour::{Key, WebDriver};

use crate::{
    chat::Chat,
    harness::{Scene, Screen, appear, run},
    wording::{DE, EN, Words},
};

/// A first step within a second is the promise; a test machine under load gets more.
const FIRST_STEP: Duration = Duration::from_secs(5);

#[test]
fn in_the_widget() {
    run("widget", Screen::default(), async |scene| {
        let chat = scene.open("/").await?;
        nothing_stored(&chat).await?;
        scene.picture("1-closed").await?;
        chat.press("button", DE.launcher).await?;
        whole(scene, &chat, &DE).await
    });
}

#[test]
fn on_the_page() {
    run("page", Screen::default(), async |scene| {
        let chat = scene.open("/chat").await?;
        whole(scene, &chat, &DE).await
    });
}

#[test]
fn in_english() {
    run("english", Screen::default(), async |scene| {
        let chat = scene.open("/chat?lang=en").await?;
        let lang = scene.browser.execute("return document.documentElement.lang;", vec![]).await?;
        ensure!(lang.json() == "en", "the page says that it is in {}", lang.json());
        whole(scene, &chat, &EN).await
    });
}

#[test]
fn without_a_mouse() {
    run("keyboard", Screen::default(), async |scene| {
        let chat = scene.open("/").await?;
        let keys = Keyboard { browser: scene.browser.clone() };
        keys.to("button", DE.launcher).await?;
        keys.press(Key::Enter).await?;
        chat.says(DE.ai_line).await?;
        keys.at("textbox", DE.input).await?;
        keys.write(DE.question).await?;
        keys.press(Key::Enter).await?;
        chat.find("button", DE.source).await?;
        keys.back_to("button", DE.source).await?;
        keys.press(Key::Enter).await?;
        // The number leads to its source, which is open now.
        keys.to("link", DE.open_source).await?;
        keys.to("button", DE.no).await?;
        keys.press(Key::Enter).await?;
        keys.at("button", "Falsches Gerät").await?;
        keys.to("button", DE.reason).await?;
        keys.press(Key::Space).await?;
        keys.to("button", DE.submit).await?;
        keys.press(Key::Enter).await?;
        chat.find("button", DE.pass_on).await?;
        keys.to("button", DE.pass_on).await?;
        keys.press(Key::Enter).await?;
        chat.find("heading", DE.form).await?;
        keys.to("textbox", DE.room).await?;
        keys.write("2.14").await?;
        keys.to("button", DE.submit).await?;
        scene.picture("form").await?;
        keys.press(Key::Enter).await?;
        chat.says(DE.received).await?;
        number(&chat, &DE).await?;
        keys.press(Key::Escape).await?;
        keys.at("button", DE.launcher).await
    });
}

/// Everything a teacher may do with a question that the guide does not solve.
async fn whole(scene: &Scene, chat: &Chat, words: &Words) -> anyhow::Result<()> {
    chat.says(words.ai_line).await?;
    chat.find("textbox", words.input).await?;
    scene.picture("2-open").await?;
    nothing_stored(chat).await?;

    let asked = Instant::now();
    chat.say(words.input, words.question).await?;
    chat.find("button", words.source).await?;
    let took = asked.elapsed();
    ensure!(took < FIRST_STEP, "the first step took {took:?}");
    ensure!(chat.steps().await? >= 2, "an answer has steps, this one {}", chat.steps().await?);
    scene.picture("3-answer").await?;
    let stored = chat.stored().await?;
    ensure!(stored["cookies"] == "" && stored["local"] == 0, "more is stored than this tab's conversation: {stored}");
    ensure!(stored["session"].as_array().is_some_and(|keys| keys.len() == 1), "not one entry for this tab: {stored}");

    source(scene, chat, words).await?;
    feedback(scene, chat, words).await?;
    report(scene, chat, words).await
}

async fn nothing_stored(chat: &Chat) -> anyhow::Result<()> {
    let stored = chat.stored().await?;
    let nothing = json!({"cookies": "", "local": 0, "session": []});
    ensure!(stored == nothing, "something is stored before the first message: {stored}");
    Ok(())
}

/// From the number behind a sentence to the marked words in the guide, and back.
async fn source(scene: &Scene, chat: &Chat, words: &Words) -> anyhow::Result<()> {
    let browser = &scene.browser;
    chat.press("button", words.source).await?;
    chat.find("link", words.open_source).await?;
    scene.picture("4-source").await?;
    let answer = squeezed(&chat.text().await?);
    let here = browser.window().await?;
    chat.press("link", words.open_source).await?;
    let there = loop {
        let other = browser.windows().await?.into_iter().find(|window| *window != here);
        if let Some(other) = other {
            break other;
        }
    };
    browser.switch_to_window(there).await?;
    appear(browser, scene.screen).await?; // each tab by itself
    chat.until("the passage's page is open", "return document.readyState === 'complete';", json!([])).await?;
    let marks = "return [...document.querySelectorAll('mark')].filter((node) => node.checkVisibility()).map((node) => node.textContent);";
    let marks: Vec<String> = browser.execute(marks, vec![]).await?.convert()?;
    ensure!(!marks.is_empty(), "nothing is marked at {}", browser.current_url().await?);
    for mark in &marks {
        ensure!(answer.contains(&squeezed(mark)), "{mark:?} is marked, but not in the answer: {answer}");
    }
    scene.picture("5-passage").await?;
    browser.close_window().await?;
    browser.switch_to_window(here).await?;
    Ok(())
}

/// "Hat Ihnen das geholfen?" – "Nein", and why.
async fn feedback(scene: &Scene, chat: &Chat, words: &Words) -> anyhow::Result<()> {
    chat.says(words.helped).await?;
    chat.press("button", words.no).await?;
    chat.press("button", words.reason).await?;
    scene.picture("6-feedback").await?;
    chat.press("button", words.submit).await?;
    chat.says(words.sorry).await?;
    scene.picture("7-offer").await
}

/// The report without a contact, and its state by number and code.
async fn report(scene: &Scene, chat: &Chat, words: &Words) -> anyhow::Result<()> {
    chat.press("button", words.pass_on).await?;
    chat.find("heading", words.form).await?;
    let symptom = chat.find("textbox", words.symptom).await?;
    let known = symptom.value().await?.unwrap_or_default();
    ensure!(!known.is_empty(), "what was asked is not in the form");
    chat.fill("textbox", words.room, "2.14").await?;
    chat.fill("combobox", words.urgency, words.lesson).await?;
    chat.find("textbox", words.contact).await?;
    scene.picture("8-form").await?;
    chat.press("button", words.submit).await?;
    chat.says(words.received).await?;
    let number = number(chat, words).await?;
    let code = chat.fact(words.code).await?;
    ensure!(!code.is_empty(), "a report comes with a code");
    chat.shows(words.number).await?;
    chat.shows(words.code).await?;
    scene.picture("9-filed").await?;
    chat.press("button", words.ask_state).await?;
    chat.says(&format!("{} {number}", words.state_of)).await?;
    scene.picture("10-state").await?;

    let ticket = ticket(&scene.browser, &number, &code).await?;
    ensure!(ticket["contact"].is_null(), "nobody gave a contact: {ticket}");
    ensure!(ticket["lesson_running"] == true, "a lesson is running: {ticket}");
    ensure!(ticket["symptom"] == known.as_str(), "the symptom is what stood in the form: {ticket}");
    ensure!(ticket["tried"].as_array().is_some_and(|tried| !tried.is_empty()), "the steps shown were tried: {ticket}");
    let wrong = self::ticket(&scene.browser, &number, "WRONG-CODE").await?;
    ensure!(wrong["number"].is_null(), "a wrong code opens a report: {wrong}");
    Ok(())
}

/// The number of the report filed last; `SUP-2026-00042`.
async fn number(chat: &Chat, words: &Words) -> anyhow::Result<String> {
    let number = chat.fact(words.number).await?;
    let mut parts = number.split('-');
    let good = parts.next() == Some("SUP")
        && [4, 5].iter().all(|length| {
            parts.next().is_some_and(|part| part.len() == *length && part.bytes().all(|byte| byte.is_ascii_digit()))
        });
    ensure!(good && parts.next().is_none(), "{number:?} is no number of a report");
    Ok(number)
}

/// The report as a program gets it.
async fn ticket(browser: &WebDriver, number: &str, code: &str) -> anyhow::Result<Value> {
    let script = "return fetch('/api/v1/tickets/' + arguments[0], { headers: { 'X-Ticket-Code': arguments[1] } }).then((reply) => reply.json());";
    let reply = browser.execute(script, vec![json!(number), json!(code)]).await.context("asking for the report")?;
    Ok(reply.json().clone())
}

fn squeezed(words: &str) -> String {
    words.split_whitespace().collect()
}

/// Only keys; where they go is what has the focus.
struct Keyboard {
    browser: WebDriver,
}

/// Whether the focus stands on this role and name; its name as found in the shadow root.
const FOCUSED: &str = r"
let node = document.activeElement;
while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
const kinds = { button: 'button', link: 'a[href]', textbox: 'textarea, input[type=text]', combobox: 'select', summary: 'summary' };
const name = node?.getAttribute('aria-label') ?? [...(node?.labels ?? [])].map((label) => label.textContent).join(' ');
const said = (name || node?.textContent || '').replace(/\s+/g, ' ').trim();
return Boolean(node?.matches(kinds[arguments[0]]) && said.startsWith(arguments[1]));
";

impl Keyboard {
    /// Most stops before something counts as out of reach.
    const FAR: usize = 60;

    async fn press(&self, key: Key) -> anyhow::Result<()> {
        Ok(self.browser.action_chain().send_keys("" + key).perform().await?)
    }

    async fn write(&self, words: &str) -> anyhow::Result<()> {
        Ok(self.browser.action_chain().send_keys(words).perform().await?)
    }

    async fn stands_on(&self, role: &str, name: &str) -> anyhow::Result<bool> {
        Ok(self.browser.execute(FOCUSED, vec![json!(role), json!(name)]).await?.json() == &json!(true))
    }

    /// The focus has come here by itself.
    async fn at(&self, role: &str, name: &str) -> anyhow::Result<()> {
        let begin = Instant::now();
        while !self.stands_on(role, name).await? {
            ensure!(begin.elapsed() < Duration::from_secs(5), "the focus is not on {role} {name:?}");
        }
        Ok(())
    }

    /// Tab until there.
    async fn to(&self, role: &str, name: &str) -> anyhow::Result<()> {
        for _ in 0..Self::FAR {
            if self.stands_on(role, name).await? {
                return Ok(());
            }
            self.press(Key::Tab).await?;
        }
        anyhow::bail!("Tab does not lead to {role} {name:?}")
    }

    /// Shift and Tab until there.
    async fn back_to(&self, role: &str, name: &str) -> anyhow::Result<()> {
        for _ in 0..Self::FAR {
            if self.stands_on(role, name).await? {
                return Ok(());
            }
            self.browser
                .action_chain()
                .key_down(Key::Shift)
                .send_keys("" + Key::Tab)
                .key_up(Key::Shift)
                .perform()
                .await?;
        }
        anyhow::bail!("Shift and Tab do not lead to {role} {name:?}")
    }
}
