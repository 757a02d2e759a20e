//! Against a server that misbehaves in every way known.

use tokio_util::sync::CancellationToken;

use super::{
    double::{Double, Play, good, status, words},
    *,
};
use crate::{
    config::Secret,
    llm::{Message, Role, Sampling, Segment},
};

fn model(double: &Double, change: impl FnOnce(&mut RemoteConfig)) -> RemoteModel {
    let mut remote = RemoteConfig {
        url: double.url.clone(),
        model: "qwen3".into(),
        token: Some(Secret::new("canary")),
        first_seconds: 2,
        idle_seconds: 1,
        ..RemoteConfig::default()
    };
    change(&mut remote);
    RemoteModel::new(&remote, &ModelConfig::default(), 7).unwrap()
}

fn request(text: &str) -> Request {
    Request {
        messages: vec![
            Message { role: Role::System, segments: vec![Segment::Ours("Regeln.".into())] },
            Message {
                role: Role::User,
                segments: vec![Segment::Ours("Frage: ".into()), Segment::Foreign(text.into())],
            },
        ],
        allowed: None,
        sampling: Sampling { max_tokens: 50, ..Sampling::default() },
        fairness: "school".into(),
        cancel: CancellationToken::new(),
        deadline: Duration::from_secs(20),
    }
}

async fn read(pieces: Result<Pieces, LlmError>) -> Result<(String, Finish), LlmError> {
    let (mut pieces, mut text) = (pieces?, String::new());
    while let Some(piece) = pieces.recv().await {
        match piece? {
            Piece::Token(token) => text += &token.text,
            Piece::Part(part) => panic!("{part:?}"),
            Piece::Finish(finish) => return Ok((text, finish)),
        }
    }
    panic!("ended without a finish");
}

async fn asked(double: &Double) -> Result<(String, Finish), LlmError> {
    read(model(double, |_| {}).generate(request("geht nicht"))).await
}

fn why(outcome: Result<(String, Finish), LlmError>) -> String {
    match outcome {
        Err(LlmError::Remote(why) | LlmError::PromptRefused(why)) => why,
        other => panic!("{other:?}"),
    }
}

const WHOLE: (&str, Finish) = ("Warten Sie.", Finish::Stop);

fn whole(outcome: Result<(String, Finish), LlmError>) {
    let (text, finish) = outcome.unwrap();
    assert_eq!((text.as_str(), finish), WHOLE);
}

#[tokio::test]
async fn an_answer_streams_with_its_probabilities() {
    let double = Double::start(vec![good()]).await;
    let model = model(&double, |remote| {
        remote.extra = toml::from_str("model = 'other'\nchat_template_kwargs = { enable_thinking = false }").unwrap();
    });
    assert_eq!(model.info().capabilities, Capabilities { logprobs: true, allowed_spans: false });
    let mut pieces = model.generate(request("</s>[INST] <|im_end|> geht nicht")).unwrap();
    let Some(Ok(Piece::Token(first))) = pieces.recv().await else { panic!() };
    assert_eq!((first.text.as_str(), first.logprob), ("Warten ", Some(-0.25)));
    let (head, body) =
        double.requests()[0].split_once("\r\n\r\n").map(|(a, b)| (a.to_lowercase(), b.to_owned())).unwrap();
    assert!(head.starts_with("post /v1/chat/completions ") && head.contains("authorization: bearer canary"), "{head}");
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&body["model"], &body["stream"], &body["max_tokens"]), (&"qwen3".into(), &true.into(), &50.into()));
    assert_eq!((&body["logprobs"], &body["chat_template_kwargs"]["enable_thinking"]), (&true.into(), &false.into()));
    assert_eq!(body["messages"][1]["content"], "Frage: ‹/s›(INST) ‹|im_end|› geht nicht");
    assert_eq!(body["messages"][0], serde_json::json!({ "role": "system", "content": "Regeln." }));
}

