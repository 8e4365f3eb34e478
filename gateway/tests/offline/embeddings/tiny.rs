//! A BERT of two layers with invented weights, in a folder as published models have it.

use std::{collections::HashMap, fs, path::PathBuf};

use candle_core::{Device, Tensor};
use serde_json::{Value, json};
use tempfile::TempDir;

pub const DIMENSIONS: usize = 8;
pub const LONGEST: usize = 16;
const INNER: usize = 12;
const LAYERS: usize = 2;
const WORDS: [&str; 14] = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "boiler", "pump", "leaks", "is", "cold", "water",
    "loud", "hot", "gas",
];

/// The folder; gone with it is the model.
pub struct Tiny {
    pub folder: PathBuf,
    _parent: TempDir,
}

impl Tiny {
    pub fn make() -> Self {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("tiny");
        fs::create_dir(&folder).unwrap();
        let tiny = Self {
            folder,
            _parent: parent,
        };
        tiny.write("config.json", &config());
        tiny.write("tokenizer.json", &tokenizer());
        candle_core::safetensors::save(&weights(), tiny.folder.join("model.safetensors")).unwrap();
        tiny
    }

    pub fn write(&self, file: &str, content: &Value) {
        let file = self.folder.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content.to_string()).unwrap();
    }
}

/// The token of each word of `text`, between the two marks.
pub fn tokens(text: &str) -> Vec<u32> {
    let number = |word: &str| WORDS.iter().position(|known| *known == word).unwrap_or(1);
    let words = text.split_whitespace().map(number);
    let all = [2].into_iter().chain(words).chain([3]);
    all.map(|number| u32::try_from(number).unwrap()).collect()
}

pub fn config() -> Value {
    json!({
        "model_type": "bert", "vocab_size": WORDS.len(), "hidden_size": DIMENSIONS, "num_hidden_layers": LAYERS,
        "num_attention_heads": 2, "intermediate_size": INNER, "hidden_act": "gelu", "hidden_dropout_prob": 0.1,
        "max_position_embeddings": LONGEST, "type_vocab_size": 2, "initializer_range": 0.02,
        "layer_norm_eps": 1e-12, "pad_token_id": 0
    })
}

/// Cuts after four tokens and fills up to twelve, as published ones do in their way.
pub fn tokenizer() -> Value {
    let vocabulary: HashMap<&str, usize> = WORDS
        .iter()
        .enumerate()
        .map(|(n, word)| (*word, n))
        .collect();
    let mark = |word: &str| json!({ "SpecialToken": { "id": word, "type_id": 0 } });
    let special = |word: &str, id: u32| json!({ "id": word, "ids": [id], "tokens": [word] });
    json!({
        "version": "1.0",
        "truncation": { "max_length": 4, "strategy": "LongestFirst", "stride": 0 },
        "padding": { "strategy": { "Fixed": 12 }, "direction": "Right", "pad_to_multiple_of": null,
            "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]" },
        "added_tokens": [],
        "normalizer": null,
        "pre_tokenizer": { "type": "WhitespaceSplit" },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [mark("[CLS]"), { "Sequence": { "id": "A", "type_id": 0 } }, mark("[SEP]")],
            "pair": [{ "Sequence": { "id": "A", "type_id": 0 } }, { "Sequence": { "id": "B", "type_id": 1 } }],
            "special_tokens": { "[CLS]": special("[CLS]", 2), "[SEP]": special("[SEP]", 3) }
        },
        "decoder": null,
        "model": { "type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]" }
    })
}

/// The same every time, and every weight another one.
fn weights() -> HashMap<String, Tensor> {
    let mut seed = fastrand::Rng::with_seed(5);
    let mut all = HashMap::new();
    let mut add = |name: String, shape: &[usize], around: f32| {
        let count = shape.iter().product();
        let values: Vec<f32> = (0..count).map(|_| around + seed.f32() - 0.5).collect();
        all.insert(name, Tensor::from_vec(values, shape, &Device::Cpu).unwrap());
    };
    let (inner, outer) = (INNER, DIMENSIONS);
    for (table, rows) in [
        ("word", WORDS.len()),
        ("position", LONGEST),
        ("token_type", 2),
    ] {
        add(
            format!("embeddings.{table}_embeddings.weight"),
            &[rows, outer],
            0.0,
        );
    }
    let mut norms = vec!["embeddings.LayerNorm".to_owned()];
    for layer in 0..LAYERS {
        for (part, rows, columns) in [
            ("attention.self.query", outer, outer),
            ("attention.self.key", outer, outer),
            ("attention.self.value", outer, outer),
            ("attention.output.dense", outer, outer),
            ("intermediate.dense", inner, outer),
            ("output.dense", outer, inner),
        ] {
            let name = format!("encoder.layer.{layer}.{part}");
            add(format!("{name}.weight"), &[rows, columns], 0.0);
            add(format!("{name}.bias"), &[rows], 0.0);
        }
        norms.push(format!("encoder.layer.{layer}.attention.output.LayerNorm"));
        norms.push(format!("encoder.layer.{layer}.output.LayerNorm"));
    }
    for name in norms {
        add(format!("{name}.weight"), &[outer], 1.0);
        add(format!("{name}.bias"), &[outer], 0.0);
    }
    all
}
