//! `fit confidence`: the model of confidence, from sets from which documents are taken away.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use clap::Args;
use rand::{SeedableRng as _, rngs::StdRng};

use crate::{
    app::load_model,
    cli::{eval, output},
    config::{ConfidenceModel, Config, Threshold},
    domain::clock::SystemClock,
    eval::{
        fit::{
            confidence::{self, Case},
            logistic::sigmoid,
        },
        sets::{read_queries, read_questions},
    },
    ingest::docs::read_docs,
    search::analysis,
    support::{
        bench::{Asking, Bench},
        library,
    },
};

#[derive(Debug, Args)]
pub(super) struct Command {
    /// A folder with docs.jsonl and queries.jsonl; may be given more than once.
    #[arg(long, value_name = "DIR")]
    set: Vec<PathBuf>,
    /// Teachers' questions over the indexed knowledge; may be given more than once.
    #[arg(long, value_name = "FILE")]
    questions: Vec<PathBuf>,
    /// At most so many queries of a set.
    #[arg(long, value_name = "N", default_value_t = 600)]
    most: usize,
    /// Correct the model by the outcomes that readers confirmed, and write DATA/fitted/confidence.toml.
    #[arg(long, conflicts_with_all = ["set", "questions"])]
    from_outcomes: bool,
    #[arg(long, requires = "from_outcomes")]
    json: bool,
    /// Where the model is written; without it it is printed.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Also writes every case with its features, one a line.
    #[arg(long, value_name = "FILE")]
    cases: Option<PathBuf>,
}

pub(super) async fn run(command: Command, config: Config) -> anyhow::Result<ExitCode> {
    if command.from_outcomes {
        return super::outcomes::run(command.json, config).await;
    }
    let app = if command.questions.is_empty() { None } else { Some(super::super::app(config.clone()).await?) };
    let model = match &app {
        Some(app) => app.support.responder.model.clone(),
        None => load_model(&config, &mut StdRng::from_rng(&mut rand::rng()))?,
    };
    let mut asking = Asking::new(model);
    let mut cases: Vec<Case> = Vec::new();
    for folder in &command.set {
        let pair = eval::Pair::of(folder);
        let documents = eval::read(&pair.docs, read_docs)?;
        let mut queries = eval::read(&pair.queries, read_queries)?;
        queries.truncate(command.most);
        let lexicon = Arc::new(library::lexicon(&config.knowledge, &config.data.0.join("knowledge"))?);
        for which in [false, true] {
            let kept = confidence::half(&documents, which);
            let held: BTreeSet<String> = kept.iter().map(|document| document.id.clone()).collect();
            let bench = Bench::over(kept, Arc::clone(&lexicon), &config, None, Arc::new(SystemClock)).await?;
            cases.extend(confidence::texts(&name(folder), &bench, &held, &queries, &mut asking).await);
        }
    }
    if let Some(app) = &app {
        for file in &command.questions {
            let questions = eval::read(file, read_questions)?;
            cases.extend(confidence::guides(&name(file), &app.support, &questions, &mut asking).await?);
        }
    }
    if asking.asked > 0 {
        eprintln!("the model was asked {} times, {} without a whole answer", asking.asked, asking.failed);
    }
    if let Some(path) = &command.cases {
        let lines: Vec<String> = cases.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
        std::fs::write(path, lines.join("\n") + "\n")?;
    }
    let fitted = confidence::fit(&cases)?;
    for (set, row) in &fitted.figures {
        let row: Vec<String> = row.iter().map(|(name, value)| format!("{name} {value}")).collect();
        output::line(&format!("{set:24} {}", row.join("  ")))?;
    }
    let asked = confidence::asked(&cases, &fitted.log_odds);
    let model = ConfidenceModel {
        analysis: analysis(),
        threshold_by_hand: asked.is_empty().then_some(0.6),
        groups: fitted.groups,
        thresholds: if asked.is_empty() { Vec::new() } else { Threshold::table(&asked, KIND, sigmoid) },
        figures: fitted.figures,
        own: None,
    };
    for row in &model.thresholds {
        output::line(&format!("{:>4.0} %  {:?}: {}", row.tolerated * 100.0, row.threshold, row.guarantee))?;
    }
    let text = format!("{HEAD}{}", toml::to_string(&model)?);
    match &command.out {
        Some(path) => std::fs::write(path, text)?,
        None => output::line(&text)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// What stands above the model.
const HEAD: &str =
    "# How sure the product is of its answer, written by `schullotse fit confidence`: see models/README.md.\n\n";
/// Which questions the promise is about.
const KIND: &str = "teachers' questions that reach the search";

fn name(path: &Path) -> String {
    path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
