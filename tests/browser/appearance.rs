//! What it looks like, in every state that a reader sees: on a phone, in the dark, in
//! English, on a school's page, on a page of its own. Pictures are for people; checked is
//! that nothing is cut off and that axe-core, where `AXE_PATH` names its file, finds nothing.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use thirtyfour::By;

use crate::{
    chat::{Chat, PATIENCE},
    harness::{Scene, in_chromium_only, in_each_browser},
    host::Host,
    line::Line,
    wording::{DE, EN, Words},
};

in_each_browser! {
    states_in_the_widget: DESK,
    states_in_the_dark: DARK,
    states_on_a_phone: PHONE,
    states_on_a_phone_in_the_dark: PHONE_DARK,
    states_in_english: DESK,
    states_on_a_school_page: DESK,
    narrow: NARROW,
}

in_chromium_only! {
    states_without_scripts: PHONE,
    large_text: PHONE,
    forced_colours: DESK,
}

async fn states_in_the_widget(scene: &mut Scene) -> anyhow::Result<()> {
    states(scene, "/", &DE).await
}

async fn states_in_the_dark(scene: &mut Scene) -> anyhow::Result<()> {
    states(scene, "/", &DE).await
}

async fn states_on_a_phone(scene: &mut Scene) -> anyhow::Result<()> {
    states(scene, "/", &DE).await
}

async fn states_on_a_phone_in_the_dark(scene: &mut Scene) -> anyhow::Result<()> {
    states(scene, "/chat", &DE).await
}

async fn states_in_english(scene: &mut Scene) -> anyhow::Result<()> {
    states(scene, "/chat?lang=en", &EN).await
}

/// On a page without any styles, on another origin.
async fn states_on_a_school_page(scene: &mut Scene) -> anyhow::Result<()> {
    let line = Line::to(scene.server.address)?;
    let host = Host::with(&line.url(""))?;
    scene.server.set("SCHULLOTSE__SERVER__ORIGINS", json!([host.origin()]).to_string())?;
    let chat = scene.visit(&host.origin()).await?;
    every_state(scene, &line, &chat, &DE).await
}

/// 320 points wide, nothing to be scrolled sideways (WCAG 1.4.10).
async fn narrow(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/chat").await?;
    few_states(scene, &chat).await
}

/// The text twice as large as elsewhere, as telephones offer it (WCAG 1.4.4). `WebKit` looks at `rem` only when it loads.
async fn large_text(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/chat").await?;
    scene.browser.execute("document.documentElement.style.fontSize = '200%';", vec![]).await?;
    few_states(scene, &chat).await
}

/// Contrast colours that the reader has chosen; what only a background told is told by a border.
async fn forced_colours(scene: &mut Scene) -> anyhow::Result<()> {
    let features =
        json!([{"name": "forced-colors", "value": "active"}, {"name": "prefers-color-scheme", "value": "dark"}]);
    scene.browser.cdp().send_raw("Emulation.setEmulatedMedia", json!({"features": features})).await?;
    let chat = scene.open("/").await?;
    seen(scene, "closed").await?;
    chat.press("button", DE.launcher).await?;
    few_states(scene, &chat).await
}

/// What is most crowded.
async fn few_states(scene: &Scene, chat: &Chat) -> anyhow::Result<()> {
    chat.find("button", DE.chip).await?;
    seen(scene, "open").await?;
    chat.say(DE.input, DE.question).await?;
    chat.press("button", DE.source).await?;
    seen(scene, "source").await?;
    chat.say(DE.input, DE.flow).await?;
    chat.says(DE.first_step).await?;
    chat.find("button", DE.dark).await?;
    seen(scene, "step").await?;
    chat.say(DE.input, DE.human).await?;
    chat.press("button", DE.pass_on).await?;
    chat.find("heading", DE.form).await?;
    seen(scene, "form").await?;
    chat.press("button", DE.submit).await?;
    chat.says(DE.received).await?;
    seen(scene, "filed").await
}

