//! A language model that says what it was told to: for tests and rehearsals.
//!
//! It keeps to the same bounds as a real one (most tokens, cancellation, deadline,
//! a reader who drops the pieces), remembers every request for assertions, and is
//! exact: the same script gives the same pieces. [`Scripted::grounded`] makes one that
//! keeps to [`Request::allowed`]. A real module and not test-only, so that integration
//! tests see it.

mod obeying;

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::mpsc, time};

pub use self::obeying::Letters;
use super::{Capabilities, Finish, LanguageModel, LlmError, ModelInfo, Piece, Pieces, Request, Token};

/// Probability that each written token is said to have had, as a logarithm.
const LOGPROB: f32 = -0.1;

type Script = dyn Fn(&Request) -> Result<String, LlmError> + Send + Sync;

/// A language model with a script. `generate` must be called inside a tokio runtime.
pub struct Scripted {
    info: ModelInfo,
    script: Box<Script>,
    delay: Duration,
    requests: Mutex<Vec<Request>>,
}

impl Scripted {
    /// Gives these replies, one a request, in order; then it has stopped.
    pub fn replies(replies: Vec<String>) -> Self {
        let replies = Mutex::new(VecDeque::from(replies));
        Self::failing(move |_| {
            let next = replies.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            next.ok_or_else(|| LlmError::Stopped("the script has no further reply".into()))
        })
    }

    /// Replies with what `script` makes of the request.
    pub fn with(script: impl Fn(&Request) -> String + Send + Sync + 'static) -> Self {
        Self::failing(move |request| Ok(script(request)))
    }

    /// As [`Scripted::with`], but may fail: [`LlmError::Overloaded`] at once, as a
    /// full queue does, every other error through the pieces.
    pub fn failing(script: impl Fn(&Request) -> Result<String, LlmError> + Send + Sync + 'static) -> Self {
        Self {
            info: ModelInfo {
                name: "scripted".into(),
                architecture: "scripted".into(),
                context: 8_192,
                parameters: None,
                capabilities: Capabilities { logprobs: true, allowed_spans: false },
            },
            script: Box::new(script),
            delay: Duration::ZERO,
            requests: Mutex::default(),
        }
    }

    /// Keeps to the spans that a request allows, whatever the script says.
    #[must_use]
    pub fn grounded(mut self) -> Self {
        self.info.capabilities.allowed_spans = true;
        self
    }

    /// Waits so long before each token.
    #[must_use]
    pub fn slow(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Every request so far, the oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl LanguageModel for Scripted {
    fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn generate(&self, request: Request) -> Result<Pieces, LlmError> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        let reply = match (self.script)(&request) {
            Err(LlmError::Overloaded) => return Err(LlmError::Overloaded),
            reply => reply,
        };
        let most = request.sampling.max_tokens.min(self.info.context);
        let allowed = request.allowed.as_deref().filter(|_| self.info.capabilities.allowed_spans);
        let said = reply.and_then(|reply| match allowed {
            Some(allowed) => obeying::pieces(&reply, allowed, most, LOGPROB),
            None => Ok(freely(&reply)),
        });
        let (pieces, receiver) = mpsc::channel(2 * most + 3);
        let delay = self.delay;
        tokio::spawn(async move {
            let end = match said {
                Err(error) => Err(error),
                Ok(said) => {
                    let written = write(said, &request, delay, &pieces);
                    Ok(tokio::select! {
                        // In this order, so that what is over before it begins writes nothing.
                        biased;
                        () = request.cancel.cancelled() => Finish::Cancelled,
                        () = pieces.closed() => Finish::Cancelled,
                        () = time::sleep(request.deadline) => Finish::Deadline,
                        finish = written => finish,
                    })
                }
            };
            // The reader may have left.
            let _ = pieces.send(end.map(Piece::Finish)).await;
        });
        Ok(receiver)
    }
}

/// The reply, a word a token.
fn freely(reply: &str) -> Vec<Piece> {
    let token = |word: &str| Piece::Token(Token { text: word.into(), logprob: Some(LOGPROB) });
    reply.split_inclusive(' ').map(token).collect()
}

async fn write(
    said: Vec<Piece>,
    request: &Request,
    delay: Duration,
    pieces: &mpsc::Sender<Result<Piece, LlmError>>,
) -> Finish {
    let mut tokens = 0;
    for piece in said {
        if matches!(piece, Piece::Token(_)) {
            // What is grounded keeps to its own bound, in letters.
            if tokens >= request.sampling.max_tokens && request.allowed.is_none() {
                return Finish::Length;
            }
            tokens += 1;
            if !delay.is_zero() {
                time::sleep(delay).await;
            }
        }
        if pieces.send(Ok(piece)).await.is_err() {
            return Finish::Cancelled;
        }
    }
    Finish::Stop
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::llm::{Message, Role, Sampling, Segment};

    fn request(text: &str) -> Request {
        Request {
            messages: vec![Message { role: Role::User, segments: vec![Segment::Foreign(text.into())] }],
            allowed: None,
            sampling: Sampling::default(),
            fairness: String::new(),
            cancel: CancellationToken::new(),
            deadline: Duration::from_mins(1),
        }
    }

    async fn read(mut pieces: Pieces) -> Result<(String, Finish), LlmError> {
        let mut text = String::new();
        while let Some(piece) = pieces.recv().await {
            match piece? {
                Piece::Token(token) => text += &token.text,
                Piece::Part(_) => {}
                Piece::Finish(finish) => return Ok((text, finish)),
            }
        }
        panic!("ended without a finish");
    }

    #[tokio::test]
    async fn replies_come_in_order_and_end() {
        let model = Scripted::replies(vec!["Ein Satz. Noch einer.".into(), String::new()]);
        assert_eq!(
            read(model.generate(request("a")).unwrap()).await.unwrap(),
            ("Ein Satz. Noch einer.".into(), Finish::Stop)
        );
        assert_eq!(read(model.generate(request("b")).unwrap()).await.unwrap(), (String::new(), Finish::Stop));
        assert!(matches!(read(model.generate(request("c")).unwrap()).await, Err(LlmError::Stopped(_))));
        let asked: Vec<_> = model.requests().into_iter().map(|request| request.messages[0].segments.clone()).collect();
        assert_eq!(asked, ["a", "b", "c"].map(|text| vec![Segment::Foreign(text.into())]));
    }

    #[tokio::test]
    async fn bounds_are_kept() {
        let model = Scripted::with(|_| "eins zwei drei vier".into()).slow(Duration::from_millis(5));
        let mut short = request("a");
        short.sampling.max_tokens = 2;
        assert_eq!(read(model.generate(short).unwrap()).await.unwrap(), ("eins zwei ".into(), Finish::Length));
        let mut hurried = request("a");
        hurried.deadline = Duration::from_millis(1);
        assert_eq!(read(model.generate(hurried).unwrap()).await.unwrap(), (String::new(), Finish::Deadline));
        let left = request("a");
        left.cancel.cancel();
        assert_eq!(read(model.generate(left).unwrap()).await.unwrap(), (String::new(), Finish::Cancelled));
    }

    #[tokio::test]
    async fn an_overloaded_one_says_so_at_once() {
        let model = Scripted::failing(|_| Err(LlmError::Overloaded));
        assert!(matches!(model.generate(request("a")), Err(LlmError::Overloaded)));
    }
}
