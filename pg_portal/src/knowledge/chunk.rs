//! Cuts an article into passages: along its headings, and where a part is still too long, where Markdown may be cut.
//! Plain Rust.

use std::collections::HashSet;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use sha2::{Digest, Sha256};
use text_splitter::{ChunkConfig, MarkdownSplitter};
use tiktoken_rs::{CoreBPE, cl100k_base_singleton};

/// Longest passage, in tokens. With its headings it fits into what small models read at once (256 word pieces), and it
/// is about one thing.
const MOST_TOKENS: usize = 160;
/// How much of a passage its successor repeats, in tokens, so that no sentence loses what it refers to.
const OVERLAP: usize = 24;

/// A passage of an article.
#[derive(Debug, Clone, PartialEq)]
pub struct Chunk {
    /// The headings above it, outermost first.
    pub heading_path: Vec<String>,
    pub content: String,
}

/// The passages of an article in their order; one that says the same as an earlier one is left out.
pub fn chunk(markdown: &str) -> Vec<Chunk> {
    // Its tables take a tenth of a second to build, once in a session.
    let tokens: &CoreBPE = cl100k_base_singleton();
    let config = ChunkConfig::new(MOST_TOKENS)
        .with_sizer(tokens)
        .with_overlap(OVERLAP)
        .expect("the overlap is less than a passage");
    let splitter = MarkdownSplitter::new(config);
    let mut seen = HashSet::new();
    sections(markdown)
        .iter()
        .flat_map(|section| {
            splitter.chunks(section.body).map(|content| Chunk {
                heading_path: section.path.clone(),
                content: content.to_owned(),
            })
        })
        .filter(|chunk| seen.insert((chunk.heading_path.clone(), chunk.content.clone())))
        .collect()
}

/// What is embedded of a passage: without its headings "twice a year" would mean nothing.
pub fn embedded_text(title: &str, heading_path: &[String], content: &str) -> String {
    let mut above = vec![title];
    above.extend(heading_path.iter().map(String::as_str));
    format!("{}\n\n{content}", above.join(" > "))
}

/// Tells whether a passage must be embedded again.
pub fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What stands under one heading, up to the next.
struct Section<'a> {
    path: Vec<String>,
    body: &'a str,
}

struct Heading {
    level: usize,
    text: String,
    start: usize,
    end: usize,
}

fn sections(markdown: &str) -> Vec<Section<'_>> {
    let headings = headings(markdown);
    let first = headings
        .first()
        .map_or(markdown.len(), |heading| heading.start);
    let mut sections = vec![Section {
        path: vec![],
        body: &markdown[..first],
    }];
    let mut above: Vec<&Heading> = vec![];
    for (number, heading) in headings.iter().enumerate() {
        above.retain(|outer| outer.level < heading.level);
        above.push(heading);
        let next = headings.get(number + 1);
        let end = next.map_or(markdown.len(), |next| next.start);
        sections.push(Section {
            path: above.iter().map(|heading| heading.text.clone()).collect(),
            body: &markdown[heading.end..end],
        });
    }
    sections.retain(|section| !section.body.trim().is_empty());
    sections
}

