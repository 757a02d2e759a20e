//! The chat, as somebody finds their way in it: by role and accessible name, in the
//! open shadow root. Every look waits until what it looks for is there.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};
use thirtyfour::{
    Key, WebDriver, WebElement,
    error::{WebDriverError, WebDriverErrorInner, WebDriverResult},
    prelude::ScriptRet,
};

/// Longest wait for a page, or for what stands on it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// Tries of a press that did not reach what was pressed.
const PRESSES: usize = 3;

/// Notes whether the next press reaches a node.
const FELT: &str = "window.felt = false;
arguments[0].addEventListener('click', () => { window.felt = true; }, { once: true, capture: true });";

/// Finds what is visible and of use, with this role and a name that begins so; of several the last, which is the newest.
/// The name is the accessible one, as far as this widget needs it: label, labels, content.
const FIND: &str = r"
const [role, name] = arguments;
const root = document.querySelector('schul-hilfe')?.shadowRoot;
if (!root) return null;
const kinds = {
  button: 'button', link: 'a[href]', textbox: 'textarea, input[type=text]', combobox: 'select',
  checkbox: 'input[type=checkbox]', summary: 'summary', heading: 'h1, h2, h3, h4', status: '[role=status]', log: '[role=log]',
};
const clean = (words) => (words ?? '').replace(/\s+/g, ' ').trim();
const named = (node) => clean(
  node.getAttribute('aria-label')
  ?? [...(node.labels ?? [])].map((label) => label.textContent).join(' ')
  ) || clean(node.textContent);
const useful = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getAttribute('aria-disabled') !== 'true';
return [...root.querySelectorAll(kinds[role])].filter((node) => useful(node) && named(node).startsWith(name)).at(-1) ?? null;
";

/// What the chat shows as text.
const TEXT: &str = r"
const root = document.querySelector('schul-hilfe')?.shadowRoot;
return root?.querySelector('[role=dialog], [role=region]')?.innerText ?? '';
";

/// Everything that a page may keep in the browser.
const STORED: &str = r"
return { cookies: document.cookie, local: localStorage.length, session: Object.keys(sessionStorage) };
";

/// The chat on an open page.
pub(crate) struct Chat {
    browser: WebDriver,
}

impl Chat {
    /// Waits until the page has its chat: attached, not visible, for it has no size of its own.
    pub(crate) async fn on(browser: &WebDriver) -> anyhow::Result<Self> {
        let chat = Self { browser: browser.clone() };
        let ready = "return Boolean(document.querySelector('schul-hilfe')?.shadowRoot?.childElementCount);";
        chat.until("the chat stands in the page", ready, json!([])).await?;
        Ok(chat)
    }

