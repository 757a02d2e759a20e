//! What a page does to the widget, what must not cover or fill the view, and what happens
//! to presses that come twice.

use anyhow::ensure;
use serde_json::json;

use crate::{
    chat::Chat,
    harness::{Scene, in_each_browser},
    wording::DE,
};

in_each_browser! {
    a_page_that_moves_and_blurs_itself: DESK,
    opened_and_moved_by_a_program: DESK,
    a_step_with_a_drawing_shows_its_buttons: PHONE,
    nothing_is_covered_and_nothing_stands_twice: DESK,
}

/// `position: fixed` belongs to the nearest ancestor with a transform or a filter; the widget stands above all that.
async fn a_page_that_moves_and_blurs_itself(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/").await?;
    let page = "document.body.style.cssText = 'transform: translateX(0); filter: grayscale(0.5); min-height: 4000px; overflow: hidden';";
    chat.look(page, json!([])).await?;
    chat.until("the button is in the window", IN_WINDOW, json!([".launcher"])).await?;
    chat.press("button", DE.launcher).await?;
    chat.until("the chat is in the window", IN_WINDOW, json!([".panel"])).await?;
    chat.say(DE.input, DE.question).await?;
    chat.says(DE.helped).await?;
    scene.picture("open").await?;
    chat.press("button", "Schließen").await?;
    chat.until("the button is in the window again", IN_WINDOW, json!([".launcher"])).await
}

const IN_WINDOW: &str = r"
const box = document.querySelector('schul-hilfe').shadowRoot.querySelector(arguments[0])?.getBoundingClientRect() ?? {};
return box.width > 40 && box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
";

/// `open()` before the element stands in the page; another school in the middle; a report told to the page.
async fn opened_and_moved_by_a_program(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/").await?;
    let script = "const old = document.querySelector('schul-hilfe');
      const fresh = document.createElement('schul-hilfe');
      fresh.setAttribute('school', old.getAttribute('school'));
      fresh.open();
      old.replaceWith(fresh);
      window.filed = [];
      addEventListener('schul-hilfe-filed', (event) => filed.push(event.detail.number));";
    chat.look(script, json!([])).await?;
    chat.find("button", DE.chip).await?;
    chat.say(DE.input, DE.question).await?;
    chat.says(DE.helped).await?;
    chat.press("button", "Jetzt nur melden").await?;
    chat.says(DE.received).await?;
    let number = chat.fact(DE.number).await?;
    let filed = chat.look("return window.filed;", json!([])).await?;
    ensure!(filed.json() == &json!([number]), "the page was told {}", filed.json());
    // Another school is another conversation; the first one is still there on the way back.
    let school = "const one = document.querySelector('schul-hilfe'); const was = one.getAttribute('school');
      one.setAttribute('school', arguments[0] || window.was); window.was = was;";
    chat.look(school, json!(["gs-lerchenweg"])).await?;
    chat.find("button", DE.chip).await?;
    ensure!(chat.times(DE.question).await? == 0, "another school shows the first one's conversation");
    chat.look(school, json!([""])).await?;
    chat.says(&number).await?;
    ensure!(chat.times(DE.question).await? == 1, "the question stands there once");
    Ok(())
}

async fn a_step_with_a_drawing_shows_its_buttons(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/r/GSM-204").await?;
    chat.say(DE.input, DE.flow).await?;
    chat.says(DE.first_step).await?;
    chat.press("button", "Nein").await?;
    chat.press("button", DE.dark).await?;
    chat.says("Schritt 2 von").await?;
    // The first step has a drawing; gone back to, it stands alone.
    chat.press("button", "Zurück").await?;
    chat.says_times(DE.first_step, 2).await?;
    chat.until("the drawing is there", DRAWN, json!([])).await?;
    chat.until("the step begins in view, and its first button", BUTTONS, json!([])).await?;
    scene.picture("step").await?;
    chat.press("button", "Bild vergrößern").await?;
    chat.until("it is large", LARGE, json!([])).await?;
    scene.picture("large").await?;
    chat.press("button", "Bild schließen").await?;
    chat.until(
        "it is closed",
        "return !document.querySelector('schul-hilfe').shadowRoot.querySelector('dialog');",
        json!([]),
    )
    .await
}

