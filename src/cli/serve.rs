//! `serve`: the server, until it is told to stop.

use std::{future::IntoFuture as _, net::SocketAddr, path::PathBuf, process::ExitCode, time::Duration};

use anyhow::Context as _;
use axum::serve::ListenerExt as _;
use clap::Args;
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use super::output;
use crate::{
    app::{App, DataLock, Parts, Running},
    config::Config,
    http::{AdminToken, MetricsHandle, Site, router::router},
    jobs,
};

#[derive(Debug, Default, Args)]
pub(super) struct Serve {
    /// Address and port; port 0 takes a free one.
    #[arg(long, value_parser = super::address)]
    pub listen: Option<SocketAddr>,
    /// A folder of documents to read from now on, beside those known.
    #[arg(long, value_name = "DIR")]
    pub knowledge: Vec<PathBuf>,
}

pub(super) async fn run(config: Config, folders: Vec<PathBuf>) -> anyhow::Result<ExitCode> {
    let data = config.data.0.clone();
    let Some(lock) = DataLock::take(&data)? else {
        anyhow::bail!(
            "another schullotse is using the data folder {}\nhint: stop it, or choose another folder with --data",
            data.display()
        );
    };
    let mut signals = Stop::listen()?;
    let metrics = PrometheusBuilder::new().install_recorder().ok().map(MetricsHandle);
    for folder in &folders {
        anyhow::ensure!(
            folder.is_dir(),
            "the knowledge folder {} is not there\nhint: check the path given with --knowledge",
            folder.display()
        );
    }
    let listen = config.server.listen;
    let stop_seconds = config.server.stop_seconds;
    // Before anything is built: a port in use is told at once.
    let listener = TcpListener::bind(listen).await.with_context(|| {
        format!("cannot listen on {listen}\nhint: another program may use this port; choose one with --listen 127.0.0.1:PORT, 0 takes a free one")
    })?;
    let address = listener.local_addr()?;
    let App { support, index_is_fresh } = App::build(config, Parts::real()?).await?;
    if index_is_fresh {
        support.library.refresh_builtin().await?;
    }
    let admin = AdminToken(support.desk.ids.token());
    lock.announce(&Running { address, token: admin.0.clone() })?;

    let stop = CancellationToken::new();
    let timers = tokio::spawn(jobs::run(support.clone(), stop.clone()));
    let reading = tokio::spawn({
        let support = support.clone();
        async move {
            if let Err(error) = support.library.refresh(&folders).await {
                tracing::error!(error = %format!("{error:#}"), "the documents could not be read");
            }
        }
    });
    let upkeep = metrics.clone().map(|metrics| tokio::spawn(keep_up(metrics)));
    let site = Site { support: support.clone(), admin, metrics };
    let service = router(site).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener.tap_io(|stream| drop(stream.set_nodelay(true))), service)
        .with_graceful_shutdown(stop.clone().cancelled_owned());
    let server = tokio::spawn(server.into_future());
    output::line(&format!("listening on http://{address}"))?;
    let page = if support.schools.is_demo() { "school page (demo)" } else { "school page" };
    output::line(&format!("{page}: http://{address}/   chat: http://{address}/chat"))?;

    signals.asked().await;
    tracing::info!("stopping");
    // First the chats: readers are told, answers under way end and are stored.
    let ended = tokio::time::timeout(Duration::from_secs(stop_seconds), async {
        support.chats.stop().await;
        stop.cancel();
        let _ = server.await;
        let _ = timers.await;
    });
    tokio::select! {
        ended = ended => if ended.is_err() {
            tracing::warn!("some requests were cut off");
        },
        () = signals.asked() => tracing::warn!("stopped at once"),
    }
    reading.abort();
    upkeep.inspect(tokio::task::JoinHandle::abort);
    support.store.close().await;
    drop(lock);
    Ok(ExitCode::SUCCESS)
}

/// The signals that end a server. Heard from the moment this is made: one that
/// comes early is not lost, and does not kill.
struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    fn listen() -> anyhow::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Until the next one.
    async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Folds the samples of histograms together, which would otherwise be kept one by one.
async fn keep_up(metrics: MetricsHandle) {
    let mut minute = tokio::time::interval(Duration::from_mins(1));
    loop {
        minute.tick().await;
        metrics.0.run_upkeep();
    }
}
