//! On a school's own page, on an origin of its own: the page's strictest rules are not
//! broken, and a page that no school has named cannot open a chat.

use anyhow::ensure;
use serde_json::{Value, json};

use crate::{
    chat::Chat,
    harness::{Scene, in_each_browser},
    host::Host,
    job,
    wording::DE,
};

in_each_browser! {
    a_school_page_with_strict_rules: DESK,
    a_frame_on_a_school_page: DESK,
    a_foreign_page_opens_no_chat: DESK,
}

/// `style-src 'none'`, Trusted Types: the whole job, and not one breach.
async fn a_school_page_with_strict_rules(scene: &mut Scene) -> anyhow::Result<()> {
    let host = Host::with(&scene.server.url(""))?;
    scene.server.set("SCHULLOTSE__SERVER__ORIGINS", json!([host.origin()]).to_string())?;
    let chat = scene.visit(&host.origin()).await?;
    // The rules hold: without this, no breach would mean nothing.
    let probe = "const style = document.createElement('style'); style.textContent = 'p { color: red }'; document.head.append(style);
      let refused = false;
      try { document.createElement('div').innerHTML = '<b>x</b>'; } catch { refused = true; }
      return refused;";
    let refused = scene.browser.execute(probe, vec![]).await?;
    ensure!(refused.json() == true, "this browser does not know Trusted Types, or the page does not ask for them");
    chat.until("a breach is noted", "return window.breaches.some((one) => one.startsWith('style-src'));", json!([]))
        .await?;
    scene.browser.refresh().await?;
    let before = Host::breaches(&scene.browser).await?;
    ensure!(before.is_empty(), "{before:?}");

    job::in_a_page(scene, &chat).await?;
    // A drawing from our host, in a step.
    chat.say(DE.input, DE.flow).await?;
    chat.says(DE.first_step).await?;
    let breaches = Host::breaches(&scene.browser).await?;
    ensure!(breaches.is_empty(), "the page's rules are broken: {breaches:?}");
    scene.picture("end").await
}

/// For schools whose pages take no scripts: `/chat` in a frame, on pages of the schools and on no others.
async fn a_frame_on_a_school_page(scene: &mut Scene) -> anyhow::Result<()> {
    let host = Host::with(&scene.server.url(""))?;
    let page = format!("{}/rahmen", host.origin());
    scene.browser.goto(&page).await?;
    scene.browser.enter_frame(0).await?;
    let foreign = scene.browser.execute("return document.querySelector('schul-hilfe') === null;", vec![]).await;
    // Chromium shows a page of its own there, WebKit nothing that could be asked.
    ensure!(foreign.map_or(true, |none| none.json() == true), "a foreign page shows the chat in a frame");
    scene.server.set("SCHULLOTSE__SERVER__ORIGINS", json!([host.origin()]).to_string())?;
    scene.browser.goto(&page).await?;
    scene.browser.enter_frame(0).await?;
    let chat = Chat::on(&scene.browser).await?;
    chat.says(DE.ai_line).await?;
    // They come with the server's welcome.
    chat.find("button", DE.chip).await?;
    scene.browser.enter_default_frame().await?;
    scene.picture("frame").await
}

/// Its widget loads, as any page may load it; the server tells it nothing but that it may not, and the reader is told.
async fn a_foreign_page_opens_no_chat(scene: &mut Scene) -> anyhow::Result<()> {
    let host = Host::with(&scene.server.url(""))?;
    let chat = scene.visit(&host.origin()).await?;
    chat.press("button", DE.launcher).await?;
    // Neither by WebSocket, nor by what the widget falls back on, nor by hand.
    let by_hand = "const [server, done] = [arguments[0], arguments[arguments.length - 1]];
      const hello = { v: 1, type: 'hello', school: 'ge-moewenstrasse', lang: 'de' };
      const options = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(hello) };
      fetch(server + '/api/v1/chat/messages', options).then((reply) => reply.text()).then(done, () => done('refused'));";
    let reply = scene.browser.execute_async(by_hand, vec![json!(scene.server.url(""))]).await?;
    ensure!(reply.json() == "refused", "a foreign page reads {}", reply.json());
    chat.says("Diese Seite ist für den Chat nicht freigeschaltet.").await?;
    let text = chat.text().await?;
    ensure!(!text.contains("Beamer"), "a foreign page got the greeting's topics: {text}");
    let stored = chat.stored().await?;
    ensure!(stored["session"] == Value::Array(vec![]), "a conversation was begun: {stored}");
    scene.picture("end").await
}
