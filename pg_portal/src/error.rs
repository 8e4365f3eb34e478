//! What goes wrong, as clients see it.
//!
//! A [`PortalError`] becomes a Postgres error with SQLSTATE `PT` + HTTP status, which PostgREST turns into that
//! status; `message` is a sentence for a person, `hint` says what to do next, `detail` is a JSON object with a
//! stable `reason` and the facts.
//!
//! pgrx knows a closed list of SQLSTATEs, so two things are done here by hand: an error context callback sets
//! the code while Postgres assembles the report, and the code travels in the report's `domain` when a Postgres
//! error passes through Rust (a trigger refusing a row that an RPC inserts).

use std::borrow::Cow;
use std::convert::Infallible;
use std::ffi::{c_int, c_void};
use std::panic::AssertUnwindSafe;

use pgrx::pg_sys::errcodes::PgSqlErrorCode;
use pgrx::pg_sys::{
    self,
    panic::{CaughtError, ErrorReport, ErrorReportWithLevel},
};
use pgrx::{PgLogLevel, PgTryBuilder};
use serde_json::{Map, Value};

/// The HTTP status that a client sees, and with it the SQLSTATE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// PT400: malformed.
    Malformed = 400,
    /// PT401: nobody is signed in.
    NoUser = 401,
    /// PT403: not allowed for this role.
    NotAllowed = 403,
    /// PT404: absent or not yours; the two are never told apart.
    Absent = 404,
    /// PT409: lost a race.
    Conflict = 409,
    /// PT410: expired or used.
    Gone = 410,
    /// PT422: refused by a rule.
    Refused = 422,
    /// PT429: over a limit.
    TooMany = 429,
}

/// A refusal or failure that a client is meant to read.
#[derive(Debug, Clone, PartialEq)]
pub struct PortalError {
    pub status: Status,
    pub reason: Cow<'static, str>,
    pub message: Cow<'static, str>,
    pub hint: Cow<'static, str>,
    pub facts: Map<String, Value>,
}

pub type Result<T, E = PortalError> = std::result::Result<T, E>;

impl PortalError {
    /// * `reason`: stable, snake_case, part of the API.
    /// * `message`: one sentence; never SQL, never another person's data.
    /// * `hint`: what the caller can do next.
    pub fn new(
        status: Status,
        reason: &'static str,
        message: impl Into<Cow<'static, str>>,
        hint: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            reason: reason.into(),
            message: message.into(),
            hint: hint.into(),
            facts: Map::new(),
        }
    }

    /// Adds a fact to `details`.
    pub fn fact(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    /// The answer for a thing that is absent or belongs to somebody else.
    pub fn absent(what: &str) -> Self {
        Self::new(
            Status::Absent,
            "not_found",
            format!("There is no such {what}."),
            format!("Check the {what} id; you can only use what your account can see."),
        )
    }

    /// The answer for an argument that cannot be used.
    pub fn invalid(argument: &str, message: impl Into<Cow<'static, str>>) -> Self {
        let hint = format!("Correct {argument} and send the request again.");
        Self::new(Status::Malformed, "invalid_input", message, hint).fact("argument", argument)
    }

    /// The answer for a step that a status machine does not have.
    pub fn status_not_allowed(from: &str, to: &str, allowed: Vec<&str>) -> Self {
        Self::new(
            Status::Refused,
            "status_not_allowed",
            format!("What is {from} cannot become {to}."),
            "Choose one of the statuses named as allowed in details; without any, this one is final.",
        )
        .fact("from", from)
        .fact("to", to)
        .fact("allowed", allowed)
    }

    fn details(&self) -> String {
        let mut details = Map::new();
        details.insert("reason".into(), self.reason.as_ref().into());
        details.extend(self.facts.clone());
        Value::Object(details).to_string()
    }

    /// The report that Postgres sends, with its SQLSTATE armed. Must be thrown at once.
    fn into_report(self) -> ErrorReport {
        let report = ErrorReport::new(
            PgSqlErrorCode::ERRCODE_RAISE_EXCEPTION,
            self.message.clone(),
            "pg_portal",
        )
        .set_detail(self.details())
        .set_hint(self.hint.clone());
        with_sqlstate(report, self.status as u16)
    }
}

/// A number that must be given and lie within bounds, or PT400 that names the argument.
pub fn between(given: Option<i32>, least: i32, most: i32, argument: &str) -> Result<i32> {
    given
        .filter(|given| (least..=most).contains(given))
        .ok_or_else(|| {
            let message = format!("{argument} must be from {least} to {most}.");
            PortalError::invalid(argument, message)
        })
}

/// Runs the body of a function of the extension and raises its errors with their own SQLSTATE; constraints and
/// policies that stop it speak in the contract's words.
///
/// Every `#[pg_extern]` that can fail goes through here, every `#[pg_trigger]` through [`trigger_surface`].
pub fn surface<T>(work: impl FnOnce() -> Result<T>) -> T {
    raising(work, constraint_refusal)
}

/// As [`surface`], but a constraint's error stays as Postgres words it, for the DBA in psql.
pub fn trigger_surface<T>(work: impl FnOnce() -> Result<T>) -> Result<T, Infallible> {
    Ok(raising(work, |_, _| None))
}

