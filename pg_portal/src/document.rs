//! JSON from outside. Postgres takes deeper nestings and larger numbers than Rust's JSON does; pgrx would fail on them
//! with an internal error, so they are read here and refused for what they are: malformed input.

use std::ffi::CStr;

use pgrx::callconv::{Arg, ArgAbi};
use pgrx::direct_function_call;
use pgrx::pgrx_sql_entity_graph::metadata::{
    ArgumentError, ReturnsError, ReturnsRef, SqlMappingRef, SqlTranslatable, TypeOrigin,
};
use pgrx::prelude::*;
use serde_json::Value;

use crate::error::{PortalError, Result};

/// A `jsonb` argument as a client sent it.
pub struct Document(Result<Value, Unreadable>);

/// Nested too deeply, or with a number that no double holds.
#[derive(Debug, PartialEq)]
pub struct Unreadable;

impl Document {
    /// The value, or PT400 that names the argument.
    pub fn read(self, argument: &str) -> Result<Value> {
        self.0.map_err(|_| refusal(argument))
    }
}

pub fn parse(json: &str) -> Result<Value, Unreadable> {
    serde_json::from_str(json).map_err(|_| Unreadable)
}

pub fn refusal(argument: &str) -> PortalError {
    PortalError::invalid(
        argument,
        "The JSON is nested too deeply, or holds a number that is too large.",
    )
}

unsafe impl SqlTranslatable for Document {
    const TYPE_IDENT: &'static str = pgrx::pgrx_resolved_type!(Document);
    const TYPE_ORIGIN: TypeOrigin = TypeOrigin::External;
    const ARGUMENT_SQL: Result<SqlMappingRef, ArgumentError> = Ok(SqlMappingRef::As("jsonb"));
    const RETURN_SQL: Result<ReturnsRef, ReturnsError> =
        Ok(ReturnsRef::One(SqlMappingRef::As("jsonb")));
}

impl FromDatum for Document {
    unsafe fn from_polymorphic_datum(
        datum: pg_sys::Datum,
        is_null: bool,
        _: pg_sys::Oid,
    ) -> Option<Self> {
        if is_null {
            return None;
        }
        // SAFETY: the datum is a jsonb, which is what jsonb_out takes.
        let text: &CStr = unsafe { direct_function_call(pg_sys::jsonb_out, &[Some(datum)]) }?;
        Some(Self(text.to_str().map_err(|_| Unreadable).and_then(parse)))
    }
}

unsafe impl<'fcx> ArgAbi<'fcx> for Document {
    unsafe fn unbox_arg_unchecked(arg: Arg<'_, 'fcx>) -> Self {
        unsafe { arg.unbox_arg_using_from_datum() }.expect("the argument is not null")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rust_cannot_hold_is_unreadable_and_no_panic() {
        let nested = |levels| "[".repeat(levels) + &"]".repeat(levels);
        assert!(parse(&nested(100)).is_ok());
        assert_eq!(parse(&nested(10_000)), Err(Unreadable));
        assert_eq!(parse(&format!("1{}", "0".repeat(400))), Err(Unreadable));
    }

    #[test]
    fn the_refusal_names_the_argument() {
        let error = Document(Err(Unreadable)).read("payload").unwrap_err();
        assert_eq!(error.facts["argument"], "payload");
    }
}
