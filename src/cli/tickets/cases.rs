//! Past tickets: `import`, `batches`, `review`, `release`, `withdraw`, `discard`. What
//! an export holds is printed, never written, before it is masked.

use std::sync::Arc;

use super::{Import, show};
use crate::{
    app::{App, DataLock, Parts},
    cli::{index, output},
    config::{Config, ModelConfig},
    domain::clock::berlin,
    ingest::{
        Extractor, Limits,
        resolution::read_resolutions,
        tickets::{Export, Options},
    },
    support::{
        Support,
        devices::DeviceNames,
        library::{self, Report},
        past_cases::{Batch, Example, Moved, PREFIX, PastCases, Shelf, State},
    },
};

/// Everything but the language model, which nothing here needs.
fn plain(config: Config) -> Config {
    Config { model: ModelConfig::default(), ..config }
}

pub(in crate::cli) fn past_cases(support: &Support) -> PastCases {
    let config = &support.config;
    let redactor = Arc::clone(&support.desk.redactor);
    PastCases::new(&config.data.0, redactor, support.schools.now(), config.knowledge.max_file_mib)
}

pub(super) async fn import(command: Import, config: Config) -> anyhow::Result<()> {
    let Import { file, map, name, encoding, json } = command;
    let extractor = Extractor::new(std::env::current_exe()?, Limits::from(&config.knowledge));
    let mut export = Export::open(&file, Options { map, encoding }, extractor)
        .map_err(|error| anyhow::anyhow!("{} {error}", file.display()))?;
    let config = plain(config);
    let lexicon = library::lexicon(&config.knowledge, &config.data.0.join("knowledge"))?;
    let app = crate::cli::app(config).await?;
    let cases = past_cases(&app.support);
    let name = match name {
        Some(name) => {
            let personal = !app.support.desk.redactor.mask(&name).found.is_empty();
            anyhow::ensure!(
                !personal,
                "the name of a batch may hold no personal data\nhint: choose another with --name"
            );
            name
        }
        None => free_name(&app.support)?,
    };
    let work = move || {
        let done = cases.import(&mut export, &name, &DeviceNames::new(&lexicon));
        done.map_err(|error| match error.downcast::<crate::ingest::IngestError>() {
            Ok(error) => anyhow::anyhow!("{} {error}", file.display()),
            Err(error) => error,
        })
    };
    let imported = tokio::task::spawn_blocking(work).await??;
    app.support.store.close().await;
    if json { output::json(&show::imported_json(&imported)) } else { show::imported(&imported) }
}

/// `import-2026-11-22`, with a number behind it where that is taken.
fn free_name(support: &Support) -> anyhow::Result<String> {
    let day = support.clock.now().to_zoned(berlin()).date();
    let taken = Shelf::new(&support.config.data.0).list()?;
    let free = |name: &String| !taken.iter().any(|batch| batch.batch == *name);
    let mut names =
        (1..).map(|number| if number == 1 { format!("import-{day}") } else { format!("import-{day}-{number}") });
    Ok(names.find(free).unwrap_or_default())
}

pub(super) fn batches(config: &Config, json: bool) -> anyhow::Result<()> {
    let batches = Shelf::new(&config.data.0).list()?;
    if json {
        return output::json(&serde_json::json!({ "batches": batches }));
    }
    for Batch { batch, state, cases, changed, .. } in &batches {
        let day = changed.map(|at| at.to_zoned(berlin()).date().to_string()).unwrap_or_default();
        output::line(&format!("{:<9}{cases:>7} tickets  {day}  {batch}", state.name()))?;
    }
    if batches.is_empty() {
        output::line("no batches; `schullotse tickets import FILE` makes one")?;
    }
    Ok(())
}

