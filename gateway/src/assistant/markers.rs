//! The markers `[2]` by which an answer says on which passage it rests, checked while the answer streams.
//!
//! A number that is no passage's is dropped, so that no reader looks for a source that does not exist. Pieces arrive cut
//! anywhere: what may still become a marker is held back until it is one, or is not.

use std::collections::BTreeSet;

/// Nothing longer is a marker; so no more than this is ever held back.
const LONGEST_MARKER: usize = 24;

/// The filter of one answer.
pub struct Markers {
    passages: usize,
    used: BTreeSet<usize>,
    held: String,
}

impl Markers {
    /// For an answer that was given this many passages, numbered from 1.
    pub fn new(passages: usize) -> Self {
        Self {
            passages,
            used: BTreeSet::new(),
            held: String::new(),
        }
    }

    /// What can be passed on once this piece has come.
    pub fn push(&mut self, piece: &str) -> String {
        let mut out = String::with_capacity(self.held.len() + piece.len());
        for char in piece.chars() {
            self.take(char, &mut out);
        }
        out
    }

    /// What was held back when the answer ended: no marker.
    pub fn finish(&mut self) -> String {
        std::mem::take(&mut self.held)
    }

    /// The passages whose markers have passed.
    pub fn used(&self) -> &BTreeSet<usize> {
        &self.used
    }

    fn take(&mut self, char: char, out: &mut String) {
        let fits = self.held.len() < LONGEST_MARKER;
        match char {
            '[' if fits => self.held.push(char),
            _ if self.held.is_empty() => out.push(char),
            '0'..='9' | ',' | ' ' if fits => self.held.push(char),
            ']' => self.close(out),
            _ => {
                out.push_str(&std::mem::take(&mut self.held));
                self.take(char, out);
            }
        }
    }

    /// A bracket closes what the last one opened. Where a marker is dropped, what stood before it is held on, or else
    /// `[1[9]]` would become a marker that nobody has counted.
    fn close(&mut self, out: &mut String) {
        let opened = self.held.rfind('[').unwrap_or(0);
        let known: Option<Vec<_>> = numbers(&self.held[opened + 1..]).map(|numbers| {
            let is_known = |number: &usize| (1..=self.passages).contains(number);
            numbers.into_iter().filter(is_known).collect()
        });
        match known {
            Some(known) if known.is_empty() => self.held.truncate(opened),
            Some(known) => {
                out.push_str(&self.held[..opened]);
                self.held.clear();
                for number in known {
                    self.used.insert(number);
                    out.push_str(&format!("[{number}]"));
                }
            }
            None => {
                out.push_str(&std::mem::take(&mut self.held));
                out.push(']');
            }
        }
    }
}

/// The numbers between brackets: one, or several with commas.
fn numbers(inside: &str) -> Option<Vec<usize>> {
    let read = |text: &str| {
        let text = text.trim();
        let all_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // Too large a number is no passage's either.
        all_digits.then(|| text.parse().unwrap_or(usize::MAX))
    };
    inside.split(',').map(read).collect()
}

/// A text without any markers: those of an earlier answer count other passages.
pub fn without(text: &str) -> String {
    let mut none = Markers::new(0);
    none.push(text) + &none.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(passages: usize, text: &str) -> (String, Vec<usize>) {
        let mut markers = Markers::new(passages);
        let out = markers.push(text) + &markers.finish();
        (out, markers.used().iter().copied().collect())
    }

    #[test]
    fn numbers_of_passages_stay_and_others_are_dropped() {
        for (text, kept, used) in [
            ("Close the valve [2].", "Close the valve [2].", vec![2]),
            ("Close it [4]. Wait [0].", "Close it . Wait .", vec![]),
            ("[1][3][1]", "[1][3][1]", vec![1, 3]),
            ("[1, 9,2]", "[1][2]", vec![1, 2]),
            ("[002]", "[2]", vec![2]),
            ("[99999999999999999999]", "", vec![]),
        ] {
            assert_eq!(whole(3, text), (kept.to_owned(), used), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_marker_is_text() {
        for text in [
            "a[i]",
            "[x]",
            "[]",
            "[1",
            "[1 2]",
            "[1,]",
            "[-1]",
            "[1-3]",
            "[^1]",
            "[١]",
            "[1\n]",
            "]",
            "1]",
            "[[",
            "[000000000000000000000000000000001]",
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[x",
        ] {
            assert_eq!(whole(3, text), (text.to_owned(), vec![]), "{text}");
        }
        assert_eq!(whole(3, "[[1]]"), ("[[1]]".to_owned(), vec![1]));
        assert_eq!(whole(3, "[1[9]x]"), ("[1x]".to_owned(), vec![]));
    }

    #[test]
    fn text_is_passed_on_at_once_and_only_the_beginning_of_a_marker_waits() {
        let mut markers = Markers::new(2);
        assert_eq!(markers.push("Turn it off "), "Turn it off ");
        assert_eq!(markers.push("first ["), "first ");
        assert_eq!(markers.push("2"), "");
        assert_eq!(markers.push("]. Then"), "[2]. Then");
        assert_eq!(markers.push(" ["), " ");
        assert_eq!(markers.push("see"), "[see");
    }

    #[test]
    fn markers_of_earlier_answers_vanish() {
        assert_eq!(
            without("Off [1], then on [2, 3]. a[i]"),
            "Off , then on . a[i]"
        );
    }

    /// Texts made of what is difficult.
    fn texts() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[\\[\\], 0-9]{0,6}",
            Just("[1]".to_owned()),
            Just("[12]".to_owned()),
            Just("[3, 4]".to_owned()),
            Just("[4[7]]".to_owned()),
            "[a-zé€😀\\n]{0,4}",
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same_answer(text in texts(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8)) {
            let mut places: Vec<_> = text.char_indices().map(|(at, _)| at).collect();
            places.push(text.len());
            let mut ends: Vec<_> = cuts.iter().map(|cut| *cut.get(&places)).collect();
            ends.sort_unstable();
            let (mut markers, mut out, mut from) = (Markers::new(4), String::new(), 0);
            for end in ends.into_iter().chain([text.len()]) {
                out += &markers.push(&text[from..end]);
                from = end;
            }
            out += &markers.finish();
            let used: Vec<_> = markers.used().iter().copied().collect();
            prop_assert_eq!((out, used), whole(4, &text));
        }

        #[test]
        fn every_marker_that_passed_is_a_passages_and_counted(text in texts(), passages in 0_usize..5) {
            let (out, used) = whole(passages, &text);
            // Nor has one come together from what was left.
            prop_assert_eq!(whole(passages, &out), (out.clone(), used.clone()));
            prop_assert!(used.iter().all(|number| (1..=passages).contains(number)));
        }

        #[test]
        fn little_is_held_back(text in "[\\[0-9 ,]{0,80}") {
            let mut markers = Markers::new(4);
            let out = markers.push(&text);
            prop_assert!(text.len() - out.len() <= LONGEST_MARKER + 1, "{out}");
        }
    }
}
