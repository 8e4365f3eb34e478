//! Transaction-local settings: Postgres' own configuration variables, read and written without SQL.

use std::ffi::{CStr, CString};

use pgrx::pg_sys;

/// The value of a setting; `None` when it was never set or is empty (as after a transaction that set it).
pub fn get(name: &CStr) -> Option<String> {
    // SAFETY: with missing_ok the function answers null for an unknown name; the text is copied at once.
    let value = unsafe { pg_sys::GetConfigOption(name.as_ptr(), true, false) };
    if value.is_null() {
        return None;
    }
    let value = unsafe { CStr::from_ptr(value) }.to_string_lossy();
    (!value.is_empty()).then(|| value.into_owned())
}

/// Sets a setting until the end of the transaction, as `set local` does.
pub fn set_local(name: &CStr, value: &str) {
    let value = CString::new(value).unwrap_or_default();
    // SAFETY: both strings live for the call, and Postgres copies them.
    unsafe {
        pg_sys::set_config_option(
            name.as_ptr(),
            value.as_ptr(),
            pg_sys::GucContext::PGC_USERSET,
            pg_sys::GucSource::PGC_S_SESSION,
            pg_sys::GucAction::GUC_ACTION_LOCAL,
            true,
            0,
            false,
        );
    }
}
