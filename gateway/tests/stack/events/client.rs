//! A client as the standard describes it, which shows what it reads.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, Bytes},
    http::Request,
};
use futures_util::stream::{self, BoxStream, StreamExt};
use serde_json::Value;
use tower::ServiceExt;
use uuid::Uuid;

/// What stands between two empty lines.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Block {
    pub event: Option<String>,
    pub data: Option<Value>,
    pub id: Option<String>,
    pub comment: Option<String>,
}

impl Block {
    fn read(text: &str) -> Self {
        let mut block = Self::default();
        for line in text.lines() {
            let (field, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
            match field {
                "" => block.comment = Some(value),
                "event" => block.event = Some(value),
                "data" => block.data = Some(serde_json::from_str(&value).unwrap()),
                "id" => block.id = Some(value),
                "retry" => {}
                _ => panic!("no field of server-sent events: {line}"),
            }
        }
        block
    }

    pub fn is(&self, event: &str) -> bool {
        self.event.as_deref() == Some(event)
    }
}

pub struct Stream {
    chunks: BoxStream<'static, Bytes>,
    text: String,
    blocks: VecDeque<Block>,
    /// What this client would send back as Last-Event-ID.
    pub last_id: Option<String>,
}

pub async fn request(address: SocketAddr, token: &str, last_id: Option<&str>) -> reqwest::Response {
    let mut request = reqwest::Client::new()
        .get(format!("http://{address}/portal/v1/events"))
        .bearer_auth(token);
    if let Some(id) = last_id {
        request = request.header("last-event-id", id);
    }
    request.send().await.unwrap()
}

impl Stream {
    /// Connects, and returns once the server has said where this stream begins.
    pub async fn open(address: SocketAddr, token: &str, last_id: Option<&str>) -> Self {
        let response = request(address, token, last_id).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        assert!(!response.headers().contains_key("content-encoding"));
        let chunks = stream::unfold(response, async |mut response| {
            let chunk = response.chunk().await.unwrap()?;
            Some((chunk, response))
        });
        Self::begin(chunks.boxed(), last_id).await
    }

    /// The same without a network between: what is not asked for is not sent, and waits in no buffer.
    pub async fn open_in_process(app: Router, token: &str) -> Self {
        let request =
            Request::get("/portal/v1/events").header("authorization", format!("Bearer {token}"));
        let response = app
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        assert_eq!(response.status(), 200);
        let chunks = response.into_body().into_data_stream().map(Result::unwrap);
        Self::begin(chunks.boxed(), None).await
    }

    async fn begin(chunks: BoxStream<'static, Bytes>, last_id: Option<&str>) -> Self {
        let mut stream = Self {
            chunks,
            text: String::new(),
            blocks: VecDeque::new(),
            last_id: last_id.map(str::to_owned),
        };
        let first = stream.next(SOON).await.unwrap();
        assert_eq!(first.comment.as_deref(), Some("listening"));
        if last_id.is_none() {
            let second = stream.next(SOON).await.unwrap();
            assert!(second.id.is_some() && second.data.is_none(), "{second:?}");
        }
        stream
    }

    /// The next block within the time; none when the stream has ended or nothing came.
    pub async fn next(&mut self, within: Duration) -> Option<Block> {
        let deadline = Instant::now() + within;
        loop {
            if let Some(block) = self.blocks.pop_front() {
                if let Some(id) = &block.id {
                    self.last_id = Some(id.clone());
                }
                return Some(block);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let chunk = tokio::time::timeout(left, self.chunks.next()).await.ok()?;
            self.text += std::str::from_utf8(&chunk?).unwrap();
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                self.blocks.push_back(Block::read(block));
                self.text = rest.to_owned();
            }
        }
    }

    /// Reads until a block is as asked for, and returns it.
    pub async fn until(&mut self, within: Duration, wanted: impl Fn(&Block) -> bool) -> Block {
        let deadline = Instant::now() + within;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let block = self.next(left).await.expect("the block comes in time");
            if wanted(&block) {
                return block;
            }
        }
    }

    /// Ids of what this mark tells of, in the order heard, until `count` have come or `within` is over.
    pub async fn hear(&mut self, mark: &str, count: usize, within: Duration) -> Vec<Uuid> {
        let deadline = Instant::now() + within;
        let mut heard = Vec::new();
        while heard.len() < count {
            let left = deadline.saturating_duration_since(Instant::now());
            let Some(block) = self.next(left).await else {
                break;
            };
            assert!(!block.is("reset"), "nothing was lost");
            heard.extend(told(&block, mark));
        }
        heard
    }

    /// Whether the server ends the stream; what it said last.
    pub async fn end(&mut self, within: Duration) -> String {
        let deadline = Instant::now() + within;
        let mut last = String::new();
        while let Some(block) = self
            .next(deadline.saturating_duration_since(Instant::now()))
            .await
        {
            last = block.comment.unwrap_or_default();
        }
        assert!(Instant::now() < deadline, "the stream is still open");
        last
    }
}

/// The id that a block tells of, if the test with this mark wrote it.
pub fn told(block: &Block, mark: &str) -> Option<Uuid> {
    let data = block.data.as_ref().filter(|data| data["status"] == mark)?;
    data["id"].as_str()?.parse().ok()
}

/// Longer than anything takes that works.
pub const SOON: Duration = Duration::from_secs(10);