/// A browser that runs no scripts still says how help is reached.
async fn states_without_scripts(scene: &mut Scene) -> anyhow::Result<()> {
    let tools = scene.browser.cdp();
    tools.send_raw("Emulation.setScriptExecutionDisabled", json!({"value": true})).await?;
    // A script that waits would wait for ever.
    let usual = scene.browser.get_timeouts().await?;
    scene.browser.set_script_timeout(Duration::from_secs(1)).await?;
    scene.browser.goto(scene.server.url("/chat")).await?;
    let text: String = scene.browser.execute("return document.body.innerText;", vec![]).await?.convert()?;
    ensure!(text.contains("Ohne JavaScript"), "nothing is said without scripts, only: {text:?}");
    scene.picture("chat").await?;
    scene.found(By::Css("noscript a.button")).await?.click().await?;
    scene.found(By::Id("f-symptom")).await?.send_keys("Der Beamer bleibt dunkel").await?;
    scene.picture("form").await?;
    scene.found(By::Css("form button")).await?.click().await?;
    let begin = Instant::now();
    loop {
        // The page changes under way: what was found may be of the one that goes.
        let text: String = scene.browser.execute("return document.body.innerText;", vec![]).await?.convert()?;
        if text.contains("Ihre Meldung ist eingegangen") {
            break;
        }
        ensure!(begin.elapsed() < PATIENCE, "not filed without scripts, only: {text:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // What looks for barriers is a script itself.
    tools.send_raw("Emulation.setScriptExecutionDisabled", json!({"value": false})).await?;
    scene.browser.update_timeouts(usual).await?;
    seen(scene, "filed").await?;
    scene.browser.goto(scene.server.url("/report")).await?;
    seen(scene, "empty").await
}

async fn states(scene: &Scene, path: &str, words: &Words) -> anyhow::Result<()> {
    let line = Line::to(scene.server.address)?;
    let chat = scene.visit(&line.url(path)).await?;
    every_state(scene, &line, &chat, words).await
}

/// The states that a reader sees, each looked at.
async fn every_state(scene: &Scene, line: &Line, chat: &Chat, words: &Words) -> anyhow::Result<()> {
    if chat.has("button", words.launcher).await? {
        seen(scene, "01-closed").await?;
        chat.press("button", words.launcher).await?;
    }
    chat.says(words.ai_line).await?;
    chat.find("button", words.chip).await?;
    seen(scene, "02-open").await?;

    line.hold("\"bot.end\"");
    chat.say(words.input, words.question).await?;
    chat.find("button", words.stop).await?;
    line.holds().await?;
    seen(scene, "03-streaming").await?;
    line.release();
    chat.says(words.helped).await?;
    seen(scene, "04-answer").await?;
    chat.press("button", words.source).await?;
    chat.in_view("summary", "1").await?;
    seen(scene, "05-source").await?;
    chat.press("button", words.no).await?;
    chat.press("button", words.reason).await?;
    seen(scene, "06-feedback").await?;
    chat.press("button", words.submit).await?;
    chat.in_view("button", words.pass_on).await?;
    seen(scene, "07-offer").await?;

    chat.say(words.input, words.flow).await?;
    chat.says(words.first_step).await?;
    chat.find("button", words.dark).await?;
    seen(scene, "08-step").await?;

    chat.say(words.input, words.human).await?;
    chat.says_times(words.pass_on, 2).await?;
    chat.press("button", words.pass_on).await?;
    chat.find("heading", words.form).await?;
    seen(scene, "09-form").await?;
    chat.empty("textbox", words.symptom).await?;
    chat.press("button", words.submit).await?;
    chat.says(words.required).await?;
    seen(scene, "10-form-incomplete").await?;
    chat.fill("textbox", words.symptom, words.question).await?;
    chat.press("button", words.submit).await?;
    chat.says(words.received).await?;
    chat.shows(words.number).await?;
    seen(scene, "11-filed").await?;
    chat.press("button", words.ask_state).await?;
    chat.says(words.state_of).await?;
    seen(scene, "12-state").await?;

    chat.press("button", words.menu).await?;
    chat.find("button", words.delete).await?;
    seen(scene, "13-menu").await?;
    chat.press("button", words.status).await?;
    chat.empty("textbox", words.code).await?;
    chat.fill("textbox", words.code, "FALSCH").await?;
    chat.press("button", words.ask_state).await?;
    chat.says(words.wrong_code).await?;
    seen(scene, "14-error").await?;
    chat.press("button", words.menu).await?;
    chat.press("button", words.delete).await?;
    chat.find("button", words.delete_yes).await?;
    seen(scene, "15-sure").await?;
    chat.press("button", words.cancel).await?;

    line.break_off();
    chat.says(words.lost).await?;
    chat.fill("textbox", words.input, words.question).await?;
    seen(scene, "16-lost").await
}

/// Takes a picture and checks what a machine can see in it.
pub(crate) async fn seen(scene: &Scene, what: &str) -> anyhow::Result<()> {
    scene.picture(what).await?;
    let fault: String = scene.browser.execute(FAULT, vec![]).await?.convert()?;
    ensure!(fault.is_empty(), "{what}: {fault}");
    axe(scene, what).await
}

/// What is cut off, wider than its place, or too small for a finger: 44 points, 24 for the number of a source.
const FAULT: &str = r"
const root = document.querySelector('schul-hilfe')?.shadowRoot;
const wide = (node) => node && node.scrollWidth > node.clientWidth + 1;
if (wide(document.documentElement)) return 'the page is wider than the window';
if (!root) return '';
if (wide(root.querySelector('[role=log]'))) return 'the conversation is wider than its place';
const box = root.querySelector('[role=dialog], [role=region]');
if (!box) return ''; // closed, and never opened
const panel = box.getBoundingClientRect();
if (panel.left < -1 || panel.right > innerWidth + 1 || panel.top < -1 || panel.bottom > innerHeight + 1) return 'the panel is cut off';
if (root.querySelector('h1, h2').getBoundingClientRect().top < panel.top) return 'the title is cut off';
if (panel.height && root.querySelector('[role=log]').clientHeight < 100) return 'hardly anything is left for the conversation';
for (const node of root.querySelectorAll('button, summary, textarea, select, input[type=text]')) {
  const { width, height } = node.getBoundingClientRect();
  const least = /^(Quelle|Source) \d/.test(node.getAttribute('aria-label') ?? '') ? 24 : 44;
  if (height && Math.min(width, height) < least - 0.5) return `${node.outerHTML.slice(0, 120)} is ${width} by ${height}`;
}
return '';
";

/// WCAG 2.2 A and AA, and what axe-core calls good practice.
const RULES: &str = r"
return axe.run(document, {
  resultTypes: ['violations'],
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
}).then(({ violations, passes }) => ({
  found: violations.map((rule) => rule.id + ' at ' + rule.nodes.map((node) => node.target.flat().join(' ')).join(', ')),
  passed: passes.length,
}));
";

async fn axe(scene: &Scene, what: &str) -> anyhow::Result<()> {
    let Some(path) = std::env::var_os("AXE_PATH") else { return Ok(()) };
    let there = scene.browser.execute("return typeof axe === 'object';", vec![]).await?;
    if there.json() == &json!(false) {
        let axe =
            std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", Path::new(&path).display()))?;
        scene.browser.execute(axe, vec![]).await?;
    }
    let found: Value = scene.browser.execute(RULES, vec![]).await?.json().clone();
    ensure!(found["passed"].as_u64() > Some(5), "{what}: axe-core checked next to nothing: {found}");
    ensure!(found["found"] == json!([]), "{what}: axe-core finds {}", found["found"]);
    Ok(())
}
