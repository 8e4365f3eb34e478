//! The statements that find candidates. One each, for both arms: what they share is worked out once.

use std::cell::RefCell;
use std::collections::HashMap;

use uuid::Uuid;

use super::models::Model;
use super::rules;
use crate::guc;
use crate::ids::to_pg;
use crate::spi;

pub const BY_WORDS: &str = concat!(
    include_str!("arms/visible.sql"),
    include_str!("arms/text.sql")
);

/// Compares the question with every passage.
pub const EXACT: &str = concat!(
    include_str!("arms/visible.sql"),
    include_str!("arms/vector.sql"),
    include_str!("arms/both.sql")
);

thread_local! {
    /// The text of a statement is the key of its plan, so it stays for the session; there are as few as models.
    static WITH_INDEX: RefCell<HashMap<String, &'static str>> = RefCell::default();
}

/// Lets the index of the model find the nearest.
pub fn with_index(model: &Model) -> &'static str {
    let sql = statement(&model.model, model.dimensions.unwrap_or_default());
    WITH_INDEX.with_borrow_mut(|known| {
        *known
            .entry(sql)
            .or_insert_with_key(|sql| String::leak(sql.clone()))
    })
}

fn statement(model: &str, dimensions: i32) -> String {
    let near = include_str!("arms/index.sql")
        .replace("{dimensions}", &dimensions.to_string())
        .replace("{model}", &quoted(model));
    [
        include_str!("arms/visible.sql"),
        &near,
        include_str!("arms/both.sql"),
    ]
    .concat()
}

/// A text as SQL has it, whatever `standard_conforming_strings` is.
pub fn quoted(text: &str) -> String {
    format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// Whether there is an index of the model's embeddings, and so much to search that it is faster.
pub fn index_serves(org_id: Option<Uuid>, model: &Model) -> bool {
    let serves: Option<bool> = spi::read(
        include_str!("arms/serves.sql"),
        &[
            org_id.map(to_pg).into(),
            model.model.as_str().into(),
            rules::EXACT_UP_TO.into(),
        ],
    );
    serves.unwrap_or_default()
}

/// How many neighbours the index keeps in view: more find more, and take longer.
const IN_VIEW: &core::ffi::CStr = c"120";

/// Has the index looked into until enough of what it finds is the caller's; sorting all instead is no choice.
pub fn by_index<T>(work: impl FnOnce() -> T) -> T {
    guc::with(c"hnsw.iterative_scan", c"relaxed_order", || {
        guc::with(c"hnsw.ef_search", IN_VIEW, || {
            guc::with(c"enable_sort", c"off", work)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_a_name() {
        assert_eq!(quoted("all-MiniLM"), "E'all-MiniLM'");
        assert_eq!(quoted(r"a'; drop \' table"), r"E'a''; drop \\'' table'");
        let sql = statement("o'neill", 384);
        assert!(sql.contains("c.model = E'o''neill'") && sql.contains("vector(384)"));
        assert!(!sql.contains("{model") && !sql.contains("{dim"));
    }
}
