//! What an answer may rest on: passages that this very question found, word for word. Plain Rust.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::error::{PortalError, Result, Status};

/// A passage that was found for a question, as its row keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Retrieved {
    pub chunk_id: Uuid,
    pub article_id: Uuid,
    pub slug: String,
    pub title: String,
    #[serde(default)]
    pub heading_path: Vec<String>,
    pub content: String,
}

/// What an answer says that it quotes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claimed {
    chunk_id: Uuid,
    quote: String,
}

/// What an answer quotes, as clients read it.
#[derive(Debug, PartialEq, Serialize)]
pub struct Citation {
    article_id: Uuid,
    slug: String,
    pub title: String,
    chunk_id: Uuid,
    heading_path: Vec<String>,
    quote: String,
}

/// The citations of an answer, each passage once.
///
/// * `claimed`: a list of objects with `chunk_id` and `quote`.
///
/// Errors: PT400 for another shape; PT422 `citation_not_retrieved` for a passage that the question did not find, or
/// words that are not in it, white space aside.
pub fn check(claimed: Value, retrieved: &[Retrieved]) -> Result<Vec<Citation>> {
    let claimed = match claimed {
        Value::Null => vec![],
        list => Vec::<Claimed>::deserialize(list).map_err(|_| malformed())?,
    };
    let mut cited = BTreeSet::new();
    let mut citations = Vec::new();
    for claim in claimed {
        let found = retrieved
            .iter()
            .find(|passage| passage.chunk_id == claim.chunk_id)
            .filter(|passage| is_in(&claim.quote, &passage.content))
            .ok_or_else(|| forged(claim.chunk_id))?;
        if cited.insert(claim.chunk_id) {
            citations.push(Citation {
                article_id: found.article_id,
                slug: found.slug.clone(),
                title: found.title.clone(),
                chunk_id: found.chunk_id,
                heading_path: found.heading_path.clone(),
                quote: claim.quote,
            });
        }
    }
    Ok(citations)
}

fn is_in(quote: &str, content: &str) -> bool {
    let quote = words(quote);
    !quote.is_empty() && words(content).contains(&quote)
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn malformed() -> PortalError {
    PortalError::invalid(
        "citations",
        "citations is a list of objects with chunk_id and quote.",
    )
}

fn forged(chunk_id: Uuid) -> PortalError {
    PortalError::new(
        Status::Refused,
        "citation_not_retrieved",
        "The answer quotes what was not found for this question.",
        "Cite passages of this turn alone, with words that are in them.",
    )
    .fact("chunk_id", chunk_id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn passage(n: u128, content: &str) -> Retrieved {
        Retrieved {
            chunk_id: Uuid::from_u128(n),
            article_id: Uuid::from_u128(n + 100),
            slug: "air-filter".into(),
            title: "Air filters".into(),
            heading_path: vec!["Air filters".into()],
            content: content.into(),
        }
    }

    fn claim(n: u128, quote: &str) -> Value {
        json!([{ "chunk_id": Uuid::from_u128(n), "quote": quote }])
    }

    fn refusal(claimed: Value, retrieved: &[Retrieved]) -> String {
        check(claimed, retrieved).unwrap_err().reason.into_owned()
    }

    #[test]
    fn a_quote_is_taken_with_all_that_leads_to_its_article() {
        let retrieved = [
            passage(1, "Look at it every month.\n\nReplace it."),
            passage(2, "x"),
        ];
        let citations = check(claim(1, "every month. Replace"), &retrieved).unwrap();
        assert_eq!(citations.len(), 1);
        let json = serde_json::to_value(&citations[0]).unwrap();
        assert_eq!(json["slug"], "air-filter");
        assert_eq!(json["quote"], "every month. Replace");
        assert_eq!(json["article_id"], Uuid::from_u128(101).to_string());
        assert_eq!(check(Value::Null, &retrieved), Ok(vec![]));
    }

    #[test]
    fn what_was_not_found_or_not_said_is_refused() {
        let retrieved = [passage(1, "Replace it every month.")];
        for claimed in [
            claim(2, "Replace it"),
            claim(1, "Never replace it"),
            claim(1, ""),
            claim(1, " \n"),
        ] {
            assert_eq!(refusal(claimed, &retrieved), "citation_not_retrieved");
        }
        assert_eq!(
            refusal(claim(1, "Replace it"), &[]),
            "citation_not_retrieved"
        );
        for malformed in [
            json!({}),
            json!(["x"]),
            json!([{ "chunk_id": Uuid::nil() }]),
        ] {
            assert_eq!(refusal(malformed, &retrieved), "invalid_input");
        }
    }

    #[test]
    fn a_passage_is_cited_once_and_a_forged_one_spoils_all() {
        let retrieved = [passage(1, "One two"), passage(2, "Three")];
        let two = json!([
            { "chunk_id": Uuid::from_u128(1), "quote": "One" },
            { "chunk_id": Uuid::from_u128(1), "quote": "two" },
        ]);
        assert_eq!(check(two, &retrieved).unwrap().len(), 1);
        let half = json!([
            { "chunk_id": Uuid::from_u128(1), "quote": "One" },
            { "chunk_id": Uuid::from_u128(3), "quote": "One" },
        ]);
        assert_eq!(refusal(half, &retrieved), "citation_not_retrieved");
    }

    proptest! {
        #[test]
        fn any_run_of_words_of_a_passage_can_be_quoted_however_it_is_spaced(
            words in proptest::collection::vec("[a-zäß0-9.,]{1,8}", 1..30), from in 0usize..30, count in 1usize..30,
            gaps in proptest::collection::vec("[ \n\t]{1,3}", 30),
        ) {
            let from = from % words.len();
            let run = &words[from..(from + count).min(words.len())];
            let content: String = words.iter().zip(&gaps).flat_map(|(word, gap)| [word.as_str(), gap.as_str()]).collect();
            prop_assert!(check(claim(1, &run.join(" ")), &[passage(1, &content)]).is_ok());
        }

        #[test]
        fn no_passage_of_another_question_is_ever_cited(mine in 0u128..8, theirs in 8u128..16) {
            let retrieved: Vec<_> = (0..=mine).map(|n| passage(n, "Same words")).collect();
            prop_assert!(check(claim(theirs, "Same words"), &retrieved).is_err());
        }
    }
}
