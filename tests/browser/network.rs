//! Bad lines: WebSocket blocked by a school's proxy, an answer cut off in the middle,
//! a server that dies while it answers, and a slow line.

use anyhow::ensure;
use serde_json::json;

use crate::{
    chat::Chat,
    harness::{Scene, in_chromium_only, in_each_browser},
    job,
    line::Line,
    wording::DE,
};

in_each_browser! {
    without_websocket_the_job_is_done: DESK,
    an_answer_cut_off_is_completed: DESK,
    a_server_that_dies_in_mid_answer: DESK,
}

in_chromium_only! {
    on_a_slow_line: PHONE,
}

async fn without_websocket_the_job_is_done(scene: &mut Scene) -> anyhow::Result<()> {
    let line = Line::to(scene.server.address)?;
    line.refuse_websocket();
    let chat = scene.visit(&line.url("/")).await?;
    job::in_a_page(scene, &chat).await?;
    ensure!(line.refused() > 0, "no WebSocket was tried");
    // And the way that worked is found again after a break.
    let refused = line.refused();
    line.cut();
    chat.say(DE.input, DE.again).await?;
    chat.until("a second answer", ANSWERS, json!([DE.helped, 1])).await?;
    ensure!(line.refused() == refused, "a WebSocket was tried again first");
    scene.picture("end").await
}

async fn an_answer_cut_off_is_completed(scene: &mut Scene) -> anyhow::Result<()> {
    let line = Line::to(scene.server.address)?;
    let chat = begun(scene, &line).await?;
    scene.picture("held").await?;
    line.release();
    line.cut();
    chat.says(DE.helped).await?;
    whole(&chat).await
}

async fn a_server_that_dies_in_mid_answer(scene: &mut Scene) -> anyhow::Result<()> {
    let line = Line::to(scene.server.address)?;
    let chat = begun(scene, &line).await?;
    scene.server.kill();
    line.release();
    line.cut();
    chat.says("Verbindung unterbrochen").await?;
    scene.picture("down").await?;
    chat.fill("textbox", DE.input, DE.again).await?;
    scene.server.run()?;
    chat.says(DE.helped).await?;
    whole(&chat).await?;
    // What was typed while it was down is still there, and can be sent.
    chat.press("button", DE.send).await?;
    chat.until("a second answer", ANSWERS, json!([DE.helped, 2])).await?;
    scene.picture("back").await
}

/// 400 kbit/s, 400 ms there and back, a processor that is four times slower.
async fn on_a_slow_line(scene: &mut Scene) -> anyhow::Result<()> {
    let tools = scene.browser.cdp();
    tools.send_raw("Network.enable", json!({})).await?;
    let slow = json!({"offline": false, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000});
    tools.send_raw("Network.emulateNetworkConditions", slow).await?;
    tools.send_raw("Emulation.setCPUThrottlingRate", json!({"rate": 4})).await?;
    let chat = scene.open("/").await?;
    job::in_a_page(scene, &chat).await
}

/// Opens the chat and asks; the answer has begun and does not go on.
async fn begun(scene: &Scene, line: &Line) -> anyhow::Result<Chat> {
    let chat = scene.visit(&line.url("/")).await?;
    chat.press("button", DE.launcher).await?;
    chat.says(DE.ai_line).await?;
    line.hold("\"bot.end\"");
    chat.say(DE.input, DE.question).await?;
    chat.find("button", DE.stop).await?;
    line.holds().await?;
    Ok(chat)
}

/// Question and answer stand there once, the answer with its steps, and nobody is writing any more.
async fn whole(chat: &Chat) -> anyhow::Result<()> {
    ensure!(chat.times(DE.question).await? == 1, "the question stands there once");
    ensure!(chat.times(DE.helped).await? == 1, "the answer stands there once");
    ensure!(chat.steps().await? >= 2, "the answer has its steps");
    ensure!(!chat.has("button", DE.stop).await?, "the answer is still being written");
    Ok(())
}

/// So many answers ask whether they helped.
const ANSWERS: &str = r"
const text = document.querySelector('schul-hilfe')?.shadowRoot?.querySelector('[role=log]')?.innerText ?? '';
return text.split(arguments[0]).length === arguments[1] + 1;
";
