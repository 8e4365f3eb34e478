//! Cuts an article into passages along its headings.

use std::ops::Range;
use std::sync::LazyLock;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde::Serialize;
use sha2::{Digest, Sha256};
use text_splitter::{ChunkConfig, ChunkSizer, MarkdownSplitter};
use tiktoken_rs::{CoreBPE, cl100k_base_singleton};

/// How long a passage may be, in tokens: with title and headings it fits into the 256 that small embedding models read.
const TOKENS: usize = 160;

/// How much of the passage before it a passage repeats, where a section had to be cut.
const OVERLAP: usize = 24;

/// What is longer than this, in bytes, is too long whatever it says; counting its tokens could take minutes.
const CERTAINLY_TOO_LONG: usize = 2000;

/// How much of a section is cut at once, in bytes: without line breaks, the splitter's time grows with the square of it.
const AT_ONCE: usize = 8000;

/// How much of a heading is kept, in characters.
const LONGEST_HEADING: usize = 200;

/// A passage and the headings above it, outermost first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chunk {
    pub heading_path: Vec<String>,
    pub content: String,
}

/// What an embedding is made from: the one form in which title, headings and passage are put together.
pub fn embedded_text(title: &str, heading_path: &[String], content: &str) -> String {
    let above: Vec<_> = std::iter::once(title)
        .chain(heading_path.iter().map(String::as_str))
        .collect();
    format!("{}\n\n{content}", above.join(" > "))
}

/// Of [`embedded_text`].
pub fn content_hash(title: &str, chunk: &Chunk) -> [u8; 32] {
    Sha256::digest(embedded_text(title, &chunk.heading_path, &chunk.content)).into()
}

/// The passages of an article, in order. Nothing that it says is left out.
pub fn chunk(markdown: &str) -> Vec<Chunk> {
    let splitter = MarkdownSplitter::new(config());
    let mut chunks = Vec::new();
    for section in sections(markdown) {
        for piece in pieces(section.content) {
            chunks.extend(splitter.chunks(piece).map(|part| Chunk {
                heading_path: section.heading_path.clone(),
                content: part.to_owned(),
            }));
        }
    }
    chunks
}

fn config() -> ChunkConfig<Tokens> {
    ChunkConfig::new(TOKENS)
        .with_sizer(Tokens)
        .with_overlap(OVERLAP)
        .expect("the overlap is shorter than a passage")
}

static TOKENIZER: LazyLock<&CoreBPE> = LazyLock::new(cl100k_base_singleton);

struct Tokens;

impl ChunkSizer for Tokens {
    fn size(&self, chunk: &str) -> usize {
        match chunk.len() {
            length @ CERTAINLY_TOO_LONG.. => length,
            _ => TOKENIZER.encode_ordinary(chunk).len(),
        }
    }
}

/// A text in pieces of up to [`AT_ONCE`], cut where it hurts least: between paragraphs, lines, words.
fn pieces(mut text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    while text.len() > AT_ONCE {
        let window = &text[..text.floor_char_boundary(AT_ONCE)];
        let after = |gap: &str| window.rfind(gap).map(|at| at + gap.len());
        let cut = after("\n\n").or_else(|| after("\n")).or_else(|| after(" "));
        let (piece, rest) = text.split_at(cut.unwrap_or(window.len()));
        pieces.push(piece);
        text = rest;
    }
    pieces.push(text);
    pieces
}

struct Section<'a> {
    heading_path: Vec<String>,
    content: &'a str,
}

struct Heading {
    level: HeadingLevel,
    text: String,
    /// Where it stands in the article, its marks included.
    range: Range<usize>,
}

/// What stands between two headings, under all that are above it. A heading with nothing beneath it is text itself.
fn sections(markdown: &str) -> Vec<Section<'_>> {
    let headings = headings(markdown);
    let mut sections = Vec::new();
    let mut path: Vec<&Heading> = Vec::new();
    let start_of = |index: usize| {
        headings
            .get(index)
            .map_or(markdown.len(), |h: &Heading| h.range.start)
    };
    let mut add = |path: &[&Heading], content: Range<usize>| {
        let content = markdown[content].trim();
        let heading_path = path.iter().map(|heading| heading.text.clone());
        let section = Section {
            heading_path: heading_path.filter(|text| !text.is_empty()).collect(),
            content,
        };
        (!content.is_empty())
            .then(|| sections.push(section))
            .is_some()
    };
    add(&path, 0..start_of(0));
    for (index, heading) in headings.iter().enumerate() {
        path.retain(|above| above.level < heading.level);
        path.push(heading);
        let has_text = add(&path, heading.range.end..start_of(index + 1));
        let leads_on = headings
            .get(index + 1)
            .is_some_and(|next| next.level > heading.level);
        if !has_text && (!leads_on || heading.text.is_empty()) {
            add(&path[..path.len() - 1], heading.range.clone());
        }
    }
    sections
}

/// The headings that divide the article: those within a quotation or a list belong to its text.
fn headings(markdown: &str) -> Vec<Heading> {
    let mut headings = Vec::new();
    let mut current: Option<Heading> = None;
    let mut depth = 0;
    for (event, range) in Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
                current = Some(Heading {
                    level,
                    text: String::new(),
                    range,
                });
                depth += 1;
            }
            Event::Start(_) => depth += 1,
            Event::End(end) => {
                depth -= 1;
                if matches!(end, TagEnd::Heading(_)) && depth == 0 {
                    headings.extend(current.take().map(shortened));
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut current {
                    heading.text.push_str(&text);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(heading) = &mut current {
                    heading.text.push(' ');
                }
            }
            _ => {}
        }
    }
    headings
}

