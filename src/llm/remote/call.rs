//! One request: asked, streamed, tried again where that can help.

use futures_util::TryFutureExt as _;
use reqwest::{Response, StatusCode, header::RETRY_AFTER};
use tokio::{
    sync::mpsc,
    time::{Duration, Instant, sleep, timeout},
};

use super::{
    Server,
    body::body,
    sse::Events,
    wire::{Event, event},
};
use crate::llm::{Finish, LlmError, Piece, Request, Token};

/// First pause before another attempt; each further one is twice as long.
const PAUSE: Duration = Duration::from_millis(250);
/// Longest pause that a server may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// Time that a server has to close its stream after it said that the answer is whole.
const CLOSING: Duration = Duration::from_secs(1);
/// Bytes that a token has at most, in the mean of an answer: a server that never ends one is left.
const TOKEN_BYTES: usize = 64;
/// Bytes of an error's text that are read.
const MOST_ERROR: usize = 8 * 1024;

/// Why an attempt gave no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// Nothing was written; another attempt may do better, after so long.
    Passing(String, Option<Duration>),
    /// The server is there and refuses what we ask for.
    Refused(String),
    /// The prompt and the answer are more than it holds.
    TooLong,
    /// It agreed and ended without a byte: so does llama.cpp's Python server where the prompt does not fit.
    Empty,
    /// It broke off in the middle.
    Broken(String),
    /// It refuses to tell log-probabilities.
    NoLogprobs,
}

impl Failure {
    /// Whether it speaks for the server, which is there and refuses this one request, or against it;
    /// `None` where it tells neither.
    pub(super) fn verdict(&self) -> Option<bool> {
        match self {
            Self::Passing(..) | Self::Broken(_) => Some(false),
            Self::Refused(_) | Self::TooLong | Self::NoLogprobs => Some(true),
            Self::Empty => None,
        }
    }

    pub(super) fn into_error(self) -> LlmError {
        match self {
            Self::Passing(why, _) | Self::Refused(why) | Self::Broken(why) => LlmError::Remote(why),
            Self::TooLong => LlmError::PromptRefused("the prompt is too long for it".into()),
            Self::Empty => LlmError::PromptRefused("it says nothing; the prompt may be too long for it".into()),
            Self::NoLogprobs => LlmError::Remote("it refuses the request".into()),
        }
    }
}

pub(super) struct Call<'a> {
    pub(super) server: &'a Server,
    pub(super) request: &'a Request,
    pub(super) most: usize,
    pub(super) pieces: &'a mpsc::Sender<Result<Piece, LlmError>>,
}

impl Call<'_> {
    /// Tries until something is written, or trying is of no more use.
    pub(super) async fn run(&self) -> Result<Finish, Failure> {
        let mut attempt = 0;
        loop {
            let logprobs = self.server.asks_logprobs();
            let failure = match self.attempt(logprobs).await {
                Ok(finish) => return Ok(finish),
                Err(Failure::NoLogprobs) => {
                    tracing::warn!("the language model's server tells no log-probabilities, and is asked for none");
                    self.server.without_logprobs();
                    continue;
                }
                Err(failure) => failure,
            };
            attempt += 1;
            let (why, after) = match &failure {
                Failure::Passing(why, after) => (why.as_str(), *after),
                Failure::Empty => ("it says nothing", None),
                _ => return Err(failure),
            };
            if attempt >= self.server.config.attempts {
                return Err(failure);
            }
            tracing::debug!(attempt, why, "the language model's server is tried again");
            metrics::counter!("schullotse_model_retries_total").increment(1);
            let own = PAUSE.saturating_mul(1 << (attempt - 1).min(8)).mul_f64(self.server.jitter());
            sleep(after.unwrap_or(own).max(own).min(LONGEST_PAUSE)).await;
        }
    }

    async fn attempt(&self, logprobs: bool) -> Result<Finish, Failure> {
        let config = &self.server.config;
        let (first, idle) = (Duration::from_secs(config.first_seconds), Duration::from_secs(config.idle_seconds));
        let url = self.server.base.join("chat/completions").map_err(|error| Failure::Refused(error.to_string()))?;
        let body = body(config, self.request, logprobs).to_string();
        let begun = Instant::now();
        let asked = self.server.http.post(url).header("content-type", "application/json").body(body).send();
        let response = timeout(first, asked)
            .await
            .map_err(|_| Failure::Passing("no answer in time".into(), None))?
            .map_err(|error| Failure::Passing(told(&error), None))?;
        if !response.status().is_success() {
            return Err(refused(response, logprobs, idle).await);
        }
        self.read(response, begun, first, idle).await
    }

    async fn read(
        &self,
        mut response: Response,
        begun: Instant,
        first: Duration,
        idle: Duration,
    ) -> Result<Finish, Failure> {
        let (mut events, mut tokens, mut end) = (Events::default(), 0, None);
        let failed = |tokens: usize, why: String| {
            if tokens == 0 { Failure::Passing(why, None) } else { Failure::Broken(why) }
        };
        let (mut written, mut closing, mut empty) = (0, None::<Instant>, true);
        loop {
            let patience = match closing {
                Some(since) => CLOSING.saturating_sub(since.elapsed()),
                None if tokens == 0 => first.saturating_sub(begun.elapsed()),
                None => idle,
            };
            let chunk = timeout(patience, response.chunk().map_err(|error| told(&error)))
                .await
                .map_err(|_| failed(tokens, "it fell silent".into()))
                .and_then(|chunk| chunk.map_err(|why| failed(tokens, why)));
            let chunk = match (chunk, end) {
                (Ok(chunk), _) => chunk,
                // The answer is whole, however the stream ends.
                (Err(_), Some(end)) => return Ok(end),
                (Err(failure), None) => return Err(failure),
            };
            let Some(chunk) = chunk else {
                let failure = || if empty { Failure::Empty } else { failed(tokens, "it broke off".into()) };
                return end.ok_or_else(failure);
            };
            empty = false;
            let garbled = || failed(tokens, "its answer is not what the API says".into());
            let mut said = Vec::new();
            for data in events.push(&chunk).ok_or_else(garbled)? {
                said.extend(event(&data).ok_or_else(garbled)?);
            }
            for event in said {
                match event {
                    Event::Text(_) if end.is_some() => {}
                    Event::Text(text) => {
                        for (text, logprob) in text {
                            if tokens == 0 {
                                let waited = begun.elapsed().as_secs_f64();
                                metrics::histogram!("schullotse_model_first_token_seconds").record(waited);
                            }
                            // A server need not keep to what was asked.
                            written += text.len();
                            if tokens >= self.most || written > self.most.saturating_mul(TOKEN_BYTES) {
                                return Ok(Finish::Length);
                            }
                            tokens += 1;
                            // The reader's leaving is seen elsewhere.
                            let _ = self.pieces.send(Ok(Piece::Token(Token { text, logprob }))).await;
                        }
                    }
                    Event::End { cut: true } => {
                        end = Some(Finish::Length);
                        closing.get_or_insert_with(Instant::now);
                    }
                    Event::End { cut: false } => return Ok(end.unwrap_or(Finish::Stop)),
                    Event::Error => return Err(failed(tokens, "it gave up".into())),
                    Event::Nothing => {}
                }
            }
        }
    }
}

