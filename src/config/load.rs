//! Reads the configuration: defaults, file, environment, flags, in that order.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::{
    Config, Ranking, SupportConfig,
    confidence::{ConfidenceModel, OWN_PLACE, Recalibration},
};

/// Prefix of environment variables: `SCHULLOTSE__SERVER__LISTEN`.
const PREFIX: &str = "SCHULLOTSE__";

/// Why the configuration cannot be used. The message says where, what and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the configuration {path}: {source}\nhint: check the path given with --config")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{path}: {message}\nhint: `schullotse config show` prints every key with its present value")]
    File { path: PathBuf, message: String },
    #[error(
        "environment variable {name}: {message}\nhint: `schullotse config show` prints every key; unset the variable or correct it"
    )]
    Variable { name: String, message: String },
    #[error("{key}: {message}")]
    Fitted { key: &'static str, message: String },
    #[error("{key}: {message}\nhint: src/helpdesk/README.md shows what a target needs")]
    Helpdesk { key: String, message: String },
    #[error("{key}: {message}\nhint: {hint}")]
    Value { key: &'static str, message: String, hint: &'static str },
}

/// What the command line says over file and environment.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    pub config: Option<PathBuf>,
    pub data: Option<PathBuf>,
    pub knowledge: Vec<PathBuf>,
    pub listen: Option<std::net::SocketAddr>,
}

/// Puts the configuration together. `environment` is passed in, so that tests are exact.
///
/// Without `--config`, a `schullotse.toml` in the data folder is read if it is there.
///
/// # Errors
/// [`ConfigError`] for an unreadable file, an unknown key, a wrong type or a value out of range.
pub fn load(flags: &Overrides, environment: impl IntoIterator<Item = (String, String)>) -> Result<Config, ConfigError> {
    let mut variables: Vec<(String, String)> =
        environment.into_iter().filter(|(name, _)| name.starts_with(PREFIX)).collect();
    variables.sort();
    let data = flags.data.clone().or_else(|| {
        variables.iter().find(|(name, _)| name == "SCHULLOTSE__DATA").map(|(_, value)| PathBuf::from(value))
    });
    let beside = data.clone().unwrap_or_else(|| Config::default().data.0).join("schullotse.toml");
    let file = flags.config.clone().or_else(|| beside.is_file().then_some(beside));

    let mut table = match &file {
        Some(path) => read_file(path)?,
        None => Table::new(),
    };
    for (name, value) in &variables {
        let mut alone = Table::new();
        set(&mut alone, name, value.clone());
        // Alone first, so that a fault names the variable and not the whole.
        typed::<Config>(&alone).map_err(|message| ConfigError::Variable { name: name.clone(), message })?;
        set(&mut table, name, value.clone());
    }
    let mut config: Config =
        typed(&table).map_err(|message| ConfigError::File { path: file.unwrap_or_default(), message })?;

    if let Some(data) = data {
        config.data.0 = data;
    }
    config.knowledge.folders.extend(flags.knowledge.iter().cloned());
    if let Some(listen) = flags.listen {
        config.server.listen = listen;
    }
    read_models(&mut config)?;
    config.brand.complete().map_err(|(key, message)| ConfigError::Value {
        key,
        message,
        hint: "name a short name, and a plain SVG or PNG file; or leave the key out",
    })?;
    config.model.complete().map_err(|(key, message)| ConfigError::Value {
        key,
        message,
        hint: "models/README.md says what goes into [model] and [model.remote]",
    })?;
    config.helpdesk.complete().map_err(|(key, message)| ConfigError::Helpdesk { key, message })?;
    check(&config)?;
    Ok(config)
}

/// The fitted models that the configuration names, and what lies in the data folder.
fn read_models(config: &mut Config) -> Result<(), ConfigError> {
    if let Some(path) = &config.search.ranking {
        config.search.weights =
            Ranking::read(path).map_err(|message| ConfigError::Fitted { key: "search.ranking", message })?;
    }
    let support = &mut config.support;
    if let Some(path) = &support.confidence {
        support.weights = ConfidenceModel::read(path)
            .map_err(|message| ConfigError::Fitted { key: "support.confidence", message })?;
    }
    // It was made beside the configuration and outlives an update; none is a reason not to start.
    let own = config.data.0.join(OWN_PLACE);
    if own.is_file() {
        match Recalibration::read(&own, &support.weights.fingerprint(), support.tolerated) {
            Ok(own) => support.weights.own = Some(own),
            Err(message) => support.refused = Some(message),
        }
    }
    Ok(())
}

fn read_file(path: &Path) -> Result<Table, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.into(), source })?;
    let fault = |error: toml::de::Error| ConfigError::File { path: path.into(), message: shown(&error, &text) };
    // Typed from the text, so that a fault names line and column.
    toml::from_str::<Config>(&text).map_err(fault)?;
    toml::from_str(&text).map_err(fault)
}

