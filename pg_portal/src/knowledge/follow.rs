//! The trigger after an article: its passages follow in the same transaction, whoever wrote it.

use pgrx::datum::JsonB;
use pgrx::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::chunk::{self, Chunk};
use super::models;
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
            let article = Article::deserialize(trigger::new_json(trigger)?)
                .unwrap_or_else(|e| panic!("a stored article has an unexpected shape: {e}"));
            follow(&article);
            Ok(Some(trigger::row(trigger)))
        })
    }
}

#[derive(Deserialize)]
struct Article {
    id: Uuid,
    org_id: Option<Uuid>,
    title: String,
    body_markdown: String,
    is_published: bool,
}

fn follow(article: &Article) {
    // No model begins or ends while the article's passages are made for those that there are.
    models::lock_shared();
    let passages: Vec<_> = match article.is_published {
        true => chunk::chunk(&article.body_markdown),
        false => vec![],
    };
    let rows = passages.iter().zip(0..);
    let rows: Vec<_> = rows
        .map(|(passage, n)| row(&article.title, passage, n))
        .collect();
    spi::run(
        include_str!("chunk.sql"),
        &[
            article.org_id.map(to_pg).into(),
            to_pg(article.id).into(),
            article.title.as_str().into(),
            JsonB(Value::Array(rows)).into(),
        ],
    );
    spi::run(
        include_str!("queue.sql"),
        &[to_pg(article.id).into(), None::<&str>.into()],
    );
    // What was missing of a new set may have been of this article, which is published no more.
    models::switch_when_complete();
}

fn row(title: &str, passage: &Chunk, number: i32) -> Value {
    let Chunk {
        heading_path,
        content,
    } = passage;
    json!({
        "chunk_index": number,
        "heading_path": heading_path,
        "content": content,
        "hash": chunk::hash(&chunk::embedded_text(title, heading_path, content)),
    })
}
