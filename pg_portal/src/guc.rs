//! Transaction-local settings: Postgres' own configuration variables, read and written without SQL.

use std::ffi::{CStr, CString};

use pgrx::pg_sys;

/// Shows a setting's bytes, without a copy; none when it was never set or is empty (as after a transaction that set it).
pub fn peek<T>(name: &CStr, look: impl FnOnce(&[u8]) -> T) -> T {
    // SAFETY: with missing_ok the function answers null for an unknown name. The text stays where it is until the
    // setting changes, and `look` gets it for the length of the call.
    let value = unsafe { pg_sys::GetConfigOption(name.as_ptr(), true, false) };
    if value.is_null() {
        return look(b"");
    }
    look(unsafe { CStr::from_ptr(value) }.to_bytes())
}

pub fn is_set(name: &CStr) -> bool {
    peek(name, |value| !value.is_empty())
}

/// The value of a setting; `None` when it was never set or is empty.
pub fn get(name: &CStr) -> Option<String> {
    peek(name, |value| {
        (!value.is_empty()).then(|| String::from_utf8_lossy(value).into_owned())
    })
}

/// Sets a setting until the end of the transaction, as `set local` does.
pub fn set_local(name: &CStr, value: &str) {
    let value = CString::new(value).unwrap_or_default();
    set(name, &value, pg_sys::GucAction::GUC_ACTION_LOCAL);
}

/// Sets a setting for the length of `work`, as the SET clause of a function does.
pub fn with<T>(name: &CStr, value: &CStr, work: impl FnOnce() -> T) -> T {
    // SAFETY: what was set on the level is put back at its end, after an error at that of the (sub)transaction.
    let level = unsafe { pg_sys::NewGUCNestLevel() };
    set(name, value, pg_sys::GucAction::GUC_ACTION_SAVE);
    let answer = work();
    unsafe { pg_sys::AtEOXact_GUC(true, level) };
    answer
}

fn set(name: &CStr, value: &CStr, how_long: pg_sys::GucAction::Type) {
    // SAFETY: both strings live for the call, and Postgres copies them.
    unsafe {
        pg_sys::set_config_option(
            name.as_ptr(),
            value.as_ptr(),
            pg_sys::GucContext::PGC_USERSET,
            pg_sys::GucSource::PGC_S_SESSION,
            how_long,
            true,
            0,
            false,
        );
    }
}