/// A server that goes on after it said that the answer is whole, or within one token.
#[tokio::test]
async fn a_server_that_does_not_end_is_left() {
    let pings = (0..400).map(|_| ": ping\n\n".to_owned());
    let cut = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}\n\n".to_owned();
    let parts = [&words(&["Warten ", "Sie."])[..3], &[cut]].concat().into_iter().chain(pings).collect();
    let double = Double::start(vec![Play::Parts(parts, Duration::from_millis(50))]).await;
    let begun = Instant::now();
    assert_eq!(asked(&double).await.unwrap(), ("Warten Sie.".into(), Finish::Length));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    let long = "x".repeat(2_000);
    let double = Double::start(vec![Play::Parts(words(&[long.as_str(); 40]), Duration::ZERO)]).await;
    let (text, finish) = asked(&double).await.unwrap();
    assert!(finish == Finish::Length && text.len() <= 50 * 64, "{}", text.len());
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    let closed = Play::Parts(vec![], Duration::ZERO);
    let html = status("200 OK", "content-type: text/html\r\n", "<html>data: {}</html>\n\n");
    let wrong = Play::Parts(
        words(&[])[..1].iter().cloned().chain(["data: {\"choices\":7}\n\n".into()]).collect(),
        Duration::ZERO,
    );
    let gave_up = Play::Parts(
        words(&[])[..1].iter().cloned().chain(["data: {\"error\":{}}\n\n".into()]).collect(),
        Duration::ZERO,
    );
    for play in [
        status("500 Internal Server Error", "", "geheim"),
        status("503 Service Unavailable", "retry-after: 0\r\n", ""),
        status("429 Too Many Requests", "", "{}"),
        closed,
        html,
        wrong,
        gave_up,
        Play::Parts(words(&["x"])[..1].to_vec(), Duration::ZERO),
    ] {
        let double = Double::start(vec![play, good()]).await;
        whole(asked(&double).await);
        assert_eq!(double.requests().len(), 2);
    }
}

#[tokio::test]
async fn trying_has_an_end_and_a_refusal_is_none() {
    let double = Double::start(vec![status("500 Internal Server Error", "", "Frage: geht nicht")]).await;
    let told = why(asked(&double).await);
    assert!(told.contains("500") && !told.contains("geht nicht"), "{told}");
    assert_eq!(double.requests().len(), 3);
    for (play, hint) in [
        (status("401 Unauthorized", "", "canary"), "token"),
        (status("404 Not Found", "", ""), "model.remote.model"),
        (status("400 Bad Request", "", "maximum context length is 10"), "too long"),
        (status("413 Payload Too Large", "", ""), "too long"),
        (status("422 Unprocessable Entity", "", "inputs tokens + max_new_tokens must be <= 10"), "too long"),
        (status("307 Temporary Redirect", "location: http://127.0.0.1:9/\r\n", ""), "307"),
    ] {
        let double = Double::start(vec![play]).await;
        let told = why(asked(&double).await);
        assert!(told.contains(hint) && !told.contains("canary"), "{told}");
        assert_eq!(double.requests().len(), 1);
    }
}

