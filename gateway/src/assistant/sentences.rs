//! Sentences of an article, and which of them fit a question. A sentence is always a piece of the text as it stands, for a
//! quote is compared with its passage word for word.

use std::{collections::BTreeSet, ops::Range};

use unicode_segmentation::UnicodeSegmentation;

/// Words that say nothing about what a sentence is about.
const EMPTY_WORDS: [&str; 63] = [
    "a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "but",
    "by", "can", "could", "did", "do", "does", "for", "from", "get", "had", "has", "have", "how",
    "i", "if", "in", "is", "it", "its", "me", "my", "of", "on", "or", "our", "out", "should", "so",
    "that", "the", "their", "them", "there", "they", "this", "to", "up", "was", "we", "what",
    "when", "which", "who", "why", "will", "with", "would", "you", "your",
];
/// A longer one is cut at a word: nobody reads such a quote.
const LONGEST_SENTENCE: usize = 400;

/// The sentences of a Markdown text, without the marks that begin a line. One that goes on in the next line is whole.
pub fn sentences(markdown: &str) -> Vec<&str> {
    blocks(markdown)
        .into_iter()
        .flat_map(|block| {
            // A new line would end a sentence for Unicode; a space of the same length does not.
            let flat = markdown[block.clone()].replace('\n', " ");
            let place = |(at, text): (usize, &str)| block.start + at..block.start + at + text.len();
            let places: Vec<_> = flat.split_sentence_bound_indices().map(place).collect();
            places
        })
        .map(|place| cut(markdown[place].trim()))
        .filter(|sentence| sentence.chars().any(char::is_alphabetic))
        .collect()
}

/// Paragraphs and items of lists: lines that belong together. Headings, tables and code are no prose.
fn blocks(markdown: &str) -> Vec<Range<usize>> {
    let mut blocks: Vec<Range<usize>> = vec![];
    let (mut at, mut goes_on) = (0, false);
    for line in markdown.split_inclusive('\n') {
        let (start, end) = (at, at + line.trim_end().len());
        at += line.len();
        let text = line.trim();
        if text.is_empty() || text.starts_with(['#', '|', '`']) {
            goes_on = false;
            continue;
        }
        let content = content(text);
        match blocks.last_mut() {
            Some(last) if goes_on && content.len() == text.len() => last.end = end,
            _ => blocks.push(
                start + line.len() - line.trim_start().len() + text.len() - content.len()..end,
            ),
        }
        goes_on = true;
    }
    blocks
}

/// A line without what makes it a list or a quotation.
fn content(line: &str) -> &str {
    let bare = line.trim_start_matches([' ', '\t', '>', '-', '*', '+']);
    // What is emphasized belongs to the text.
    let line = match line.strip_suffix(bare) {
        Some(marks) if marks.ends_with("**") => &line[marks.len() - 2..],
        _ => bare,
    };
    let numbered = line.trim_start_matches(|char: char| char.is_ascii_digit());
    match numbered.strip_prefix(". ").or(numbered.strip_prefix(") ")) {
        Some(rest) if numbered.len() < line.len() => rest,
        _ => line,
    }
}

fn cut(sentence: &str) -> &str {
    if sentence.len() <= LONGEST_SENTENCE {
        return sentence;
    }
    let fits = |(at, _): &(usize, &str)| *at <= LONGEST_SENTENCE;
    let end = sentence.split_word_bound_indices().take_while(fits).last();
    sentence[..end.map_or(0, |(at, _)| at)].trim_end()
}

/// What a text is about: its words in lower case, each cut to a stem of sorts.
pub fn topics(text: &str) -> BTreeSet<String> {
    text.unicode_words()
        .map(str::to_lowercase)
        .filter(|word| !EMPTY_WORDS.contains(&word.as_str()))
        .map(|word| stem(&word))
        .collect()
}

/// Good enough to tell that `leaking` and `leaks` are the same thing.
fn stem(word: &str) -> String {
    let endings = ["ing", "ed", "es", "s"];
    let shorter = endings.iter().find_map(|ending| word.strip_suffix(ending));
    shorter
        .filter(|stem| stem.len() >= 3)
        .unwrap_or(word)
        .to_owned()
}

/// How much of what is asked a sentence speaks about.
pub fn overlap(sentence: &str, asked: &BTreeSet<String>) -> usize {
    topics(sentence).intersection(asked).count()
}

/// The sentence of a passage that fits best; of several the first. None when the passage has no sentence at all.
pub fn best<'a>(markdown: &'a str, asked: &BTreeSet<String>) -> Option<&'a str> {
    let sentences = sentences(markdown);
    let best = sentences
        .iter()
        .rev()
        .max_by_key(|sentence| overlap(sentence, asked));
    best.copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ARTICLE: &str = "# Leaks\n\n1. Close the valve below the sink. It turns clockwise!\n2) Call us.\n\n\
        > Water near a socket? Stay away.\n- **Towels** help\n\n| a | b |\n|---|---|\n---\n";

    #[test]
    fn an_article_falls_into_sentences_without_its_marks() {
        let expected = [
            "Close the valve below the sink.",
            "It turns clockwise!",
            "Call us.",
            "Water near a socket?",
            "Stay away.",
            "**Towels** help",
        ];
        assert_eq!(sentences(ARTICLE), expected);
    }

    #[test]
    fn a_sentence_that_goes_on_in_the_next_line_is_whole() {
        let text = "Call if the screen stays dark, or if\nyou replace it. Else wait.\n1. **Power**: look for\n   a switch.\n2. Wait.";
        let expected = [
            "Call if the screen stays dark, or if\nyou replace it.",
            "Else wait.",
            "**Power**: look for\n   a switch.",
            "Wait.",
        ];
        assert_eq!(sentences(text), expected);
    }

    #[test]
    fn a_number_that_begins_a_sentence_stays() {
        assert_eq!(
            sentences("24 hours before your visit we call."),
            ["24 hours before your visit we call."]
        );
    }

    #[test]
    fn the_sentence_that_speaks_of_what_is_asked_is_the_best() {
        let best = |question: &str| best(ARTICLE, &topics(question)).unwrap();
        assert_eq!(best("Which way do I turn it?"), "It turns clockwise!");
        assert_eq!(best("are the SOCKETS dangerous"), "Water near a socket?");
        assert_eq!(
            best("nothing of the kind"),
            "Close the valve below the sink."
        );
        assert!(super::best("---\n", &topics("x")).is_none());
    }

    proptest! {
        #[test]
        fn every_sentence_stands_in_the_text_and_is_short(text in "[a-zé.!? \\n#>*|0-9-]{0,900}") {
            for sentence in sentences(&text) {
                prop_assert!(text.contains(sentence));
                prop_assert!(!sentence.is_empty() && sentence.len() <= LONGEST_SENTENCE);
            }
        }
    }
}
