//! Several tabs, back and forward, and a conversation of hundreds of messages: nothing is
//! lost, nothing stands there twice.

use anyhow::ensure;
use serde_json::{Value, json};

use crate::{
    chat::Chat,
    harness::{Scene, in_chromium_only, in_each_browser},
    wording::DE,
};

in_each_browser! {
    two_tabs_show_one_conversation: DESK,
    a_conversation_deleted_in_another_tab: DESK,
    two_visits_are_two_conversations: DESK,
    back_and_forward_keep_the_conversation: DESK,
    five_hundred_messages: DESK,
}

// WebKit's driver does not come back from leaving a page in a tab that lies behind another.
in_chromium_only! {
    who_waits_for_a_full_server_gets_in: DESK,
}

/// A tab that was opened from the first one goes on with its conversation.
async fn two_tabs_show_one_conversation(scene: &mut Scene) -> anyhow::Result<()> {
    let first = asked(scene).await?;
    let here = scene.browser.window().await?;
    scene.browser.execute("window.open(location.href);", vec![]).await?;
    let there = loop {
        if let Some(other) = scene.browser.windows().await?.into_iter().find(|window| *window != here) {
            break other;
        }
    };
    scene.browser.switch_to_window(there.clone()).await?;
    scene.appear().await?;
    let second = Chat::on(&scene.browser).await?;
    second.says(DE.helped).await?;
    second.say(DE.input, DE.again).await?;
    second.until("its answer", ANSWERS, json!([DE.helped, 2])).await?;
    scene.picture("second").await?;
    scene.browser.switch_to_window(here).await?;
    first.until("the same in the first tab", ANSWERS, json!([DE.helped, 2])).await?;
    ensure!(first.times(DE.again).await? == 1, "what was written in the second tab stands in the first once");
    first.say(DE.input, "Der Drucker druckt nicht").await?;
    scene.browser.switch_to_window(there).await?;
    second.says("Der Drucker druckt nicht").await?;
    ensure!(second.times(DE.question).await? == 1, "the question stands there once");
    Ok(())
}

/// Said once; what was not sent goes back into the input, and the next message begins another conversation.
async fn a_conversation_deleted_in_another_tab(scene: &mut Scene) -> anyhow::Result<()> {
    let first = asked(scene).await?;
    first.fill("textbox", DE.input, DE.again).await?;
    let here = scene.browser.window().await?;
    scene.browser.execute("window.open(location.href);", vec![]).await?;
    let there = loop {
        if let Some(other) = scene.browser.windows().await?.into_iter().find(|window| *window != here) {
            break other;
        }
    };
    scene.browser.switch_to_window(there).await?;
    scene.appear().await?;
    let second = Chat::on(&scene.browser).await?;
    second.says(DE.helped).await?;
    second.press("button", DE.menu).await?;
    second.press("button", DE.delete).await?;
    second.press("button", DE.delete_yes).await?;
    second.says("Das Gespräch wurde gelöscht.").await?;
    scene.browser.switch_to_window(here).await?;
    first.says("Dieses Gespräch wurde gelöscht.").await?;
    ensure!(first.times(DE.question).await? == 0, "what was deleted is still on the screen");
    scene.picture("gone").await?;
    let draft = first.find("textbox", DE.input).await?.value().await?.unwrap_or_default();
    ensure!(draft == DE.again, "what was not sent is {draft:?}");
    let stored = first.stored().await?;
    ensure!(stored["session"] == json!([]), "the tab still knows something: {stored}");
    first.press("button", DE.send).await?;
    first.until("an answer in another conversation", ANSWERS, json!([DE.helped, 1])).await?;
    scene.browser.refresh().await?;
    let first = Chat::on(&scene.browser).await?;
    first.says(DE.helped).await?;
    ensure!(first.times("gelöscht").await? == 0, "it is said again after a reload");
    Ok(())
}

/// A tab of its own, with the same page opened anew, knows nothing of the first.
async fn two_visits_are_two_conversations(scene: &mut Scene) -> anyhow::Result<()> {
    let first = asked(scene).await?;
    let here = scene.browser.window().await?;
    let there = scene.browser.new_tab().await?;
    scene.browser.switch_to_window(there).await?;
    scene.appear().await?;
    let second = scene.open("/").await?;
    second.press("button", DE.launcher).await?;
    second.find("button", DE.chip).await?;
    ensure!(second.times(DE.question).await? == 0, "another visit shows the first one's question");
    second.say(DE.input, "Der Drucker druckt nicht").await?;
    second.says("Der Drucker druckt nicht").await?;
    scene.browser.switch_to_window(here).await?;
    ensure!(first.times("Der Drucker druckt nicht").await? == 0, "one visit sees what another one writes");
    Ok(())
}

/// Told in her language, and tried again without a press.
async fn who_waits_for_a_full_server_gets_in(scene: &mut Scene) -> anyhow::Result<()> {
    scene.server.set("SCHULLOTSE__LIMITS__OPEN_CHATS", "1".into())?;
    asked(scene).await?;
    let here = scene.browser.window().await?;
    let there = scene.browser.new_tab().await?;
    scene.browser.switch_to_window(there.clone()).await?;
    scene.appear().await?;
    let second = scene.open("/").await?;
    second.press("button", DE.launcher).await?;
    second.says("Gerade sind sehr viele Gespräche offen.").await?;
    scene.picture("waits").await?;
    scene.browser.switch_to_window(here).await?;
    scene.browser.goto(scene.server.url("/report")).await?;
    scene.browser.switch_to_window(there).await?;
    second.find("button", DE.chip).await?;
    ensure!(second.times("Gerade sind sehr viele").await? == 0, "it still says so");
    Ok(())
}

