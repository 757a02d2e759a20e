//! Step by step: from the code on the wall to a projector that shows something, on a
//! phone, with a lesson running; the place is kept when the page is loaded anew.

use anyhow::ensure;

use crate::{
    chat::Chat,
    harness::{Scene, in_each_browser},
    wording::DE,
};

in_each_browser! {
    from_the_code_on_the_wall: PHONE,
    from_the_code_on_the_wall_in_the_dark: DARK,
}

async fn from_the_code_on_the_wall(scene: &mut Scene) -> anyhow::Result<()> {
    walk(scene).await
}

async fn from_the_code_on_the_wall_in_the_dark(scene: &mut Scene) -> anyhow::Result<()> {
    walk(scene).await
}

async fn walk(scene: &Scene) -> anyhow::Result<()> {
    let chat = scene.open("/r/GSM-204").await?;
    chat.says(DE.ai_line).await?;
    scene.picture("1-open").await?;
    chat.say(DE.input, DE.flow).await?;
    chat.says("Schritt 1 von").await?;
    chat.says("Läuft gerade Unterricht?").await?;
    scene.picture("2-first-step").await?;
    chat.press("button", "Ja, die Klasse wartet").await?;
    chat.says("Sofort weiter unterrichten").await?;
    scene.picture("3-workaround").await?;
    chat.press("button", "Alles dunkel").await?;
    chat.says("Schritt 2 von").await?;
    scene.picture("4-second-step").await?;
    chat.say(DE.input, "bleibt dunkel").await?;
    chat.says("Schritt 3 von").await?;
    chat.press("button", "Zurück").await?;
    scene.picture("5-back").await?;
    // Loaded anew, the conversation stands where it stood.
    scene.browser.refresh().await?;
    let chat = Chat::on(&scene.browser).await?;
    chat.says("Schritt 3 von").await?;
    scene.picture("6-reloaded").await?;
    chat.press("button", "Beamer startet").await?;
    chat.says("Schön, dass es wieder läuft").await?;
    scene.picture("7-solved").await?;
    let wide: bool = scene
        .browser
        .execute("const log = document.querySelector('schul-hilfe').shadowRoot.querySelector('[role=log]'); return log.scrollWidth > log.clientWidth + 1;", vec![])
        .await?
        .convert()?;
    ensure!(!wide, "the conversation is wider than its place");
    Ok(())
}