    /// What is visible with this role and a name that begins so.
    pub(crate) async fn find(&self, role: &str, name: &str) -> anyhow::Result<WebElement> {
        let begin = Instant::now();
        loop {
            if let Some(found) = self.node(role, name).await? {
                return Ok(found);
            }
            if begin.elapsed() > PATIENCE {
                bail!("no {role} {name:?} after {PATIENCE:?}");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    pub(crate) async fn has(&self, role: &str, name: &str) -> anyhow::Result<bool> {
        Ok(self.node(role, name).await?.is_some())
    }

    async fn node(&self, role: &str, name: &str) -> anyhow::Result<Option<WebElement>> {
        match self.browser.execute(FIND, vec![json!(role), json!(name)]).await {
            Ok(found) => Ok(found.element().ok()),
            // Redrawn before the browser could hand it out.
            Err(error) if is_stale(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Presses what is named, as a finger or a mouse does: what is covered cannot be pressed. Where
    /// something that arrived just then moved it away from under the finger, presses again.
    pub(crate) async fn press(&self, role: &str, name: &str) -> anyhow::Result<()> {
        let press = async |node: WebElement| {
            node.scroll_into_view().await?;
            self.browser.execute(FELT, vec![node.to_json()?]).await?;
            node.click().await
        };
        let pressing = || format!("pressing {role} {name:?}");
        for _ in 0..PRESSES {
            self.with(role, name, press).await.with_context(pressing)?;
            // A press may have led to another page, which knows of none.
            let felt = self.browser.execute("return window.felt", vec![]).await;
            if felt.map_or(true, |felt| felt.json() != false) {
                break;
            }
        }
        Ok(())
    }

    /// Writes behind what stands there.
    pub(crate) async fn fill(&self, role: &str, name: &str, words: &str) -> anyhow::Result<()> {
        let write = async |node: WebElement| node.send_keys(words).await;
        self.with(role, name, write).await.with_context(|| format!("filling in {role} {name:?}"))
    }

    /// Takes away what stands there.
    pub(crate) async fn empty(&self, role: &str, name: &str) -> anyhow::Result<()> {
        let empty = async |node: WebElement| node.clear().await;
        self.with(role, name, empty).await.with_context(|| format!("emptying {role} {name:?}"))
    }

    /// Does something with what is named; again, where it was redrawn between look and touch.
    async fn with(
        &self,
        role: &str,
        name: &str,
        act: impl AsyncFn(WebElement) -> WebDriverResult<()>,
    ) -> anyhow::Result<()> {
        loop {
            match act(self.find(role, name).await?).await {
                Err(error) if is_stale(&error) => {}
                ended => return Ok(ended?),
            }
        }
    }

    /// Writes a message and sends it.
    pub(crate) async fn say(&self, input: &str, words: &str) -> anyhow::Result<()> {
        self.fill("textbox", input, words).await?;
        self.with("textbox", input, async |node| node.send_keys("" + Key::Enter).await).await
    }

    /// All text that is seen in the chat.
    pub(crate) async fn text(&self) -> anyhow::Result<String> {
        Ok(self.look(TEXT, json!([])).await?.convert()?)
    }

    /// Waits until the chat says these words.
    pub(crate) async fn says(&self, words: &str) -> anyhow::Result<()> {
        let begin = Instant::now();
        while !self.text().await?.contains(words) {
            ensure!(begin.elapsed() < PATIENCE, "the chat does not say {words:?} after {PATIENCE:?}");
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    /// Waits until these words stand in the chat so many times.
    pub(crate) async fn says_times(&self, words: &str, times: usize) -> anyhow::Result<()> {
        let begin = Instant::now();
        while self.times(words).await? != times {
            ensure!(begin.elapsed() < PATIENCE, "the chat does not say {words:?} {times} times after {PATIENCE:?}");
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    /// How often these words stand in the chat.
    pub(crate) async fn times(&self, words: &str) -> anyhow::Result<usize> {
        Ok(self.text().await?.matches(words).count())
    }

    /// Steps that the last reply with steps has.
    pub(crate) async fn steps(&self) -> anyhow::Result<usize> {
        let script = "const log = document.querySelector('schul-hilfe').shadowRoot.querySelector('[role=log]');
            return [...log.querySelectorAll('ol')].at(-1)?.querySelectorAll('li').length ?? 0;";
        Ok(self.look(script, json!([])).await?.convert()?)
    }

    /// What the page has stored in the browser: cookies, how much in `localStorage`, keys in `sessionStorage`.
    pub(crate) async fn stored(&self) -> anyhow::Result<Value> {
        Ok(self.look(STORED, json!([])).await?.json().clone())
    }

    /// The value that belongs to a term, such as the number of a report; of several the last.
    pub(crate) async fn fact(&self, term: &str) -> anyhow::Result<String> {
        let script = "const root = document.querySelector('schul-hilfe').shadowRoot;
            const term = [...root.querySelectorAll('dt')].filter((node) => node.textContent.trim() === arguments[0]).at(-1);
            return term?.nextElementSibling?.textContent.trim() ?? '';";
        Ok(self.look(script, json!([term])).await?.convert()?)
    }

    /// Waits until the value that belongs to a term stands where the reader looks.
    pub(crate) async fn shows(&self, term: &str) -> anyhow::Result<()> {
        let script = "const root = document.querySelector('schul-hilfe').shadowRoot;
            const term = [...root.querySelectorAll('dt')].filter((node) => node.textContent.trim() === arguments[0]).at(-1);
            const [value, log] = [term.nextElementSibling, root.querySelector('[role=log]')].map((node) => node.getBoundingClientRect());
            return value.top >= log.top && value.bottom <= log.bottom;";
        self.until(&format!("the value of {term:?} is in view"), script, json!([term])).await
    }

    /// Waits until what is named stands where the reader looks, without scrolling.
    pub(crate) async fn in_view(&self, role: &str, name: &str) -> anyhow::Result<()> {
        let script = format!(
            "const node = (() => {{ {FIND} }})();
            if (!node) return false;
            const [one, log] = [node, node.getRootNode().querySelector('[role=log]')].map((node) => node.getBoundingClientRect());
            return one.top >= log.top && one.bottom <= log.bottom;"
        );
        self.until(&format!("{role} {name:?} is in view"), &script, json!([role, name])).await
    }

    /// Waits until a script returns true.
    pub(crate) async fn until(&self, what: &str, script: &str, arguments: Value) -> anyhow::Result<()> {
        let begin = Instant::now();
        while self.look(script, arguments.clone()).await?.json() != &json!(true) {
            if begin.elapsed() > PATIENCE {
                bail!("not after {PATIENCE:?}: {what}");
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    pub(crate) async fn look(&self, script: &str, arguments: Value) -> anyhow::Result<ScriptRet> {
        let Value::Array(arguments) = arguments else { bail!("arguments of a script are a list") };
        Ok(self.browser.execute(script, arguments).await?)
    }
}

fn is_stale(error: &WebDriverError) -> bool {
    matches!(error.as_inner(), WebDriverErrorInner::StaleElementReference(_))
}
