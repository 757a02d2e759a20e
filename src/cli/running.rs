//! Tells a server that runs on the same data what to do. One request on this very
//! machine; no HTTP client is needed for that.

use std::{net::SocketAddr, time::Duration};

use anyhow::Context as _;
use serde::de::DeserializeOwned;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{app::Running, config::Config};

/// Longest wait for what a server says of itself.
const PATIENCE: Duration = Duration::from_secs(5);

/// Sends an order to `/api/v1/admin/NAME` and reads what it did.
///
/// # Errors
/// No server that answers, or its reason for not doing it.
pub(super) async fn tell<T: DeserializeOwned>(
    config: &Config,
    name: &str,
    order: &serde_json::Value,
) -> anyhow::Result<T> {
    let running = Running::find(&config.data.0)
        .context("another schullotse is using the data folder\nhint: wait until it has ended, or choose another folder with --data")?;
    let body = order.to_string();
    let address = running.address;
    let answer = exchange(
        address,
        &format!(
            "POST /api/v1/admin/{name} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            running.token,
            body.len()
        ),
    )
    .await?;
    let unreachable = || unreachable(address);
    let (head, body) = answer.split_once("\r\n\r\n").with_context(unreachable)?;
    if !head.starts_with("HTTP/1.1 200") {
        let problem: serde_json::Value = serde_json::from_str(body.trim()).unwrap_or_default();
        let reason = problem["detail"].as_str().unwrap_or("it gives no reason\nhint: its log says why");
        anyhow::bail!("the running server could not do it: {reason}");
    }
    serde_json::from_str(body.trim()).context("the running server is of another version\nhint: restart it")
}

/// What the running server says of itself; `None` where none answers.
pub(super) async fn ready(config: &Config) -> Option<serde_json::Value> {
    let address = Running::find(&config.data.0)?.address;
    let request = format!("GET /readyz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    let answer = tokio::time::timeout(PATIENCE, exchange(address, &request)).await.ok()?.ok()?;
    serde_json::from_str(answer.split_once("\r\n\r\n")?.1.trim()).ok()
}

async fn exchange(address: SocketAddr, request: &str) -> anyhow::Result<String> {
    let unreachable = || unreachable(address);
    let mut stream = TcpStream::connect(address).await.with_context(unreachable)?;
    stream.write_all(request.as_bytes()).await.with_context(unreachable)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.with_context(unreachable)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn unreachable(address: SocketAddr) -> String {
    format!("the running server at {address} does not answer\nhint: restart it")
}
