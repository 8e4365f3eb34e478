//! The assistant's model, behind a server that does what servers do.

mod errors;
mod http;
mod streams;

use std::{sync::LazyLock, time::Duration};

use portal_gateway::assistant::{
    model::{Model, ModelError, Usage},
    prompt::Message,
};

use crate::{keys::config_with, upstream::Upstream};

const KEY: &str = "sk-very-secret-key";

static MESSAGES: LazyLock<Vec<Message>> = LazyLock::new(|| {
    let message = |role, content: &str| Message {
        role,
        content: content.to_owned(),
    };
    vec![
        message("system", "Be brief."),
        message("user", "A question of Dana's"),
    ]
});

/// Impatient enough for tests; `change` makes it otherwise.
fn model_with(
    upstream: &Upstream,
    change: impl FnOnce(&mut portal_gateway::config::Model),
) -> Model {
    let config = config_with(&[
        ("PORTAL_MODEL_BASE_URL", &upstream.url),
        ("PORTAL_MODEL_NAME", "small"),
        ("PORTAL_MODEL_API_KEY", KEY),
    ]);
    let mut config = config.assistant.model.unwrap();
    config.first_token_timeout = Duration::from_millis(2000);
    config.idle_timeout = Duration::from_millis(300);
    config.total_timeout = Duration::from_millis(3000);
    change(&mut config);
    Model::new(&config).unwrap()
}

fn model(upstream: &Upstream) -> Model {
    model_with(upstream, |_| {})
}

/// What was heard of an answer, and how it ended.
#[derive(Debug)]
struct Heard {
    pieces: Vec<String>,
    end: Result<&'static str, ModelError>,
    usage: Option<Usage>,
}

impl Heard {
    fn text(&self) -> String {
        self.pieces.concat()
    }
}

async fn hear(model: &Model) -> Heard {
    let mut heard = Heard {
        pieces: vec![],
        end: Ok(""),
        usage: None,
    };
    let mut reply = match model.stream(&MESSAGES, 50).await {
        Ok(reply) => reply,
        Err(error) => {
            heard.end = Err(error);
            return heard;
        }
    };
    loop {
        match reply.next().await {
            Ok(Some(piece)) => heard.pieces.push(piece),
            Ok(None) => {
                heard.end = Ok(reply.finish_reason());
                heard.usage = reply.usage();
                return heard;
            }
            Err(error) => {
                heard.end = Err(error);
                return heard;
            }
        }
    }
}
