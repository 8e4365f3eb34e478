//! For DBAs: another model, and an index where a company has grown large.

use pgrx::prelude::*;

use crate::error::{PortalError, Status, surface};
use crate::guc;
use crate::spi;

#[pg_schema]
mod portal_admin {
    use super::*;

    #[pg_extern(volatile)]
    fn reembed_kb(
        model: Option<&str>,
        dimensions: Option<i32>,
        dry_run: default!(Option<bool>, "true"),
    ) -> TableIterator<'static, (name!(model, String), name!(passages, i64))> {
        surface(|| {
            let begin = || {
                let passages: Option<i64> = spi::write(
                    "select to_jsonb(portal_internal.begin_embedding_set($1, $2))",
                    &[model.into(), dimensions.into()],
                );
                Ok(passages.unwrap_or_default())
            };
            let passages = match dry_run.unwrap_or(true) {
                true => spi::rehearse(begin)?,
                false => begin()?,
            };
            let model = model.unwrap_or_default().to_owned();
            Ok(TableIterator::once((model, passages)))
        })
    }

    #[pg_extern(volatile)]
    fn index_kb() -> TableIterator<'static, (name!(index_name, String), name!(was_there, bool))> {
        surface(|| {
            let wanted: Option<Wanted> = spi::write(include_str!("index.sql"), &[]);
            let Some(wanted) = wanted else {
                return Err(PortalError::new(
                    Status::Refused,
                    "no_embedding_model",
                    "No model embeds passages yet, so there is nothing to index.",
                    "Start a gateway with a model first; public.kb_embedding_models shows which one answers.",
                ));
            };
            if !wanted.was_there {
                // Below 0.8.2 pgvector's parallel build can overrun its memory (CVE-2026-3172).
                guc::with(c"max_parallel_maintenance_workers", c"0", || {
                    Spi::run(&wanted.statement)
                        .unwrap_or_else(|e| panic!("pg_portal could not build the index: {e}"));
                });
            }
            Ok(TableIterator::once((wanted.name, wanted.was_there)))
        })
    }
}

#[derive(serde::Deserialize)]
struct Wanted {
    name: String,
    statement: String,
    was_there: bool,
}
