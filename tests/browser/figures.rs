//! What the widget costs on an old phone in a bad WLAN, beside two others in the same run: bytes and requests before and
//! after it is opened, the time from the click until one can write, and from sending to the first block of the answer.
//!
//! A measurement, not a test: it prints, and fails only where something does not work at all.
//!
//! ```text
//! cargo build --release && SCHULLOTSE_BIN=$PWD/target/release/schullotse \
//!   cargo test --workspace --test browser figures -- --ignored --nocapture
//! ```

use std::{fmt::Write as _, time::Duration};

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use serde_json::json;
use thirtyfour::{Key, WebDriver};

use crate::{
    engine::{Engine, PHONE},
    peers::{Peer, Subject},
    process::Server,
    wording::DE,
};

/// Each is measured so often, in turn.
const ROUNDS: usize = 5;
/// The slowest of them is ready after half a minute.
const LONGEST: Duration = Duration::from_mins(2);

const OURS: Subject = Subject {
    name: "Schullotse",
    path: "/",
    there: "document.querySelector('schul-hilfe')?.shadowRoot?.querySelector('.launcher')",
    press: "document.querySelector('schul-hilfe').shadowRoot.querySelector('.launcher').click()",
    field: "document.querySelector('schul-hilfe').shadowRoot.querySelector('textarea')",
    text: "(document.querySelector('schul-hilfe').shadowRoot.querySelector('[role=log]')?.innerText ?? '')",
    greeting: "Was funktioniert nicht?",
    question: DE.question,
    answer: DE.answer_says,
    own: "/widget",
};

/// What the page had fetched for it at a moment.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
struct Fetched {
    requests: usize,
    raw: usize,
    compressed: usize,
}

#[derive(Clone, Copy, Debug)]
struct Measured {
    closed: Fetched,
    open: Fetched,
    /// Milliseconds; from the way to the page until there is what opens the chat.
    there: f64,
    ready: f64,
    first: f64,
}

#[test]
#[ignore = "a measurement; run it alone on a quiet machine"]
fn beside_two_others_on_a_slow_phone() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime needs only threads").block_on(async { measure().await }).expect("all three work");
}

#[expect(clippy::print_stdout, reason = "what is measured is printed")]
async fn measure() -> anyhow::Result<()> {
    let server = Server::start()?;
    let mut subjects = vec![(OURS, server.url(""))];
    let peers = Peer::all()?;
    subjects.extend(peers.iter().map(|peer| (peer.subject, format!("http://{}", peer.address))));
    let mut all = vec![Vec::new(); subjects.len()];
    for round in 0..ROUNDS {
        for (results, (subject, origin)) in all.iter_mut().zip(&subjects) {
            let one = once(subject, origin).await.with_context(|| format!("{} in round {round}", subject.name))?;
            eprintln!("{} {one:?}", subject.name);
            results.push(one);
        }
    }
    println!("Chromium, phone of 390 x 844, processor slowed 4 times, 400 kbit/s, 400 ms there and back");
    println!("median (range) of {ROUNDS} in milliseconds; bytes as sent (raw)");
    println!(
        "{:<18} {:>16} {:>24} {:>22} {:>20} {:>20}",
        "", "closed: requests", "open: requests", "page to button", "click to ready", "sent to first block"
    );
    for (results, (subject, _)) in all.iter().zip(&subjects) {
        let one = results[0];
        println!(
            "{:<18} {:>16} {:>24} {:>22} {:>20} {:>20}",
            subject.name,
            format!("{}, {}", one.closed.requests, one.closed.compressed),
            format!("{}, {} ({})", one.open.requests, one.open.compressed, one.open.raw),
            spread(results.iter().map(|one| one.there)),
            spread(results.iter().map(|one| one.ready)),
            spread(results.iter().map(|one| one.first)),
        );
    }
    Ok(())
}

/// A fresh browser that has seen nothing.
async fn once(subject: &Subject, origin: &str) -> anyhow::Result<Measured> {
    let programs = Engine::Chromium.programs().map_err(anyhow::Error::msg)?;
    let (driver, browser) = Engine::Chromium.start(&programs, PHONE).await?;
    let measured = in_browser(subject, origin, &browser).await;
    let _ = browser.quit().await;
    drop(driver);
    measured
}

async fn in_browser(subject: &Subject, origin: &str, browser: &WebDriver) -> anyhow::Result<Measured> {
    let Subject { path, there, press, field, text, greeting, question, answer, .. } = subject;
    browser.set_script_timeout(LONGEST).await?;
    browser.set_page_load_timeout(LONGEST).await?;
    let tools = browser.cdp();
    tools.send_raw("Network.enable", json!({})).await?;
    let slow = json!({"offline": false, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000});
    tools.send_raw("Network.emulateNetworkConditions", slow).await?;
    tools.send_raw("Emulation.setCPUThrottlingRate", json!({"rate": 4})).await?;
    browser.goto(format!("{origin}{path}")).await?;
    let there = browser.execute_async(format!("{LOOK} look(() => {there}, done);"), vec![]).await?.convert()?;
    // Whatever it fetches by itself once it is there.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let closed = fetched(subject, browser).await?;
    let ready = format!(
        "{LOOK} const begin = performance.now(); {press};
         look(() => {field}?.checkVisibility() && !{field}.disabled && {text}.includes({greeting:?}), done, begin);"
    );
    let ready = browser.execute_async(ready, vec![]).await?.convert()?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let open = fetched(subject, browser).await?;
    browser.execute(format!("{field}.focus();"), vec![]).await?;
    browser.action_chain().send_keys(*question).perform().await?;
    let watch = format!(
        "window.addEventListener('keydown', (event) => {{
           if (event.key !== 'Enter') return;
           const begin = performance.now();
           const look = () => {text}.includes({answer:?}) ? (window.took = performance.now() - begin) : requestAnimationFrame(look);
           look();
         }}, {{ capture: true, once: true }});"
    );
    browser.execute(watch, vec![]).await?;
    browser.action_chain().send_keys("" + Key::Enter).perform().await?;
    let first =
        browser.execute_async(format!("{LOOK} look(() => window.took, () => done(window.took));"), vec![]).await?;
    let measured = Measured { closed, open, there, ready, first: first.convert()? };
    ensure!(measured.first > 0.0, "the answer stood there before it was asked for");
    Ok(measured)
}

/// Looks once a frame, and says after how long it is so.
const LOOK: &str = "const done = arguments[arguments.length - 1];
  const look = (so, tell, begin = 0) => so() ? tell(performance.now() - begin) : requestAnimationFrame(() => look(so, tell, begin));";

async fn fetched(subject: &Subject, browser: &WebDriver) -> anyhow::Result<Fetched> {
    let script = "const own = performance.getEntriesByType('resource').filter(
        (one) => one.name.startsWith(location.origin) && new URL(one.name).pathname.startsWith(arguments[0]));
      const sum = (key) => own.reduce((all, one) => all + one[key], 0);
      return { requests: own.length, raw: sum('decodedBodySize'), compressed: sum('encodedBodySize') };";
    Ok(browser.execute(script, vec![json!(subject.own)]).await?.convert()?)
}

fn spread(values: impl Iterator<Item = f64>) -> String {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let mut text = String::new();
    if let (Some(least), Some(most)) = (values.first(), values.last()) {
        let _ = write!(text, "{:.0} ({least:.0}–{most:.0})", values[values.len() / 2]);
    }
    text
}
