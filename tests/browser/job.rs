//! The main job, from the first click to the number of a report: in the widget on
//! a school's page, on the page of its own, in English, and without a mouse.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use thirtyfour::{Key, WebDriver};

use crate::{
    chat::Chat,
    harness::{Scene, in_each_browser},
    keyboard::Keyboard,
    wording::{DE, EN, Words},
};

/// A first step within a second is the promise; a test machine under load gets more.
const FIRST_STEP: Duration = Duration::from_secs(5);

in_each_browser! {
    in_the_widget: DESK,
    on_the_page: DESK,
    on_a_phone: PHONE,
    in_english: DESK,
    without_a_mouse: DESK,
}

async fn in_the_widget(scene: &mut Scene) -> anyhow::Result<()> {
    widget(scene).await
}

async fn on_a_phone(scene: &mut Scene) -> anyhow::Result<()> {
    widget(scene).await
}

async fn widget(scene: &Scene) -> anyhow::Result<()> {
    let chat = scene.open("/").await?;
    nothing_stored(&chat).await?;
    scene.picture("1-closed").await?;
    chat.press("button", DE.launcher).await?;
    whole(scene, &chat, &DE).await
}

async fn on_the_page(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/chat").await?;
    whole(scene, &chat, &DE).await
}

async fn in_english(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/chat?lang=en").await?;
    let lang = scene.browser.execute("return document.documentElement.lang;", vec![]).await?;
    ensure!(lang.json() == "en", "the page says that it is in {}", lang.json());
    whole(scene, &chat, &EN).await
}

/// Open, ask, source, steps, report, close: every stop seen, nothing behind a mouse.
async fn without_a_mouse(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/").await?;
    let keys = Keyboard { browser: scene.browser.clone() };
    keys.to("button", DE.launcher).await?;
    keys.press(Key::Enter).await?;
    chat.says(DE.ai_line).await?;
    keys.at("textbox", DE.input).await?;
    keys.press(Key::Escape).await?;
    keys.at("button", DE.launcher).await?;
    keys.press(Key::Space).await?;
    keys.at("textbox", DE.input).await?;
    keys.press(Key::F6).await?;
    keys.at("log", "").await?;
    keys.press(Key::F6).await?;
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

    // Another matter, step by step.
    keys.to("textbox", DE.input).await?;
    keys.write(DE.flow).await?;
    keys.press(Key::Enter).await?;
    chat.says("Schritt 1 von").await?;
    keys.back_to("button", "Alles dunkel").await?;
    keys.press(Key::Enter).await?;
    chat.says("Schritt 2 von").await?;
    keys.to("button", "Zurück").await?;
    scene.picture("step").await?;
    keys.press(Key::Space).await?;
    chat.until("the first step again", LAST_STEP, json!(["Schritt 1 von"])).await?;

    report_by_keys(scene, &chat, &keys).await?;
    keys.press(Key::Escape).await?;
    keys.at("button", DE.launcher).await
}

/// The report, with its missing field found by keys alone.
async fn report_by_keys(scene: &Scene, chat: &Chat, keys: &Keyboard) -> anyhow::Result<()> {
    keys.to("textbox", DE.input).await?;
    keys.write("Ich möchte mit einem Menschen sprechen").await?;
    keys.press(Key::Enter).await?;
    chat.says_times(DE.pass_on, 2).await?;
    keys.back_to("button", DE.pass_on).await?;
    keys.press(Key::Enter).await?;
    chat.find("heading", DE.form).await?;
    keys.to("textbox", DE.room).await?;
    keys.write("2.14").await?;
    keys.to("button", DE.submit).await?;
    scene.picture("form").await?;
    keys.press(Key::Enter).await?;
    chat.says(DE.received).await?;
    number(chat, &DE).await.map(drop)
}

/// Whether the last step shown is this one.
const LAST_STEP: &str = r"
const text = document.querySelector('schul-hilfe').shadowRoot.querySelector('[role=log]').innerText;
return [...text.matchAll(/Schritt \d+ von/g)].at(-1)?.[0] === arguments[0];
";

