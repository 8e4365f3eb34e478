//! The assistant: conversations with a program that can do no more than whoever talks to it, and the tone of messages.
//!
//! A turn is two short transactions of the caller's, between which the gateway has a model answer: `turn.rs` stores the
//! question, finds passages and facts under the caller's own rights; `commit.rs` checks and stores the answer. What may
//! be spent and what may be quoted say `rules.rs` and `citations.rs`, the company's words are in `words.rs`.

mod api;
mod citations;
mod commit;
mod context;
mod rules;
mod sentiment;
mod steps;
mod store;
mod turn;
mod turns;
mod who;
mod words;

pub use sentiment::queue as queue_sentiment;

pgrx::extension_sql_file!(
    "surface.sql",
    name = "assistant_surface",
    requires = [
        portal::start_ai_conversation,
        portal::escalate_ai_conversation,
        portal::end_ai_conversation,
        portal::report_ai_message,
        portal_internal::begin_ai_conversation,
        portal_internal::hand_over_ai_conversation,
        portal_internal::close_ai_conversation,
        portal_internal::judge_ai_message,
        portal_internal::ai_begin_turn,
        portal_internal::ai_open_turn,
        portal_internal::ai_keep_passages,
        portal_internal::ai_commit_turn,
        portal_internal::ai_abandon_turn,
        portal_internal::ai_context,
        portal_internal::claim_sentiment,
        portal_internal::settle_sentiment,
        portal_internal::message_sentiment,
    ]
);
