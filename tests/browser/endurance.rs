//! What must not be lost: a conversation over a reload and over a server that dies
//! and comes back, and what is written meanwhile. And what must go when asked.

use anyhow::ensure;
use serde_json::json;

use crate::{
    harness::{Scene, in_each_browser},
    wording::DE,
};

in_each_browser! {
    a_reload_keeps_the_conversation: DESK,
    a_killed_server_loses_nothing: DESK,
    a_deleted_conversation_is_gone: DESK,
}

async fn a_reload_keeps_the_conversation(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/").await?;
    chat.press("button", DE.launcher).await?;
    chat.say(DE.input, DE.question).await?;
    chat.says(DE.helped).await?;
    let steps = chat.steps().await?;
    scene.browser.refresh().await?;
    // Open as before, without a click.
    chat.says(DE.helped).await?;
    ensure!(chat.times(DE.question).await? == 1, "the question stands there once");
    ensure!(chat.steps().await? == steps, "the answer has changed");
    scene.picture("after").await?;
    chat.say(DE.input, "An der Tafel ist die falsche Quelle").await?;
    chat.says("An der Tafel ist die falsche Quelle").await?;
    chat.until("a second answer", SECOND_ANSWER, json!([DE.helped])).await
}

async fn a_killed_server_loses_nothing(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/").await?;
    chat.press("button", DE.launcher).await?;
    chat.say(DE.input, DE.question).await?;
    chat.says(DE.helped).await?;
    scene.server.kill();
    chat.says("Verbindung unterbrochen").await?;
    chat.say(DE.input, "An der Tafel ist die falsche Quelle").await?;
    scene.picture("down").await?;
    scene.server.run()?;
    // What was written meanwhile is sent once, and answered in the same conversation.
    chat.until("a second answer", SECOND_ANSWER, json!([DE.helped])).await?;
    ensure!(chat.times("Verbindung unterbrochen").await? == 0, "still says that the line is lost");
    scene.browser.refresh().await?;
    chat.until("both answers after a reload", SECOND_ANSWER, json!([DE.helped])).await?;
    for question in [DE.question, "An der Tafel ist die falsche Quelle"] {
        ensure!(chat.says(question).await.is_ok(), "{question:?} is gone");
    }
    scene.picture("back").await
}

async fn a_deleted_conversation_is_gone(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/").await?;
    chat.press("button", DE.launcher).await?;
    chat.say(DE.input, DE.question).await?;
    chat.says(DE.helped).await?;
    chat.press("button", "Menü").await?;
    chat.press("button", "Gespräch löschen").await?;
    scene.picture("sure").await?;
    chat.press("button", "Löschen").await?;
    chat.says("Das Gespräch wurde gelöscht.").await?;
    ensure!(chat.times(DE.question).await? == 0, "the question still stands there");
    let stored = chat.stored().await?;
    ensure!(stored["session"] == json!([]), "the tab still knows something: {stored}");
    scene.browser.refresh().await?;
    chat.find("button", DE.launcher).await.map(drop)
}

/// The question about an answer stands there twice.
const SECOND_ANSWER: &str = r"
const text = document.querySelector('schul-hilfe')?.shadowRoot?.querySelector('[role=log]')?.innerText ?? '';
return text.split(arguments[0]).length === 3;
";