/// The last step has a drawing, and it is loaded.
const DRAWN: &str = r"
const last = [...document.querySelector('schul-hilfe').shadowRoot.querySelectorAll('.entry')].filter((one) => one.querySelector('.progress')).at(-1);
return (last?.querySelector('img')?.naturalWidth ?? 0) > 0;
";

const BUTTONS: &str = r"
const root = document.querySelector('schul-hilfe').shadowRoot;
const last = [...root.querySelectorAll('.entry')].filter((one) => one.querySelector('.progress')).at(-1);
const log = root.querySelector('[role=log]').getBoundingClientRect();
const [start, button] = [last.querySelector('.progress'), last.querySelector('.options button')].map((node) => node.getBoundingClientRect());
return start.top >= log.top && button.bottom <= log.bottom;
";

const LARGE: &str = r"
const shown = document.querySelector('schul-hilfe').shadowRoot.querySelector('dialog img')?.getBoundingClientRect();
return Boolean(shown) && shown.width > innerWidth * 0.8 && shown.bottom <= innerHeight;
";

async fn nothing_is_covered_and_nothing_stands_twice(scene: &mut Scene) -> anyhow::Result<()> {
    let chat = scene.open("/").await?;
    chat.press("button", DE.launcher).await?;
    chat.find("button", DE.chip).await?;
    // Of what nobody sees there is nothing to send.
    chat.look(
        "const input = document.querySelector('schul-hilfe').shadowRoot.querySelector('textarea');
      input.value = '\\u200b\\u200d \\u2060'; input.dispatchEvent(new Event('input'));",
        json!([]),
    )
    .await?;
    ensure!(!chat.has("button", DE.send).await?, "characters that nobody sees can be sent");
    chat.empty("textbox", DE.input).await?;
    // A long message is folded, and unfolds.
    let long = "Der Beamer zeigt das falsche Bild. ".repeat(30);
    chat.say(DE.input, long.trim()).await?;
    chat.until(
        "an answer",
        "return document.querySelector('schul-hilfe').shadowRoot.querySelectorAll('.entry.bot').length > 1;",
        json!([]),
    )
    .await?;
    chat.press("button", "mehr anzeigen").await?;
    chat.find("button", "weniger anzeigen").await?;
    chat.find("button", "Zum Ende springen").await?;
    chat.until("the button that leads to the end lies on no words", "const root = document.querySelector('schul-hilfe').shadowRoot;
      return root.querySelector('.jump').getBoundingClientRect().top >= root.querySelector('[role=log]').getBoundingClientRect().bottom;", json!([])).await?;
    scene.picture("folded").await?;
    // One button for the report at a time, one bubble for two taps.
    chat.press("button", "Jetzt nur melden").await?;
    chat.says(DE.received).await?;
    chat.press("button", "Jetzt nur melden").await?;
    chat.until(
        "both were taken",
        "return !document.querySelector('schul-hilfe').shadowRoot.querySelector('.tail').childElementCount
      && JSON.parse(Object.values(sessionStorage)[0]).outbox.length === 0;",
        json!([]),
    )
    .await?;
    let said = "return [...document.querySelector('schul-hilfe').shadowRoot.querySelectorAll('.entry.user')].filter((one) => one.textContent.includes('Jetzt nur melden')).length;";
    ensure!(chat.look(said, json!([])).await?.json() == 1, "the second tap stands there, and nobody answers it");
    chat.shows(DE.number).await?;
    // One form that asks for the state, however often it is wanted.
    for _ in 0..2 {
        chat.press("button", DE.menu).await?;
        chat.press("button", DE.status).await?;
        chat.says("Stand einer Meldung").await?;
    }
    ensure!(chat.times("Stand einer Meldung").await? == 1, "there are two forms that ask for the state");
    form_has_one_button(&chat).await?;
    scene.picture("form").await
}

async fn form_has_one_button(chat: &Chat) -> anyhow::Result<()> {
    chat.say(DE.input, DE.human).await?;
    chat.press("button", DE.pass_on).await?;
    chat.find("heading", DE.form).await?;
    let buttons = "return [...document.querySelector('schul-hilfe').shadowRoot.querySelectorAll('button')].filter((one) => one.checkVisibility() && one.getAttribute('aria-disabled') !== 'true' && one.textContent === 'Jetzt nur melden').length;";
    ensure!(chat.look(buttons, json!([])).await?.json() == 1, "two buttons say the same");
    Ok(())
}
