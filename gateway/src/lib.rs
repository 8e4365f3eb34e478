//! The portal's gateway: what Postgres must not do itself, that is talking to the outside and
//! holding connections open. It acts as the caller, under the caller's role and claims, and so can
//! do no more than the caller could through PostgREST.
//!
//! - [`config`]: settings, from the documented defaults, a file and the environment
//! - [`auth`]: who is calling, from the access token or the publishable key
//! - [`caller`]: the caller as the database shall see them
//! - [`db`]: the pool, and transactions that run as the caller
//! - [`due_jobs`]: the clock for what falls due in the database
//! - [`events`]: live updates, one stream for each client that listens
//! - [`embeddings`]: texts as vectors, for the knowledge base and for questions to it
//! - [`sentiment`]: the mood of customers' messages, told by a model
//! - [`notifications`]: the outbox goes out: e-mail, text messages, webhooks; and how people stop it
//! - [`error`]: the four-key error body, the same as PostgREST's
//! - [`app`]: routes and the layers around them; [`health`] and [`whoami`] are the endpoints so far
//! - [`serve`]: listening and shutting down
//! - [`telemetry`]: logs and metrics
//! - [`trouble`]: how workers bear a database that is away

pub mod app;
pub mod assistant;
pub mod auth;
pub mod caller;
pub mod config;
pub mod db;
pub mod due_jobs;
pub mod embeddings;
pub mod error;
pub mod events;
pub mod health;
pub mod layers;
pub mod notifications;
pub mod sentiment;
pub mod serve;
pub mod telemetry;
pub mod trouble;
pub mod whoami;
