//! Everything that can be proved without a database, in one binary, for linking takes longer than
//! running.

mod assistant;
mod cli;
mod delivery;
mod embeddings;
mod http;
mod jwks;
mod keys;
mod logs;
mod sentiment;
mod tokens;

#[path = "../upstream/mod.rs"]
mod upstream;
