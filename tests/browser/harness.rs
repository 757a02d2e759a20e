//! One test, one server, one fresh browser: started, watched, put away. A test that
//! fails leaves a picture of what the reader saw last.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;
use serde_json::json;
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities as _, WebDriver};

use crate::{
    chat::Chat,
    process::{Driver, Server, installed, root},
};

/// A test ends, even where a browser hangs.
const LONGEST: Duration = Duration::from_mins(3);

/// How the browser shows itself.
#[derive(Clone, Copy, Default)]
pub(crate) struct Screen {
    pub(crate) phone: bool,
    pub(crate) dark: bool,
}

/// What a test works with.
pub(crate) struct Scene {
    pub(crate) server: Server,
    pub(crate) browser: WebDriver,
    pub(crate) screen: Screen,
    name: &'static str,
}

impl Scene {
    /// Opens a page of the server and waits until the chat stands in it.
    pub(crate) async fn open(&self, path: &str) -> anyhow::Result<Chat> {
        self.browser.goto(self.server.url(path)).await?;
        Chat::on(&self.browser).await
    }

    /// Keeps a picture of what is seen, as `NAME-WHAT.png`.
    pub(crate) async fn picture(&self, what: &str) -> anyhow::Result<()> {
        let folder = root().join("target/screenshots");
        std::fs::create_dir_all(&folder)?;
        // What fades in has done so.
        tokio::time::sleep(Duration::from_millis(350)).await;
        Ok(self.browser.screenshot(&folder.join(format!("{}-{what}.png", self.name))).await?)
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
pub(crate) fn run(name: &'static str, screen: Screen, test: impl AsyncFnOnce(&mut Scene) -> anyhow::Result<()>) {
    let Some((driver, browser)) = programs() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime needs only threads").block_on(async {
        let driver = Driver::start(&driver).expect("chromedriver starts");
        let server = Server::start().expect("the server starts");
        let browser = open(&driver, &browser, screen).await.expect("the browser starts");
        let mut scene = Scene { server, browser, screen, name };
        let ended = tokio::time::timeout(LONGEST, test(&mut scene)).await.unwrap_or_else(|late| Err(late.into()));
        let failed = match ended {
            Ok(()) => None,
            Err(error) => Some(format!("{error:#}\n--- the page says:\n{}", scene.last_words().await)),
        };
        let _ = scene.browser.quit().await;
        if let Some(failed) = failed {
            panic!("{name}: {failed}");
        }
    });
}

/// `chromedriver` and the browser; without them, says so or fails.
fn programs() -> Option<(PathBuf, PathBuf)> {
    let driver = installed(&["chromedriver"]);
    let browser = installed(&["chromium", "chromium-browser", "google-chrome"]);
    if let (Some(driver), Some(browser)) = (driver, browser) {
        return Some((driver, browser));
    }
    let hint = "no chromium or chromedriver found; hint: apt-get install chromium chromium-driver fonts-noto-core";
    let required = std::env::var_os("SCHULLOTSE_REQUIRE_BROWSER").is_some_and(|value| value == "1");
    assert!(!required, "{hint}");
    // Straight to standard error: what a passing test prints is not shown.
    let _ = writeln!(std::io::stderr(), "skipped: {hint}");
    None
}

async fn open(driver: &Driver, browser: &Path, screen: Screen) -> anyhow::Result<WebDriver> {
    // In a build of the whole workspace `reqwest` has no provider of its own. Another test may have set it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut wanted = ChromeCapabilities::new();
    wanted.set_binary(browser.to_str().context("the browser's path is no text")?)?;
    for flag in [
        "--headless",
        "--no-sandbox", // refuses to run as root without, and sees our own pages only
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--lang=de-DE",
    ] {
        wanted.add_arg(flag)?;
    }
    let browser = WebDriver::new(&driver.url, wanted).await?;
    appear(&browser, screen).await?;
    Ok(browser)
}

/// Size of the view and colours: the only part that speaks Chromium's own protocol.
pub(crate) async fn appear(browser: &WebDriver, screen: Screen) -> anyhow::Result<()> {
    let (width, height, scale) = if screen.phone { (390, 844, 2) } else { (1280, 860, 1) };
    let tools = browser.cdp();
    let size = json!({"width": width, "height": height, "deviceScaleFactor": scale, "mobile": screen.phone});
    tools.send_raw("Emulation.setDeviceMetricsOverride", size).await?;
    if screen.phone {
        tools.send_raw("Emulation.setTouchEmulationEnabled", json!({"enabled": true, "maxTouchPoints": 5})).await?;
    }
    let scheme = if screen.dark { "dark" } else { "light" };
    let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
    tools.send_raw("Emulation.setEmulatedMedia", media).await?;
    Ok(())
}
