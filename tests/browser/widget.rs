//! What the widget loads, and when: by itself only its entry, and where it cannot get
//! the rest it says so. Each module runs as it is served.

use anyhow::ensure;
use serde_json::json;

use crate::{
    harness::{Scene, in_each_browser},
    wording::DE,
};

in_each_browser! {
    nothing_but_the_entry_before_it_is_opened: DESK,
    a_chat_that_cannot_be_loaded_can_be_opened_later: DESK,
    each_module_runs_as_it_is_served: DESK,
}

/// Scripts of the widget that the page has asked for.
const LOADED: &str = r"
return performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname).filter((path) => path.startsWith('/widget')).sort();
";

async fn nothing_but_the_entry_before_it_is_opened(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/").await?;
    chat.find("button", DE.launcher).await?;
    let closed = chat.look(LOADED, json!([])).await?;
    ensure!(closed.json() == &json!(["/widget.js"]), "closed, it has loaded {}", closed.json());
    chat.press("button", DE.launcher).await?;
    chat.says(DE.ai_line).await?;
    let open = chat.look(LOADED, json!([])).await?;
    ensure!(open.json() == &json!(["/widget.js", "/widget/chat.js"]), "open, it has loaded {}", open.json());
    chat.press("button", "EN").await?;
    chat.says("AI assistant").await?;
    let english = chat.look(LOADED, json!([])).await?;
    let all = json!(["/widget.js", "/widget/chat.js", "/widget/texts-en.js"]);
    ensure!(english.json() == &all, "in English, it has loaded {}", english.json());
    Ok(())
}

/// A page that has the entry, and no way to the server any more.
async fn a_chat_that_cannot_be_loaded_can_be_opened_later(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/").await?;
    scene.server.kill();
    chat.press("button", DE.launcher).await?;
    chat.find("button", "Das hat nicht geklappt.").await?;
    scene.picture("failed-to-load").await?;
    scene.server.run()?;
    chat.press("button", "Das hat nicht geklappt.").await?;
    chat.says(DE.ai_line).await?;
    chat.say(DE.input, DE.question).await?;
    chat.says(DE.helped).await
}

/// Every module as the server sends it: whole, and without what only its readers need.
async fn each_module_runs_as_it_is_served(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/").await?;
    let folder = crate::process::root().join("web/widget");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    ensure!(names.len() > 20, "the modules were not found");
    let script = "const [names] = arguments;
        const failed = names.map((name) => import(`/widget/${name}`).then(
          (module) => (Object.keys(module).length ? '' : `${name} exports nothing`), (error) => `${name}: ${error}`));
        return Promise.all(failed).then((all) => all.filter(Boolean));";
    let failed = chat.look(script, json!([names])).await?;
    ensure!(failed.json() == &json!([]), "{}", failed.json());
    Ok(())
}
