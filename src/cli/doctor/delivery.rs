//! What `doctor` says of the helpdesk's own systems: whether they let us in, what waits for
//! them and since when, what was given up.

use super::{Finding, finding};
use crate::{app::App, support::delivery::TargetState};

/// Longest wait for a system's answer.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(15);

pub(super) async fn look(app: &App, running: Option<&serde_json::Value>, findings: &mut Vec<Finding>) {
    let delivery = &app.support.delivery;
    if delivery.targets().next().is_none() {
        findings.push(finding(
            "helpdesk",
            "note",
            "no system is configured; reports stay here (`schullotse tickets list`)",
        ));
    }
    for target in delivery.systems() {
        let name = &target.name;
        findings.push(match tokio::time::timeout(PATIENCE, target.system.check()).await {
            Ok(Ok(said)) => finding("helpdesk", "ok", format!("{name}: {said}")),
            Ok(Err(fault)) => finding("helpdesk", "fault", format!("{name}: {fault}")),
            Err(_) => finding("helpdesk", "fault", format!("{name}: no answer within {} s", PATIENCE.as_secs())),
        });
    }
    // A running server knows more: whether it leaves a system alone, and why.
    let told = running.and_then(|ready| serde_json::from_value::<Vec<TargetState>>(ready["delivery"].clone()).ok());
    let states = match told {
        Some(states) => Ok(states),
        None => delivery.states().await,
    };
    let alarm = i64::from(app.support.config.delivery.alarm_minutes) * 60;
    match states {
        Ok(states) => findings.extend(states.iter().flat_map(|state| said(state, alarm))),
        Err(error) => findings.push(finding("outbox", "fault", error.to_string())),
    }
}

fn said(state: &TargetState, alarm: i64) -> Vec<Finding> {
    let mut findings = Vec::new();
    let TargetState { target, pending, updates, failed, .. } = state;
    let waited = state.oldest_seconds.unwrap_or(0);
    let last = state.arrived.map(|at| format!("; the last arrived {at:.0}")).unwrap_or_default();
    let late = if waited > alarm { "fault" } else { "ok" };
    findings.push(finding(
        "outbox",
        late,
        format!("{target}: {pending} reports and {updates} updates wait, the oldest for {} min{last}", waited / 60),
    ));
    if *failed > 0 {
        let detail = format!(
            "{target}: {failed} reports were given up; hint: `schullotse tickets outbox`, then `tickets retry NUMBER`"
        );
        findings.push(finding("outbox", "fault", detail));
    }
    if state.updates_failed > 0 {
        let detail = format!(
            "{target}: {} updates were given up; hint: `schullotse tickets outbox`, then `tickets retry NUMBER`",
            state.updates_failed
        );
        findings.push(finding("outbox", "fault", detail));
    }
    if state.breaker == "gone" {
        let detail = format!(
            "{target} is no longer configured; reports that certainly are not there go to the first system, what \
             may be there and what follows it waits; hint: give the system its old `name`, or `tickets retry N --to TARGET`"
        );
        findings.push(finding("outbox", "fault", detail));
    } else if state.breaker != "closed" {
        let why = state.trouble.as_ref().map(|trouble| format!(": {}", trouble.why)).unwrap_or_default();
        findings.push(finding("outbox", "fault", format!("{target} is left alone for now{why}")));
    }
    findings
}