pub(super) fn review(config: &Config, batch: &str, number: usize, json: bool) -> anyhow::Result<()> {
    let path = Shelf::new(&config.data.0).path_of(batch)?;
    let bytes = crate::ingest::load::bounded(&path, config.knowledge.max_file_mib)
        .map_err(|error| anyhow::anyhow!("{} {error}", path.display()))?;
    let (cases, refused) = read_resolutions(&path.to_string_lossy(), &bytes);
    let all = cases.len();
    // Spread over the batch, the first and the last among them.
    let wanted = number.clamp(1, all.max(1));
    let at = |at: usize| if wanted == 1 { 0 } else { at * (all - 1) / (wanted - 1) };
    let shown: Vec<_> = (0..wanted.min(all)).map(|place| &cases[at(place)]).collect();
    if json {
        return output::json(&serde_json::json!({ "batch": batch, "cases": all, "shown": shown, "refused": refused }));
    }
    for case in shown {
        show::example(&Example::of(case), false)?;
    }
    for refusal in &refused {
        output::line(&format!("cannot be read: {}: {}", refusal.path, refusal.reason))?;
    }
    output::line(&format!("{} of {all} tickets of {batch}; all stand in {}", wanted.min(all), path.display()))
}

pub(in crate::cli) async fn release(config: Config, batch: Option<String>, json: bool) -> anyhow::Result<()> {
    let names = match batch {
        Some(batch) => vec![batch],
        None => held(&config)?,
    };
    moved(config, names, json, PastCases::release).await
}

pub(super) async fn withdraw(config: Config, batch: &str, json: bool) -> anyhow::Result<()> {
    moved(config, vec![batch.to_owned()], json, PastCases::withdraw).await
}

fn held(config: &Config) -> anyhow::Result<Vec<String>> {
    let batches = Shelf::new(&config.data.0).list()?.into_iter();
    // Drafts are looked at one by one.
    let held = batches.filter(|batch| batch.state == State::Held && !batch.batch.starts_with(PREFIX));
    Ok(held.map(|batch| batch.batch).collect())
}

/// Moves batches and brings the index up to date, here or in the server that runs.
async fn moved(
    config: Config,
    names: Vec<String>,
    json: bool,
    shift: fn(&PastCases, &str) -> anyhow::Result<Moved>,
) -> anyhow::Result<()> {
    let config = plain(config);
    let lock = DataLock::take(&config.data.0)?;
    let app = App::build(config.clone(), Parts::real()?).await?;
    let cases = past_cases(&app.support);
    let work = move || names.iter().map(|name| shift(&cases, name)).collect::<Vec<_>>();
    let done = tokio::task::spawn_blocking(work).await?;
    // What was moved is indexed, even where another of several could not be.
    let report = match &lock {
        Some(_) => app.support.library.refresh(&[]).await,
        None => index::tell_server(&config, &[], &[]).await,
    };
    app.support.store.close().await;
    let moved = done.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    let report = report.map_err(|error| {
        error.context(
            "the tickets were moved, but the index could not be brought up to date\nhint: `schullotse index` does it",
        )
    })?;
    told(&moved, &report, json)
}

fn told(moved: &[Moved], report: &Report, json: bool) -> anyhow::Result<()> {
    let of_cases =
        report.refused.iter().filter(|refusal| moved.iter().any(|moved| refusal.path.starts_with(&moved.batch.batch)));
    let refused: Vec<_> = of_cases.collect();
    if json {
        let batches: Vec<_> = moved.iter().map(|moved| &moved.batch).collect();
        let (added, changed, removed) = (report.added, report.changed, report.removed);
        return output::json(&serde_json::json!({
            "batches": batches, "added": added, "changed": changed, "removed": removed, "refused": refused,
        }));
    }
    for Moved { batch, already } in moved {
        let already = if *already { " already" } else { "" };
        output::line(&format!("{} is{already} {}: {} tickets", batch.batch, batch.state.name(), batch.cases))?;
    }
    for refusal in refused {
        output::line(&format!("refused {}: {}", refusal.path, refusal.reason))?;
    }
    if moved.is_empty() {
        output::line("no batch is held")?;
    }
    output::line(&format!("index: {} added, {} changed, {} removed", report.added, report.changed, report.removed))
}

pub(super) fn discard(config: &Config, batch: &str, json: bool) -> anyhow::Result<()> {
    Shelf::new(&config.data.0).discard(batch)?;
    if json {
        output::json(&serde_json::json!({ "discarded": batch }))
    } else {
        output::line(&format!("{batch} is deleted"))
    }
}
