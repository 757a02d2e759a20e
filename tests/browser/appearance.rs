//! What it looks like: on a phone, in the dark, on paper-thin screens. Pictures are
//! for people; checked is that nothing is cut off and that axe-core, where
//! `AXE_PATH` names its file, finds nothing.

use anyhow::{Context as _, ensure};
use serde_json::json;

use crate::{
    harness::{Scene, Screen, run},
    wording::DE,
};

#[test]
fn on_a_phone() {
    run("phone", Screen { phone: true, dark: false }, async |scene| walk(scene, "/").await);
}

#[test]
fn on_a_phone_in_the_dark() {
    run("phone-dark", Screen { phone: true, dark: true }, async |scene| walk(scene, "/chat").await);
}

#[test]
fn in_the_dark() {
    run("dark", Screen { phone: false, dark: true }, async |scene| walk(scene, "/").await);
}

/// The states that a reader sees, each looked at.
async fn walk(scene: &Scene, path: &str) -> anyhow::Result<()> {
    let chat = scene.open(path).await?;
    seen(scene, "1-closed").await?;
    if chat.has("button", DE.launcher).await? {
        chat.press("button", DE.launcher).await?;
    }
    chat.says(DE.ai_line).await?;
    seen(scene, "2-open").await?;
    chat.say(DE.input, DE.question).await?;
    chat.says(DE.helped).await?;
    seen(scene, "3-answer").await?;
    chat.press("button", DE.source).await?;
    seen(scene, "4-source").await?;
    chat.press("button", DE.no).await?;
    seen(scene, "5-feedback").await?;
    chat.press("button", DE.submit).await?;
    chat.press("button", DE.pass_on).await?;
    chat.find("heading", DE.form).await?;
    seen(scene, "6-form").await?;
    chat.press("button", DE.submit).await?;
    chat.says(DE.received).await?;
    chat.shows(DE.number).await?;
    seen(scene, "7-filed").await
}

/// Takes a picture and checks what a machine can see in it.
async fn seen(scene: &Scene, what: &str) -> anyhow::Result<()> {
    scene.picture(what).await?;
    let wide = r"
      const root = document.querySelector('schul-hilfe').shadowRoot;
      const wide = (node) => node && node.scrollWidth > node.clientWidth + 1;
      if (wide(document.documentElement)) return 'the page';
      if (wide(root.querySelector('[role=log]'))) return 'the conversation';
      const box = root.querySelector('[role=dialog], [role=region]').getBoundingClientRect();
      return box.left < -1 || box.right > innerWidth + 1 || box.top < -1 || box.bottom > innerHeight + 1 ? 'the panel' : '';";
    let wide: String = scene.browser.execute(wide, vec![]).await?.convert()?;
    ensure!(wide.is_empty(), "{what}: {wide} is wider than its place");
    axe(scene, what).await
}

async fn axe(scene: &Scene, what: &str) -> anyhow::Result<()> {
    let Some(path) = std::env::var_os("AXE_PATH") else { return Ok(()) };
    let axe = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    scene.browser.execute(axe, vec![]).await?;
    let script = "return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.map((rule) => rule.id + ' at ' + rule.nodes.map((node) => node.target.flat().join(' ')).join(', ')));";
    let found = scene.browser.execute(script, vec![]).await?;
    ensure!(found.json() == &json!([]), "{what}: axe-core finds {}", found.json());
    Ok(())
}
