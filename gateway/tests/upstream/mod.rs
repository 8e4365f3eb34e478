//! A model's server that does as a script says, byte by byte: it stalls, breaks off and cuts where it is told to.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::sleep,
};

/// One thing that the server does.
#[derive(Clone)]
pub enum Step {
    Send(Vec<u8>),
    Wait(Duration),
    /// Says nothing more until the client hangs up.
    Stall,
}

/// A request as it came in.
#[derive(Clone)]
pub struct Asked {
    pub head: String,
    pub body: Value,
}

impl Asked {
    /// The contents of its messages of one role.
    pub fn said_by(&self, role: &str) -> Vec<String> {
        let messages = self.body["messages"].as_array().unwrap().iter();
        let of_role = messages.filter(|message| message["role"] == role);
        of_role
            .map(|message| message["content"].as_str().unwrap().to_owned())
            .collect()
    }
}

type Script = dyn Fn(usize, &Asked) -> Vec<Step> + Send + Sync;

/// Listens until the test ends.
pub struct Upstream {
    /// What `model_base_url` has to say.
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    hung_up: Arc<Mutex<Vec<Instant>>>,
    open: Arc<AtomicUsize>,
}

impl Upstream {
    /// Every request is answered by these steps.
    pub async fn saying(steps: Vec<Step>) -> Self {
        Self::answering(move |_, _| steps.clone()).await
    }

    /// The first request by the first script and so on; the last one for ever.
    pub async fn in_turn(scripts: Vec<Vec<Step>>) -> Self {
        Self::answering(move |number, _| scripts[number.min(scripts.len() - 1)].clone()).await
    }

    pub async fn answering(
        script: impl Fn(usize, &Asked) -> Vec<Step> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let upstream = Self {
            url: format!("http://{}/v1", listener.local_addr().unwrap()),
            asked: Arc::default(),
            hung_up: Arc::default(),
            open: Arc::default(),
        };
        let script: Arc<Script> = Arc::new(script);
        let (asked, hung_up, open) = (
            upstream.asked.clone(),
            upstream.hung_up.clone(),
            upstream.open.clone(),
        );
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                let (asked, hung_up) = (asked.clone(), hung_up.clone());
                let (open, script) = (open.clone(), script.clone());
                tokio::spawn(async move {
                    open.fetch_add(1, Ordering::SeqCst);
                    if serve(stream, &asked, &*script).await.is_none() {
                        hung_up.lock().unwrap().push(Instant::now());
                    }
                    open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        upstream
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Returns once nothing is being said on any connection any more.
    pub async fn quiet(&self) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while self.open.load(Ordering::SeqCst) > 0 {
            assert!(Instant::now() < deadline, "a connection stays open");
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// When the first client hung up; waits for it.
    pub async fn hung_up(&self) -> Instant {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            if let Some(at) = self.hung_up.lock().unwrap().first() {
                return *at;
            }
            assert!(Instant::now() < deadline, "nobody hung up");
            sleep(Duration::from_millis(5)).await;
        }
    }
}

/// None when the client hung up before the script ended.
async fn serve(mut stream: TcpStream, asked: &Mutex<Vec<Asked>>, script: &Script) -> Option<()> {
    let request = read(&mut stream).await?;
    let steps = {
        let mut asked = asked.lock().unwrap();
        asked.push(request.clone());
        script(asked.len() - 1, &request)
    };
    let (mut reading, mut writing) = stream.split();
    let mut nothing = [0; 1];
    for step in steps {
        let doing = async {
            match step {
                Step::Send(bytes) => writing.write_all(&bytes).await.ok(),
                Step::Wait(time) => {
                    sleep(time).await;
                    Some(())
                }
                Step::Stall => std::future::pending().await,
            }
        };
        tokio::select! {
            done = doing => done?,
            _ = reading.read(&mut nothing) => return None,
        }
    }
    writing.shutdown().await.ok()
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        let read = stream
            .read(&mut chunk)
            .await
            .ok()
            .filter(|read| *read > 0)?;
        bytes.extend_from_slice(&chunk[..read]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8(bytes[..end].to_vec())
            .unwrap()
            .to_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.unwrap().parse().unwrap();
        if bytes.len() >= end + 4 + length {
            let body = serde_json::from_slice(&bytes[end + 4..]).unwrap();
            return Some(Asked { head, body });
        }
    }
}

pub fn send(text: &str) -> Step {
    Step::Send(text.as_bytes().to_vec())
}

/// A head without a length: the body ends with the connection.
pub fn head(status: &str, more: &str) -> Step {
    send(&format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/event-stream\r\nconnection: close\r\n{more}\r\n"
    ))
}

pub fn ok() -> Step {
    head("200 OK", "")
}

/// A refusal as servers word it.
pub fn refusal(status: &str, more: &str, message: &str) -> Vec<Step> {
    let body = json!({ "error": { "message": message } }).to_string();
    vec![head(status, more), send(&body)]
}

/// The bytes of one event.
pub fn event(data: &Value) -> Vec<u8> {
    format!("data: {data}\n\n").into_bytes()
}

pub fn piece(text: &str) -> Step {
    let choice = json!({ "index": 0, "delta": { "content": text }, "finish_reason": null });
    Step::Send(event(
        &json!({ "object": "chat.completion.chunk", "choices": [choice], "usage": null }),
    ))
}

pub fn finish(reason: &str) -> Step {
    let choice = json!({ "index": 0, "delta": {}, "finish_reason": reason });
    Step::Send(event(&json!({ "choices": [choice] })))
}

pub fn usage(prompt: u32, completion: u32) -> Step {
    let usage = json!({ "prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion });
    Step::Send(event(&json!({ "choices": [], "usage": usage })))
}

pub fn done() -> Step {
    send("data: [DONE]\n\n")
}

pub fn wait(milliseconds: u64) -> Step {
    Step::Wait(Duration::from_millis(milliseconds))
}

/// An answer without trouble.
pub fn answer(pieces: &[&str]) -> Vec<Step> {
    let pieces = pieces.iter().map(|text| piece(text));
    let end = [finish("stop"), usage(100, 20), done()];
    [ok()].into_iter().chain(pieces).chain(end).collect()
}
