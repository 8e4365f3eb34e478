//! From the facts of a notification to what a person reads: words from `templates/en.toml`, put into
//! the layouts `mail.txt` and `mail.html`. Only the HTML layout escapes, and it escapes everything:
//! whatever a customer wrote arrives as text.

use std::collections::BTreeMap;

use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, Value, context, value::Serde};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::{brand, format};
use crate::app::PREFIX;

const WORDS: &str = include_str!("../../templates/en.toml");
const LAYOUTS: [(&str, &str); 2] = [
    ("mail.txt", include_str!("../../templates/mail.txt")),
    ("mail.html", include_str!("../../templates/mail.html")),
];
/// A text message of more pieces than this costs more than it says.
const LONGEST_SMS: usize = 480;
const LONGEST_SUBJECT: usize = 150;

/// The words, as they stand in the file.
#[derive(Deserialize)]
struct Words {
    cards: BTreeMap<String, Vec<(String, String)>>,
    why: BTreeMap<String, String>,
    events: BTreeMap<String, Message>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    subject: String,
    heading: String,
    text: Vec<String>,
    #[serde(default)]
    quote: String,
    card: Option<String>,
    action: Option<(String, String)>,
    sms: String,
    slack: Option<String>,
}

/// What is told, of whom and to whom.
pub struct Story<'a> {
    pub event: &'a str,
    pub category: &'a str,
    pub facts: &'a Json,
}

/// An e-mail's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub subject: String,
    pub text: String,
    pub html: String,
    /// The address that stops e-mails of this category.
    pub unsubscribe_url: Option<String>,
}

/// All words and layouts.
pub struct Templates {
    layouts: Environment<'static>,
    words: Words,
    public_url: String,
    portal_url: String,
}

/// Why a message cannot be written; holds no fact of it.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("there are no words for the event {0}")]
    UnknownEvent(String),
    #[error("the words for {event} do not fit the facts: {reason}")]
    Facts { event: String, reason: String },
}

impl Templates {
    /// `public_url` is where this gateway is reached, `portal_url` where the customer portal is.
    ///
    /// Panics when the files that are built in cannot be read.
    pub fn new(public_url: &str, portal_url: &str) -> Self {
        let mut layouts = Environment::new();
        layouts.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        layouts.set_auto_escape_callback(|name| {
            if name.ends_with(".html") {
                AutoEscape::Html
            } else {
                AutoEscape::None
            }
        });
        format::add_filters(&mut layouts);
        for (name, source) in LAYOUTS {
            layouts
                .add_template(name, source)
                .expect("the layouts are valid templates");
        }
        Self {
            layouts,
            words: toml::from_str(WORDS).expect("templates/en.toml is valid"),
            public_url: public_url.to_owned(),
            portal_url: portal_url.to_owned(),
        }
    }

    /// Every event that there are words for.
    pub fn events(&self) -> impl Iterator<Item = &str> {
        self.words.events.keys().map(String::as_str)
    }

    /// Whether the office can be told of it in its chat.
    pub fn is_for_chat(&self, event: &str) -> bool {
        self.words
            .events
            .get(event)
            .is_some_and(|message| message.slack.is_some())
    }

    /// The e-mail.
    ///
    /// Errors: an event without words, facts that the words need and that are not there.
    pub fn mail(&self, story: &Story) -> Result<Mail, TemplateError> {
        let message = self.message(story)?;
        let facts = self.facts(story);
        self.compose(story, message, &facts)
            .map_err(|error| misfit(story, &error))
    }

    /// The text message, the company's name before it.
    ///
    /// Errors: as [`Templates::mail`].
    pub fn sms(&self, story: &Story) -> Result<String, TemplateError> {
        let text = format!("{{{{ company.name }}}}: {}", self.message(story)?.sms);
        let written = self
            .fill(&text, &self.facts(story))
            .map_err(|error| misfit(story, &error))?;
        Ok(format::truncated(written, LONGEST_SMS))
    }

    /// The line for the office's chat, in Slack's markup.
    ///
    /// Errors: as [`Templates::mail`].
    pub fn slack(&self, story: &Story) -> Result<String, TemplateError> {
        let words = self.message(story)?.slack.as_ref();
        let words = words.ok_or_else(|| TemplateError::UnknownEvent(story.event.to_owned()))?;
        // Slack reads &, < and > as markup (links, @channel); in our own words there are none.
        let facts = map_texts(self.facts(story), &|text| {
            text.replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
        });
        self.fill(words, &facts)
            .map_err(|error| misfit(story, &error))
    }

