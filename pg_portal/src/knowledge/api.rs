//! What clients call.

use pgrx::prelude::*;

use super::search::{Question, search};
use crate::error::{PortalError, Result, surface};
use crate::ids::to_pg;

/// How many results there are where nobody says.
const RESULTS: i32 = 8;

#[pg_schema]
mod portal {
    use super::*;

    #[pg_extern(stable)]
    fn search_kb(
        query: default!(Option<&str>, "NULL"),
        query_embedding: default!(Option<Vec<Option<f32>>>, "NULL"),
        match_count: default!(Option<i32>, "8"),
        category: default!(Option<&str>, "NULL"),
        embedding_model: default!(Option<&str>, "NULL"),
    ) -> TableIterator<
        'static,
        (
            name!(article_id, pgrx::Uuid),
            name!(chunk_id, pgrx::Uuid),
            name!(slug, String),
            name!(title, String),
            name!(content, String),
            name!(score, f64),
            name!(vector_rank, Option<i32>),
            name!(text_rank, Option<i32>),
            name!(heading_path, Vec<String>),
            name!(similarity, Option<f32>),
        ),
    > {
        surface(|| {
            let embedding = query_embedding.map(whole).transpose()?;
            let passages = search(&Question {
                text: query,
                embedding: embedding.as_deref(),
                model: embedding_model,
                match_count: match_count.unwrap_or(RESULTS),
                category,
            })?;
            let rows = passages.into_iter().map(|passage| {
                (
                    to_pg(passage.article_id),
                    to_pg(passage.chunk_id),
                    passage.slug,
                    passage.title,
                    passage.content,
                    passage.score,
                    passage.vector_rank,
                    passage.text_rank,
                    passage.heading_path,
                    passage.similarity,
                )
            });
            Ok(TableIterator::new(rows.collect::<Vec<_>>()))
        })
    }
}

fn whole(embedding: Vec<Option<f32>>) -> Result<Vec<f32>> {
    embedding.into_iter().collect::<Option<_>>().ok_or_else(|| {
        PortalError::invalid("query_embedding", "query_embedding must not hold nulls.")
    })
}