/// The job in a page that may lie anywhere: nothing is asked of the server but through the chat.
pub(crate) async fn in_a_page(scene: &Scene, chat: &Chat) -> anyhow::Result<()> {
    chat.press("button", DE.launcher).await?;
    chat.says(DE.ai_line).await?;
    chat.say(DE.input, DE.question).await?;
    chat.press("button", DE.source).await?;
    chat.find("link", DE.open_source).await?;
    feedback(scene, chat, &DE).await?;
    file(scene, chat, &DE).await.map(drop)
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
    // The last step's number: in the passage these very words are marked, and no others.
    chat.until("the words of this step are marked, and in view", MARKED, json!([])).await?;
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
    scene.appear().await?;
    chat.until("the passage's page is open", "return document.readyState === 'complete';", json!([])).await?;
    let marks = "return [...document.querySelectorAll('mark')].filter((node) => node.checkVisibility()).map((node) => node.textContent);";
    let marks: Vec<String> = browser.execute(marks, vec![]).await?.convert()?;
    ensure!(
        marks.len() == 1,
        "not the words of one step are marked at {}, but {marks:?}",
        browser.current_url().await?
    );
    ensure!(browser.current_url().await?.fragment() == Some("treffer"), "the link does not lead to the mark");
    // A phone's size comes after the page: it goes to the mark once more.
    browser.execute("location.hash = ''; location.hash = 'treffer';", vec![]).await?;
    let seen = "const box = document.querySelector('#treffer').getBoundingClientRect(); return box.top >= 0 && box.top < innerHeight;";
    chat.until("the mark is in view", seen, json!([])).await?;
    for mark in &marks {
        ensure!(answer.contains(&squeezed(mark)), "{mark:?} is marked, but not in the answer: {answer}");
    }
    scene.picture("5-passage").await?;
    browser.close_window().await?;
    browser.switch_to_window(here).await?;
    Ok(())
}

/// What is marked in the passage is the text of the last step that has its number.
const MARKED: &str = r"
const root = document.querySelector('schul-hilfe').shadowRoot;
const squeezed = (words) => words.replace(/\s+/g, '');
const step = [...root.querySelectorAll('.steps li')].filter((item) => item.querySelector('.cite')?.textContent === '1').at(-1);
const [mark, more] = root.querySelectorAll('mark');
const text = [...step.querySelector('.say').childNodes].map((node) => node.textContent).join('').replace(/1\s*$/, '');
const [box, quote, log] = [mark, mark.parentNode, root.querySelector('[role=log]')].map((node) => node.getBoundingClientRect());
const seen = box.top >= quote.top && box.top + 20 <= quote.bottom && box.top >= log.top && box.top + 20 <= log.bottom;
return !more && squeezed(mark.textContent) === squeezed(text) && seen;
";

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

/// The report as it was filed.
struct Filed {
    number: String,
    code: String,
    symptom: String,
}

/// The report without a contact, and its state by number and code.
async fn file(scene: &Scene, chat: &Chat, words: &Words) -> anyhow::Result<Filed> {
    chat.press("button", words.pass_on).await?;
    chat.find("heading", words.form).await?;
    let symptom = chat.find("textbox", words.symptom).await?.value().await?.unwrap_or_default();
    ensure!(!symptom.is_empty(), "what was asked is not in the form");
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
    Ok(Filed { number, code, symptom })
}

/// What was filed is what a program gets, and only with the right code.
async fn report(scene: &Scene, chat: &Chat, words: &Words) -> anyhow::Result<()> {
    let Filed { number, code, symptom } = file(scene, chat, words).await?;
    let ticket = ticket(&scene.browser, &number, &code).await?;
    ensure!(ticket["contact"].is_null(), "nobody gave a contact: {ticket}");
    ensure!(ticket["lesson_running"] == true, "a lesson is running: {ticket}");
    ensure!(ticket["symptom"] == symptom.as_str(), "the symptom is what stood in the form: {ticket}");
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
