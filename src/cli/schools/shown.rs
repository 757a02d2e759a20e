//! What an import changes, for a reader: counts by kind, and names.

use crate::{
    cli::output,
    domain::school::{Change, Diff, SHOWN},
};

pub(super) fn changes(diff: &Diff) -> anyhow::Result<()> {
    if diff.is_empty() {
        return output::line("nothing differs from the present directory");
    }
    if !diff.authority.is_empty() {
        output::line(&format!("authority: {}", diff.authority.join(", ")))?;
    }
    for (name, list) in diff.lists() {
        if list.names.is_empty() {
            continue;
        }
        output::line(&format!("{name}: {} added, {} changed, {} removed", list.added, list.changed, list.removed))?;
        for change in &list.names {
            output::line(&match change {
                Change::Added(name) => format!("  + {name}"),
                Change::Changed(name, keys) => format!("  ~ {name}: {}", keys.join(", ")),
                Change::Removed(name) => format!("  - {name}"),
            })?;
        }
        let more: usize = [list.added, list.changed, list.removed].iter().map(|of| of.saturating_sub(SHOWN)).sum();
        if more > 0 {
            output::line(&format!("  … and {more} more"))?;
        }
    }
    Ok(())
}
