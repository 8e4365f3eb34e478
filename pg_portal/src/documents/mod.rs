//! Files in Storage: where a customer's files lie and what may be attached.

pub mod rules;
