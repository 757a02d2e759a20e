//! A language model behind the `OpenAI` chat API: vLLM, llama.cpp's server, TGI.
//!
//! An answer streams (`sse`); connecting, the first word and the silence between two have
//! limits of their own. What fails before a word was written is tried again, a little
//! later and not at the same moment as everybody else's; a server that fails in a row is
//! left alone for a while (`breaker`), and readers get the quoted passages at once.
//!
//! What the API cannot: it knows no allowed spans, so such a model is always `free` and
//! its sentences are checked; it knows no fairness between schools; and it takes messages
//! as plain text, in which servers look for control tokens. Foreign text is therefore
//! sent without the marks that such tokens are made of (`body`).

mod body;
mod breaker;
mod call;
mod sse;
mod wire;

#[cfg(test)]
mod double;
#[cfg(test)]
mod tests;

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use reqwest::{
    Client, Url,
    header::{AUTHORIZATION, HeaderMap, HeaderValue},
};
use tokio::{
    sync::{Semaphore, mpsc},
    time::{Duration, Instant},
};

use self::{breaker::Breaker, call::Call};
use crate::{
    config::{ModelConfig, RemoteConfig},
    llm::{Capabilities, Finish, LanguageModel, LlmError, ModelInfo, Piece, Pieces, Request},
};

/// A model on another machine.
pub struct RemoteModel {
    info: ModelInfo,
    server: Arc<Server>,
}

/// What all requests share.
struct Server {
    http: Client,
    base: Url,
    config: RemoteConfig,
    breaker: Breaker,
    places: Arc<Semaphore>,
    /// The server has refused to give log-probabilities.
    silent: AtomicBool,
    rng: Mutex<StdRng>,
}

impl RemoteModel {
    /// Asks nothing yet: a server that is down must not keep ours from starting.
    ///
    /// # Errors
    /// [`LlmError::Load`] for an address, a token or certificates that cannot be used.
    pub fn new(remote: &RemoteConfig, model: &ModelConfig, seed: u64) -> Result<Self, LlmError> {
        let load = |why: String| LlmError::Load(format!("the language model's server: {why}"));
        // Fails only where another part of the process has installed one; that one then holds.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let base = remote.address().map_err(load)?;
        let mut headers = HeaderMap::new();
        if let Some(token) = &remote.token {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
                .map_err(|_| load("the token holds characters that no token has".into()))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        // No redirect is followed, so that the token goes to the address that was configured and no other.
        let mut builder = Client::builder()
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .connect_timeout(Duration::from_secs(remote.connect_seconds))
            .redirect(reqwest::redirect::Policy::none());
        if !remote.ca.is_empty() {
            let own = reqwest::Certificate::from_pem_bundle(&remote.ca).map_err(|error| load(error.to_string()))?;
            builder = builder.tls_certs_merge(own);
        }
        if base.scheme() == "http" {
            // This machine, or one that the operator named with care: nobody stands between.
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| load(error.to_string()))?;
        let info = ModelInfo {
            name: remote.model.clone(),
            architecture: "openai".into(),
            context: model.context,
            parameters: None,
            capabilities: Capabilities { logprobs: remote.logprobs, allowed_spans: false },
        };
        let server = Server {
            http,
            base,
            config: remote.clone(),
            breaker: Breaker::default(),
            places: Arc::new(Semaphore::new(remote.places)),
            silent: AtomicBool::new(!remote.logprobs),
            rng: Mutex::new(StdRng::seed_from_u64(seed)),
        };
        Ok(Self { info, server: Arc::new(server) })
    }

    /// Whether the server answers and has the model: for `doctor`.
    ///
    /// # Errors
    /// What is wrong, in words without secrets.
    pub async fn reach(&self) -> Result<(), String> {
        self.server.reach().await
    }
}

impl LanguageModel for RemoteModel {
    fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn generate(&self, request: Request) -> Result<Pieces, LlmError> {
        let place = self.server.places.clone().try_acquire_owned().map_err(|_| counted(LlmError::Overloaded))?;
        let entered = self.server.breaker.enter(Instant::now()).map_err(|left| {
            let why = format!("it failed several times in a row and is left alone for {} s more", left.as_secs() + 1);
            counted(LlmError::Remote(why))
        })?;
        let most = request.sampling.max_tokens;
        let (pieces, receiver) = mpsc::channel(64);
        let server = self.server.clone();
        tokio::spawn(async move {
            let _place = place;
            let deadline = Instant::now().checked_add(request.deadline);
            let time_up = async {
                match deadline {
                    Some(deadline) => tokio::time::sleep_until(deadline).await,
                    None => std::future::pending().await,
                }
            };
            let call = Call { server: &server, request: &request, most, pieces: &pieces };
            let (end, verdict) = tokio::select! {
                biased;
                () = request.cancel.cancelled() => (Ok(Finish::Cancelled), None),
                () = pieces.closed() => (Ok(Finish::Cancelled), None),
                () = time_up => (Ok(Finish::Deadline), None),
                end = call.run() => {
                    let verdict = end.as_ref().err().map_or(Some(true), call::Failure::verdict);
                    (end.map_err(call::Failure::into_error), verdict)
                }
            };
            // What our side broke off tells nothing of the server.
            match verdict {
                Some(well) => entered.leave(well, Instant::now()),
                None => drop(entered),
            }
            let outcome = match &end {
                Ok(Finish::Stop | Finish::Length) => "written",
                Ok(Finish::Cancelled) => "cancelled",
                Ok(Finish::Deadline) => "deadline",
                Err(_) => "failed",
            };
            metrics::counter!("schullotse_model_requests_total", "outcome" => outcome).increment(1);
            // The reader may have left.
            let _ = pieces.send(end.map(Piece::Finish)).await;
        });
        Ok(receiver)
    }
}

fn counted(error: LlmError) -> LlmError {
    metrics::counter!("schullotse_model_requests_total", "outcome" => "refused").increment(1);
    error
}

impl Server {
    /// A number from 0.5 to 1.5.
    fn jitter(&self) -> f64 {
        self.rng.lock().unwrap_or_else(PoisonError::into_inner).random_range(0.5..1.5)
    }

    fn asks_logprobs(&self) -> bool {
        !self.silent.load(Ordering::Relaxed)
    }

    /// Never asks for log-probabilities again.
    fn without_logprobs(&self) {
        self.silent.store(true, Ordering::Relaxed);
    }
}