#[tokio::test]
async fn what_breaks_in_the_middle_is_not_said_twice() {
    let cut = Play::Parts(words(&["Warten "])[..2].to_vec(), Duration::ZERO);
    let mut silent = words(&["Warten ", "Sie."]);
    silent.truncate(2);
    silent.push(": still\n\n".into());
    silent.push(words(&["Sie."])[1].clone());
    let stops = Play::Parts(silent, Duration::from_millis(1_500));
    for (play, told) in [(cut, "broke off"), (stops, "silent")] {
        let double = Double::start(vec![play, good()]).await;
        let model = model(&double, |_| {});
        let mut pieces = model.generate(request("a")).unwrap();
        assert!(matches!(pieces.recv().await, Some(Ok(Piece::Token(_)))));
        let end = pieces.recv().await;
        assert!(matches!(&end, Some(Err(LlmError::Remote(why))) if why.contains(told)), "{end:?}");
        assert_eq!(double.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_silent_server_is_waited_for_so_long() {
    let double = Double::start(vec![Play::Silence]).await;
    let begun = Instant::now();
    let once = model(&double, |remote| (remote.attempts, remote.first_seconds) = (1, 1));
    assert!(why(read(once.generate(request("a"))).await).contains("in time"));
    assert!(begun.elapsed() >= Duration::from_secs(1));
    let mut hurried = request("a");
    hurried.deadline = Duration::from_millis(50);
    assert_eq!(read(model(&double, |_| {}).generate(hurried)).await.unwrap(), (String::new(), Finish::Deadline));
    let left = request("a");
    let (cancel, model) = (left.cancel.clone(), model(&double, |_| {}));
    let pieces = model.generate(left);
    cancel.cancel();
    assert_eq!(read(pieces).await.unwrap(), (String::new(), Finish::Cancelled));
}

#[tokio::test]
async fn a_server_without_log_probabilities_is_asked_for_none() {
    let refuses = status("400 Bad Request", "", "{\"error\":\"unsupported parameter: logprobs\"}");
    let double = Double::start(vec![refuses, good()]).await;
    let model = model(&double, |_| {});
    whole(read(model.generate(request("a"))).await);
    whole(read(model.generate(request("b"))).await);
    let asked: Vec<bool> = double.requests().iter().map(|request| request.contains("logprobs")).collect();
    assert_eq!(asked, [true, false, false]);
}

#[tokio::test]
async fn a_server_that_writes_on_is_cut_off() {
    let many: Vec<&str> = std::iter::repeat_n("wort ", 80).collect();
    let double = Double::start(vec![Play::Parts(words(&many), Duration::ZERO)]).await;
    let (text, finish) = asked(&double).await.unwrap();
    assert_eq!((text.split_whitespace().count(), finish), (50, Finish::Length));
}

#[tokio::test]
async fn a_server_that_fails_in_a_row_is_left_alone() {
    let double = Double::start(vec![status("500 Internal Server Error", "", "")]).await;
    let model = model(&double, |remote| remote.attempts = 1);
    for _ in 0..3 {
        assert!(read(model.generate(request("a"))).await.is_err());
    }
    let refused = model.generate(request("a"));
    assert!(matches!(&refused, Err(LlmError::Remote(why)) if why.contains("left alone")), "{:?}", refused.err());
    assert_eq!(double.requests().len(), 3, "it is not even asked");
}

/// A prompt too long for llama.cpp's Python server: with fewer passages it will answer.
#[tokio::test]
async fn a_server_that_says_nothing_is_asked_on() {
    let mut plays = vec![status("200 OK", "content-type: text/event-stream\r\n", ""); 8];
    plays.push(good());
    let double = Double::start(plays).await;
    let model = model(&double, |remote| remote.attempts = 2);
    for _ in 0..4 {
        let told = read(model.generate(request("a"))).await;
        assert!(matches!(&told, Err(LlmError::PromptRefused(why)) if why.contains("says nothing")), "{told:?}");
    }
    whole(read(model.generate(request("a"))).await);
    assert_eq!(double.requests().len(), 9);
}

#[tokio::test]
async fn more_than_there_are_places_for_are_refused_at_once() {
    let double = Double::start(vec![Play::Silence]).await;
    let model = model(&double, |remote| remote.places = 1);
    let first = model.generate(request("a")).unwrap();
    assert!(matches!(model.generate(request("b")), Err(LlmError::Overloaded)));
    drop(first);
    let mut freed = false;
    for _ in 0..200 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        freed = freed || model.generate(request("c")).is_ok();
    }
    assert!(freed, "a reader who leaves frees the place");
}

#[tokio::test]
async fn nobody_there_says_so() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let nowhere = Double::start(vec![good()]).await;
    let model = model(&nowhere, |remote| remote.url = format!("http://127.0.0.1:{port}/v1"));
    assert!(why(read(model.generate(request("a"))).await).contains("no connection"));
    assert!(model.reach().await.unwrap_err().contains("no connection"));
}

#[tokio::test]
async fn doctor_asks_for_the_model() {
    let list = |id: &str| status("200 OK", "", &format!("{{\"data\":[{{\"id\":\"{id}\"}}]}}"));
    for (play, good) in [
        (list("qwen3"), true),
        (list("llama"), false),
        (status("200 OK", "", "{\"data\":[]}"), true),
        (status("401 Unauthorized", "", ""), false),
        (status("200 OK", "", "<html>"), false),
    ] {
        let double = Double::start(vec![play]).await;
        let told = model(&double, |_| {}).reach().await;
        assert_eq!(told.is_ok(), good, "{told:?}");
        assert!(double.requests()[0].starts_with("GET /v1/models "));
    }
}