    fn message(&self, story: &Story) -> Result<&Message, TemplateError> {
        let found = self.words.events.get(story.event);
        found.ok_or_else(|| TemplateError::UnknownEvent(story.event.to_owned()))
    }

    /// The facts without nulls and without characters that only deceive, and the portal's address.
    fn facts(&self, story: &Story) -> Json {
        let mut facts = map_texts(without_nulls(story.facts.clone()), &visible);
        let slug = facts
            .pointer("/company/slug")
            .and_then(Json::as_str)
            .unwrap_or_default();
        let portal = self.portal_url.replace("{org}", slug);
        if let Some(facts) = facts.as_object_mut() {
            facts.insert("portal".to_owned(), portal.into());
            // The words ask whether they are there.
            for optional in ["appointment", "person"] {
                facts.entry(optional).or_insert(Json::Object(Map::new()));
            }
        }
        facts
    }

    fn compose(&self, story: &Story, message: &Message, facts: &Json) -> Result<Mail, Error> {
        let fill = |words: &str| self.fill(words, facts);
        let subject = format::truncated(fill(&message.subject)?, LONGEST_SUBJECT);
        let paragraphs: Vec<String> = filled(message.text.iter().map(|words| fill(words)))?;
        let mut rows = Vec::new();
        // A card stands for something that exists: a request may not have its appointment yet.
        if let Some(card) = &message.card
            && facts.get(card).is_some_and(|it| it.get("id").is_some())
        {
            for (label, words) in &self.words.cards[card] {
                rows.push((label.clone(), fill(words)?));
            }
        }
        rows.retain(|(_, value)| !value.is_empty());
        let action = match &message.action {
            Some((label, link)) => Some(context! { label, link => fill(link)? }),
            None => None,
        };
        let why = self.words.why.get(story.category);
        let unsubscribe_url = facts["unsubscribe"]
            .as_str()
            .map(|token| format!("{}{PREFIX}/unsubscribe?token={token}", self.public_url));
        let (color, ink) = brand::colors(facts["company"]["color"].as_str());
        let context = context! {
            company => Value::from(Serde(&facts["company"])),
            // A mail programme that shows pictures over http would tell everybody on the way.
            logo_url => facts["company"]["logo_url"].as_str().filter(|url| url.starts_with("https://")),
            heading => fill(&message.heading)?,
            quote => fill(&message.quote)?.trim(),
            why => why.map(|words| fill(words)).transpose()?.unwrap_or_default(),
            subject => subject.as_str(),
            unsubscribe_url => unsubscribe_url.as_deref(),
            paragraphs, rows, action, color, ink,
        };
        Ok(Mail {
            text: self.layouts.get_template("mail.txt")?.render(&context)?,
            html: self.layouts.get_template("mail.html")?.render(&context)?,
            subject,
            unsubscribe_url,
        })
    }

    fn fill(&self, words: &str, facts: &Json) -> Result<String, Error> {
        self.layouts.render_str(words, Value::from(Serde(facts)))
    }
}

fn misfit(story: &Story, error: &Error) -> TemplateError {
    TemplateError::Facts {
        event: story.event.to_owned(),
        reason: error.to_string(),
    }
}

/// The paragraphs that say something.
fn filled(texts: impl Iterator<Item = Result<String, Error>>) -> Result<Vec<String>, Error> {
    texts
        .filter(|text| !text.as_ref().is_ok_and(|text| text.trim().is_empty()))
        .collect()
}

fn without_nulls(facts: Json) -> Json {
    match facts {
        Json::Object(object) => object
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        other => other,
    }
}

fn map_texts(facts: Json, change: &dyn Fn(&str) -> String) -> Json {
    match facts {
        Json::String(text) => change(&text).into(),
        Json::Array(items) => items
            .into_iter()
            .map(|item| map_texts(item, change))
            .collect(),
        Json::Object(object) => object
            .into_iter()
            .map(|(name, value)| (name, map_texts(value, change)))
            .collect(),
        other => other,
    }
}

/// Without control characters and without those that turn the direction of reading, by which
/// "txt.exe" can pass for something else.
pub(super) fn visible(text: &str) -> String {
    let deceives = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    text.replace("\r\n", "\n")
        .chars()
        .filter(|c| !deceives(*c))
        .collect()
}
