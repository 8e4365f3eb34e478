//! What keeps articles from being found.

use super::{Check, Look};

pub const CHECKS: [Check; 4] = [
    Check {
        name: "embedding_jobs",
        look: Look::Sql(include_str!("knowledge/embedding_jobs.sql")),
        fine: "Articles are embedded in time.",
    },
    Check {
        name: "embeddings",
        look: Look::Sql(include_str!("knowledge/embeddings.sql")),
        fine: "Every published article has its passages, and each an embedding or a place in the queue.",
    },
    Check {
        name: "old_models",
        look: Look::Sql(include_str!("knowledge/old_models.sql")),
        fine: "No passage is kept for a model that was replaced, and no set stands half built.",
    },
    Check {
        name: "knowledge_index",
        look: Look::Sql(include_str!("knowledge/knowledge_index.sql")),
        fine: "No company has more passages than can be searched one by one.",
    },
];
