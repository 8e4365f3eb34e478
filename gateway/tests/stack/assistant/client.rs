//! A client that reads the stream as the AI SDK does, and shows what it reads.

use std::{net::SocketAddr, time::Duration};

use portal_gateway::error::ErrorBody;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Person;

/// A request for an answer, ready to be sent.
pub fn asking(
    address: SocketAddr,
    who: &Person,
    conversation: Uuid,
    body: &Value,
) -> reqwest::RequestBuilder {
    let url = format!("http://{address}/portal/v1/ai/conversations/{conversation}/messages");
    let request = reqwest::Client::new().post(url).json(body);
    who.headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, value)
    })
}

pub fn question(text: &str, id: Uuid) -> Value {
    json!({ "text": text, "client_message_id": id })
}

pub async fn ask(
    address: SocketAddr,
    who: &Person,
    conversation: Uuid,
    text: &str,
    id: Uuid,
) -> Stream {
    let response = asking(address, who, conversation, &question(text, id))
        .send()
        .await
        .unwrap();
    if response.status() != 200 {
        panic!("no stream: {:?}", refused(response).await);
    }
    Stream::of(response)
}

/// The same by one document: status and body.
pub async fn ask_once(
    address: SocketAddr,
    who: &Person,
    conversation: Uuid,
    text: &str,
    id: Uuid,
) -> (u16, Value) {
    let request = asking(address, who, conversation, &question(text, id))
        .header("accept", "application/json");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    (response.status().as_u16(), response.json().await.unwrap())
}

/// The reason of a refusal that came instead of a stream.
pub async fn refused(response: reqwest::Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let body: ErrorBody = response.json().await.unwrap();
    (
        status,
        serde_json::from_str(&body.details.unwrap()).unwrap(),
    )
}

/// A stream that is being read.
pub struct Stream {
    response: reqwest::Response,
    text: Vec<u8>,
    pub parts: Vec<Value>,
    pub is_done: bool,
}

impl Stream {
    pub fn of(response: reqwest::Response) -> Self {
        assert_eq!(response.status(), 200);
        let headers = response.headers();
        assert_eq!(headers["content-type"], "text/event-stream");
        assert_eq!(headers["x-vercel-ai-ui-message-stream"], "v1");
        assert!(!headers.contains_key("content-encoding"));
        Self {
            response,
            text: vec![],
            parts: vec![],
            is_done: false,
        }
    }

    /// Reads to the end, which must be one.
    pub async fn whole(mut self) -> Self {
        while self.read().await {}
        assert!(
            self.is_done && self.text.is_empty(),
            "the stream broke off: {:?}",
            self.parts
        );
        self
    }

    /// Reads until so much of the answer has come.
    pub async fn until(&mut self, text: &str) {
        while !self.said("answer").contains(text) {
            assert!(
                self.read().await,
                "the stream ended before {text}: {:?}",
                self.parts
            );
        }
    }

    async fn read(&mut self) -> bool {
        let next = tokio::time::timeout(Duration::from_secs(60), self.response.chunk()).await;
        let Some(chunk) = next.expect("more comes in time").unwrap() else {
            return false;
        };
        self.text.extend_from_slice(&chunk);
        while let Some(end) = self.text.windows(2).position(|two| two == b"\n\n") {
            let frame: Vec<_> = self.text.drain(..end + 2).collect();
            let frame = std::str::from_utf8(&frame[..end]).unwrap();
            assert!(!self.is_done, "after the end: {frame}");
            match frame.strip_prefix("data: ") {
                Some("[DONE]") => self.is_done = true,
                Some(data) => self.parts.push(serde_json::from_str(data).unwrap()),
                None => assert_eq!(frame, ":", "only a heartbeat is no part"),
            }
        }
        true
    }

    pub fn kinds(&self) -> Vec<&str> {
        self.parts
            .iter()
            .map(|part| part["type"].as_str().unwrap())
            .collect()
    }

    pub fn of_kind(&self, kind: &str) -> Vec<&Value> {
        self.parts
            .iter()
            .filter(|part| part["type"] == kind)
            .collect()
    }

    /// The text of one text part.
    pub fn said(&self, id: &str) -> String {
        let deltas = self
            .of_kind("text-delta")
            .into_iter()
            .filter(|part| part["id"] == id);
        deltas.map(|part| part["delta"].as_str().unwrap()).collect()
    }

    /// All that a person reads.
    pub fn all_text(&self) -> String {
        let texts = [self.said("safety"), self.said("answer")];
        texts
            .iter()
            .map(|text| text.trim())
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("\n\n")
    }

    pub fn finish(&self) -> &Value {
        self.parts
            .last()
            .filter(|part| part["type"] == "finish")
            .expect("a finish part")
    }

    /// The reason in the four keys of the error part.
    pub fn error(&self) -> String {
        let [error] = self.of_kind("error")[..] else {
            panic!("one error: {:?}", self.parts)
        };
        let body: ErrorBody = serde_json::from_str(error["errorText"].as_str().unwrap()).unwrap();
        let details: Value = serde_json::from_str(&body.details.unwrap()).unwrap();
        details["reason"].as_str().unwrap().to_owned()
    }
}