/// A fault with the line that it is in, unless a secret stands there.
fn shown(error: &toml::de::Error, text: &str) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = text.lines().nth(before.matches('\n').count()).unwrap_or_default().to_lowercase();
    if ["token", "secret", "password"].iter().any(|word| line.contains(word)) {
        return format!("line {}: {}", before.matches('\n').count() + 1, error.message());
    }
    error.to_string().trim_end().into()
}

fn typed<T: DeserializeOwned>(table: &Table) -> Result<T, String> {
    Value::Table(table.clone()).try_into().map_err(|error: toml::de::Error| error.message().to_owned())
}

/// Puts a variable in its place: numbers, booleans and `[lists]` as TOML reads them, all else as text.
fn set(table: &mut Table, name: &str, value: String) {
    let keys: Vec<String> = name[PREFIX.len()..].split("__").map(str::to_lowercase).collect();
    let parsed = match format!("v = {value}").parse::<Table>() {
        Ok(mut one) if one.len() == 1 => one.remove("v").unwrap_or(Value::String(value)),
        _ => Value::String(value),
    };
    let Some((last, path)) = keys.split_last() else { return };
    let mut place = table;
    for key in path {
        let entry = place.entry(key.clone()).or_insert_with(|| Value::Table(Table::new()));
        if !entry.is_table() {
            *entry = Value::Table(Table::new());
        }
        match entry {
            Value::Table(inner) => place = inner,
            _ => return,
        }
    }
    place.insert(last.clone(), parsed);
}

fn check(config: &Config) -> Result<(), ConfigError> {
    check_support(&config.support)?;
    config.delivery.check().map_err(|(key, message)| ConfigError::Value {
        key,
        message,
        hint: "leave the keys of [delivery] out to use the defaults",
    })?;
    if config.search.writer_memory_mib < 15 {
        return Err(ConfigError::Value {
            key: "search.writer_memory_mib",
            message: format!("{} MiB is too little for the index writer", config.search.writer_memory_mib),
            hint: "give at least 15",
        });
    }
    if config.limits.message_chars == 0 || config.limits.body_bytes < 1024 {
        return Err(ConfigError::Value {
            key: "limits",
            message: "message_chars must be above 0 and body_bytes at least 1024".into(),
            hint: "leave the keys out to use the defaults",
        });
    }
    let positive = [
        ("limits.conversation_per_minute", config.limits.conversation_per_minute),
        ("limits.conversation_burst", config.limits.conversation_burst),
        ("limits.school_per_minute", config.limits.school_per_minute),
        ("limits.school_burst", config.limits.school_burst),
        ("limits.tickets_per_hour", config.limits.tickets_per_hour),
        ("privacy.chat_days", config.privacy.chat_days),
        ("privacy.ticket_days", config.privacy.ticket_days),
    ];
    if let Some((key, _)) = positive.into_iter().find(|(_, value)| *value == 0) {
        return Err(ConfigError::Value { key, message: "0 is not allowed".into(), hint: "give a number above 0" });
    }
    Ok(())
}

