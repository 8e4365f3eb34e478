//! A model in this process.

use std::{cell::Cell, fs, sync::Arc};

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use portal_gateway::embeddings::local::Local;
use serde_json::json;
use tokio::sync::Semaphore;

use super::{
    distance, texts,
    tiny::{self, DIMENSIONS, LONGEST, Tiny},
};

fn load(tiny: &Tiny) -> Local {
    Local::load(&tiny.folder, Arc::new(Semaphore::new(2))).unwrap()
}

fn refused(tiny: &Tiny) -> String {
    let loaded = Local::load(&tiny.folder, Arc::new(Semaphore::new(2)));
    let sentence = loaded.map(|_| ()).unwrap_err().to_string();
    assert!(!sentence.contains('\n'), "{sentence}");
    sentence
}

async fn one(model: &Local, text: &str) -> Vec<f32> {
    model.embed(&texts(&[text])).await.unwrap().remove(0)
}

/// The same by the book: all tokens of one text, their mean, brought to length 1.
fn by_hand(tiny: &Tiny, text: &str) -> Vec<f32> {
    let config: Config = serde_json::from_value(tiny::config()).unwrap();
    let bytes = fs::read(tiny.folder.join("model.safetensors")).unwrap();
    let weights = VarBuilder::from_buffered_safetensors(bytes, DType::F32, &Device::Cpu).unwrap();
    let model = BertModel::load(weights, &config).unwrap();
    let ids = Tensor::new(tiny::tokens(text), &Device::Cpu).unwrap();
    let ids = ids.unsqueeze(0).unwrap();
    let types = ids.zeros_like().unwrap();
    let hidden = model.forward(&ids, &types, None).unwrap();
    let rows: Vec<Vec<f32>> = hidden.squeeze(0).unwrap().to_vec2().unwrap();
    let mut mean = [0.0_f64; DIMENSIONS];
    for row in &rows {
        for (sum, part) in mean.iter_mut().zip(row) {
            *sum += f64::from(*part);
        }
    }
    let length = mean.iter().map(|part| part * part).sum::<f64>().sqrt();
    #[allow(clippy::cast_possible_truncation)]
    let vector = mean.map(|part| (part / length) as f32).to_vec();
    vector
}

#[tokio::test]
async fn a_vector_is_the_mean_of_the_tokens_at_length_one() {
    let tiny = Tiny::make();
    let model = load(&tiny);
    assert_eq!((model.name(), model.dimensions()), ("tiny", DIMENSIONS));
    for text in ["pump", "the boiler is cold", "the gas leaks unheard of"] {
        let vector = one(&model, text).await;
        assert!(distance(&vector, &by_hand(&tiny, text)) < 1e-5, "{text}");
        let length: f32 = vector.iter().map(|part| part * part).sum();
        assert!((length - 1.0).abs() < 1e-5, "{length}");
    }
}

