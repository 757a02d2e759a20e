//! Nothing that was typed or pressed is lost: what stands in a form or a note, what was
//! sent while there was no connection, what was asked to be deleted. Over a reload, too.

use anyhow::ensure;
use serde_json::{Value, json};

use crate::{
    chat::Chat,
    harness::{Scene, in_each_browser},
    line::Line,
    wording::DE,
};

in_each_browser! {
    a_form_and_a_note_outlive_a_reload: DESK,
    what_is_sent_without_a_connection_is_done: DESK,
    a_deletion_without_a_connection: DESK,
    what_comes_while_closed_is_counted: DESK,
}

async fn a_form_and_a_note_outlive_a_reload(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/").await?;
    form(&chat).await?;
    chat.fill("textbox", DE.room, "2.14").await?;
    chat.fill("textbox", DE.contact, "Lehrerzimmer").await?;
    chat.fill("combobox", DE.urgency, DE.lesson).await?;
    chat.say(DE.input, DE.question).await?;
    chat.press("button", DE.no).await?;
    chat.press("button", DE.reason).await?;
    chat.fill("textbox", NOTE, "seit Montag").await?;
    chat.until("it is written down", KEPT, json!(["seit Montag"])).await?;
    scene.browser.refresh().await?;
    let chat = Chat::on(&scene.browser).await?;
    for (role, name, words) in [
        ("textbox", DE.room, "2.14"),
        ("textbox", DE.contact, "Lehrerzimmer"),
        ("combobox", DE.urgency, "now"),
        ("textbox", NOTE, "seit Montag"),
    ] {
        let kept = chat.find(role, name).await?.value().await?.unwrap_or_default();
        ensure!(kept == words, "{name:?} holds {kept:?} after a reload");
    }
    let pressed = chat.find("button", DE.reason).await?.attr("aria-pressed").await?;
    ensure!(pressed.as_deref() == Some("true"), "the reason is no longer chosen");
    scene.picture("after").await?;
    // It is what is sent.
    chat.press("button", DE.submit).await?;
    chat.says("Danke. Das hilft uns").await?;
    chat.until("no draft of it is left", "return !JSON.stringify(sessionStorage).includes('seit Montag');", json!([]))
        .await
}

/// The note that may go with a no.
const NOTE: &str = "Möchten Sie etwas ergänzen?";

/// Whether the tab remembers these words.
const KEPT: &str = "return Object.values(sessionStorage).some((value) => value.includes(arguments[0]));";

async fn what_is_sent_without_a_connection_is_done(scene: &mut Scene) -> anyhow::Result<()> {
    let line = Line::to(scene.server.address)?;
    let chat = scene.visit(&line.url("/")).await?;
    chat.press("button", DE.launcher).await?;
    chat.say(DE.input, DE.question).await?;
    chat.says(DE.helped).await?;
    chat.say(DE.input, DE.human).await?;
    chat.press("button", DE.pass_on).await?;
    chat.find("heading", DE.form).await?;
    chat.fill("textbox", DE.room, "2.14").await?;
    line.mute(true);
    chat.press("button", DE.submit).await?;
    chat.says("Wird gesendet …").await?;
    chat.press("button", "Ja").await?;
    chat.says("Danke für Ihre Rückmeldung.").await?;
    chat.say(DE.input, DE.again).await?;
    chat.says(DE.lost).await?;
    scene.picture("without").await?;
    scene.browser.refresh().await?;
    // What was written stands there, though the conversation cannot be had.
    let chat = Chat::on(&scene.browser).await?;
    chat.says(DE.again).await?;
    line.mute(false);
    chat.says(DE.received).await?;
    chat.until("its answer", ANSWERED, json!([DE.again])).await?;
    chat.says("Danke für Ihre Rückmeldung.").await?;
    scene.picture("done").await?;
    for words in [DE.received, DE.again, "Danke für Ihre Rückmeldung."] {
        ensure!(chat.times(words).await? == 1, "{words:?} stands there {} times", chat.times(words).await?);
    }
    let waits = "return Object.values(sessionStorage).some((value) => JSON.parse(value).outbox.length > 0);";
    ensure!(chat.look(waits, json!([])).await?.json() == false, "something still waits for the server");
    Ok(())
}

/// The last question is answered.
const ANSWERED: &str = r"
const text = document.querySelector('schul-hilfe').shadowRoot.querySelector('[role=log]').innerText;
return text.lastIndexOf('Das steht in der Anleitung') > text.lastIndexOf(arguments[0]);
";

