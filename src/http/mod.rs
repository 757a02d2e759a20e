//! The face to browsers and programs. [`router`] shows every route on one screen.

mod admin;
mod api;
mod assets;
mod brand;
mod chat_sse;
mod chat_ws;
mod error;
mod health;
mod middleware;
mod openapi;
mod origin;
mod pages;
pub mod router;
mod state;

pub use self::{admin::AdminToken, health::MetricsHandle, state::Site};
