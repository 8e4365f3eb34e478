//! The answer where there is no model: the passages that fit best, word for word, and plainly called so.

use std::collections::BTreeSet;

use super::{
    sentences::{self, topics},
    store::{Company, Passage},
};

/// More is no answer but a reading list.
const MOST_QUOTES: usize = 3;
/// Sentences of one passage, in their own order.
const MOST_SENTENCES: usize = 3;
/// A further passage must speak of this share of what the best one speaks of.
const WORTH_QUOTING: f64 = 0.6;

/// An answer made of quotes.
pub struct Quoted {
    /// Its pieces, in the order in which they are streamed.
    pub pieces: Vec<String>,
    /// The numbers of the passages that it quotes.
    pub used: BTreeSet<usize>,
}

/// Answers a question from its passages, which come best first.
pub fn answer(question: &str, passages: &[Passage], answerable: bool, company: &Company) -> Quoted {
    let quotes = if answerable {
        quotes(question, passages)
    } else {
        Vec::new()
    };
    if quotes.is_empty() {
        return Quoted {
            pieces: vec![nothing_found(company)],
            used: BTreeSet::new(),
        };
    }
    let used = quotes.iter().map(|(number, _)| *number).collect();
    let quoted = quotes.into_iter().map(|(_, text)| text);
    let opening = "This is quoted from our help articles, word for word:".to_owned();
    let closing = "\n\nIf that does not answer your question, a person can help you.".to_owned();
    Quoted {
        pieces: [opening]
            .into_iter()
            .chain(quoted)
            .chain([closing])
            .collect(),
        used,
    }
}

fn quotes(question: &str, passages: &[Passage]) -> Vec<(usize, String)> {
    let asked = topics(question);
    let speaks_of = |passage: &Passage| sentences::overlap(&passage.content, &asked);
    let best = passages.first().map_or(0, speaks_of);
    let is_worth = |(at, passage): &(usize, &Passage)| {
        let overlap = speaks_of(passage);
        *at == 0 || overlap > 0 && overlap as f64 >= best as f64 * WORTH_QUOTING
    };
    let quote = |(_, passage): (usize, &Passage)| Some((passage.number, quote(passage, &asked)?));
    let worth = passages.iter().enumerate().filter(is_worth);
    worth.filter_map(quote).take(MOST_QUOTES).collect()
}

/// The sentences of a passage that speak of what is asked, or its first one; with its title and its marker.
fn quote(passage: &Passage, asked: &BTreeSet<String>) -> Option<String> {
    let all = sentences::sentences(&passage.content);
    let mut fitting: Vec<_> = (0..all.len())
        .filter(|&at| sentences::overlap(all[at], asked) > 0)
        .collect();
    fitting.sort_by_key(|&at| std::cmp::Reverse(sentences::overlap(all[at], asked)));
    fitting.truncate(MOST_SENTENCES);
    fitting.sort_unstable();
    if fitting.is_empty() {
        fitting.push(0);
    }
    let text: Vec<_> = fitting
        .iter()
        .filter_map(|&at| all.get(at).copied())
        .collect();
    let (title, number) = (&passage.title, passage.number);
    (!text.is_empty()).then(|| format!("\n\n**{title}**\n\n> {} [{number}]", text.join(" … ")))
}

fn nothing_found(company: &Company) -> String {
    let name = &company.name;
    let call = match &company.phone {
        Some(phone) => format!(", or call {phone}"),
        None => String::new(),
    };
    format!(
        "I have found nothing in our help articles that answers this. Please ask the people at {name}: you can pass this \
         conversation on to them{call}."
    )
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn passage(number: usize, title: &str, content: &str) -> Passage {
        Passage {
            number,
            chunk_id: Uuid::from_u128(number as u128),
            title: title.to_owned(),
            heading_path: vec![],
            content: content.to_owned(),
        }
    }

    fn company(phone: Option<&str>) -> Company {
        Company {
            name: "Acme Comfort".to_owned(),
            phone: phone.map(str::to_owned),
            email: None,
        }
    }

    fn filters() -> Passage {
        let text = "## Filters\n\nA filter lasts three months. We sell tea. Change the filter when it is grey.";
        passage(1, "Change a filter", text)
    }

    #[test]
    fn the_best_passages_are_quoted_and_called_quotes() {
        let more = passage(2, "Noise", "To change a dirty filter ends noise.");
        let far = passage(3, "Bills", "A bill is sent by mail.");
        let quoted = answer(
            "When do I change my filters?",
            &[filters(), more, far],
            true,
            &company(None),
        );
        assert_eq!(
            quoted.pieces.concat(),
            "This is quoted from our help articles, word for word:\n\n\
             **Change a filter**\n\n> A filter lasts three months. … Change the filter when it is grey. [1]\n\n\
             **Noise**\n\n> To change a dirty filter ends noise. [2]\n\n\
             If that does not answer your question, a person can help you."
        );
        assert_eq!(quoted.used, BTreeSet::from([1, 2]));
    }

    #[test]
    fn a_passage_that_shares_no_word_is_quoted_from_its_beginning() {
        let quoted = answer("replacing strainers", &[filters()], true, &company(None));
        assert!(
            quoted
                .pieces
                .concat()
                .contains("> A filter lasts three months. [1]")
        );
    }

    #[test]
    fn where_nothing_fits_the_answer_says_so_and_names_people() {
        for (passages, answerable) in [(vec![filters()], false), (vec![], true)] {
            let quoted = answer(
                "Do you repair cars?",
                &passages,
                answerable,
                &company(Some("+13125550110")),
            );
            let text = quoted.pieces.concat();
            assert!(
                text.contains("found nothing") && text.contains("call +13125550110."),
                "{text}"
            );
            assert!(quoted.used.is_empty());
        }
        let text = answer("x", &[], false, &company(None)).pieces.concat();
        assert!(!text.contains("call"), "{text}");
    }

    #[test]
    fn every_marker_is_of_a_passage_that_is_counted_as_used() {
        let quoted = answer("filter", &[filters()], true, &company(None));
        let mut markers = crate::assistant::markers::Markers::new(1);
        markers.push(&quoted.pieces.concat());
        assert_eq!(markers.used(), &quoted.used);
    }
}
