//! What a screen reader is told: a finished answer once and whole, never its pieces; that
//! something came while the chat was closed; and which language is spoken.

use anyhow::{Context as _, ensure};
use serde_json::json;

use crate::{
    chat::Chat,
    harness::{Scene, in_each_browser},
    line::Line,
    wording::{DE, EN},
};

in_each_browser! {
    an_answer_is_spoken_once: DESK,
    replies_that_come_together_are_both_spoken: DESK,
    a_reload_is_silent: DESK,
    an_answer_while_closed_is_counted: DESK,
    each_message_names_its_language: DESK,
}

async fn an_answer_is_spoken_once(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/").await?;
    listen(&chat).await?;
    chat.press("button", DE.launcher).await?;
    chat.say(DE.input, DE.question).await?;
    chat.says(DE.helped).await?;
    chat.until("the answer is spoken", SPOKEN, json!([DE.answer_says])).await?;
    let spoken = spoken(&chat).await?;
    let whole: Vec<_> = spoken.iter().filter(|words| words.contains(DE.answer_says)).collect();
    ensure!(whole.len() == 1, "the answer is spoken {} times: {spoken:#?}", whole.len());
    ensure!(whole[0].contains("2. "), "the steps are spoken with their numbers: {whole:?}");
    ensure!(whole[0].contains("Quellen: "), "that there are sources is spoken: {whole:?}");
    let silent = "return document.querySelector('schul-hilfe').shadowRoot.querySelector('[role=log]').getAttribute('aria-live') === 'off';";
    chat.until("the transcript itself is silent", silent, json!([])).await
}

/// A step, and right behind it a question: who only hears needs both.
async fn replies_that_come_together_are_both_spoken(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/r/GSM-204").await?;
    listen(&chat).await?;
    chat.say(DE.input, DE.flow).await?;
    chat.says(DE.first_step).await?;
    chat.says("Läuft gerade Unterricht?").await?;
    for words in ["Läuft gerade Unterricht?", "Was macht sein kleines Licht?"] {
        let spoken = chat.until(&format!("{words:?} is spoken"), SPOKEN, json!([words])).await;
        spoken.with_context(|| format!("shown, but never spoken: {words:?}"))?;
    }
    Ok(())
}

/// Nobody wants to hear a whole conversation again.
async fn a_reload_is_silent(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/").await?;
    chat.press("button", DE.launcher).await?;
    chat.say(DE.input, DE.question).await?;
    chat.says(DE.helped).await?;
    scene.browser.refresh().await?;
    let chat = Chat::on(&scene.browser).await?;
    listen(&chat).await?;
    chat.says(DE.helped).await?;
    // Something that is spoken after all, so that silence is not only slowness.
    chat.say(DE.input, DE.human).await?;
    chat.until("the new reply is spoken", SPOKEN, json!(["Soll ich"])).await?;
    let spoken = spoken(&chat).await?;
    ensure!(!spoken.iter().any(|words| words.contains(DE.answer_says)), "the old answer is spoken again: {spoken:#?}");
    Ok(())
}

async fn an_answer_while_closed_is_counted(scene: &mut Scene) -> anyhow::Result<()> {
    let line = Line::to(scene.server.address)?;
    let chat = scene.visit(&line.url("/")).await?;
    listen(&chat).await?;
    chat.press("button", DE.launcher).await?;
    chat.says(DE.ai_line).await?;
    line.hold("\"bot.end\"");
    chat.say(DE.input, DE.question).await?;
    line.holds().await?;
    chat.press("button", "Schließen").await?;
    line.release();
    chat.until("the button counts", BADGE, json!(["1 neue Antwort"])).await?;
    chat.until("the count is spoken", SPOKEN, json!(["1 neue Antwort"])).await?;
    scene.picture("badge").await?;
    chat.press("button", DE.launcher).await?;
    chat.says(DE.helped).await?;
    chat.press("button", "Schließen").await?;
    let counted = chat.look(BADGE, json!(["neue Antwort"])).await?;
    ensure!(counted.json() == false, "the button still counts");
    Ok(())
}

/// German words in an English chat are read by a German voice, and the other way round (WCAG 3.1.2).
async fn each_message_names_its_language(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/chat").await?;
    chat.say(DE.input, DE.question).await?;
    chat.says(DE.helped).await?;
    chat.press("button", "EN").await?;
    chat.say(EN.input, EN.again).await?;
    chat.until("an English answer", LANG, json!([EN.answer_says, "en"])).await?;
    chat.until("beside the German one", LANG, json!([DE.answer_says, "de"])).await?;
    scene.picture("both").await
}

/// Notes from now on what each `role=status` says.
async fn listen(chat: &Chat) -> anyhow::Result<()> {
    let script = "window.spoken = [];
        const root = document.querySelector('schul-hilfe').shadowRoot;
        for (const status of root.querySelectorAll('[role=status]')) {
          const note = () => status.textContent.trim() && window.spoken.push(status.textContent.trim());
          new MutationObserver(note).observe(status, { childList: true, characterData: true, subtree: true });
        }";
    chat.look(script, json!([])).await.map(drop)
}

async fn spoken(chat: &Chat) -> anyhow::Result<Vec<String>> {
    Ok(chat.look("return window.spoken;", json!([])).await?.convert()?)
}

const SPOKEN: &str = "return window.spoken.some((words) => words.includes(arguments[0]));";

/// Whether the button that opens the chat says so.
const BADGE: &str = r"
const root = document.querySelector('schul-hilfe').shadowRoot;
const says = (node) => node.checkVisibility() && node.textContent.replace(/\s+/g, ' ').includes(arguments[0]);
return [...root.querySelectorAll('button *')].some(says);
";

/// Whether these words stand in the conversation, marked as of this language.
const LANG: &str = r"
const root = document.querySelector('schul-hilfe').shadowRoot;
const holds = (node) => node.textContent.includes(arguments[0]);
let node = root.querySelector('[role=log]');
if (!holds(node)) return false;
while ([...node.children].some(holds)) node = [...node.children].filter(holds).at(-1);
return node.closest('[lang]')?.lang === arguments[1];
";
