//! Rules that hold for everybody but one privileged step, for the length of that step: sealing numbers the rows of an
//! append-only log, erasure blanks what else never changes and must not be copied into the log.
//!
//! It is a Rust static and no setting, because settings can be set by whoever runs SQL. It says nothing about a caller:
//! a step sets it around statements of its own, and it is back when the step ends, by an error too.

use std::cell::Cell;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rules {
    /// All rules hold.
    Hold,
    /// Rows of append-only tables may be changed.
    LetSeal,
    /// Fixed columns too, and no change is copied into the audit log.
    LetErase,
}

thread_local! {
    static RULES: Cell<Rules> = const { Cell::new(Rules::Hold) };
}

/// Runs `step` while `rules` hold.
pub fn during<T>(rules: Rules, step: impl FnOnce() -> T) -> T {
    let _before = PutBack(RULES.replace(rules));
    step()
}

/// Whether the step under way may do so much.
pub fn allows(wanted: Rules) -> bool {
    RULES.get() >= wanted
}

struct PutBack(Rules);

impl Drop for PutBack {
    fn drop(&mut self) {
        RULES.set(self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_hold_again_after_a_step_and_after_a_failure() {
        assert!(!allows(Rules::LetSeal));
        during(Rules::LetErase, || {
            assert!(allows(Rules::LetSeal) && allows(Rules::LetErase));
            during(Rules::LetSeal, || assert!(!allows(Rules::LetErase)));
            assert!(allows(Rules::LetErase));
        });
        assert!(!allows(Rules::LetSeal));
        let failed = std::panic::catch_unwind(|| during(Rules::LetSeal, || panic!("on purpose")));
        assert!(failed.is_err() && !allows(Rules::LetSeal));
    }
}
