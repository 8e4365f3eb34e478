//! Asks everything at once, and says of each answer when its words came and whether they came as they were spoken.

use std::{collections::HashMap, future::pending, io, time::Instant};

use futures_util::{StreamExt, future::join_all};
use reqwest::{Client, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::mpsc;

use crate::Outcome;

#[derive(Deserialize)]
struct Plan {
    requests: Vec<Request>,
    /// Say when all answers have begun, and keep them open.
    #[serde(default)]
    hold: bool,
}

#[derive(Deserialize)]
struct Request {
    url: String,
    headers: HashMap<String, String>,
    body: Value,
}

#[derive(Default, Serialize)]
struct Heard {
    /// Milliseconds since the request was sent.
    first: Option<f64>,
    last: Option<f64>,
    words: u64,
    /// Pieces that were not the next word, alone.
    wrong: u64,
    done: bool,
    error: Option<String>,
}

pub async fn read() -> Outcome {
    let plan: Plan = serde_json::from_reader(io::stdin())?;
    let client = Client::builder().tcp_nodelay(true).build()?;
    let (begun, mut beginnings) = mpsc::unbounded_channel();
    let count = plan.requests.len();
    let asking = plan
        .requests
        .into_iter()
        .map(|request| tokio::spawn(ask(client.clone(), request, begun.clone())));
    let asking: Vec<_> = asking.collect();
    if plan.hold {
        for _ in 0..count {
            beginnings.recv().await;
        }
        println!("open");
        pending::<()>().await;
    }
    let heard: Vec<Heard> = join_all(asking)
        .await
        .into_iter()
        .collect::<Result<_, _>>()?;
    println!("{}", serde_json::to_string(&heard)?);
    Ok(())
}

async fn ask(client: Client, request: Request, begun: mpsc::UnboundedSender<()>) -> Heard {
    let since = Instant::now();
    let mut heard = Heard::default();
    let mut asked = client.post(request.url).json(&request.body);
    for (name, value) in request.headers {
        asked = asked.header(name, value);
    }
    let listened = match asked.send().await {
        Ok(answer) => listen(answer, since, &begun, &mut heard).await,
        Err(error) => Err(error.to_string()),
    };
    heard.error = listened.err();
    heard
}

async fn listen(
    answer: Response,
    since: Instant,
    begun: &mpsc::UnboundedSender<()>,
    heard: &mut Heard,
) -> Result<(), String> {
    if !answer.status().is_success() {
        return Err(format!(
            "{} {}",
            answer.status(),
            answer.text().await.unwrap_or_default()
        ));
    }
    let mut bytes = answer.bytes_stream();
    let mut rest = Vec::new();
    while let Some(more) = bytes.next().await {
        rest.extend_from_slice(&more.map_err(|error| error.to_string())?);
        let now = since.elapsed().as_secs_f64() * 1000.0;
        while let Some(end) = rest.windows(2).position(|pair| pair == b"\n\n") {
            let event: Vec<u8> = rest.drain(..end + 2).collect();
            let first = heard.first.is_none();
            take(&event[..end], now, heard);
            if first && heard.first.is_some() {
                let _ = begun.send(());
            }
        }
    }
    Ok(())
}

fn take(event: &[u8], now: f64, heard: &mut Heard) {
    let Some(data) = event.strip_prefix(b"data: ") else {
        return;
    };
    if data == b"[DONE]" {
        heard.done = true;
        return;
    }
    let data: Value = serde_json::from_slice(data).unwrap_or_default();
    if data["type"] == "error" {
        heard.error = Some(data.to_string());
    }
    // A model's own words, or those of the AI SDK's stream.
    let spoken = data
        .pointer("/choices/0/delta/content")
        .or_else(|| data.get("delta"));
    let Some(word) = spoken.and_then(Value::as_str) else {
        return;
    };
    heard.first.get_or_insert(now);
    heard.last = Some(now);
    if word == format!("w{} ", heard.words) {
        heard.words += 1;
    } else {
        heard.wrong += 1;
    }
}