/// The headings in their order. One within a list or a quotation divides nothing.
fn headings(markdown: &str) -> Vec<Heading> {
    let mut headings: Vec<Heading> = vec![];
    let (mut depth, mut open) = (0, false);
    for (event, range) in Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
                open = true;
                headings.push(Heading {
                    level: level as usize,
                    text: String::new(),
                    start: range.start,
                    end: range.end,
                });
            }
            Event::End(TagEnd::Heading(_)) => open = false,
            Event::Start(Tag::BlockQuote(_) | Tag::List(_)) => depth += 1,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_)) => depth -= 1,
            Event::Text(text) | Event::Code(text) if open => {
                let heading = headings.last_mut().expect("an open heading is the last");
                heading.text.push_str(&text);
            }
            _ => {}
        }
    }
    headings.retain(|heading| !heading.text.trim().is_empty());
    headings
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ARTICLE: &str = "A clean filter is cheap.\n\n## How often\nEvery month.\n\n### With pets\nSooner.\n\n\
        ## Steps\n1. Switch it off.\n2. Take it out.\n";

    fn found(markdown: &str) -> Vec<(String, String)> {
        let one = |chunk: Chunk| (chunk.heading_path.join(" > "), chunk.content);
        chunk(markdown).into_iter().map(one).collect()
    }

    #[test]
    fn a_passage_knows_its_headings() {
        let expected = [
            ("", "A clean filter is cheap."),
            ("How often", "Every month."),
            ("How often > With pets", "Sooner."),
            ("Steps", "1. Switch it off.\n2. Take it out."),
        ];
        let expected = expected.map(|(path, text)| (path.to_owned(), text.to_owned()));
        assert_eq!(found(ARTICLE), expected);
    }

    #[test]
    fn what_looks_like_a_heading_inside_code_or_a_quotation_divides_nothing() {
        let text = "## Codes\n```\n# not a heading\n```\n> ## nor this\n> said somebody\n";
        let paths: Vec<_> = found(text).into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["Codes"]);
    }

    #[test]
    fn a_long_part_is_cut_into_passages_that_overlap_and_stay_within_the_limit() {
        let sentences: Vec<_> = (0..80)
            .map(|n| format!("Sentence number {n} tells something about the furnace."))
            .collect();
        let chunks = chunk(&format!("## Long\n{}", sentences.join(" ")));
        assert!(chunks.len() > 4);
        for one in &chunks {
            let tokens = cl100k_base_singleton().encode_ordinary(&one.content).len();
            assert!(tokens <= MOST_TOKENS, "{tokens}");
            assert_eq!(one.heading_path, ["Long"]);
        }
        for sentence in &sentences {
            let whole = chunks.iter().filter(|one| one.content.contains(sentence));
            assert!(whole.count() >= 1, "{sentence}");
        }
        let repeats = |pair: &[Chunk]| {
            let end = pair[0].content.rsplit("Sentence").next().unwrap();
            pair[1].content.contains(end)
        };
        assert!(chunks.windows(2).all(repeats));
    }

    #[test]
    fn the_same_said_twice_is_one_passage() {
        assert_eq!(found("## A\nCall us.\n\n## A\nCall us.\n").len(), 1);
        assert_eq!(found("## A\nCall us.\n\n## B\nCall us.\n").len(), 2);
    }

    #[test]
    fn the_embedded_text_and_its_hash_hold_title_and_headings() {
        let path = ["Steps".to_owned()];
        let text = embedded_text("Filters", &path, "Switch it off.");
        assert_eq!(text, "Filters > Steps\n\nSwitch it off.");
        assert_ne!(
            hash(&text),
            hash(&embedded_text("Filters", &[], "Switch it off."))
        );
        assert_eq!(hash("").len(), 64);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn every_word_of_any_article_is_in_a_passage_and_no_passage_is_empty(
            parts in proptest::collection::vec(("#{0,4} ?", "[a-zé]{1,8}( [a-z]{1,8}){0,60}", "\n{1,3}"), 0..12),
        ) {
            let markdown: String = parts.iter().map(|(mark, words, end)| format!("{mark}{words}{end}")).collect();
            let chunks = chunk(&markdown);
            let held: String = chunks.iter().map(|one| format!("{} {} ", one.heading_path.join(" "), one.content)).collect();
            // A heading with nothing below it is no passage.
            let bodies: Vec<_> = sections(&markdown).iter().map(|section| section.body.to_owned()).collect();
            for word in bodies.iter().flat_map(|body| body.split_whitespace()) {
                prop_assert!(held.contains(word), "{word}");
            }
            prop_assert!(chunks.iter().all(|one| !one.content.trim().is_empty()));
        }
    }
}
