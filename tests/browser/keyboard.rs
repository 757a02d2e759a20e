//! Only keys: where they go is what has the focus, as for somebody who cannot use a mouse.

use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use serde_json::json;
use thirtyfour::{Key, WebDriver};

/// Most stops before something counts as out of reach.
const FAR: usize = 80;
/// Longest wait for the focus to come by itself.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether the focus stands on this role and name; its name as found in the shadow root.
const FOCUSED: &str = r"
let node = document.activeElement;
while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
const kinds = {
  button: 'button', link: 'a[href]', textbox: 'textarea, input[type=text]', combobox: 'select', summary: 'summary', log: '[role=log]',
  checkbox: 'input[type=checkbox]',
};
const name = node?.getAttribute('aria-label') ?? [...(node?.labels ?? [])].map((label) => label.textContent).join(' ');
const said = (name || node?.textContent || '').replace(/\s+/g, ' ').trim();
return Boolean(node?.matches(kinds[arguments[0]]) && said.startsWith(arguments[1]));
";

/// Whether what has the focus can be seen whole or fills its place (WCAG 2.4.11), and shows that it has it (2.4.7).
const VISIBLE: &str = r"
let node = document.activeElement;
while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
// The input's ring is drawn around the box that it shares with its button.
const ring = [node, node.parentElement].some((one) => {
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
});
if (!ring) return 'has no ring';
const { left, top, width, height } = node.getBoundingClientRect();
const [x, y] = [left + width / 2, Math.min(Math.max(top + height / 2, 0), innerHeight - 1)];
let hit = document.elementFromPoint(x, y);
while (hit?.shadowRoot?.elementFromPoint(x, y) && hit !== hit.shadowRoot.elementFromPoint(x, y)) hit = hit.shadowRoot.elementFromPoint(x, y);
return hit && (node.contains(hit) || hit.contains(node)) ? '' : 'is covered';
";

pub(crate) struct Keyboard {
    pub(crate) browser: WebDriver,
}

impl Keyboard {
    pub(crate) async fn press(&self, key: Key) -> anyhow::Result<()> {
        Ok(self.browser.action_chain().send_keys("" + key).perform().await?)
    }

    pub(crate) async fn write(&self, words: &str) -> anyhow::Result<()> {
        Ok(self.browser.action_chain().send_keys(words).perform().await?)
    }

    /// The focus has come here by itself.
    pub(crate) async fn at(&self, role: &str, name: &str) -> anyhow::Result<()> {
        let begin = Instant::now();
        while !self.stands_on(role, name).await? {
            if begin.elapsed() > PATIENCE {
                bail!("the focus is not on {role} {name:?}, but on {}", self.whereabouts().await?);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.seen(role, name).await
    }

    /// Tab until there.
    pub(crate) async fn to(&self, role: &str, name: &str) -> anyhow::Result<()> {
        for _ in 0..FAR {
            if self.stands_on(role, name).await? {
                return self.seen(role, name).await;
            }
            self.press(Key::Tab).await?;
        }
        bail!("Tab does not lead to {role} {name:?}")
    }

    /// Shift and Tab until there.
    pub(crate) async fn back_to(&self, role: &str, name: &str) -> anyhow::Result<()> {
        for _ in 0..FAR {
            if self.stands_on(role, name).await? {
                return self.seen(role, name).await;
            }
            let keys = self.browser.action_chain().key_down(Key::Shift).send_keys("" + Key::Tab).key_up(Key::Shift);
            keys.perform().await?;
        }
        bail!("Shift and Tab do not lead to {role} {name:?}")
    }

    async fn stands_on(&self, role: &str, name: &str) -> anyhow::Result<bool> {
        Ok(self.browser.execute(FOCUSED, vec![json!(role), json!(name)]).await?.json() == &json!(true))
    }

    /// Who uses only keys must see where they are.
    async fn seen(&self, role: &str, name: &str) -> anyhow::Result<()> {
        let begin = Instant::now();
        loop {
            let fault: String = self.browser.execute(VISIBLE, vec![]).await?.convert()?;
            if fault.is_empty() {
                return Ok(());
            }
            // The view may still be on its way there.
            ensure!(begin.elapsed() < PATIENCE, "{role} {name:?} has the focus and {fault}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn whereabouts(&self) -> anyhow::Result<String> {
        let script = "let node = document.activeElement;
            while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
            return node?.outerHTML.slice(0, 200) ?? 'nothing';";
        Ok(self.browser.execute(script, vec![]).await?.convert()?)
    }
}
