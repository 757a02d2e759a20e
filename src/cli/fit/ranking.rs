//! `fit ranking`: weights of both stages of the search.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use crate::{
    cli::{eval, output},
    config::{Config, Ranking},
    domain::lang::Lang,
    eval::{
        fit::ranking::{self, Looked, Set, Wanted},
        sets::{Query, Question, read_questions},
    },
    search::{SIGNALS, analysis},
    support::bench::Bench,
};

#[derive(Debug, Args)]
pub(super) struct Command {
    /// A folder with docs.jsonl and queries.jsonl; may be given more than once.
    #[arg(long, value_name = "DIR")]
    set: Vec<PathBuf>,
    /// Teachers' questions over the indexed knowledge.
    #[arg(long, value_name = "FILE")]
    questions: Option<PathBuf>,
    /// At most so many queries of a set.
    #[arg(long, value_name = "N", default_value_t = 400)]
    most: usize,
    /// Weights to begin with; without it those that are in use.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Rounds over the weights of the first stage; 0 leaves them as they are.
    #[arg(long, value_name = "N", default_value_t = 2)]
    rounds: usize,
    /// Leaves all weights as they are: only the figures that they give are found.
    #[arg(long)]
    keep: bool,
    /// Also prints the figures without each part of the search.
    #[arg(long)]
    ablation: bool,
    /// Where the weights are written; without it they are printed.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Also writes what each chunk looked like, one question a line.
    #[arg(long, value_name = "FILE")]
    signals: Option<PathBuf>,
}

pub(super) async fn run(command: Command, config: Config) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        !command.set.is_empty() || command.questions.is_some(),
        "nothing to fit on\nhint: name sets with --set DIR or teachers' questions with --questions FILE"
    );
    let mut benches: Vec<(String, Bench, Vec<Query>)> = Vec::new();
    for folder in &command.set {
        let pair = eval::Pair::of(folder);
        let (bench, queries) = eval::bench(&pair, &config, None).await?;
        benches.push((name(folder), bench, queries));
    }
    let start = match &command.from {
        Some(path) => Ranking::read(path).map_err(anyhow::Error::msg)?,
        None => config.search.weights.clone(),
    };
    let app = match &command.questions {
        Some(file) => Some((super::super::app(config).await?, name(file), eval::read(file, read_questions)?)),
        None => None,
    };
    let mut sets: Vec<Set<'_>> = benches
        .iter()
        .map(|(name, bench, queries)| Set {
            name: name.clone(),
            passages: &bench.responder.passages,
            lang: bench.lang,
            wanted: queries.iter().filter(|query| !query.relevant.is_empty()).take(command.most).map(wanted).collect(),
        })
        .collect();
    if let Some((app, name, questions)) = &app {
        sets.push(Set {
            name: name.clone(),
            passages: &app.support.responder.passages,
            lang: Lang::De,
            wanted: questions.iter().filter(|one| one.answerable && one.problem.is_some()).map(asked).collect(),
        });
    }
    let mut best = if command.keep { start } else { fit(&sets, &start, command.rounds)? };
    anyhow::ensure!(
        best.analysis == analysis(),
        "these weights were fitted with the analysis {:?}, this is {:?}\nhint: fit them anew, without --keep",
        best.analysis,
        analysis()
    );
    best.figures = report("now", &sets, &best)?;
    if command.ablation {
        for (part, without) in best.parts() {
            report(&format!("without {part}"), &sets, &without)?;
        }
    }
    let looked = look(&sets, &best)?;
    if let Some(path) = &command.signals {
        let lines: Vec<String> = looked.iter().flatten().map(serde_json::to_string).collect::<Result<_, _>>()?;
        std::fs::write(path, lines.join("\n") + "\n")?;
    }
    let text = format!("{HEAD}{}", toml::to_string(&best)?);
    match &command.out {
        Some(path) => std::fs::write(path, text)?,
        None => output::line(&text)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// What stands above the weights.
const HEAD: &str = "# Weights of the search, written by `schullotse fit ranking`: see models/README.md.\n\n";

fn fit(sets: &[Set<'_>], start: &Ranking, rounds: usize) -> anyhow::Result<Ranking> {
    let mut best = start.clone();
    best.analysis = analysis();
    report("before", sets, &best)?;
    for _ in 0..2 {
        let looked: Vec<Looked> = look(sets, &best)?.into_iter().flatten().collect();
        let weights = ranking::second(&looked);
        #[expect(clippy::cast_possible_truncation, reason = "rounded to hundredths")]
        let rounded = |weight: f64| ((weight * 100.0).round() / 100.0) as f32;
        best.second = SIGNALS
            .iter()
            .zip(weights)
            .map(|(name, weight)| ((*name).to_owned(), rounded(weight)))
            .filter(|(name, weight)| weight.abs() > 0.0 && name != "about")
            .chain(start.second.get("about").map(|weight| ("about".to_owned(), *weight)))
            .collect();
        report("second stage", sets, &best)?;
        best = ranking::first(sets, &best, rounds, |name, value, gives| {
            let _ = output::line(&format!("  {name} = {value}: {gives:.4}"));
        })?;
    }
    Ok(best)
}

fn look(sets: &[Set<'_>], ranking: &Ranking) -> anyhow::Result<Vec<Vec<Looked>>> {
    Ok(sets.iter().map(|set| ranking::look(set, ranking)).collect::<Result<_, _>>()?)
}

type Table = std::collections::BTreeMap<String, std::collections::BTreeMap<String, f64>>;

fn report(title: &str, sets: &[Set<'_>], best: &Ranking) -> anyhow::Result<Table> {
    let weights: Vec<f64> =
        SIGNALS.iter().map(|name| f64::from(best.second.get(*name).copied().unwrap_or(0.0))).collect();
    let mut table = Table::new();
    output::line(title)?;
    for (set, looked) in sets.iter().zip(look(sets, best)?) {
        let figures = ranking::figures(&looked, |seen| ranking::score(&weights, seen));
        let rounded = |value: f64| (value * 1000.0).round() / 1000.0;
        output::line(&format!(
            "  {:24} recall@1 {:.3}  recall@10 {:.3}  mrr {:.3}",
            set.name, figures.recall_1, figures.recall_10, figures.mrr
        ))?;
        let row = [("recall@1", figures.recall_1), ("recall@10", figures.recall_10), ("mrr@10", figures.mrr)];
        let row = row.into_iter().map(|(name, value)| (name.to_owned(), rounded(value)));
        table.insert(set.name.clone(), row.collect());
    }
    Ok(table)
}

fn name(path: &Path) -> String {
    path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn wanted(query: &Query) -> Wanted {
    Wanted { id: query.id.clone(), text: query.text.clone(), documents: query.relevant.clone(), problem: None }
}

fn asked(question: &Question) -> Wanted {
    Wanted {
        id: question.id.clone(),
        text: question.question.clone(),
        documents: Vec::new(),
        problem: question.problem.clone(),
    }
}
