//! Search, as the caller: row level security holds in everything that is read here.

use std::ffi::CString;

use pgrx::datum::DatumWithOid;
use pgrx::prelude::*;
use pgrx::spi::SpiHeapTupleData;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rules::{self, Candidate};
use crate::access::scope;
use crate::error::{PortalError, Result};
use crate::guc;
use crate::ids::{from_pg, to_pg, to_pg_all};
use crate::spi::{self, column};

/// What somebody looks for.
pub struct Question<'a> {
    pub text: Option<&'a str>,
    pub embedding: Option<&'a [f32]>,
    /// The model that made the embedding; nothing for the active one. Where another answers by now, words alone count.
    pub model: Option<&'a str>,
    pub match_count: i32,
    pub category: Option<&'a str>,
}

/// A passage that was found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Passage {
    pub article_id: Uuid,
    pub chunk_id: Uuid,
    pub slug: String,
    pub title: String,
    pub heading_path: Vec<String>,
    pub content: String,
    pub score: f64,
    pub vector_rank: Option<i32>,
    pub text_rank: Option<i32>,
    /// Cosine of question and passage; nothing for what was found by words alone.
    pub similarity: Option<f32>,
    /// Whether it answers, or is only the least unfitting one.
    pub is_strong: bool,
}

/// The passages that fit best, best first.
///
/// Errors: PT400 for a question without words and embedding, and for what does not fit the model.
pub fn search(question: &Question<'_>) -> Result<Vec<Passage>> {
    check(question)?;
    let model = model(question.model);
    let embedding = usable(question, &model)?;
    let wanted = question.match_count.max(rules::CANDIDATES);
    let found = candidates(question, &model, embedding.as_deref(), wanted);
    let best = rules::fuse(found, question.match_count as usize);
    Ok(read(question, &model, &best))
}

fn check(question: &Question<'_>) -> Result<()> {
    let text = question.text.unwrap_or_default();
    if text.trim().is_empty() && question.embedding.is_none() {
        let message = "Say what to look for: give query, query_embedding or both.";
        return Err(PortalError::invalid("query", message));
    }
    if text.chars().count() > rules::MOST_CHARACTERS {
        let message = format!(
            "query may have at most {} characters.",
            rules::MOST_CHARACTERS
        );
        return Err(PortalError::invalid("query", message));
    }
    if !(1..=rules::MOST_RESULTS).contains(&question.match_count) {
        let message = format!("match_count must be from 1 to {}.", rules::MOST_RESULTS);
        return Err(PortalError::invalid("match_count", message));
    }
    Ok(())
}

/// The model whose passages answer.
struct Active {
    model: String,
    /// Nothing while there is none.
    dimensions: Option<i32>,
    weak_below: f32,
    /// Whether the embedding was made by it.
    is_asked: bool,
    has_index: bool,
}

fn model(asked: Option<&str>) -> Active {
    let read = |row: &SpiHeapTupleData| {
        Ok(Active {
            model: column(row, 1)?,
            dimensions: row.get(2)?,
            weak_below: column(row, 3)?,
            is_asked: column(row, 4)?,
            has_index: column(row, 5)?,
        })
    };
    let rows = spi::rows(include_str!("active_model.sql"), &[asked.into()], read);
    let first = rows.into_iter().next();
    first.expect("one model is always active")
}

/// The embedding, where the model that answers made it.
fn usable(question: &Question<'_>, model: &Active) -> Result<Option<Vec<f32>>> {
    let (Some(embedding), Some(dimensions)) = (question.embedding, model.dimensions) else {
        return Ok(None);
    };
    if !model.is_asked {
        return Ok(None);
    }
    let wrong = |message: String| Err(PortalError::invalid("query_embedding", message));
    if embedding.len() != dimensions as usize {
        let (found, model) = (embedding.len(), &model.model);
        return wrong(format!(
            "query_embedding has {found} numbers; {model} has {dimensions} dimensions."
        ));
    }
    let length: f32 = embedding.iter().map(|one| one * one).sum();
    if !length.is_finite() || length == 0.0 {
        return wrong("query_embedding must hold finite numbers that are not all zero.".to_owned());
    }
    Ok(Some(embedding.to_vec()))
}

