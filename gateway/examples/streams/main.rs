//! The other parts of the benchmark `assistant`: a model that speaks at a fixed pace, the barest program that could stand
//! where the gateway stands, and a client that reads many answers at once.
//!
//! streams model ADDRESS | streams relay ADDRESS MODEL | streams read < requests.json

mod model;
mod read;
mod relay;

use std::{env, error::Error};

use axum::{Router, serve::ListenerExt};
use tokio::net::TcpListener;

pub type Outcome = Result<(), Box<dyn Error>>;

#[tokio::main]
async fn main() -> Outcome {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["model", address] => serve(address, model::routes()).await,
        ["relay", address, model] => serve(address, relay::routes(model)).await,
        ["read"] => read::read().await,
        _ => {
            Err("usage: streams model ADDRESS | streams relay ADDRESS MODEL | streams read".into())
        }
    }
}

/// Says `listening` once it is, so that whoever started it need not guess.
async fn serve(address: &str, routes: Router) -> Outcome {
    // Words of a few bytes each: a server that gathers them would be the bottleneck.
    let listener = TcpListener::bind(address).await?.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    println!("listening");
    Ok(axum::serve(listener, routes).await?)
}
