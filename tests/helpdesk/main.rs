//! The connectors with the real systems: Request Tracker 5, exim4 and dovecot, as `tests/helpdesk/up` starts them.
//!
//! Where they do not run, each test says so and is left out; with `SCHULLOTSE_REQUIRE_HELPDESK=1`, as in
//! `tests/run`, that is a failure. Every test has tickets and mailboxes of its own, so all run side by side.

#[cfg(test)]
mod lost;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod rt;
#[cfg(test)]
mod systems;
#[cfg(test)]
mod zammad;
