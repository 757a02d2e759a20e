//! Pages for people: the demonstration of a school's page, the chat alone, the
//! passage that a source number opens, the report without a chat, the statement on accessibility, the operator's page. Plain HTML that needs no script to be read.

pub(super) mod accessibility;
pub(super) mod chat;
pub(super) mod demo;
pub(super) mod embed;
pub(super) mod layout;
pub(super) mod passage;
pub(super) mod report;
