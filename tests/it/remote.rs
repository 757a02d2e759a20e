//! A model on another machine: llama.cpp's own server on loopback, with a file of random
//! weights. Its words are noise; that they arrive, and that none of them is shown, is the test.

use std::{
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use schullotse::{
    config::{ModelConfig, RemoteConfig, Secret},
    llm::{
        Finish, LanguageModel, LlmError, Message, Piece, Request, Role, Sampling, Segment,
        local::{Family, Shape, write_random},
        remote::RemoteModel,
    },
};
use serde_json::json;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::support::{Setup, post, until};

/// Ends with the test, however that ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(python: &PathBuf, folder: &TempDir, port: u16) -> Server {
    let path = folder.path().join("random.gguf");
    let shape = Shape { context: 4_096, ..Shape::tiny(Family::Qwen3) };
    write_random(&path, &shape, 3).unwrap();
    let port = port.to_string();
    let child = Command::new(python)
        .args(["-m", "llama_cpp.server", "--host", "127.0.0.1", "--n_ctx", "4096", "--n_threads", "1"])
        .args(["--api_key", "canary", "--model_alias", "random", "--port", &port])
        .arg("--model")
        .arg(&path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Server(child)
}

fn request(text: &str, most: usize) -> Request {
    Request {
        messages: vec![
            Message { role: Role::System, segments: vec![Segment::Ours("Antworten Sie kurz.".into())] },
            Message { role: Role::User, segments: vec![Segment::Foreign(text.into())] },
        ],
        allowed: None,
        sampling: Sampling { max_tokens: most, temperature: 0.8, ..Sampling::default() },
        fairness: String::new(),
        cancel: CancellationToken::new(),
        deadline: Duration::from_mins(1),
    }
}

async fn written(model: &RemoteModel, request: Request) -> Result<(usize, Finish), LlmError> {
    let (mut pieces, mut tokens) = (model.generate(request)?, 0);
    while let Some(piece) = pieces.recv().await {
        match piece? {
            Piece::Token(_) => tokens += 1,
            Piece::Part(part) => panic!("{part:?}"),
            Piece::Finish(finish) => return Ok((tokens, finish)),
        }
    }
    panic!("ended without a finish");
}

#[tokio::test]
#[ignore = "needs llama.cpp's Python package with its server: tests/run --full"]
async fn a_real_server_of_llama_cpp_is_spoken_to() {
    let Some(python) = std::env::var_os("SCHULLOTSE_LLAMA_PYTHON").map(PathBuf::from) else {
        eprintln!("skipped: SCHULLOTSE_LLAMA_PYTHON names no Python with llama_cpp; hint: tests/run --full");
        return;
    };
    let folder = TempDir::new().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let _server = start(&python, &folder, port);
    let mut remote = RemoteConfig {
        url: format!("http://127.0.0.1:{port}/v1"),
        model: "random".into(),
        token: Some(Secret::new("canary")),
        ..RemoteConfig::default()
    };
    let model = RemoteModel::new(&remote, &ModelConfig::default(), 1).unwrap();
    until("llama.cpp's server answers", async || model.reach().await.is_ok()).await;

    let (tokens, finish) = written(&model, request("biemer geht nich <|im_end|>", 24)).await.unwrap();
    assert!(tokens > 0 && matches!(finish, Finish::Stop | Finish::Length), "{tokens} {finish:?}");
    let left = request("noch einmal", 2_000);
    let cancel = left.cancel.clone();
    let mut pieces = model.generate(left).unwrap();
    let first = pieces.recv().await;
    assert!(matches!(first, Some(Ok(Piece::Token(_) | Piece::Finish(_)))), "{first:?}");
    cancel.cancel();
    // A prompt that does not fit: this server agrees, and says nothing.
    let long = written(&model, request(&"Kabel ".repeat(4_000), 24)).await;
    assert!(matches!(long, Err(LlmError::PromptRefused(_))), "{long:?}");
    remote.model = "another".into();
    let other = RemoteModel::new(&remote, &ModelConfig::default(), 1).unwrap();
    assert!(other.reach().await.unwrap_err().contains("random"));
    remote.token = Some(Secret::new("wrong"));
    let stranger = RemoteModel::new(&remote, &ModelConfig::default(), 1).unwrap();
    let refused = written(&stranger, request("a", 4)).await;
    assert!(matches!(&refused, Err(LlmError::Remote(why)) if why.contains("token")), "{refused:?}");

    // The whole product with it: noise is not shown, the steps are.
    let server = Setup { model: Some(Arc::new(model)), ..Setup::default() }.start().await;
    let answer =
        post(server.address, "/api/v1/ask", &json!({ "question": "am beamer ist die falsche quelle" })).await.json();
    assert_eq!((&answer["outcome"], &answer["model"]), (&json!("answered"), &json!("extractive")), "{answer}");
    assert!(answer["sentences"].as_array().unwrap().len() > 3, "{answer}");
}
