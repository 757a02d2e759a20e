//! The command line: one file a command. `--json` prints one object on standard
//! output and nothing else there; all else goes to standard error. Exit status:
//! 0 done, 1 failed (why, and a hint), 2 wrong usage.

mod ask;
mod bench;
mod chat;
mod compare;
mod config;
mod doctor;
mod embed;
mod eval;
mod fit;
mod flows;
mod index;
mod knowledge;
mod models;
mod outages;
mod output;
mod rooms;
mod running;
mod schools;
mod search;
mod serve;
mod tickets;
mod visits;

use std::{net::SocketAddr, os::unix::process::CommandExt as _, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::{
    app::{App, DataLock, Parts},
    config::{Config, Overrides, load},
    llm::local,
};

/// First-level IT support for schools: cited answers, or a complete fault report.
#[derive(Debug, Parser)]
#[command(name = "schullotse", version, about, disable_help_subcommand = true)]
struct Cli {
    /// Data folder (default ./data): database, index, models.
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Configuration file (default: schullotse.toml in the data folder, if there).
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the chat, the pages and the API (what happens without a command).
    Serve(serve::Serve),
    /// Bring the index up to date with the knowledge folders.
    Index(index::Index),
    /// Look after the knowledge: what is covered, out of date, doubled, to be filled in.
    Knowledge(knowledge::Knowledge),
    /// Look passages up.
    Search(search::Search),
    /// Ask one question.
    Ask(ask::Ask),
    /// Hold a conversation on the terminal.
    Chat(chat::Chat),
    /// Measure on labelled sets.
    Eval(eval::Eval),
    /// Answers in each way side by side, not saying which is which: to judge them.
    Compare(compare::Compare),
    /// Finds the weights that the product ships, or those of one's own.
    Fit(fit::Fit),
    /// Measure this machine: search, a crowd of chats, reports on their way, a language model file.
    Bench(bench::Bench),
    /// Language models: list, pull, verify, look into a file.
    Models(models::Models),
    /// Reports: list, show, close. Past tickets: import, review, release.
    Tickets(tickets::Tickets),
    /// Known outages: enter, list, end them.
    Outages(outages::Outages),
    /// Flows: look them over, draw one.
    Flows(flows::Flows),
    /// A campus manager's round on a day, to print.
    Visits(visits::Visits),
    /// The school directory: import it.
    Schools(schools::Schools),
    /// Rooms: list them, print the labels for their walls, renew their codes.
    Rooms(rooms::Rooms),
    /// The lines that put the chat on the schools' pages, and what those pages must allow.
    Embed(embed::Embed),
    /// Check the installation and say what to mend.
    Doctor(doctor::Doctor),
    /// Show or check the configuration.
    Config(config::ConfigCommand),
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let serving = matches!(cli.command, None | Some(Command::Serve(_)));
    log_to_stderr(serving);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&anyhow::Error::from(error).context("cannot start the runtime")),
    };
    let done = runtime.block_on(run(cli));
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    match done {
        Ok(code) => code,
        Err(error) => fail(&error),
    }
}

async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let mut flags = Overrides { config: cli.config, data: cli.data, ..Overrides::default() };
    let command = cli.command.unwrap_or(Command::Serve(serve::Serve::default()));
    if let Command::Serve(serve) = &command {
        flags.listen = serve.listen;
        flags.knowledge.clone_from(&serve.knowledge);
    }
    if let Command::Config(command) = &command {
        return config::run(command, &flags);
    }
    let config = load(&flags, environment())?;
    let computes = match &command {
        Command::Serve(_) | Command::Ask(_) | Command::Chat(_) | Command::Compare(_) | Command::Fit(_) => {
            config.model.file.is_some()
        }
        Command::Bench(bench) => bench.computes(),
        _ => false,
    };
    if computes {
        with_model_threads(&config)?;
    }
    match command {
        Command::Serve(_) => serve::run(config, flags.knowledge).await,
        Command::Index(command) => index::run(command, config).await,
        Command::Knowledge(command) => Box::pin(knowledge::run(command, config)).await,
        Command::Search(command) => search::run(command, config).await,
        Command::Ask(command) => ask::run(command, config).await,
        Command::Chat(command) => chat::run(command, config).await,
        Command::Eval(command) => eval::run(command, config).await,
        Command::Compare(command) => compare::run(command, config).await,
        Command::Fit(command) => Box::pin(fit::run(command, config)).await,
        Command::Bench(command) => bench::run(command, config, flags.config).await,
        Command::Models(command) => models::run(command, config).await,
        Command::Tickets(command) => Box::pin(tickets::run(command, config)).await,
        Command::Outages(command) => outages::run(command, config).await,
        Command::Flows(command) => flows::run(command, config).await,
        Command::Visits(command) => visits::run(command, config).await,
        Command::Schools(command) => schools::run(command, config).await,
        Command::Rooms(command) => rooms::run(command, config).await,
        Command::Embed(command) => embed::run(command, config).await,
        Command::Doctor(command) => doctor::run(command, config).await,
        Command::Config(_) => Ok(ExitCode::SUCCESS),
    }
}

/// Starts this very command again with the number of threads that the model is to
/// use: the engine reads it from the environment, before anything else runs.
fn with_model_threads(config: &Config) -> anyhow::Result<()> {
    let variables = local::thread_variables(&config.model);
    let set = |(name, value): &(&str, String)| std::env::var_os(name).is_some_and(|present| present == **value);
    if variables.iter().all(set) {
        return Ok(());
    }
    let program = std::env::current_exe().context("cannot find our own program")?;
    let failed = std::process::Command::new(program).args(std::env::args_os().skip(1)).envs(variables).exec();
    Err(failed).context("cannot start again with the model's number of threads")
}

/// Builds the product for a command, and reads the documents if nobody has yet, or if
/// a command that released or withdrew past tickets was killed before it could.
async fn app(config: Config) -> anyhow::Result<App> {
    let data = config.data.0.clone();
    let app = App::build(config, Parts::real()?).await?;
    if app.index_is_fresh {
        app.support.library.refresh(&[]).await?;
    } else if app.support.library.cases_are_stale().await?
        && let Some(_lock) = DataLock::take(&data)?
    {
        app.support.library.refresh(&[]).await?;
    }
    Ok(app)
}

fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

fn log_to_stderr(serving: bool) {
    let usual = if serving { "info,tantivy=warn,sqlx=warn" } else { "warn,tantivy=error" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
}

fn fail(error: &anyhow::Error) -> ExitCode {
    let message = format!("{error:#}");
    eprintln!("schullotse: {message}");
    if !message.contains("hint:") {
        eprintln!("hint: `schullotse doctor` checks the installation");
    }
    ExitCode::FAILURE
}

/// An address with port 0 takes a free port.
fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("{text:?} is no address with port, such as 127.0.0.1:8080"))
}

/// Now, for commands that write a time.
fn now() -> jiff::Timestamp {
    use crate::domain::clock::{Clock as _, SystemClock};
    SystemClock.now()
}