fn check_support(support: &SupportConfig) -> Result<(), ConfigError> {
    let tolerated = support.tolerated;
    if !(tolerated > 0.0 && tolerated < 1.0) {
        return Err(ConfigError::Value {
            key: "support.tolerated",
            message: format!("{tolerated} is no share of questions"),
            hint: "give a number above 0 and below 1; 0.02 is the default",
        });
    }
    match support.threshold {
        Some(share) if !(0.0..=1.0).contains(&share) => Err(ConfigError::Value {
            key: "support.threshold",
            message: format!("{share} is no probability"),
            hint: "give a number from 0 to 1, or leave it out: it then follows from support.tolerated",
        }),
        Some(_) => Ok(()),
        None => support.weights.threshold(tolerated).map(|_| ()).map_err(|message| ConfigError::Value {
            key: "support.tolerated",
            message,
            hint: "tolerate one of those shares, or set support.threshold",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(file: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.toml");
        std::fs::write(&path, file).unwrap();
        let flags = Overrides { config: Some(path), ..Overrides::default() };
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        load(&flags, variables).map_err(|error| error.to_string())
    }

    #[test]
    fn file_then_environment_then_flags() {
        let config = with(
            "[support]\nthreshold = 0.4\n[server]\nlisten = '127.0.0.1:1'",
            &[("SCHULLOTSE__SUPPORT__THRESHOLD", "0.7")],
        )
        .unwrap();
        assert!((config.support.answers_from() - 0.7).abs() < 1e-9);
        assert_eq!(config.server.listen.port(), 1);
        let flags = Overrides { listen: Some("127.0.0.1:2".parse().unwrap()), ..Overrides::default() };
        assert_eq!(load(&flags, []).unwrap().server.listen.port(), 2);
    }

    #[test]
    fn an_unknown_key_names_file_line_and_key() {
        let message = with("[server]\nlisten = '127.0.0.1:1'\nport = 3\n", &[]).unwrap_err();
        for part in ["c.toml", "line 3", "port", "hint:"] {
            assert!(message.contains(part), "{part} in {message}");
        }
    }

    #[test]
    fn a_wrong_variable_is_named() {
        for (name, value) in [("SCHULLOTSE__SERVER__PORT", "1"), ("SCHULLOTSE__SUPPORT__THRESHOLD", "much")] {
            let message = with("", &[(name, value)]).unwrap_err();
            assert!(message.contains(name) && message.contains("hint:"), "{message}");
        }
    }

    #[test]
    fn a_target_is_checked_and_its_secret_not_shown() {
        let target = "[helpdesk.primary]\nkind = 'rt'\nurl = 'https://rt.example.de'\nqueue = 'IT'\n";
        let variable = [("SCHULLOTSE__HELPDESK__PRIMARY__TOKEN", "canary")];
        let config = with(target, &variable).unwrap();
        assert!(!format!("{config:?}{}", toml::to_string(&config).unwrap()).contains("canary"));
        assert!(config.helpdesk.primary.unwrap().access().is_ok());
        assert!(with(target, &[]).unwrap_err().contains("helpdesk.primary.token"));
        for wrong in
            ["token = canary", "token = 4711", "token = ['canary']", "smtp = { password = 'canary', pasword = 1 }"]
        {
            let message = with(&format!("{target}{wrong}\n"), &[]).unwrap_err();
            assert!(
                message.contains("line 5") && !message.contains("canary") && !message.contains("4711"),
                "{message}"
            );
        }
        let second = target.replace("primary", "second");
        assert!(with(&second, &[]).unwrap_err().contains("token"));
        let both = format!("{target}token = 'a'\n{second}token = 'b'\n");
        assert!(with(&both, &[]).unwrap_err().contains("helpdesk.second.name"));
        assert!(with(&format!("{both}name = 'rt-2'\n"), &[]).is_ok());
    }

    #[test]
    fn values_out_of_range_are_refused() {
        for file in [
            "[support]\nthreshold = 1.5",
            "[support]\ntolerated = 0",
            "[support]\ntolerated = 1.0",
            "[support]\nconfidence = 'none.toml'",
            "[privacy]\nchat_days = 0",
            "[delivery]\npoll_seconds = 0",
            "[delivery]\ntimeout_seconds = 101",
            "[search]\nwriter_memory_mib = 1",
            "[model]\nanswers_mb = 4097",
        ] {
            assert!(with(file, &[]).unwrap_err().contains("hint:"), "{file}");
        }
    }

    #[test]
    fn a_share_without_a_threshold_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let model = folder.path().join("model.toml");
        let row = "tolerated = 0.05\nthreshold = 0.7\nquestions = 30\nguarantee = 'g'";
        let text = format!("analysis = 'a'\n[[thresholds]]\n{row}\n[groups.guides]\nintercept = 0.0\nweights = {{}}");
        std::fs::write(&model, text).unwrap();
        let named = format!("confidence = '{}'", model.display());
        let message = with(&format!("[support]\n{named}"), &[]).unwrap_err();
        assert!(
            message.contains("support.tolerated") && message.contains("0.05") && message.contains("hint:"),
            "{message}"
        );
        for (more, wanted) in [("tolerated = 0.05", 0.7), ("threshold = 0.9", 0.9)] {
            let config = with(&format!("[support]\n{named}\n{more}"), &[]).unwrap();
            assert!((config.support.answers_from() - wanted).abs() < 1e-9, "{more}");
        }
    }

    #[test]
    fn what_own_outcomes_say_is_read_from_the_data_folder() {
        let data = tempfile::tempdir().unwrap();
        std::fs::create_dir(data.path().join("fitted")).unwrap();
        let flags = Overrides { data: Some(data.path().into()), ..Overrides::default() };
        let model = ConfidenceModel::default().fingerprint();
        let row = "tolerated = 0.02\nthreshold = 0.77\nquestions = 120\nguarantee = 'g'";
        for (model, used) in [(model.as_str(), true), ("0123", false)] {
            let text = format!("model = '{model}'\nslope = 1.5\noffset = 0.0\n[[thresholds]]\n{row}");
            std::fs::write(data.path().join(OWN_PLACE), text).unwrap();
            let support = load(&flags, []).unwrap().support;
            assert_eq!((support.weights.own.is_some(), support.refused.is_none()), (used, used), "{model}");
            assert_eq!((support.answers_from() - 0.77).abs() < 1e-9, used, "{model}");
        }
    }
}
