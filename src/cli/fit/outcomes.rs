//! `fit confidence --from-outcomes`: corrects the model of confidence by what
//! readers confirmed, and finds the thresholds anew.

use std::{io::Write as _, path::Path, process::ExitCode};

use anyhow::Context as _;
use serde_json::json as object;

use crate::{
    cli::output,
    config::{Config, OWN_PLACE, Recalibration},
    eval::fit::outcomes::{ASSUMES, OutcomesError, recalibrate},
    store::Store,
};

/// What stands above the figures in the file.
const HEAD: &str = "# Written by `schullotse fit confidence --from-outcomes`: see models/README.md.";

pub(super) async fn run(json: bool, config: Config) -> anyhow::Result<ExitCode> {
    let data = &config.data.0;
    let database = data.join("schullotse.db");
    anyhow::ensure!(
        database.is_file(),
        "{} holds no database\nhint: name the server's data folder with --data",
        data.display()
    );
    let store = Store::open(&database).await?;
    let mut model = config.support.weights.clone();
    let (confirmed, others) = store.confirmed(&model.fingerprint()).await?;
    store.close().await;
    if others > 0 {
        eprintln!("{others} outcomes of another model of confidence do not count");
    }
    let own = recalibrate(&confirmed, &model).map_err(|error: OutcomesError| anyhow::anyhow!("{error}"))?;
    model.own = Some(own.clone());
    let threshold = match config.support.threshold {
        Some(threshold) => threshold,
        // Else the next start would be refused.
        None => model.threshold(config.support.tolerated).map_err(|message| {
            anyhow::anyhow!("support.tolerated: {message}\nhint: tolerate one of those shares; nothing was written")
        })?,
    };
    let path = data.join(OWN_PLACE);
    write(&path, &own)?;
    if json {
        output::json(&object!({
            "file": path,
            "slope": own.slope,
            "offset": own.offset,
            "thresholds": own.thresholds,
            "figures": own.figures,
            "threshold": threshold,
            "assumes": ASSUMES,
        }))?;
    } else {
        output::line(&text(&own, threshold, config.support.tolerated))?;
        output::line(&format!("\nwritten: {}; used from the next start of the server on", path.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn text(own: &Recalibration, threshold: f64, tolerated: f64) -> String {
    let mut lines = vec![format!("log-odds · {} {:+}", own.slope, own.offset)];
    lines.extend(own.figures.iter().map(|(name, value)| format!("  {name:<18}{value}")));
    lines.push(String::new());
    for row in &own.thresholds {
        let from = row.threshold.map_or_else(|| "–".to_owned(), |threshold| format!("{threshold:.3}"));
        lines.push(format!("{:>4.0} %  from {from}: {}", row.tolerated * 100.0, row.guarantee));
    }
    lines.push(format!("\nanswers are given from {threshold:.3} on (support.tolerated = {tolerated})\n\n{ASSUMES}"));
    lines.join("\n")
}

/// The whole file or the one before: a start that reads it meanwhile finds one of both.
fn write(path: &Path, own: &Recalibration) -> anyhow::Result<()> {
    let told = || format!("cannot write {}\nhint: allow this user to write there", path.display());
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder).with_context(told)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(told)?;
    let assumes = ASSUMES.replace(". ", ".\n# ");
    write!(file, "{HEAD}\n#\n# {assumes}\n\n{}", toml::to_string(own)?).with_context(told)?;
    file.as_file().sync_all().with_context(told)?;
    file.persist(path).map_err(|error| error.error).with_context(told)?;
    Ok(())
}
