//! When a failed send is tried again. Plain Rust.

use jiff::SignedDuration;

/// How long to wait after each failed try: Svix's schedule, which outlasts a bad day of the other side.
const WAITS: [SignedDuration; 7] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(10),
    SignedDuration::from_hours(10),
];

/// How many tries there are in all.
pub const TRIES: i32 = WAITS.len() as i32 + 1;

/// How far a wait strays to either side, so that what failed together does not come back together.
const JITTER: f64 = 0.2;

/// How long to wait after the try of that number (1, 2, …); nothing after the last one.
///
/// `chance`: from 0 to 1, where in the spread the wait lies.
pub fn wait(attempt: i32, chance: f64) -> Option<SignedDuration> {
    let number = usize::try_from(attempt.checked_sub(1)?).ok()?;
    let wait = WAITS.get(number)?.as_secs_f64();
    let stretch = 1.0 - JITTER + 2.0 * JITTER * chance.clamp(0.0, 1.0);
    SignedDuration::try_from_secs_f64(wait * stretch).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tries_follow_svix_and_end() {
        let waits: Vec<_> = (1..TRIES)
            .map(|n| wait(n, 0.5).unwrap().as_secs())
            .collect();
        assert_eq!(waits, [5, 300, 1800, 7200, 18_000, 36_000, 36_000]);
        for beyond in [TRIES, i32::MAX, 0, -1, i32::MIN] {
            assert_eq!(wait(beyond, 0.5), None, "{beyond}");
        }
    }

    proptest! {
        #[test]
        fn no_wait_strays_by_more_than_a_fifth(attempt in 1..TRIES, chance in 0.0..=1.0f64) {
            let ideal = wait(attempt, 0.5).unwrap().as_secs_f64();
            let strayed = wait(attempt, chance).unwrap().as_secs_f64();
            prop_assert!((strayed / ideal - 1.0).abs() <= JITTER + 1e-9);
        }
    }
}
