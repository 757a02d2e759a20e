//! What `doctor` says of the pages that readers see: under which address, whether any school's
//! page may open the chat, and what the statement on accessibility still lacks.

use super::{Finding, finding};
use crate::app::App;

pub(super) fn look(app: &App, findings: &mut Vec<Finding>) {
    let config = &app.support.config;
    let directory = app.support.schools.now();
    if config.server.public_url.is_none() && !config.server.listen.ip().to_canonical().is_loopback() {
        let detail = "`server.public_url` is not set, and the server listens for other machines: pages of any name that \
                      leads here may open a chat; hint: set it to the address under which browsers reach this server";
        findings.push(finding("pages", "note", detail));
    }
    let closed = directory.schools.iter().filter(|school| school.origins.is_empty()).count();
    if closed > 0 && config.server.origins.is_empty() && !directory.authority.demo {
        let detail = format!(
            "of {closed} schools no page may open the chat; hint: name their pages under `origins` in the directory; `schullotse embed` prints the lines for them"
        );
        findings.push(finding("pages", "note", detail));
    }
    if config.server.accessibility_url.is_some() {
        return;
    }
    let own = &config.accessibility;
    let authority = &directory.authority;
    let named = |own: &Option<String>, listed: &str| own.is_some() || !listed.trim().is_empty();
    let contact = named(&own.email, &authority.email) || named(&own.phone, &authority.hotline);
    for (there, key, what) in [
        (named(&own.authority, &authority.name), "accessibility.authority", "who is responsible"),
        (contact, "accessibility.email", "how barriers can be told other than by the form"),
        (own.enforcement.name.is_some(), "accessibility.enforcement.name", "the enforcement body of the Land"),
        (own.reviewed.is_some(), "accessibility.reviewed", "when the authority last looked it over"),
    ] {
        if !there {
            let detail = format!("the statement at /barrierefreiheit does not name {what}; hint: set `{key}`");
            findings.push(finding("accessibility", "note", detail));
        }
    }
}
