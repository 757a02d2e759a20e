//! Pure types and rules of the product: what a document, an answer, a report,
//! a school is. No I/O, no async, nothing of ours imported: every other room
//! may rely on this one, this one relies on none.

pub mod calendar;
pub mod citation;
pub mod clock;
pub mod colour;
pub mod conformal;
pub mod conversation;
pub mod danger;
pub mod document;
pub mod flow;
pub mod holidays;
pub mod json_lines;
pub mod lang;
pub mod lexicon;
pub mod life;
pub mod orders;
pub mod outage;
pub mod outcome;
pub mod parts;
pub mod phrases;
pub mod placeholder;
pub mod problem;
pub mod reply;
pub mod room_code;
pub mod routing;
pub mod school;
pub mod sla;
pub mod text;
pub mod ticket;
pub mod urgency;
