//! The pages beside the chat, as a browser sends and shows them: the plain form and its barrier, the
//! operator's page with its test, and an authority's name, logo and colours.

use std::time::{Duration, Instant};

use anyhow::ensure;
use serde_json::{Value, json};
use thirtyfour::By;

use crate::{
    appearance::seen,
    chat::PATIENCE,
    harness::{Scene, in_chromium_only, in_each_browser},
    host::Host,
    wording::DE,
};

in_each_browser! {
    a_report_by_the_plain_form: PHONE,
    a_barrier_is_reported: DESK,
    the_statement_in_the_dark: PHONE_DARK,
    the_operator_copies_the_lines: DESK,
    a_page_is_tested_where_it_stands: DESK,
    an_authority_s_own_colours: DESK,
    an_authority_s_own_colours_in_the_dark: DARK,
}

in_chromium_only! {
    a_report_without_scripts: PHONE,
    the_place_leaves_room_for_the_chat: PHONE,
}

async fn says(scene: &Scene, words: &str) -> anyhow::Result<String> {
    let begin = Instant::now();
    loop {
        let text = scene.found(By::Tag("main")).await?.text().await.unwrap_or_default();
        if text.contains(words) {
            return Ok(text);
        }
        ensure!(begin.elapsed() < PATIENCE, "the page does not say {words:?}, only: {text}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn press(scene: &Scene, selector: &str) -> anyhow::Result<()> {
    let node = scene.found(By::Css(selector)).await?;
    node.scroll_into_view().await?;
    Ok(node.click().await?)
}

async fn look(scene: &Scene, script: &str) -> anyhow::Result<Value> {
    Ok(scene.browser.execute(script, vec![]).await?.json().clone())
}

/// A form of ours that a browser sends is taken for ours.
async fn a_report_by_the_plain_form(scene: &mut Scene) -> anyhow::Result<()> {
    scene.browser.goto(scene.server.url("/report?room=GSM-204")).await?;
    seen(scene, "form").await?;
    scene.found(By::Name("symptom")).await?.send_keys("Der Beamer bleibt dunkel").await?;
    press(scene, "form[action='/report'] button").await?;
    says(scene, "Ihre Meldung ist eingegangen").await?;
    seen(scene, "filed").await
}

async fn a_report_without_scripts(scene: &mut Scene) -> anyhow::Result<()> {
    scene.browser.cdp().send_raw("Emulation.setScriptExecutionDisabled", json!({"value": true})).await?;
    scene.browser.goto(scene.server.url("/chat")).await?;
    press(scene, "noscript a.main").await?;
    scene.found(By::Name("symptom")).await?.send_keys("Der Beamer bleibt dunkel").await?;
    press(scene, "form[action='/report'] button").await?;
    says(scene, "Ihre Meldung ist eingegangen").await.map(drop)
}

/// From the chat's menu to a report with a number.
async fn a_barrier_is_reported(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/chat").await?;
    chat.find("button", DE.chip).await?;
    chat.press("button", DE.menu).await?;
    let href = chat.find("link", "Barrierefreiheit").await?.attr("href").await?.unwrap_or_default();
    scene.browser.goto(href).await?;
    says(scene, "Was noch nicht barrierefrei ist").await?;
    seen(scene, "statement").await?;
    press(scene, "a.main").await?;
    says(scene, "Barriere melden").await?;
    scene.found(By::Name("symptom")).await?.send_keys("Das Menü wird nicht vorgelesen").await?;
    seen(scene, "form").await?;
    press(scene, "form[action='/report'] button").await?;
    says(scene, "SUP-").await.map(drop)
}

async fn the_statement_in_the_dark(scene: &mut Scene) -> anyhow::Result<()> {
    scene.browser.goto(scene.server.url("/barrierefreiheit?lang=en")).await?;
    says(scene, "What is not accessible yet").await?;
    seen(scene, "statement").await
}

async fn the_operator_copies_the_lines(scene: &mut Scene) -> anyhow::Result<()> {
    scene.browser.goto(scene.server.url("/einbetten")).await?;
    says(scene, "Zwei Zeilen je Schule").await?;
    seen(scene, "list").await?;
    press(scene, "button[data-copies='lines-1']").await?;
    says(scene, "Kopiert.").await?;
    let told = look(
        scene,
        "return [...document.querySelectorAll('.copy [role=status]')].filter((one) => one.textContent).length;",
    )
    .await?;
    ensure!(told == 1, "{told} buttons say that they have copied");
    scene.browser.goto(scene.server.url("/einbetten/test?school=rs-hafenallee")).await?;
    says(scene, "Alles funktioniert").await?;
    seen(scene, "test").await
}

/// On the school's own page, under its strictest rules: what is blocked and what to change; and when it was changed, that it works.
async fn a_page_is_tested_where_it_stands(scene: &mut Scene) -> anyhow::Result<()> {
    let host = Host::with(&scene.server.url(""))?;
    let page = format!("{}/pruefung", host.origin());
    scene.browser.goto(&page).await?;
    let text = says(scene, "Der Chat öffnet sich auf dieser Seite nicht.").await?;
    for part in [
        &format!("{} ist nicht freigeschaltet", host.origin()),
        "origins",
        "WebSocket: blockiert",
        "Ohne WebSocket: blockiert",
    ] {
        ensure!(text.contains(part), "{part:?} is not said: {text}");
    }
    scene.server.set("SCHULLOTSE__SERVER__ORIGINS", json!([host.origin()]).to_string())?;
    scene.browser.goto(&page).await?;
    says(scene, "Alles funktioniert").await?;
    let breaches = Host::breaches(&scene.browser).await?;
    ensure!(breaches.is_empty(), "the page's rules are broken: {breaches:?}");
    scene.picture("works").await
}

async fn an_authority_s_own_colours(scene: &mut Scene) -> anyhow::Result<()> {
    own_colours(scene, ["rgb(138, 21, 56)", "rgb(255, 255, 255)", "rgb(138, 21, 56)"]).await
}

async fn an_authority_s_own_colours_in_the_dark(scene: &mut Scene) -> anyhow::Result<()> {
    own_colours(scene, ["rgb(255, 157, 176)", "rgb(23, 35, 46)", "rgb(62, 55, 67)"]).await
}

/// Button, what is written on it, and the head of page and chat.
async fn own_colours(scene: &mut Scene, [brand, on, head]: [&str; 3]) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let logo = folder.path().join("logo.svg");
    let drawing =
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><path fill='#8a1538' d='M0 0h8v5L4 8 0 5z'/></svg>";
    std::fs::write(&logo, drawing)?;
    scene.server.set("SCHULLOTSE__BRAND__LOGO", logo.display().to_string())?;
    scene.server.set("SCHULLOTSE__BRAND__NAME", "IT-Hilfe Nord".into())?;
    scene.server.set("SCHULLOTSE__BRAND__COLOUR_DARK", "\"#ff9db0\"".into())?;
    scene.server.set("SCHULLOTSE__BRAND__COLOUR", "\"#8a1538\"".into())?;
    let chat = scene.open("/").await?;
    chat.find("button", "IT-Hilfe Nord").await?;
    let shown = "const root = document.querySelector('schul-hilfe').shadowRoot; const { backgroundColor, color } = getComputedStyle(root.querySelector('.launcher'));
      return [backgroundColor, color, getComputedStyle(document.querySelector('.bar')).backgroundColor];";
    let found = look(scene, shown).await?;
    ensure!(found == json!([brand, on, head]), "before the chat is opened it shows {found}");
    seen(scene, "closed").await?;
    chat.press("button", "IT-Hilfe Nord").await?;
    chat.find("heading", "IT-Hilfe Nord").await?;
    let logo = "const images = [...document.querySelector('schul-hilfe').shadowRoot.querySelectorAll('.logo img')];
      return images.length === 2 && images.every((image) => image.naturalWidth > 0);";
    chat.until("the logo is shown", logo, json!([])).await?;
    let found = look(scene, "return getComputedStyle(document.querySelector('schul-hilfe').shadowRoot.querySelector('.head')).backgroundColor;").await?;
    ensure!(found == json!(head), "the head of the chat is {found}");
    chat.say(DE.input, DE.question).await?;
    chat.says(DE.helped).await?;
    seen(scene, "answer").await?;
    scene.browser.goto(scene.server.url("/report")).await?;
    seen(scene, "report").await
}

/// The title takes one line, and with text twice as large no more than two (WCAG 1.4.4).
async fn the_place_leaves_room_for_the_chat(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/r/GSM-204").await?;
    chat.find("heading", "Schul-IT-Hilfe").await?;
    let lines = "const title = document.querySelector('schul-hilfe').shadowRoot.querySelector('h1');
      return Math.round(title.getBoundingClientRect().height / parseFloat(getComputedStyle(title).lineHeight));";
    let place = look(scene, "return document.querySelector('.place').innerText;").await?;
    ensure!(place == "Raum 204 · Gesamtschule Möwenstraße", "{place}");
    let small = look(scene, lines).await?;
    scene.picture("usual").await?;
    look(scene, "document.documentElement.style.fontSize = '200%';").await?;
    let large = look(scene, lines).await?;
    ensure!(small == 1 && large.as_u64() <= Some(2), "the title takes {small} and {large} lines");
    seen(scene, "large").await
}
