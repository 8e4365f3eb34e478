//! Finds passages: by their embedding and by their words, each arm as exact as it can be, then fused.
//!
//! The arms run as portal_owner, whose row level security stands in the way of no index, and compare the organization
//! of the caller themselves. They answer ids alone; what the passages say is read with the caller's own rights.

use std::collections::HashMap;

use pgrx::datum::DatumWithOid;
use pgrx::prelude::*;
use uuid::Uuid;

use super::arms;
use super::models::{self, Model};
use super::rules::{self, Fused, Hit};
use super::steps::is_direction;
use super::{Passage, Question};
use crate::access::{as_owner, scope};
use crate::error::{PortalError, Result, Status, surface};
use crate::guc;
use crate::ids::{from_pg, to_pg, to_pg_all};
use crate::spi::{self, column};

#[pg_schema]
mod portal {
    use super::*;

    #[pg_extern(stable)]
    fn search_kb(
        query: Option<&str>,
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
            let embedding =
                query_embedding.map(|list| list.into_iter().collect::<Option<Vec<f32>>>());
            let found = search(&Question {
                text: query.unwrap_or_default(),
                embedding: embedding
                    .map(|list| list.ok_or_else(no_direction))
                    .transpose()?
                    .as_deref(),
                model: embedding_model,
                match_count: match_count.unwrap_or(8),
                category,
            })?;
            Ok(TableIterator::new(found.into_iter().map(|passage| {
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
            })))
        })
    }
}

/// The passages that fit a question best, of the caller's organization and of what all share.
pub fn search(question: &Question<'_>) -> Result<Vec<Passage>> {
    if !(1..=rules::MOST).contains(&question.match_count) {
        let message = format!("match_count must be from 1 to {}.", rules::MOST);
        return Err(PortalError::invalid("match_count", message));
    }
    let model = model_of(question)?;
    let embedding = question.embedding.filter(|_| model.dimensions.is_some());
    let (vector, text) = candidates(question, &model, embedding);
    let count = usize::try_from(question.match_count).unwrap_or_default();
    Ok(passages(rules::fuse(&vector, &text, count)))
}

/// Whether the knowledge base seems to have an answer among the passages found for a question. Meaning decides where
/// it is clear; close below the model's threshold, and without an embedding, the question's words do.
pub fn is_answerable(question: &Question<'_>, passages: &[Passage]) -> Result<bool> {
    let best = passages
        .iter()
        .filter_map(|passage| passage.similarity)
        .reduce(f32::max);
    let Some(best) = best.filter(|_| question.embedding.is_some()) else {
        return Ok(has_its_words(question, passages));
    };
    let weak_below = model_of(question)?.weak_below;
    Ok(rules::is_near(best, weak_below).unwrap_or_else(|| has_its_words(question, passages)))
}

/// Whether one of the passages has as many of the question's words as an answer would.
fn has_its_words(question: &Question<'_>, passages: &[Passage]) -> bool {
    let texts: Vec<_> = passages
        .iter()
        .map(|passage| {
            rules::embedded_text(&passage.title, &passage.heading_path, &passage.content)
        })
        .collect();
    let share: Option<f64> = spi::read(
        include_str!("share.sql"),
        &[searched(question.text).into(), texts.into()],
    );
    share.is_some_and(|share| share >= rules::WEAK_BELOW_SHARE)
}

/// The set that a question is answered from.
fn model_of(question: &Question<'_>) -> Result<Model> {
    let model: Option<Model> = spi::read(
        "select to_jsonb(m) from public.kb_embedding_models m
         where case when $1::text is null then m.state = 'active' else m.model = $1 end",
        &[question.model.into()],
    );
    let model = model.ok_or_else(|| {
        PortalError::invalid(
            "embedding_model",
            "There is no set of passages for this model.",
        )
    })?;
    let Some(embedding) = question.embedding else {
        return Ok(model);
    };
    match model.dimensions {
        Some(dimensions) if usize::try_from(dimensions) != Ok(embedding.len()) => {
            Err(models::mismatch(Status::Malformed, &model, embedding.len()))
        }
        Some(_) if !is_direction(embedding) => Err(no_direction()),
        _ => Ok(model),
    }
}

fn no_direction() -> PortalError {
    PortalError::invalid(
        "query_embedding",
        "An embedding is a list of finite numbers that are not all zero.",
    )
}

fn searched(text: &str) -> String {
    text.chars().take(rules::LONGEST_QUESTION).collect()
}

/// The lists of both arms, best first.
fn candidates(
    question: &Question<'_>,
    model: &Model,
    embedding: Option<&[f32]>,
) -> (Vec<Hit>, Vec<Hit>) {
    let org_id = scope::org_id();
    let mut args = vec![
        org_id.map(to_pg).into(),
        model.model.as_str().into(),
        searched(question.text).into(),
        question.category.into(),
        rules::CANDIDATES.max(question.match_count).into(),
    ];
    args.extend(embedding.map(|embedding| embedding.to_vec().into()));
    as_owner(|| {
        planned_once(|| match embedding {
            None => hits(arms::BY_WORDS, &args),
            Some(_) if arms::index_serves(org_id, model) => {
                let found = arms::by_index(|| hits(arms::with_index(model), &args));
                match found.0.len() < question.match_count as usize {
                    true => hits(arms::EXACT, &args),
                    false => found,
                }
            }
            Some(_) => hits(arms::EXACT, &args),
        })
    })
}

fn hits(sql: &'static str, args: &[DatumWithOid]) -> (Vec<Hit>, Vec<Hit>) {
    let rows = spi::rows(sql, args, |row| {
        let hit = Hit {
            chunk_id: from_pg(column(row, 1)?),
            similarity: row.get::<f64>(2)?.map(|distance| (1.0 - distance) as f32),
        };
        Ok((column::<bool>(row, 3)?, hit))
    });
    let (vector, text): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(is_vector, _)| *is_vector);
    let hits = |rows: Vec<(bool, Hit)>| rows.into_iter().map(|(_, hit)| hit).collect();
    (hits(vector), hits(text))
}

/// With one plan for all callers: it would be made anew for each otherwise, which takes longer than most searches.
fn planned_once<T>(work: impl FnOnce() -> T) -> T {
    guc::with(c"plan_cache_mode", c"force_generic_plan", || {
        guc::with(c"jit", c"off", work)
    })
}

/// What the passages say, in their order. One that the caller may not read is left out.
fn passages(fused: Vec<Fused>) -> Vec<Passage> {
    let ids = to_pg_all(fused.iter().map(|entry| entry.chunk_id));
    if ids.is_empty() {
        return vec![];
    }
    let texts: Vec<Passage> = spi::rows(include_str!("passages.sql"), &[ids.into()], |row| {
        Ok(Passage {
            chunk_id: from_pg(column(row, 1)?),
            article_id: from_pg(column(row, 2)?),
            slug: column(row, 3)?,
            title: column(row, 4)?,
            heading_path: column(row, 5)?,
            content: column(row, 6)?,
            score: 0.0,
            vector_rank: None,
            text_rank: None,
            similarity: None,
        })
    });
    let mut texts: HashMap<Uuid, Passage> = texts
        .into_iter()
        .map(|passage| (passage.chunk_id, passage))
        .collect();
    let complete = |entry: Fused| {
        let passage = texts.remove(&entry.chunk_id)?;
        Some(Passage {
            score: entry.score,
            vector_rank: entry.vector_rank,
            text_rank: entry.text_rank,
            similarity: entry.similarity,
            ..passage
        })
    };
    fused.into_iter().filter_map(complete).collect()
}
