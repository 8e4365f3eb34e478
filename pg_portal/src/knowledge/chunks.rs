//! The trigger that keeps passages in step with their articles.

use pgrx::datum::JsonB;
use pgrx::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{models, rules};
use crate::error::trigger_surface;
use crate::ids::to_pg;
use crate::spi;
use crate::trigger::{self, TriggerResult};

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_trigger]
    fn chunk_article<'a>(trigger: &'a PgTrigger<'a>) -> TriggerResult<'a> {
        trigger_surface(|| {
            let article = trigger::new_json(trigger)?;
            // No new model's set is begun before this article can be seen, nor ended without its passages.
            models::hold_still();
            write(&article, &passages(&article));
            Ok(Some(trigger::row(trigger)))
        })
    }
}

/// What is not published has none.
fn passages(article: &Value) -> Vec<Value> {
    if article["is_published"] != json!(true) {
        return vec![];
    }
    let text = |column: &str| article[column].as_str().unwrap_or_default();
    let title = text("title");
    let chunks = rules::chunk(text("body_markdown"));
    let passage = |(index, chunk): (i32, &rules::Chunk)| {
        json!({
            "chunk_index": index,
            "heading_path": chunk.heading_path,
            "content": chunk.content,
            "hash": hex(&rules::content_hash(title, chunk)),
        })
    };
    (0..).zip(&chunks).map(passage).collect()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn write(article: &Value, passages: &[Value]) {
    let id = |column: &str| {
        article[column]
            .as_str()
            .and_then(|id| id.parse::<Uuid>().ok())
    };
    let article_id = to_pg(id("id").expect("an article has an id"));
    spi::run(
        include_str!("chunks.sql"),
        &[
            article_id.into(),
            id("org_id").map(to_pg).into(),
            article["title"].as_str().into(),
            JsonB(passages.into()).into(),
        ],
    );
    spi::run(
        include_str!("queue.sql"),
        &[article_id.into(), id("org_id").map(to_pg).into()],
    );
}
