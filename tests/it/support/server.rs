//! A server in this process: the real product with a clock that is moved by hand,
//! a seeded source of randomness and, where a test wants it, a scripted model.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use metrics_exporter_prometheus::PrometheusBuilder;
use rand::{SeedableRng as _, rngs::StdRng};
use schullotse::{
    app::{App, Parts},
    config::{Config, DataDir},
    domain::clock::ManualClock,
    helpdesk::Target,
    http::{AdminToken, MetricsHandle, Site, router::router},
    llm::LanguageModel,
    support::Support,
};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::PATIENCE;

/// What a test wants different.
pub(crate) struct Setup {
    pub config: Config,
    /// UTC. The default is a Monday morning within the demo's service hours.
    pub now: &'static str,
    pub model: Option<Arc<dyn LanguageModel>>,
    /// The helpdesk's own systems; timers that deliver run only where there is one.
    pub helpdesks: Option<Vec<Target>>,
    /// A folder used before; else a fresh one.
    pub data: Option<TempDir>,
}

impl Default for Setup {
    fn default() -> Self {
        Self { config: Config::default(), now: "2026-11-23T09:00:00Z", model: None, helpdesks: None, data: None }
    }
}

pub(crate) struct TestServer {
    pub address: SocketAddr,
    pub support: Arc<Support>,
    pub clock: Arc<ManualClock>,
    pub data: TempDir,
    task: tokio::task::JoinHandle<()>,
}

impl TestServer {
    pub(crate) async fn start() -> Self {
        Setup::default().start().await
    }

    pub(crate) async fn with_model(model: impl LanguageModel + 'static) -> Self {
        Setup { model: Some(Arc::new(model)), ..Setup::default() }.start().await
    }

    /// Ends it as SIGTERM would; what is under way is finished and stored.
    pub(crate) async fn stop(self) -> TempDir {
        tokio::time::timeout(PATIENCE, self.support.chats.stop()).await.expect("a turn does not end");
        self.task.abort();
        self.support.store.close().await;
        self.data
    }
}

impl Setup {
    pub(crate) async fn start(self) -> TestServer {
        let Self { mut config, now, model, helpdesks, data } = self;
        let data = data.unwrap_or_else(|| TempDir::new().unwrap());
        config.data = DataDir(data.path().to_path_buf());
        let clock = Arc::new(ManualClock::new(now.parse().unwrap()));
        let parts = Parts {
            clock: clock.clone(),
            rng: StdRng::seed_from_u64(1),
            model,
            helpdesks,
            program: PathBuf::from(env!("CARGO_BIN_EXE_schullotse")),
        };
        let delivers = parts.helpdesks.is_some();
        let App { support, index_is_fresh } = App::build(config, parts).await.unwrap();
        if index_is_fresh {
            support.library.refresh(&[]).await.unwrap();
        }
        if delivers {
            let support = support.clone();
            tokio::spawn(async move { support.delivery.run(&support.chats.stopping).await });
        }
        let site = Site { support: support.clone(), admin: AdminToken("admin".into()), metrics: Some(metrics()) };
        let service = router(site).into_make_service_with_connect_info::<SocketAddr>();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        TestServer { address, support, clock, data, task }
    }
}

/// Figures are collected for the whole process, by all servers in it.
fn metrics() -> MetricsHandle {
    static HANDLE: OnceLock<MetricsHandle> = OnceLock::new();
    HANDLE.get_or_init(|| MetricsHandle(PrometheusBuilder::new().install_recorder().unwrap())).clone()
}
