//! Embeddings in this process: a BERT from a folder, as sentence-transformers publishes them.
//!
//! The mean over the tokens, brought to length 1. The arithmetic runs on threads of its own, in
//! portions of about half a second, so that a customer's question never waits behind a whole article.

use std::{fs, path::Path, sync::Arc};

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use serde::{Deserialize, de::DeserializeOwned};
use tokenizers::{Encoding, Tokenizer, TruncationParams};
use tokio::{sync::Semaphore, task};

use super::EmbedError;
use crate::config::ConfigError;

/// How many tokens are worked on at once, counting what fills up the shorter texts.
const TOKENS_AT_ONCE: usize = 1024;
/// No language's words need more per token; the rest of a text that is longer would be cut off anyway.
const CHARACTERS_PER_TOKEN: usize = 24;
/// [CLS], one token, [SEP].
const FEWEST_TOKENS: usize = 3;

const FILES: &str = "a model's folder holds config.json, tokenizer.json and model.safetensors";

/// A model in memory.
pub struct Local {
    name: String,
    bert: Arc<Bert>,
    lanes: Arc<Semaphore>,
}

struct Bert {
    model: BertModel,
    tokenizer: Tokenizer,
    dimensions: usize,
    longest: usize,
}

/// sentence-transformers' own limit, which is often below the model's.
#[derive(Deserialize)]
struct SentenceLimit {
    max_seq_length: Option<usize>,
}

/// How sentence-transformers makes one vector of many.
#[derive(Deserialize)]
struct Pooling {
    pooling_mode_mean_tokens: bool,
}

impl Local {
    /// Reads the model from `folder`, whose name becomes the model's. `lanes` is shared by all models
    /// of the process: how many of them may work at once.
    ///
    /// Errors: a file that is missing or does not fit the others, by name.
    pub fn load(folder: &Path, lanes: Arc<Semaphore>) -> Result<Self, ConfigError> {
        let name = folder
            .file_name()
            .and_then(|name| name.to_str())
            .ok_or_else(|| problem(folder, "has no name that a model could go by"))?;
        Ok(Self {
            name: name.to_owned(),
            bert: Arc::new(Bert::load(folder)?),
            lanes,
        })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn dimensions(&self) -> usize {
        self.bert.dimensions
    }

    /// One vector per text, in order.
    ///
    /// Errors: a text without a single token; arithmetic that failed.
    pub async fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let texts = texts.to_vec();
        let encodings = self.work(move |bert| bert.encode(&texts)).await?;
        let mut vectors = vec![Vec::new(); encodings.len()];
        for portion in portions(encodings) {
            let (places, encodings): (Vec<_>, Vec<_>) = portion.into_iter().unzip();
            let embedded = self.work(move |bert| bert.embed(&encodings)).await?;
            for (place, vector) in places.into_iter().zip(embedded) {
                vectors[place] = vector;
            }
        }
        Ok(vectors)
    }

    /// Off the async threads, and in turn: the place is held until the work is really over, also when
    /// nobody waits for it any more.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Bert) -> Result<T, EmbedError> + Send + 'static,
    ) -> Result<T, EmbedError> {
        let lane = self.lanes.clone().acquire_owned().await;
        let lane = lane.map_err(|_| EmbedError::Unavailable("shutting down".to_owned()))?;
        let bert = self.bert.clone();
        let task = task::spawn_blocking(move || {
            let result = work(&bert);
            drop(lane);
            result
        });
        task.await
            .unwrap_or_else(|error| Err(EmbedError::Unavailable(error.to_string())))
    }
}

impl Bert {
    fn load(folder: &Path) -> Result<Self, ConfigError> {
        let config: Config = json(&folder.join("config.json"))?;
        if let Some(other) = config.model_type.as_deref().filter(|kind| *kind != "bert") {
            return Err(problem(
                folder,
                &format!("holds a model of type {other}; only bert can be run"),
            ));
        }
        let pooling = folder.join("1_Pooling").join("config.json");
        if pooling.exists() && !json::<Pooling>(&pooling)?.pooling_mode_mean_tokens {
            return Err(problem(
                folder,
                "does not average its tokens (1_Pooling/config.json), which is all that can be done here",
            ));
        }
        let longest = longest(folder, &config)?;
        let weights = read(&folder.join("model.safetensors"))?;
        let tokenizer = tokenizer(&folder.join("tokenizer.json"), longest)?;
        let (known, room) = (tokenizer.get_vocab_size(true), config.vocab_size);
        if known > room {
            return Err(problem(
                folder,
                &format!("has {known} tokens in tokenizer.json, but only {room} in config.json"),
            ));
        }
        // Copied and not mapped: somebody who writes the file while it is in use changes nothing.
        let model = VarBuilder::from_buffered_safetensors(weights, DType::F32, &Device::Cpu)
            .and_then(|weights| BertModel::load(weights, &config))
            .map_err(|error| {
                let what = format!(
                    "has a model.safetensors that does not fit its config.json: {}",
                    first_line(&error)
                );
                problem(folder, &what)
            })?;
        Ok(Self {
            model,
            tokenizer,
            dimensions: config.hidden_size,
            longest,
        })
    }