fn candidates(
    question: &Question<'_>,
    model: &Active,
    embedding: Option<&[f32]>,
    wanted: i32,
) -> Vec<Candidate> {
    let org_id = scope::org_id().map(to_pg);
    let arguments = [
        org_id.into(),
        model.model.as_str().into(),
        embedding.map(<[f32]>::to_vec).into(),
        question.text.unwrap_or_default().into(),
        wanted.into(),
        question.category.into(),
    ];
    if embedding.is_some() && model.has_index && is_large(org_id, &model.model) {
        let found = by_index(model, wanted, &arguments);
        let near = found.iter().filter(|one| one.vector_rank.is_some()).count();
        if near as i32 >= wanted {
            return found;
        }
        // The index passed over too many of other companies' passages.
    }
    spi::rows(include_str!("candidates.sql"), &arguments, candidate)
}

fn candidate(row: &SpiHeapTupleData) -> pgrx::spi::Result<Candidate> {
    Ok(Candidate {
        id: from_pg(column(row, 1)?),
        vector_rank: row.get(2)?,
        text_rank: row.get(3)?,
        similarity: row.get(4)?,
    })
}

/// Whether the company has so many passages that an index is faster. Looks at no more of them than that.
fn is_large(org_id: Option<pgrx::Uuid>, model: &str) -> bool {
    let rows = spi::rows(
        "select true from public.kb_article_chunks c where c.org_id = $1 and c.model = $2 offset $3 limit 1",
        &[org_id.into(), model.into(), rules::EXACT_UP_TO.into()],
        |row| column::<bool>(row, 1),
    );
    !rows.is_empty()
}

/// The same question with the arm of meaning answered by the index. Its predicate and its type name the model and its
/// dimensions, so the query must spell them out; both come from the table of models, which only DBAs and steps write.
fn by_index(model: &Active, wanted: i32, arguments: &[DatumWithOid]) -> Vec<Candidate> {
    let dimensions = model.dimensions.unwrap_or_default();
    let near = include_str!("near_by_index.sql")
        .replace("$DIMENSIONS", &dimensions.to_string())
        .replace("$MODEL", &literal(&model.model));
    let exact = include_str!("near.sql");
    let sql = include_str!("candidates.sql").replace(exact, &near);
    let breadth = CString::new(wanted.max(rules::SEARCH_BREADTH).to_string()).unwrap_or_default();
    guc::with(c"hnsw.ef_search", &breadth, || {
        guc::with(c"hnsw.iterative_scan", c"strict_order", || {
            Spi::connect(|client| {
                let rows = client.select(&sql, None, arguments)?;
                rows.map(|row| candidate(&row))
                    .collect::<pgrx::spi::Result<_>>()
            })
            .unwrap_or_else(|e: pgrx::spi::Error| panic!("pg_portal could not search: {e}"))
        })
    })
}

fn literal(text: &str) -> String {
    pgrx::spi::quote_literal(text)
}

fn read(question: &Question<'_>, model: &Active, best: &[Candidate]) -> Vec<Passage> {
    let ids = to_pg_all(best.iter().map(|one| one.id));
    let rows = spi::rows(
        include_str!("passages.sql"),
        &[ids.into(), question.text.unwrap_or_default().into()],
        |row| {
            let id = from_pg(column(row, 1)?);
            let text = (
                from_pg(column(row, 2)?),
                column(row, 3)?,
                column(row, 4)?,
                column(row, 5)?,
                column(row, 6)?,
            );
            Ok((id, (text, column::<f32>(row, 7)?)))
        },
    );
    let passage = |(one, row): (Candidate, _)| {
        let ((article_id, slug, title, heading_path, content), coverage) = row;
        Passage {
            article_id,
            chunk_id: one.id,
            slug,
            title,
            heading_path,
            content,
            score: one.score(),
            vector_rank: one.vector_rank,
            text_rank: one.text_rank,
            similarity: one.similarity,
            is_strong: rules::is_strong(one.similarity, model.weak_below, coverage),
        }
    };
    let rows = rules::in_order(best, rows);
    rows.into_iter().map(passage).collect()
}