/// What a status means. What the server says beside it may repeat what somebody wrote, and is not told on.
async fn refused(mut response: Response, logprobs: bool, patience: Duration) -> Failure {
    let status = response.status();
    let after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let mut said = Vec::new();
    while said.len() < MOST_ERROR
        && let Ok(Ok(Some(chunk))) = timeout(patience, response.chunk()).await
    {
        said.extend_from_slice(&chunk);
    }
    let about = |word: &str| String::from_utf8_lossy(&said).to_lowercase().contains(word);
    match status {
        // Some say it with 400, some with 422, some with 500.
        _ if logprobs && about("logprob") => Failure::NoLogprobs,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Failure::Refused(format!("{status}; hint: correct model.remote.token"))
        }
        StatusCode::NOT_FOUND => {
            Failure::Refused(format!("{status}; hint: correct model.remote.url and model.remote.model"))
        }
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
            Failure::Passing(status.to_string(), after.map(Duration::from_secs))
        }
        status if status.is_server_error() => Failure::Passing(status.to_string(), after.map(Duration::from_secs)),
        StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLong,
        // vLLM, llama.cpp and OpenAI speak of the context, TGI of its own limits.
        _ if about("context") || about("must be <=") => Failure::TooLong,
        status => Failure::Refused(status.to_string()),
    }
}

/// An error without address and without what was sent.
pub(super) fn told(error: &reqwest::Error) -> String {
    let kind = match error {
        error if error.is_timeout() => "no connection in time",
        error if error.is_connect() => "no connection",
        _ => "the connection broke",
    };
    kind.to_owned()
}

impl Server {
    /// Asks for the list of models.
    pub(super) async fn reach(&self) -> Result<(), String> {
        let url = self.base.join("models").map_err(|error| error.to_string())?;
        let asked = async {
            let mut response = self.http.get(url).send().await.map_err(|error| told(&error))?;
            if !response.status().is_success() {
                return Err(refused(response, false, Duration::from_secs(1)).await.into_error().to_string());
            }
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(|error| told(&error))? {
                body.extend_from_slice(&chunk);
                if body.len() > 1024 * 1024 {
                    return Err("its list of models does not end".into());
                }
            }
            let list: serde_json::Value =
                serde_json::from_slice(&body).map_err(|_| "its list of models is none".to_owned())?;
            let known: Vec<&str> =
                list["data"].as_array().into_iter().flatten().filter_map(|one| one["id"].as_str()).collect();
            if known.is_empty() || known.contains(&self.config.model.as_str()) {
                return Ok(());
            }
            let known = known.iter().take(5).copied().collect::<Vec<_>>().join(", ");
            Err(format!("it has no model {}; hint: model.remote.model, one of {known}", self.config.model))
        };
        timeout(Duration::from_secs(self.config.first_seconds), asked)
            .await
            .unwrap_or_else(|_| Err("no answer in time".into()))
    }
}
