//! The knowledge base, for those who keep it running: another model, and an index where an exact scan takes too long.

use std::ffi::CString;

use pgrx::prelude::*;

use crate::access;
use crate::error::{PortalError, Result, Status, surface};
use crate::guc;
use crate::knowledge::models::{self, Model};
use crate::knowledge::quoted;
use crate::spi::{self, column};

#[pg_schema]
mod portal_admin {
    use super::*;

    #[pg_extern(volatile)]
    fn reembed_kb(
        model: Option<&str>,
        dimensions: default!(Option<i32>, "NULL"),
        dry_run: default!(Option<bool>, "true"),
    ) -> TableIterator<
        'static,
        (
            name!(model, String),
            name!(state, String),
            name!(articles, i64),
            name!(passages, i64),
        ),
    > {
        surface(|| {
            let (name, dimensions) = match (model, dimensions) {
                (Some("text"), None) => ("text", None),
                _ => {
                    let (name, dimensions) = models::checked(model, dimensions)?;
                    (name, Some(dimensions))
                }
            };
            // Nobody but the steps of pg_portal writes passages, so this step does as well.
            let begin = || {
                access::as_owner(|| -> Result<_> {
                    models::reembed(name, dimensions)?;
                    Ok(outlook(name))
                })
            };
            let outlook = match dry_run.unwrap_or(true) {
                true => spi::rehearse(begin)?,
                false => begin()?,
            };
            Ok(TableIterator::new(outlook))
        })
    }

    #[pg_extern(volatile)]
    fn index_kb() -> String {
        surface(|| {
            let active = models::active();
            let dimensions = indexable(&active)?;
            let statements = statements(&active.model, dimensions);
            // Only the owner of a table may index it, and administrators of the portal are not that.
            access::as_role(&owner_of_passages(), || build(&statements));
            Ok(models::INDEX.to_owned())
        })
    }
}

fn owner_of_passages() -> CString {
    let owner: Option<String> = spi::read(
        "select to_jsonb(pg_get_userbyid(c.relowner)) from pg_catalog.pg_class c
         where c.oid = 'public.kb_article_chunks'::regclass",
        &[],
    );
    CString::new(owner.unwrap_or_default()).expect("the name of a role has no zero byte")
}

fn build(statements: &[String]) {
    // Parallel builds of pgvector before 0.8.2 can read beyond their memory (CVE-2026-3172).
    guc::with(c"max_parallel_maintenance_workers", c"0", || {
        for statement in statements {
            // Not kept: a statement like this is run once.
            Spi::run(statement)
                .unwrap_or_else(|e| panic!("pg_portal could not index passages: {e}"));
        }
    });
}

/// How long embeddings may be that an HNSW index takes.
const LONGEST_INDEXED: i32 = 2000;

fn indexable(active: &Model) -> Result<i32> {
    active
        .dimensions
        .filter(|dimensions| *dimensions <= LONGEST_INDEXED)
        .ok_or_else(|| {
            PortalError::new(
                Status::Refused,
                "not_indexable",
                format!("Embeddings of {} cannot be indexed.", active.model),
                format!(
                    "Only a model with embeddings of up to {LONGEST_INDEXED} dimensions can; search works without."
                ),
            )
            .fact("model", active.model.as_str())
        })
}

/// One index at most: that of the model before is of no more use.
fn statements(model: &str, dimensions: i32) -> [String; 2] {
    let index = models::INDEX;
    [
        format!("drop index if exists public.{index}"),
        format!(
            "create index {index} on public.kb_article_chunks
             using hnsw ((embedding::extensions.vector({dimensions})) extensions.vector_cosine_ops)
             where model = {}",
            quoted(model)
        ),
    ]
}

/// What is still to be done for a model.
fn outlook(model: &str) -> Vec<(String, String, i64, i64)> {
    spi::latest_rows(
        include_str!("knowledge/outlook.sql"),
        &[model.into()],
        |row| {
            Ok((
                column(row, 1)?,
                column(row, 2)?,
                column(row, 3)?,
                column(row, 4)?,
            ))
        },
    )
}
