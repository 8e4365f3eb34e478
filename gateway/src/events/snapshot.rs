//! What a reader of the database has seen: a snapshot of Postgres, and the event ids made from it.
//!
//! Time stamps and serial numbers would lose the news of a transaction that began early and commits late. A snapshot
//! says of every transaction whether it had ended, so nothing is missed however late it commits.

use std::{
    fmt,
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// No real id comes near this, and a header line is not much longer.
const LONGEST: usize = 4 * 1024;

/// A `pg_snapshot`: `xmin:xmax:xip,xip,…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    xmin: u64,
    xmax: u64,
    /// Those between the two that were still running, in order.
    running: Box<[u64]>,
}

impl Snapshot {
    /// Whether this transaction had ended when the snapshot was taken, as `pg_visible_in_snapshot` has it.
    pub fn sees(&self, transaction_id: u64) -> bool {
        transaction_id < self.xmax && self.running.binary_search(&transaction_id).is_err()
    }

    /// Whether this one was taken after `other` and has seen more. On one server a later snapshot sees all that an
    /// earlier one has seen, so the number of transactions seen tells.
    pub fn is_later_than(&self, other: &Self) -> bool {
        self.seen() > other.seen()
    }

    /// Whether the server has gone back behind this snapshot: it crashed, or another one has taken its place. Its next
    /// transactions may then have numbers that this snapshot takes for seen.
    pub fn is_ahead_of(&self, other: &Self) -> bool {
        self.xmax > other.xmax
    }

    fn seen(&self) -> u64 {
        self.xmax - self.running.len() as u64
    }
}

impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:", self.xmin, self.xmax)?;
        for (n, transaction_id) in self.running.iter().enumerate() {
            let comma = if n == 0 { "" } else { "," };
            write!(f, "{comma}{transaction_id}")?;
        }
        Ok(())
    }
}

/// The text is not a snapshot.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a snapshot of Postgres")]
pub struct Unreadable;

impl FromStr for Snapshot {
    type Err = Unreadable;

    /// As strict as Postgres, which raises an error for what it cannot read.
    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let mut parts = text.split(':');
        let (Some(xmin), Some(xmax), Some(running), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Unreadable);
        };
        let (xmin, xmax) = (number(xmin)?, number(xmax)?);
        let running: Box<[u64]> = match running {
            "" => Box::default(),
            list => list.split(',').map(number).collect::<Result<_, _>>()?,
        };
        let ordered = running.is_sorted_by(|a, b| a < b);
        let inside = running.iter().all(|id| (xmin..xmax).contains(id));
        if xmin == 0 || xmin > xmax || !ordered || !inside {
            return Err(Unreadable);
        }
        Ok(Self {
            xmin,
            xmax,
            running,
        })
    }
}

/// A transaction's number. Postgres itself stops at half of what 64 bits hold.
fn number(text: &str) -> Result<u64, Unreadable> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Unreadable);
    }
    let number: u64 = text.parse().map_err(|_| Unreadable)?;
    i64::try_from(number).map_err(|_| Unreadable)?;
    Ok(number)
}

/// Up to where a reader has been told: a snapshot and the second it was taken in. As text it is the `id` of an event,
/// `<seconds since 1970>.<snapshot>`, which a client sends back as `Last-Event-ID`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    pub snapshot: Snapshot,
    at: u64,
}

impl Position {
    /// `asked_at`: when the database was asked, not when it answered.
    pub fn new(snapshot: Snapshot, asked_at: SystemTime) -> Self {
        let since = asked_at.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            snapshot,
            at: since.as_secs(),
        }
    }

    /// How long ago it was taken; zero for one from the future.
    pub fn age(&self) -> Duration {
        let taken = UNIX_EPOCH + Duration::from_secs(self.at);
        taken.elapsed().unwrap_or_default()
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at, self.snapshot)
    }
}

