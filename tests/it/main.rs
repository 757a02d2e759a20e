//! The product as its users meet it: a real server, a real chat, the real program.
//!
//! One binary, so that it is linked once. Each file tests one promise; what they
//! share stands in `support`. Nothing here waits for a fixed time where it can
//! wait for an event, and nothing leaves a process or a file behind.

#[cfg(test)]
mod after;
#[cfg(test)]
mod again;
#[cfg(test)]
mod api;
#[cfg(test)]
mod brand;
#[cfg(test)]
mod chat;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod delivery;
#[cfg(test)]
mod dialogues;
#[cfg(test)]
mod drafts;
#[cfg(test)]
mod flows;
#[cfg(test)]
mod gone;
#[cfg(test)]
mod grounded;
#[cfg(test)]
mod helpdesk;
#[cfg(test)]
mod hostile;
#[cfg(test)]
#[path = "../support/hostile_pdf.rs"]
mod hostile_pdf;
#[cfg(test)]
mod import;
#[cfg(test)]
mod index;
#[cfg(test)]
mod knowledge;
#[cfg(test)]
mod language;
#[cfg(test)]
mod learning;
#[cfg(test)]
mod life;
#[cfg(test)]
mod living;
#[cfg(test)]
mod long;
#[cfg(test)]
mod marked;
#[cfg(test)]
mod model;
#[cfg(test)]
mod orders;
#[cfg(test)]
mod origin;
#[cfg(test)]
mod outages;
#[cfg(test)]
mod outcomes;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod plain;
#[cfg(test)]
mod privacy;
#[cfg(test)]
mod remote;
#[cfg(test)]
mod replace;
#[cfg(test)]
mod report;
#[cfg(test)]
mod resume;
#[cfg(test)]
mod rooms;
#[cfg(test)]
mod sse;
#[cfg(test)]
mod startup;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tickets;
#[cfg(test)]
mod widget;
