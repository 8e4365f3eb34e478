//! The answer where there is no model: the passages that fit best, word for word, and plainly called so.

use std::collections::BTreeSet;

use super::{
    sentences::{self, topics},
    store::{Company, Passage},
};

/// More is no answer but a reading list.
const MOST_QUOTES: usize = 3;
/// A further passage must fit almost as well as the best one: its similarity may be so much less,
const ALMOST_AS_SIMILAR: f32 = 0.1;
/// or, where nothing is known of that, it must speak of this share of what the best one speaks of.
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
    let Some(best) = passages.first() else {
        return vec![];
    };
    let asked = topics(question);
    let speaks_of = |passage: &Passage| sentences::overlap(&passage.content, &asked);
    let most = speaks_of(best);
    let is_worth = |passage: &&Passage| match best.similarity.zip(passage.similarity) {
        Some((best, this)) => this >= best - ALMOST_AS_SIMILAR,
        None => most > 0 && speaks_of(passage) as f64 >= most as f64 * WORTH_QUOTING,
    };
    let others = passages[1..].iter().filter(is_worth);
    [best]
        .into_iter()
        .chain(others)
        .take(MOST_QUOTES)
        .map(|passage| (passage.number, quote(passage)))
        .collect()
}

/// A whole passage under the name of its article, with its marker. Passages are short, and half of a list of steps, or a
/// sentence without the one before it, may say the opposite.
fn quote(passage: &Passage) -> String {
    let mut name = vec![passage.title.as_str()];
    name.extend(passage.heading_path.last().map(String::as_str));
    let quoted = passage
        .content
        .trim()
        .lines()
        .map(|line| format!("> {line}"));
    let quoted: Vec<_> = quoted.collect();
    let (name, number) = (name.join(": "), passage.number);
    format!(
        "\n\n**{name}** [{number}]\n\n{}",
        quoted.join("\n").replace("> \n", ">\n")
    )
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

    fn passage(number: usize, title: &str, content: &str, similarity: Option<f32>) -> Passage {
        Passage {
            number,
            chunk_id: Uuid::from_u128(number as u128),
            title: title.to_owned(),
            heading_path: vec![],
            content: content.to_owned(),
            similarity,
        }
    }

    fn company(phone: Option<&str>) -> Company {
        Company {
            name: "Acme Comfort".to_owned(),
            phone: phone.map(str::to_owned),
            email: None,
        }
    }

    fn filters(similarity: Option<f32>) -> Passage {
        let text = "A filter lasts\nthree months.\n\n1. Change it when it is grey.";
        let mut passage = passage(1, "Filters", text, similarity);
        passage.heading_path = vec!["Care".to_owned(), "How often".to_owned()];
        passage
    }

    #[test]
    fn the_best_passages_are_quoted_whole_and_called_quotes() {
        let more = passage(2, "Noise", "Change a dirty filter.", Some(0.55));
        let far = passage(3, "Bills", "A bill is sent by mail.", Some(0.4));
        let passages = [filters(Some(0.6)), more, far];
        let quoted = answer(
            "When do I change my filters?",
            &passages,
            true,
            &company(None),
        );
        assert_eq!(
            quoted.pieces.concat(),
            "This is quoted from our help articles, word for word:\n\n\
             **Filters: How often** [1]\n\n> A filter lasts\n> three months.\n>\n> 1. Change it when it is grey.\n\n\
             **Noise** [2]\n\n> Change a dirty filter.\n\n\
             If that does not answer your question, a person can help you."
        );
        assert_eq!(quoted.used, BTreeSet::from([1, 2]));
    }

    #[test]
    fn where_nothing_is_known_of_meaning_further_passages_must_share_words() {
        let more = passage(2, "Noise", "Change a dirty filter.", None);
        let far = passage(3, "Bills", "A bill is sent by mail.", None);
        let passages = [filters(None), far, more];
        let used = |question: &str| answer(question, &passages, true, &company(None)).used;
        assert_eq!(used("When do I change my filters?"), BTreeSet::from([1, 2]));
        assert_eq!(used("replacing strainers"), BTreeSet::from([1]));
    }

    #[test]
    fn where_nothing_fits_the_answer_says_so_and_names_people() {
        for (passages, answerable) in [(vec![filters(Some(0.2))], false), (vec![], true)] {
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
        let quoted = answer("filter", &[filters(None)], true, &company(None));
        let mut markers = crate::assistant::markers::Markers::new(1);
        markers.push(&quoted.pieces.concat());
        assert_eq!(markers.used(), &quoted.used);
    }
}
