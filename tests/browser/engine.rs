//! The browsers: Chromium, and `WebKitGTK` because iPads run `WebKit`. Each is driven through
//! `WebDriver`; what a phone and the dark are, each is told in its own way, here alone.
//!
//! `WebKitGTK` has no headless mode: it draws on a virtual screen (Xvfb) of its own.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::json;
use thirtyfour::{Capabilities, ChromeCapabilities, ChromiumLikeCapabilities as _, WebDriver};

use crate::process::{Driver, installed};

/// How the browser shows itself.
#[derive(Clone, Copy)]
pub(crate) struct Screen {
    pub(crate) phone: bool,
    pub(crate) dark: bool,
    /// As narrow as WCAG 1.4.10 asks for.
    pub(crate) narrow: bool,
}

pub(crate) const DESK: Screen = Screen { phone: false, dark: false, narrow: false };
pub(crate) const PHONE: Screen = Screen { phone: true, dark: false, narrow: false };
pub(crate) const DARK: Screen = Screen { phone: false, dark: true, narrow: false };
pub(crate) const PHONE_DARK: Screen = Screen { phone: true, dark: true, narrow: false };
pub(crate) const NARROW: Screen = Screen { phone: true, dark: false, narrow: true };

impl Screen {
    /// Width and height of what a page sees.
    fn view(self) -> (u32, u32) {
        match self {
            Self { narrow: true, .. } => (320, 640),
            Self { phone: true, .. } => (390, 844),
            Self { .. } => (1280, 860),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Chromium,
    Webkit,
}

/// What an engine needs, and where it lies.
pub(crate) struct Programs {
    driver: PathBuf,
    browser: PathBuf,
    /// The program that makes a virtual screen, for a browser that needs one.
    display: Option<PathBuf>,
}

impl Engine {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Webkit => "webkit",
        }
    }

    /// Where its programs lie, or a line that says which are missing and how to get them.
    pub(crate) fn programs(self) -> Result<Programs, String> {
        let (driver, browser, display, packages) = match self {
            Self::Chromium => (
                installed(&["chromedriver"]),
                installed(&["chromium", "chromium-browser", "google-chrome"]),
                Ok(None),
                "chromium chromium-driver fonts-noto-core",
            ),
            Self::Webkit => (
                installed(&["WebKitWebDriver"]),
                mini_browser(),
                installed(&["Xvfb"]).map(Some).ok_or("Xvfb"),
                "webkit2gtk-driver xvfb fonts-noto-core",
            ),
        };
        let lacking =
            |what: &str| format!("{} is not tested, {what} is missing; hint: apt-get install {packages}", self.name());
        Ok(Programs {
            driver: driver.ok_or_else(|| lacking("its WebDriver"))?,
            browser: browser.ok_or_else(|| lacking("the browser itself"))?,
            display: display.map_err(lacking)?,
        })
    }

    /// Starts a fresh browser.
    pub(crate) async fn start(self, programs: &Programs, screen: Screen) -> anyhow::Result<(Driver, WebDriver)> {
        // In a build of the whole workspace `reqwest` has no provider of its own. Another test may have set it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (driver, wanted) = match self {
            Self::Chromium => (Driver::chromium(&programs.driver)?, chromium(&programs.browser)?),
            Self::Webkit => {
                let display = programs.display.as_deref().context("looked for above")?;
                (Driver::webkit(&programs.driver, display, screen.dark)?, webkit(&programs.browser)?)
            }
        };
        let browser = WebDriver::new(&driver.url, wanted).await?;
        self.appear(&browser, screen).await?;
        Ok((driver, browser))
    }

    /// Gives the present tab the size and the colours of a screen.
    pub(crate) async fn appear(self, browser: &WebDriver, screen: Screen) -> anyhow::Result<()> {
        let (width, height) = screen.view();
        if self == Self::Webkit {
            browser.set_window_rect(0, 0, width, height).await?;
            let (_, inner): (u32, u32) =
                browser.execute("return [innerWidth, innerHeight];", vec![]).await?.convert()?;
            // The bar above the page does not count.
            browser.set_window_rect(0, 0, width, 2 * height - inner).await?;
            return Ok(());
        }
        let tools = browser.cdp();
        let scale = if screen.phone { 2 } else { 1 };
        let size = json!({"width": width, "height": height, "deviceScaleFactor": scale, "mobile": screen.phone});
        tools.send_raw("Emulation.setDeviceMetricsOverride", size).await?;
        if screen.phone {
            let touch = json!({"enabled": true, "maxTouchPoints": 5});
            tools.send_raw("Emulation.setTouchEmulationEnabled", touch).await?;
        }
        let scheme = if screen.dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        tools.send_raw("Emulation.setEmulatedMedia", media).await?;
        Ok(())
    }
}

fn chromium(browser: &Path) -> anyhow::Result<Capabilities> {
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
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost", // nothing leaves this machine
        "--lang=de-DE",
    ] {
        wanted.add_arg(flag)?;
    }
    Ok(wanted.into())
}

fn webkit(browser: &Path) -> anyhow::Result<Capabilities> {
    let mut wanted = Capabilities::new();
    wanted.set("browserName", "MiniBrowser")?;
    let args = ["--automation", "--javascript-can-open-windows-automatically=true"];
    wanted.set("webkitgtk:browserOptions", json!({"binary": browser, "args": args}))?;
    Ok(wanted)
}

/// `WebKitGTK`'s own small browser; it lies beside the library and not on the path.
fn mini_browser() -> Option<PathBuf> {
    let folders = |path: &Path| std::fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path());
    let libraries =
        ["/usr/lib", "/usr/libexec"].iter().flat_map(|path| folders(Path::new(path)).chain([PathBuf::from(path)]));
    let mut found: Vec<PathBuf> = libraries
        .flat_map(|path| folders(&path))
        .map(|path| path.join("MiniBrowser"))
        .filter(|path| path.is_file())
        .collect();
    found.sort();
    found.pop()
}