/// Gone from the screen at once, on the server as soon as it can be reached, and never back.
async fn a_deletion_without_a_connection(scene: &mut Scene) -> anyhow::Result<()> {
    let line = Line::to(scene.server.address)?;
    let chat = scene.visit(&line.url("/")).await?;
    chat.press("button", DE.launcher).await?;
    chat.say(DE.input, DE.question).await?;
    chat.says(DE.helped).await?;
    let token = chat.look("return JSON.parse(Object.values(sessionStorage)[0]).token;", json!([])).await?;
    let token = token.json().clone();
    ensure!(opens(&chat, &token).await?, "the conversation is there");
    line.mute(true);
    chat.press("button", DE.menu).await?;
    chat.press("button", DE.delete).await?;
    chat.press("button", DE.delete_yes).await?;
    chat.says("Das Gespräch ist hier gelöscht").await?;
    ensure!(chat.times(DE.question).await? == 0, "it is still on the screen");
    scene.picture("without").await?;
    scene.browser.refresh().await?;
    let chat = Chat::on(&scene.browser).await?;
    line.mute(false);
    chat.says("Das Gespräch wurde gelöscht.").await?;
    ensure!(chat.times(DE.question).await? == 0, "it is back on the screen");
    ensure!(!opens(&chat, &token).await?, "the server still has it");
    let stored = chat.stored().await?;
    ensure!(stored["session"] == json!([]), "the tab still knows something: {stored}");
    scene.picture("done").await?;
    chat.say(DE.input, DE.again).await?;
    chat.says(DE.helped).await?;
    ensure!(chat.times(DE.question).await? == 0, "it is back on the screen");
    Ok(())
}

/// Whether a token still opens its conversation.
async fn opens(chat: &Chat, token: &Value) -> anyhow::Result<bool> {
    let script = "const abort = new AbortController();
      return fetch('/api/v1/chat/events', { headers: { Authorization: `Bearer ${arguments[0]}` }, signal: abort.signal }).then((reply) => {
        abort.abort();
        return reply.status === 200;
      });";
    Ok(chat.look(script, json!([token])).await?.json() == true)
}

/// On other pages of the school, too: this tab has begun a conversation.
async fn what_comes_while_closed_is_counted(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/").await?;
    chat.press("button", DE.launcher).await?;
    chat.say(DE.input, DE.question).await?;
    chat.says(DE.helped).await?;
    chat.press("button", "Schließen").await?;
    chat.find("button", DE.launcher).await?;
    // Another tab of the same conversation asks, while this one shows another page.
    scene.browser.goto(&scene.server.url("/assets/icon.svg")).await?;
    scene.browser.goto(&scene.server.url("/report")).await?;
    let sent = scene.browser.execute_async(SEND, vec![json!(DE.again)]).await?;
    ensure!(sent.json() == 200, "the message was not taken: {}", sent.json());
    let chat = scene.open("/").await?;
    chat.until("the answer is counted", BADGE, json!(["1"])).await?;
    scene.picture("badge").await?;
    chat.look(
        "window.counts = []; addEventListener('schul-hilfe-unread', (event) => counts.push(event.detail.count));",
        json!([]),
    )
    .await?;
    scene.browser.execute_async(SEND, vec![json!(DE.question)]).await?;
    chat.until("one more", BADGE, json!(["2"])).await?;
    scene.browser.refresh().await?;
    let chat = Chat::on(&scene.browser).await?;
    chat.until("both after a reload", BADGE, json!(["2"])).await?;
    chat.press("button", DE.launcher).await?;
    chat.says(DE.again).await?;
    chat.press("button", "Schließen").await?;
    scene.browser.refresh().await?;
    let chat = Chat::on(&scene.browser).await?;
    chat.until(
        "the chat is connected",
        "return performance.getEntriesByType('resource').some((one) => one.name.endsWith('/widget/chat.js'));",
        json!([]),
    )
    .await?;
    chat.until("all of it was read", BADGE, json!([""])).await
}

/// Writes into this tab's conversation, as another tab of it would.
const SEND: &str = r"
const [text, done] = arguments;
const { token } = JSON.parse(Object.values(sessionStorage)[0]);
const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
const body = JSON.stringify({ v: 1, type: 'msg.send', cid: `other-${text}`, text });
fetch('/api/v1/chat/messages', { method: 'POST', headers, body }).then((reply) => done(reply.status), (error) => done(String(error)));
";

/// What the badge on the button shows.
const BADGE: &str = r"
const badge = document.querySelector('schul-hilfe').shadowRoot.querySelector('.launcher .badge');
return (badge.hidden ? '' : badge.firstChild.textContent) === arguments[0];
";

/// The report form, with nothing said before.
async fn form(chat: &Chat) -> anyhow::Result<()> {
    chat.press("button", DE.launcher).await?;
    chat.press("button", "Jetzt nur melden").await?;
    chat.find("heading", DE.form).await.map(drop)
}
