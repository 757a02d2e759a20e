//! One test, one server, one fresh browser: started, watched, put away. A test that
//! fails leaves a picture of what the reader saw last.

use std::{
    io::Write as _,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use thirtyfour::{By, WebDriver, WebElement, extensions::query::ElementQueryable as _};

use crate::{
    chat::{Chat, PATIENCE},
    engine::{Engine, Programs, Screen},
    process::{Server, root},
};

/// A test ends, even where a browser hangs.
const LONGEST: Duration = Duration::from_mins(3);

/// Most looks for a picture that has settled.
const LOOKS: u32 = 10;
/// A picture of nothing is smaller, in bytes.
const EMPTY: usize = 8_000;

/// Waits until what is there is drawn and every movement that ends has ended; the dots of a reply being written never
/// do. A tab that nobody looks at draws nothing: then a moment must do.
const AT_REST: &str = r"
const done = arguments[arguments.length - 1];
const root = document.querySelector('schul-hilfe')?.shadowRoot ?? document;
const moment = (ms) => new Promise((ready) => setTimeout(ready, ms));
const drawn = () => Promise.race([new Promise(requestAnimationFrame), moment(200)]);
const rest = () => Promise.allSettled(
  root.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity).map((one) => one.finished));
drawn().then(drawn).then(rest).then(drawn).then(() => moment(60)).then(() => done());
";

/// Makes of each `name: screen` one test in every browser; it runs the module's
/// `async fn name(scene: &mut Scene) -> anyhow::Result<()>`.
macro_rules! in_each_browser {
    ($($name:ident: $screen:ident),* $(,)?) => {
        mod chromium {
            $(#[test] fn $name() { $crate::harness::run($crate::engine::Engine::Chromium, stringify!($name), $crate::engine::$screen, super::$name); })*
        }
        mod webkit {
            $(#[test] fn $name() { $crate::harness::run($crate::engine::Engine::Webkit, stringify!($name), $crate::engine::$screen, super::$name); })*
        }
    };
}

/// The same for what needs Chromium's own protocol: a slow line, scripts turned off.
macro_rules! in_chromium_only {
    ($($name:ident: $screen:ident),* $(,)?) => {
        mod chromium_only {
            $(#[test] fn $name() { $crate::harness::run($crate::engine::Engine::Chromium, stringify!($name), $crate::engine::$screen, super::$name); })*
        }
    };
}

pub(crate) use {in_chromium_only, in_each_browser};

/// What a test works with.
pub(crate) struct Scene {
    pub(crate) server: Server,
    pub(crate) browser: WebDriver,
    engine: Engine,
    screen: Screen,
    name: &'static str,
}

impl Scene {
    /// Opens a page of the server and waits until the chat stands in it.
    pub(crate) async fn open(&self, path: &str) -> anyhow::Result<Chat> {
        self.visit(&self.server.url(path)).await
    }

    /// Opens any page and waits until the chat stands in it.
    pub(crate) async fn visit(&self, url: &str) -> anyhow::Result<Chat> {
        self.browser.goto(url).await?;
        Chat::on(&self.browser).await
    }

    /// A part of a page that is not the chat; a page that was asked for by a press may still be on its way.
    pub(crate) async fn found(&self, by: By) -> anyhow::Result<WebElement> {
        Ok(self.browser.query(by).wait(PATIENCE, Duration::from_millis(50)).first().await?)
    }

    /// Gives a new tab the size and the colours of the first.
    pub(crate) async fn appear(&self) -> anyhow::Result<()> {
        self.engine.appear(&self.browser, self.screen).await
    }

    /// Keeps a picture of what is seen, as `NAME-WHAT-ENGINE.png`.
    pub(crate) async fn picture(&self, what: &str) -> anyhow::Result<()> {
        let folder = root().join("target/screenshots");
        std::fs::create_dir_all(&folder)?;
        // What fades in has done so; where scripts are off, nothing does.
        let _ = self.browser.execute_async(AT_REST, vec![]).await;
        let file = folder.join(format!("{}-{what}-{}.png", self.name, self.engine.name()));
        let mut picture = self.browser.screenshot_as_png().await?;
        // What WebKit gives out may be older than what it has drawn: until it stays the same.
        for _ in 0..LOOKS {
            if self.engine == Engine::Chromium {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            let later = self.browser.screenshot_as_png().await?;
            let settled = later == picture && later.len() > EMPTY;
            picture = later;
            if settled {
                break;
            }
        }
        Ok(std::fs::write(&file, picture)?)
    }

    /// What is seen and said when a test fails.
    async fn last_words(&self) -> String {
        let _ = self.picture("failed").await;
        match Chat::on(&self.browser).await {
            Ok(chat) => chat.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        }
    }
}

/// Runs one test with all that it needs.
pub(crate) fn run(
    engine: Engine,
    name: &'static str,
    screen: Screen,
    test: impl AsyncFnOnce(&mut Scene) -> anyhow::Result<()>,
) {
    let Some(programs) = programs(engine) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime needs only threads").block_on(async {
        let server = Server::start().expect("the server starts");
        let (driver, browser) = engine.start(&programs, screen).await.expect("the browser starts");
        let mut scene = Scene { server, browser, engine, screen, name };
        let ended = tokio::time::timeout(LONGEST, test(&mut scene)).await.unwrap_or_else(|late| Err(late.into()));
        let failed = match ended {
            Ok(()) => None,
            Err(error) => Some(format!("{error:#}\n--- the page says:\n{}", scene.last_words().await)),
        };
        let _ = scene.browser.quit().await;
        drop(driver);
        if let Some(failed) = failed {
            panic!("{name} in {}: {failed}", engine.name());
        }
    });
}

/// The programs of an engine; without them, says so or fails.
fn programs(engine: Engine) -> Option<Programs> {
    static SAID: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let missing = match engine.programs() {
        Ok(found) => return Some(found),
        Err(missing) => missing,
    };
    let required = std::env::var_os("SCHULLOTSE_REQUIRE_BROWSER").is_some_and(|value| value == "1");
    assert!(!required, "{missing}");
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if !said.contains(&missing) {
        // Straight to standard error: what a passing test prints is not shown.
        let _ = writeln!(std::io::stderr(), "skipped: {missing}");
        said.push(missing);
    }
    None
}
