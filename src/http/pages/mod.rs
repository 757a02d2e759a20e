//! Pages for people: the demonstration of a school's page, the chat alone, the
//! passage that a source number opens. Plain HTML that needs no script to be read.

pub(super) mod chat;
pub(super) mod demo;
pub(super) mod layout;
pub(super) mod passage;