impl FromStr for Position {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        if text.len() > LONGEST {
            return Err(Unreadable);
        }
        let (at, snapshot) = text.split_once('.').ok_or(Unreadable)?;
        // So much later than now that adding it to a clock would overflow is no time.
        let at = u32::try_from(number(at)?).map_err(|_| Unreadable)?;
        Ok(Self {
            snapshot: snapshot.parse()?,
            at: at.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn snapshot(text: &str) -> Snapshot {
        text.parse().unwrap()
    }

    #[test]
    fn a_snapshot_sees_what_had_ended_and_nothing_that_ran_or_was_to_come() {
        let snapshot = snapshot("10:20:10,14");
        let seen: Vec<_> = (8..23).filter(|id| snapshot.sees(*id)).collect();
        assert_eq!(seen, [8, 9, 11, 12, 13, 15, 16, 17, 18, 19]);
    }

    #[test]
    fn the_later_of_two_snapshots_is_known_by_what_it_has_seen() {
        // A commits while B runs on; then something new begins and ends.
        let moments = ["10:12:10,11", "11:12:11", "11:14:11", "14:14:"].map(snapshot);
        for (n, earlier) in moments.iter().enumerate() {
            for later in &moments[n + 1..] {
                assert!(later.is_later_than(earlier) && !earlier.is_later_than(later));
                assert!(!earlier.is_ahead_of(later));
            }
            assert!(!earlier.is_later_than(earlier));
        }
        assert!(snapshot("30:31:30").is_ahead_of(&snapshot("29:29:")));
    }

    #[test]
    fn what_postgres_would_not_read_is_not_read() {
        for text in [
            "",
            ":",
            "::",
            "1",
            "1:2",
            "1:2:3:4",
            "0:1:",
            "2:1:",
            "1:5:0",
            "1:5:5",
            "1:5:3,2",
            "1:5:2,2",
            "1:5:2,",
            "+1:5:",
            "1:5: 2",
            "-1:5:",
            "1:99999999999999999999:",
            "1:9223372036854775808:",
            "a:b:c",
        ] {
            assert_eq!(text.parse::<Snapshot>(), Err(Unreadable), "{text}");
        }
        for text in [
            "1:2:",
            "1.1:2",
            "x.1:2:",
            "-1.1:2:",
            "99999999999.1:2:",
            ".1:2:",
            "1:2:.1",
        ] {
            assert_eq!(text.parse::<Position>(), Err(Unreadable), "{text}");
        }
        let endless = format!(
            "1.1:9000:{}",
            (1..3000)
                .map(|n| n.to_string())
                .collect::<Vec<_>>()
                .join(",")
        );
        assert_eq!(endless.parse::<Position>(), Err(Unreadable));
    }

    #[test]
    fn a_position_knows_its_age() {
        let hour = Duration::from_secs(3600);
        let position = Position::new(snapshot("5:5:"), SystemTime::now() - hour);
        assert!((hour..hour + Duration::from_secs(5)).contains(&position.age()));
        assert_eq!(
            Position::new(snapshot("5:5:"), SystemTime::now() + hour).age(),
            Duration::ZERO
        );
    }

    proptest! {
        #[test]
        fn an_event_id_reads_back_as_what_it_was(
            at in 0u32.., xmin in 1u64..1 << 40, width in 0u64..500, running in proptest::collection::btree_set(0u64..500, 0..20),
        ) {
            let running: Box<[u64]> = running.into_iter().filter(|n| *n < width).map(|n| xmin + n).collect();
            let snapshot = Snapshot { xmin, xmax: xmin + width, running };
            let position = Position { snapshot, at: at.into() };
            prop_assert_eq!(position.to_string().parse(), Ok(position));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "[0-9:.,]{0,40}|.{0,40}") {
            if let Ok(position) = text.parse::<Position>() {
                let _ = (position.age(), position.snapshot.sees(7), position.snapshot.seen());
            }
        }
    }
}