    fn encode(&self, texts: &[String]) -> Result<Vec<Encoding>, EmbedError> {
        let encode = |text: &String| {
            let text = beginning(text, self.longest * CHARACTERS_PER_TOKEN);
            let encoding = self.tokenizer.encode_fast(text, true);
            match encoding.map_err(|error| unusable(&*error))? {
                empty if empty.is_empty() => Err(EmbedError::Unusable(
                    "a text without a single token".to_owned(),
                )),
                encoding => Ok(encoding),
            }
        };
        texts.iter().map(encode).collect()
    }

    fn embed(&self, encodings: &[Encoding]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let mut vectors = self.mean(encodings).map_err(|error| unusable(&error))?;
        vectors.iter_mut().for_each(|vector| normalise(vector));
        Ok(vectors)
    }

    /// The mean of each text's tokens; what only fills up counts for nothing.
    fn mean(&self, encodings: &[Encoding]) -> candle_core::Result<Vec<Vec<f32>>> {
        let width = encodings.iter().map(Encoding::len).max().unwrap_or(0);
        let square = |of: fn(&Encoding) -> &[u32]| {
            let mut rows = Vec::with_capacity(encodings.len() * width);
            for (number, encoding) in encodings.iter().enumerate() {
                rows.extend_from_slice(of(encoding));
                rows.resize((number + 1) * width, 0);
            }
            Tensor::from_vec(rows, (encodings.len(), width), &Device::Cpu)
        };
        let mask = square(Encoding::get_attention_mask)?;
        let tokens = self.model.forward(
            &square(Encoding::get_ids)?,
            &square(Encoding::get_type_ids)?,
            Some(&mask),
        )?;
        let mask = mask.to_dtype(DType::F32)?.unsqueeze(2)?;
        let sums = tokens.broadcast_mul(&mask)?.sum(1)?;
        sums.broadcast_div(&mask.sum(1)?)?.to_vec2()
    }
}

/// Texts of about the same length together, so that little is spent on filling up; each with its place.
fn portions(encodings: Vec<Encoding>) -> Vec<Vec<(usize, Encoding)>> {
    let mut ordered: Vec<_> = encodings.into_iter().enumerate().collect();
    ordered.sort_by_key(|(_, encoding)| encoding.len());
    let mut portions: Vec<Vec<(usize, Encoding)>> = Vec::new();
    for (place, encoding) in ordered {
        match portions.last_mut() {
            // The newest is the longest, and so the width of all.
            Some(portion) if (portion.len() + 1) * encoding.len() <= TOKENS_AT_ONCE => {
                portion.push((place, encoding));
            }
            _ => portions.push(vec![(place, encoding)]),
        }
    }
    portions
}

fn normalise(vector: &mut [f32]) {
    let length = vector.iter().map(|part| part * part).sum::<f32>().sqrt();
    // A vector of length 0 has no direction; it is refused later, where all vectors are checked.
    if length > 0.0 {
        vector.iter_mut().for_each(|part| *part /= length);
    }
}

fn longest(folder: &Path, config: &Config) -> Result<usize, ConfigError> {
    let file = folder.join("sentence_bert_config.json");
    let set = if file.exists() {
        json::<SentenceLimit>(&file)?.max_seq_length
    } else {
        None
    };
    let longest = set.map_or(config.max_position_embeddings, |set| {
        set.min(config.max_position_embeddings)
    });
    if longest < FEWEST_TOKENS {
        return Err(problem(folder, &format!("takes only {longest} tokens")));
    }
    Ok(longest)
}

/// Published tokenizers cut and fill up as somebody once needed it; here the model's limit counts.
fn tokenizer(file: &Path, longest: usize) -> Result<Tokenizer, ConfigError> {
    let mut tokenizer =
        Tokenizer::from_bytes(read(file)?).map_err(|error| unreadable(file, &*error))?;
    let truncation = TruncationParams {
        max_length: longest,
        ..TruncationParams::default()
    };
    tokenizer
        .with_truncation(Some(truncation))
        .map_err(|error| unreadable(file, &*error))?
        .with_padding(None);
    Ok(tokenizer)
}

fn beginning(text: &str, characters: usize) -> &str {
    let end = text.char_indices().nth(characters);
    end.map_or(text, |(end, _)| &text[..end])
}

fn read(file: &Path) -> Result<Vec<u8>, ConfigError> {
    fs::read(file).map_err(|error| {
        ConfigError(format!(
            "embedding_model_dirs: cannot read {} ({error}); {FILES}",
            file.display()
        ))
    })
}

fn json<T: DeserializeOwned>(file: &Path) -> Result<T, ConfigError> {
    serde_json::from_slice(&read(file)?).map_err(|error| unreadable(file, &error))
}

fn unreadable(file: &Path, error: &dyn std::error::Error) -> ConfigError {
    ConfigError(format!(
        "embedding_model_dirs: {} cannot be used: {}",
        file.display(),
        first_line(error)
    ))
}

fn problem(folder: &Path, what: &str) -> ConfigError {
    ConfigError(format!("embedding_model_dirs: {} {what}", folder.display()))
}

fn unusable(error: &dyn std::error::Error) -> EmbedError {
    EmbedError::Unusable(first_line(error))
}

/// What follows may be a backtrace.
fn first_line(error: &dyn std::error::Error) -> String {
    error
        .to_string()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}