fn shortened(heading: Heading) -> Heading {
    let text: String = heading.text.trim().chars().take(LONGEST_HEADING).collect();
    Heading {
        text: text.trim_end().to_owned(),
        ..heading
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn paths_and_contents(markdown: &str) -> Vec<(String, String)> {
        let chunks = chunk(markdown).into_iter();
        chunks
            .map(|chunk| (chunk.heading_path.join(" > "), chunk.content))
            .collect()
    }

    fn pair(path: &str, content: &str) -> (String, String) {
        (path.to_owned(), content.to_owned())
    }

    #[test]
    fn every_section_stands_under_its_headings() {
        let markdown = "Before.\n\n# One\nFirst.\n\n## Two `code` *and*\nSecond.\n\n### Three\n\nThird.\n\n## Four\nFourth.";
        assert_eq!(
            paths_and_contents(markdown),
            [
                pair("", "Before."),
                pair("One", "First."),
                pair("One > Two code and", "Second."),
                pair("One > Two code and > Three", "Third."),
                pair("One > Four", "Fourth."),
            ]
        );
    }

    #[test]
    fn a_heading_with_nothing_beneath_it_is_not_lost() {
        assert_eq!(
            paths_and_contents("# A\n## B\n# C\n## D\nText\n# E"),
            [pair("A", "## B"), pair("C > D", "Text"), pair("", "# E")]
        );
    }

    #[test]
    fn what_only_looks_like_a_heading_divides_nothing() {
        let code = "```\n# no heading\n```";
        assert_eq!(paths_and_contents(code), [pair("", code)]);
        let quoted = "> # quoted\n> text\n\n- # in a list";
        assert_eq!(paths_and_contents(quoted), [pair("", quoted)]);
        assert_eq!(
            paths_and_contents("Underlined\n===\nText"),
            [pair("Underlined", "Text")]
        );
    }

    #[test]
    fn long_sections_are_cut_between_sentences_and_overlap() {
        let sentences: Vec<_> = (0..60)
            .map(|n| format!("Sentence number {n} says that valve {n} is closed by hand."))
            .collect();
        let chunks = chunk(&format!("# Valves\n{}", sentences.join(" ")));
        assert!(chunks.len() > 3);
        for chunk in &chunks {
            assert_eq!(chunk.heading_path, ["Valves"]);
            assert!(Tokens.size(&chunk.content) <= TOKENS);
            assert!(chunk.content.ends_with("hand."), "{}", chunk.content);
        }
        for pair in chunks.windows(2) {
            let first = pair[1].content.split_inclusive('.').next().unwrap();
            assert!(pair[0].content.contains(first), "{first} is not repeated");
        }
    }

    #[test]
    fn what_is_embedded_says_where_it_stands() {
        let path = ["Steps".to_owned(), "First".to_owned()];
        assert_eq!(
            embedded_text("Filter", &path, "Turn."),
            "Filter > Steps > First\n\nTurn."
        );
    }

    #[test]
    fn a_text_without_any_gap_is_cut_as_well() {
        for text in [
            "a".repeat(20_000),
            format!("a{}b", " ".repeat(20_000)),
            "# ".repeat(10_000),
            "\u{8a9e}".repeat(7_000),
        ] {
            let chunks = chunk(&text);
            assert!(chunks.len() > 1);
            assert!(
                chunks
                    .iter()
                    .all(|chunk| Tokens.size(&chunk.content) <= TOKENS)
            );
        }
    }

    #[test]
    fn long_texts_are_cut_between_paragraphs_and_nothing_is_lost() {
        let text = format!("{}\n\n", "One line of it.\n".repeat(100)).repeat(20);
        let pieces = pieces(&text);
        assert!(pieces.len() > 3);
        assert!(pieces.iter().all(|piece| piece.len() <= AT_ONCE));
        assert!(
            pieces[..pieces.len() - 1]
                .iter()
                .all(|piece| piece.ends_with("\n\n"))
        );
        assert_eq!(pieces.concat(), text);
    }

    fn squeezed(text: &str) -> String {
        text.chars().filter(|c| c.is_alphanumeric()).collect()
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_long(markdown in "([#>*` a-z0-9.-]{0,30}\n){0,12}") {
            let chunks = chunk(&markdown);
            let all: String = chunks.iter().flat_map(|c| c.heading_path.iter().chain([&c.content])).cloned().collect();
            for word in markdown.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
                prop_assert!(squeezed(&all).contains(word), "{} is lost of {:?}", word, markdown);
            }
            prop_assert_eq!(chunks.is_empty(), markdown.trim().is_empty());
            for chunk in chunks {
                prop_assert!(!chunk.content.trim().is_empty());
                prop_assert!(Tokens.size(&chunk.content) <= TOKENS);
            }
        }

        #[test]
        fn any_text_at_all_is_cut(markdown in any::<String>()) {
            prop_assert_eq!(chunk(&markdown).is_empty(), markdown.trim().is_empty());
        }
    }
}
