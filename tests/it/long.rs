//! Passages that do not all fit into a model's context: the least relevant stay behind, and
//! there is an answer all the same. And `compare`, with such a model, as a process.

use std::{path::Path, sync::Arc};

use schullotse::{
    config::ModelConfig,
    llm::{
        LlmError, Request, Segment,
        local::{Family, LocalModel, Shape, write_random},
        scripted::Scripted,
    },
};
use serde_json::{Value, json};

use super::support::{Setup, TestServer, get, post, run};

const QUESTION: &str = "am beamer ist die falsche quelle";
const FIRST: &str = "Wecken Sie das Gerät auf, das zu sehen sein soll, mit einem Tastendruck.";

/// What it was handed: every second piece of others' text, the question last.
fn passages(request: &Request) -> Vec<String> {
    let foreign = request.messages.iter().flat_map(|message| &message.segments);
    let foreign: Vec<&str> = foreign.filter(|one| matches!(one, Segment::Foreign(_))).map(Segment::text).collect();
    foreign.chunks_exact(2).map(|one| one[1].to_owned()).collect()
}

/// Four bytes a token, and room for `most` of them.
fn short(most: usize) -> Scripted {
    Scripted::failing(move |request| {
        let tokens = passages(request).iter().map(String::len).sum::<usize>() / 4;
        if tokens > most { Err(LlmError::PromptTooLong { tokens, most }) } else { Ok(FIRST.into()) }
    })
    .grounded()
}

async fn asked(server: &TestServer) -> Value {
    post(server.address, "/api/v1/ask", &json!({ "question": QUESTION })).await.json()
}

#[tokio::test]
async fn what_does_not_fit_loses_the_least_relevant() {
    let model = Arc::new(short(usize::MAX));
    let server = Setup { model: Some(model.clone()), ..Setup::default() }.start().await;
    asked(&server).await;
    let whole = passages(&model.requests()[0]);
    assert_eq!(whole.len(), 4, "{whole:?}");
    let answering = whole.iter().find(|passage| passage.contains(FIRST)).unwrap();

    // Room for the one that answers, whatever its place in the prompt, and for no more.
    let model = Arc::new(short(answering.len() / 4));
    let server = Setup { model: Some(model.clone()), ..Setup::default() }.start().await;
    let answer = asked(&server).await;
    assert_eq!(answer["model"], "scripted", "{answer}");
    assert!(answer["answer"].as_str().unwrap().contains(FIRST), "{answer}");
    let requests = model.requests();
    assert_eq!(passages(requests.last().unwrap()), std::slice::from_ref(answering));
    assert!((2..=4).contains(&requests.len()), "{}", requests.len());

    // A server that does not say by how much it is too long.
    let room = answering.len();
    let model = Arc::new(
        Scripted::failing(move |request| {
            let bytes: usize = passages(request).iter().map(String::len).sum();
            if bytes > room { Err(LlmError::PromptRefused("zu lang".into())) } else { Ok(FIRST.into()) }
        })
        .grounded(),
    );
    let server = Setup { model: Some(model.clone()), ..Setup::default() }.start().await;
    assert_eq!(asked(&server).await["answer"], answer["answer"]);
    assert_eq!(passages(model.requests().last().unwrap()), std::slice::from_ref(answering));

    // None fits: quoted, as without a model, and the next asks anew.
    let model = Arc::new(short(0));
    let server = Setup { model: Some(model.clone()), ..Setup::default() }.start().await;
    let answer = asked(&server).await;
    assert_eq!((&answer["outcome"], &answer["model"]), (&json!("answered"), &json!("extractive")), "{answer}");
    let figures = get(server.address, "/metrics").await.text();
    assert!(figures.contains("schullotse_model_passages_left_out_total"), "{figures}");
}

/// A model of random weights, a byte a token: a guide is thousands of them.
fn random(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("random.gguf");
    let shape = Shape { context: 3_584, layers: 1, ..Shape::tiny(Family::Qwen3) };
    write_random(&path, &shape, 3).unwrap();
    path
}

#[tokio::test]
async fn a_real_engine_reads_what_fits() {
    let folder = tempfile::tempdir().unwrap();
    let config = ModelConfig { deadline_seconds: 600, ..ModelConfig::default() };
    let model = LocalModel::load(&random(folder.path()), &config).unwrap();
    let mut setup = Setup { model: Some(Arc::new(model)), ..Setup::default() };
    setup.config.model = config;
    let server = setup.start().await;
    let figure = async |name: &str| {
        let figures = get(server.address, "/metrics").await.text();
        let line = figures.lines().find(|line| line.starts_with(name)).map(|line| line.rsplit(' ').next().unwrap());
        line.map_or(0, |value| value.parse::<u64>().unwrap())
    };
    let computed = "schullotse_model_prompt_tokens_total{from=\"computed\"}";
    let (out, read) = (figure("schullotse_model_passages_left_out_total").await, figure(computed).await);
    let answer = asked(&server).await;
    assert_eq!(answer["outcome"], "answered", "{answer}");
    assert!(figure("schullotse_model_passages_left_out_total").await > out);
    assert!(figure(computed).await > read, "what was left was read");
    let again = asked(&server).await;
    assert_eq!((&again["answer"], &again["model"]), (&answer["answer"], &answer["model"]));
}

#[tokio::test]
async fn compare_prints_all_ways_with_such_a_model() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), random(folder.path()));
    std::fs::create_dir_all(&data).unwrap();
    let config = format!("[model]\nfile = {:?}\nmax_tokens = 40\ndeadline_seconds = 600\n", file.display().to_string());
    std::fs::write(data.join("schullotse.toml"), config).unwrap();
    let questions = data.join("questions.jsonl");
    let line = |id: &str, text: &str| json!({ "id": id, "question": text, "lang": "de", "problem": null, "answerable": true, "expect": "answer" });
    let lines = [line("q1", QUESTION), line("q2", "qqxyzzy wwvbn")].map(|line| line.to_string());
    std::fs::write(&questions, lines.join("\n")).unwrap();
    let questions = questions.to_str().unwrap();
    let done = run(&data, &["compare", questions]).await;
    assert_eq!(done.code, 0, "{done:?}");
    for part in ["# q1: ", "## A", "## B", "## C", FIRST] {
        assert!(done.stdout.contains(part), "{part}: {}", done.stdout);
    }
    assert!(done.stderr.contains("1 of 2 questions"), "{}", done.stderr);
    let key: Value =
        serde_json::from_str(std::fs::read_to_string(data.join("compare-key.jsonl")).unwrap().trim()).unwrap();
    let mut ways: Vec<&str> = key["ways"].as_array().unwrap().iter().map(|way| way.as_str().unwrap()).collect();
    ways.sort_unstable();
    assert_eq!(ways, ["free", "quoted", "strict"]);
    assert!(!done.stderr.contains("no whole answer"), "{}", done.stderr);
}
