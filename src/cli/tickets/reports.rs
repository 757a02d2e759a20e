//! `tickets list|show`: reports for staff, until there are pages.

use anyhow::Context as _;

use crate::{
    cli::output,
    config::Config,
    domain::ticket::TicketState,
    store::{Store, TicketFilter},
    support::life,
};

/// The database of a data folder that is in use.
pub(in crate::cli) async fn store(config: &Config) -> anyhow::Result<Store> {
    let path = config.data.0.join("schullotse.db");
    anyhow::ensure!(
        path.is_file(),
        "there is no database in {}\nhint: start `schullotse serve` first, or name the folder with --data",
        config.data.0.display()
    );
    Ok(Store::open(&path).await?)
}

pub(super) async fn show(config: &Config, number: &str, json: bool) -> anyhow::Result<()> {
    let store = store(config).await?;
    let (ticket, _) = store.ticket(&spelled(number)).await?.with_context(|| unknown(number))?;
    let history = store.ticket_events(&ticket.number).await?;
    let joined: Vec<String> = life::joined(&store, &ticket).await?.into_iter().map(|joined| joined.number).collect();
    store.close().await;
    let mut shown = serde_json::to_value(&ticket)?;
    if let Some(fields) = shown.as_object_mut() {
        fields.insert("with_it".into(), joined.into());
        fields.insert("history".into(), serde_json::to_value(&history)?);
    }
    if json {
        output::json(&shown)?;
    } else {
        output::line(&describe(&shown)?)?;
    }
    Ok(())
}

pub(super) async fn list(
    config: &Config,
    state: Option<String>,
    school: Option<String>,
    limit: u32,
    json: bool,
) -> anyhow::Result<()> {
    let store = store(config).await?;
    let state = match state {
        Some(name) => Some(
            TicketState::from_name(&name)
                .with_context(|| format!("there is no state {name:?}\nhint: new, open, waiting, solved or reopened"))?,
        ),
        None => None,
    };
    let tickets = store.tickets(&TicketFilter { state, school }, limit).await?;
    store.close().await;
    if json {
        return output::json(&serde_json::json!({ "tickets": tickets }));
    }
    for ticket in &tickets {
        let place =
            [ticket.school.as_deref(), ticket.room.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" / ");
        let first = ticket.symptom.lines().next().unwrap_or_default();
        output::line(&format!(
            "{}  {:<8} {:?}  {}  {place}  {first}",
            ticket.number,
            ticket.state.name(),
            ticket.priority,
            ticket.created
        ))?;
    }
    if tickets.is_empty() {
        output::line("no reports")?;
    }
    Ok(())
}

/// A ticket to be read on a terminal.
fn describe(ticket: &serde_json::Value) -> anyhow::Result<String> {
    Ok(toml::to_string(&serde_json::from_str::<toml::Value>(&strip_nulls(ticket).to_string())?)?.trim_end().to_owned())
}

fn strip_nulls(value: &serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), strip_nulls(value)))
            .collect(),
        serde_json::Value::Array(items) => items.iter().map(strip_nulls).collect(),
        other => other.clone(),
    }
}

fn spelled(number: &str) -> String {
    number.trim().to_uppercase()
}

fn unknown(number: &str) -> String {
    format!("there is no report {number}\nhint: `schullotse tickets list` shows all")
}