fn raising<T>(
    work: impl FnOnce() -> Result<T>,
    translate: fn(PgSqlErrorCode, &str) -> Option<PortalError>,
) -> T {
    let outcome = PgTryBuilder::new(AssertUnwindSafe(|| {
        work().map_err(|error| Box::new(error.into_report()))
    }))
    .catch_others(|caught| {
        let (CaughtError::PostgresError(error)
        | CaughtError::ErrorReport(error)
        | CaughtError::RustPanic { ereport: error, .. }) = caught;
        let report = match portal_status(error.domain()) {
            Some(status) => with_sqlstate(
                copy_report(&error, PgSqlErrorCode::ERRCODE_RAISE_EXCEPTION),
                status,
            ),
            None => match translate(error.sql_error_code(), error.message()) {
                Some(refusal) => refusal.into_report(),
                None => copy_report(&error, error.sql_error_code()),
            },
        };
        Err(Box::new(report))
    })
    .execute();
    match outcome {
        Ok(answer) => answer,
        Err(report) => {
            report.report(PgLogLevel::ERROR);
            unreachable!("an ERROR does not return")
        }
    }
}

/// Constraints and policies that stop an RPC, in the contract's words: the one place where they are translated.
fn constraint_refusal(code: PgSqlErrorCode, message: &str) -> Option<PortalError> {
    use PgSqlErrorCode as C;
    // The quoted name in Postgres' message is the constraint's, table's or column's, never a value.
    let rule = message
        .split('"')
        .nth_back(1)
        .unwrap_or_default()
        .to_owned();
    let refusal = match code {
        C::ERRCODE_EXCLUSION_VIOLATION if rule == "work_orders_one_place_at_a_time" => {
            PortalError::new(
                Status::Conflict,
                "technician_busy",
                "The technician has another job at that time.",
                "Choose another technician or another time.",
            )
        }
        C::ERRCODE_UNIQUE_VIOLATION | C::ERRCODE_EXCLUSION_VIOLATION => PortalError::new(
            Status::Conflict,
            "conflict",
            "Something else was stored first.",
            "Read the current state and try again.",
        ),
        C::ERRCODE_FOREIGN_KEY_VIOLATION => PortalError::absent("record"),
        C::ERRCODE_CHECK_VIOLATION | C::ERRCODE_NOT_NULL_VIOLATION => PortalError::new(
            Status::Malformed,
            "invalid_input",
            "A value is missing, too long or of the wrong shape.",
            "The rule that was broken is named in details.",
        ),
        C::ERRCODE_INSUFFICIENT_PRIVILEGE => {
            return Some(PortalError::new(
                Status::NotAllowed,
                "not_allowed",
                "Your account may not do this.",
                "Ask the company or your property manager for access.",
            ));
        }
        _ => return None,
    };
    Some(refusal.fact("rule", rule))
}

/// The same report without the Rust backtrace that pgrx would append to its details: that is for logs, not for
/// clients.
fn copy_report(error: &ErrorReportWithLevel, code: PgSqlErrorCode) -> ErrorReport {
    let mut report = ErrorReport::new(code, error.message().to_owned(), "pg_portal");
    if let Some(detail) = error.detail() {
        report = report.set_detail(detail);
    }
    if let Some(hint) = error.hint() {
        report = report.set_hint(hint);
    }
    report
}

const DOMAIN: &str = "pg_portal/PT";

fn portal_status(domain: Option<&str>) -> Option<u16> {
    domain?.strip_prefix(DOMAIN)?.parse().ok()
}

/// Marks the report with its status and has Postgres call [`set_sqlstate`] while it assembles the error.
fn with_sqlstate(report: ErrorReport, status: u16) -> ErrorReport {
    // A backend has one thread, and the entry is read only by the error that is thrown next: Postgres
    // resets the stack of callbacks when it has caught that error.
    static mut CALLBACK: pg_sys::ErrorContextCallback = pg_sys::ErrorContextCallback {
        previous: std::ptr::null_mut(),
        callback: Some(set_sqlstate),
        arg: std::ptr::null_mut(),
    };
    // SAFETY: single-threaded; the static outlives every use.
    unsafe {
        let entry = &raw mut CALLBACK;
        (*entry).arg = status as usize as *mut c_void;
        if pg_sys::error_context_stack != entry {
            (*entry).previous = pg_sys::error_context_stack;
            pg_sys::error_context_stack = entry;
        }
    }
    report.set_domain(format!("{DOMAIN}{status}"))
}

unsafe extern "C-unwind" fn set_sqlstate(status: *mut c_void) {
    unsafe extern "C-unwind" {
        fn errcode(sqlerrcode: c_int) -> c_int;
    }
    // SAFETY: Postgres calls this between errstart and errfinish, where errcode is meant to be called.
    unsafe { errcode(sqlstate(status as usize as u16)) };
}

/// `PT` and three digits in Postgres' packed form (six bits a character, `MAKE_SQLSTATE`).
fn sqlstate(status: u16) -> c_int {
    format!("PT{status:03}")
        .bytes()
        .enumerate()
        .map(|(i, ch)| (c_int::from(ch - b'0') & 0x3f) << (6 * i))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_carry_the_reason_and_the_facts() {
        let details = PortalError::absent("location")
            .fact("argument", "x")
            .details();
        assert_eq!(details, r#"{"argument":"x","reason":"not_found"}"#);
    }

    #[test]
    fn a_status_survives_the_way_through_postgres() {
        assert_eq!(portal_status(Some("pg_portal/PT409")), Some(409));
        assert_eq!(portal_status(Some("postgres-15")), None);
        assert_eq!(portal_status(None), None);
    }

    #[test]
    fn sqlstates_are_packed_as_postgres_packs_them() {
        // MAKE_SQLSTATE('P','0','0','0','1') is 16777248 - the same formula with known input.
        let p0001: c_int = "P0001"
            .bytes()
            .enumerate()
            .map(|(i, ch)| (c_int::from(ch - b'0') & 0x3f) << (6 * i))
            .sum();
        assert_eq!(p0001, PgSqlErrorCode::ERRCODE_RAISE_EXCEPTION as c_int);
        assert_ne!(sqlstate(404), sqlstate(409));
    }
}