async fn back_and_forward_keep_the_conversation(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = asked(scene).await?;
    chat.fill("textbox", DE.input, "noch nicht abgesch").await?;
    // Away by the page's own link, and back.
    scene.browser.execute("document.querySelector('a[href=\"/chat\"]').click();", vec![]).await?;
    chat.until("the other page", "return location.pathname === '/chat';", json!([])).await?;
    scene.browser.back().await?;
    let chat = Chat::on(&scene.browser).await?;
    chat.says(DE.helped).await?;
    let draft = chat.find("textbox", DE.input).await?.value().await?.unwrap_or_default();
    ensure!(draft == "noch nicht abgesch", "the draft is {draft:?}");
    ensure!(chat.times(DE.question).await? == 1, "the question stands there once");
    scene.browser.forward().await?;
    Chat::on(&scene.browser).await?;
    scene.browser.back().await?;
    let chat = Chat::on(&scene.browser).await?;
    chat.says(DE.helped).await?;
    // The line is alive again.
    chat.say(DE.input, "ickt, der Drucker druckt nicht").await?;
    chat.says("noch nicht abgeschickt, der Drucker druckt nicht").await?;
    chat.until("the server has it", SENT, json!([])).await?;
    scene.picture("back").await
}

/// A chat that a whole school day has filled is still a chat.
async fn five_hundred_messages(scene: &mut Scene) -> anyhow::Result<()> {
    scene.server.set("SCHULLOTSE__LIMITS__CONVERSATION_BURST", "100000".into())?;
    let chat = asked(scene).await?;
    // As if typed: another tab of the same conversation writes them.
    let sent = scene.browser.execute_async(WRITE, vec![json!(WRITTEN)]).await?;
    ensure!(sent.json() == &Value::Null, "not all messages were taken: {}", sent.json());
    chat.until("every message is shown and answered", ALL, json!([WRITTEN])).await?;
    scene.picture("live").await?;
    scene.browser.refresh().await?;
    chat.until("every message after a reload", ALL, json!([WRITTEN])).await?;
    // The end is in view, older ones can be reached, and it goes on.
    chat.until("the last message is in view", LAST_IN_VIEW, json!([])).await?;
    chat.say(DE.input, DE.again).await?;
    chat.until("one more answer", ANSWERS, json!([DE.helped, 2])).await?;
    let top = "const log = document.querySelector('schul-hilfe').shadowRoot.querySelector('[role=log]');
        log.scrollTop = 0;
        return log.textContent.indexOf(arguments[0]) > 0;";
    chat.until("the first question is still there", top, json!([DE.question])).await?;
    scene.picture("top").await?;
    chat.press("button", "Zum Ende springen").await?;
    scene.picture("end").await
}

/// Each is answered with two more.
const WRITTEN: usize = 170;

/// The widget on the demo page, with one question answered.
async fn asked(scene: &Scene) -> anyhow::Result<Chat> {
    let chat = scene.open("/").await?;
    chat.press("button", DE.launcher).await?;
    chat.say(DE.input, DE.question).await?;
    chat.says(DE.helped).await?;
    Ok(chat)
}

/// So many answers ask whether they helped.
const ANSWERS: &str = r"
const text = document.querySelector('schul-hilfe')?.shadowRoot?.querySelector('[role=log]')?.textContent ?? '';
return text.split(arguments[0]).length === arguments[1] + 1;
";

/// Nothing waits for the server any more.
const SENT: &str = r"
return Object.keys(sessionStorage).every((key) => JSON.parse(sessionStorage.getItem(key)).outbox.length === 0);
";

/// Sends so many numbered messages into this tab's conversation, one after the other. The numbers have four digits, for
/// three may be a call for help: 112.
const WRITE: &str = r"
const [count, done] = arguments;
const { token } = JSON.parse(sessionStorage.getItem(Object.keys(sessionStorage)[0]));
const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
const send = (at) => fetch('/api/v1/chat/messages', {
  method: 'POST', headers, body: JSON.stringify({ v: 1, type: 'msg.send', cid: `long-${at}`, text: `Danke! (${at})` }),
});
(async () => {
  for (let at = 1001; at <= 1000 + count; at += 1) {
    const reply = await send(at);
    if (!reply.ok) throw new Error(`message ${at}: ${reply.status} ${await reply.text()}`);
  }
})().then(() => done(null), (error) => done(String(error)));
";

/// All numbered messages are there once and in order, each with its reply and its offer of a report.
const ALL: &str = r"
const text = document.querySelector('schul-hilfe')?.shadowRoot?.querySelector('[role=log]')?.textContent ?? '';
const numbers = [...text.matchAll(/Danke! \((\d+)\)/g)].map(([, number]) => Number(number));
const times = (words) => text.split(words).length - 1;
return numbers.length === arguments[0] && numbers.every((number, at) => number === at + 1001)
  && times('Dazu habe ich keine gesicherte Anleitung') === arguments[0] && times('Frage anders stellen') === arguments[0];
";

const LAST_IN_VIEW: &str = r"
const log = document.querySelector('schul-hilfe').shadowRoot.querySelector('[role=log]');
return log.scrollHeight - log.clientHeight - log.scrollTop < 60;
";