#[tokio::test]
async fn a_text_has_the_same_vector_alone_and_among_others_of_any_length() {
    let model = load(&Tiny::make());
    let mut random = fastrand::Rng::with_seed(7);
    let words = [
        "boiler", "pump", "leaks", "cold", "water", "loud", "hot", "gas",
    ];
    // More than is worked on at once, so that several portions come together again.
    let many: Vec<String> = (0..400)
        .map(|_| {
            let count = random.usize(1..=LONGEST + 4);
            let words: Vec<_> = (0..count)
                .map(|_| *random.choice(words.iter()).unwrap())
                .collect();
            words.join(" ")
        })
        .collect();
    let together = model.embed(&many).await.unwrap();
    assert_eq!(together.len(), many.len());
    for (text, vector) in many.iter().zip(&together) {
        let alone = one(&model, text).await;
        assert!(distance(vector, &alone) < 1e-5, "{text}");
    }
    assert!(model.embed(&[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_beyond_the_models_limit_is_cut_off_and_no_more() {
    for (set, limit) in [(None, LONGEST), (Some(9), 9), (Some(512), LONGEST)] {
        let tiny = Tiny::make();
        if let Some(set) = set {
            let content = json!({ "max_seq_length": set, "do_lower_case": false });
            tiny.write("sentence_bert_config.json", &content);
        }
        let model = load(&tiny);
        let words = |count: usize| vec!["pump"; count].join(" ");
        // The marks at both ends count.
        let kept = words(limit - 2);
        let full = one(&model, &kept).await;
        let beyond = format!("{kept} gas");
        assert_eq!(distance(&full, &one(&model, &beyond).await), 0.0);
        let enormous = format!("{kept} {}", "gas ".repeat(100_000));
        assert_eq!(distance(&full, &one(&model, &enormous).await), 0.0);
        let last = format!("{} gas", words(limit - 3));
        assert!(distance(&full, &one(&model, &last).await) > 1e-3);
    }
}

#[tokio::test]
async fn a_text_of_nothing_is_still_the_two_marks() {
    let tiny = Tiny::make();
    let vector = one(&load(&tiny), " ").await;
    assert!(distance(&vector, &by_hand(&tiny, "")) < 1e-5);
    let mut bare = tiny::tokenizer();
    bare["post_processor"] = json!(null);
    tiny.write("tokenizer.json", &bare);
    let error = load(&tiny).embed(&texts(&["pump", ""])).await.unwrap_err();
    assert!(
        error.to_string().contains("without a single token"),
        "{error}"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn other_work_goes_on_while_a_model_computes() {
    let model = load(&Tiny::make());
    let many = vec!["the boiler pump leaks cold water".to_owned(); 500];
    let (done, turns) = (Cell::new(false), Cell::new(0));
    let embed = async {
        model.embed(&many).await.unwrap();
        done.set(true);
    };
    let others = async {
        while !done.get() {
            turns.set(turns.get() + 1);
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(embed, others);
    assert!(turns.get() > 1, "{} turns", turns.get());
}

#[test]
fn a_missing_file_is_named() {
    for file in ["config.json", "tokenizer.json", "model.safetensors"] {
        let tiny = Tiny::make();
        fs::remove_file(tiny.folder.join(file)).unwrap();
        let sentence = refused(&tiny);
        assert!(
            sentence.contains(&format!("tiny/{file}")) && sentence.contains("embedding_model_dirs"),
            "{sentence}"
        );
    }
    let tiny = Tiny::make();
    fs::remove_dir_all(&tiny.folder).unwrap();
    assert!(refused(&tiny).contains("tiny/config.json"));
}

#[test]
fn files_that_cannot_be_used_are_named_with_the_reason() {
    let changed = |key: &str, value: serde_json::Value| {
        let mut config = tiny::config();
        config[key] = value;
        config
    };
    let mut without_size = tiny::config();
    without_size.as_object_mut().unwrap().remove("hidden_size");
    let cases = [
        (
            "config.json",
            json!("text"),
            "tiny/config.json cannot be used",
        ),
        ("config.json", without_size, "hidden_size"),
        (
            "config.json",
            changed("model_type", json!("roberta")),
            "of type roberta",
        ),
        (
            "config.json",
            changed("hidden_size", json!(16)),
            "does not fit its config.json",
        ),
        (
            "config.json",
            changed("num_hidden_layers", json!(3)),
            "does not fit its config.json",
        ),
        (
            "config.json",
            changed("max_position_embeddings", json!(2)),
            "takes only 2 tokens",
        ),
        (
            "config.json",
            changed("vocab_size", json!(13)),
            "has 14 tokens in tokenizer.json, but only 13",
        ),
        (
            "tokenizer.json",
            json!({}),
            "tiny/tokenizer.json cannot be used",
        ),
        (
            "model.safetensors",
            json!({}),
            "model.safetensors that does not fit",
        ),
        (
            "sentence_bert_config.json",
            json!([]),
            "tiny/sentence_bert_config.json cannot be used",
        ),
        (
            "1_Pooling/config.json",
            json!({ "pooling_mode_mean_tokens": false }),
            "does not average its tokens",
        ),
    ];
    for (file, content, expected) in cases {
        let tiny = Tiny::make();
        tiny.write(file, &content);
        let sentence = refused(&tiny);
        assert!(sentence.contains(expected), "{file}: {sentence}");
    }
}
