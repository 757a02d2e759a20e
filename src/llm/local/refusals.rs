//! What a broken, foreign or unsuitable model file says; none may panic or hang.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use candle_core::quantized::gguf_file::{self, Content, Value};

use super::{
    tests::{asked, joined, parts, tiny},
    tokenizer::Span,
    *,
};

/// Copies a model with another header.
fn changed(folder: &Path, change: impl Fn(&mut Vec<(String, Value)>)) -> PathBuf {
    let path = tiny(folder);
    let mut file = std::fs::File::open(&path).unwrap();
    let content = Content::read(&mut file).unwrap();
    let mut names: Vec<&String> = content.tensor_infos.keys().collect();
    names.sort();
    let tensors: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), content.tensor(&mut file, name, &candle_core::Device::Cpu).unwrap()))
        .collect();
    let mut metadata: Vec<(String, Value)> = content.metadata.into_iter().collect();
    change(&mut metadata);
    let target = folder.join("changed.gguf");
    let metadata: Vec<(&str, &Value)> = metadata.iter().map(|(key, value)| (key.as_str(), value)).collect();
    let tensors: Vec<_> = tensors.iter().map(|(name, tensor)| (*name, tensor)).collect();
    gguf_file::write(&mut std::fs::File::create(&target).unwrap(), &metadata, &tensors).unwrap();
    target
}

fn with(folder: &Path, key: &str, value: &Value) -> PathBuf {
    changed(folder, |metadata| {
        metadata.retain(|(name, _)| name != key);
        metadata.push((key.into(), value.clone()));
    })
}

fn refused(path: &Path) -> String {
    match LocalModel::load(path, &ModelConfig::default()) {
        Err(LlmError::Load(message)) => {
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!(message.contains(name) && message.contains("hint: "), "{message}");
            message
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("{} was loaded", path.display()),
    }
}

#[test]
fn a_template_that_fails_gives_way_to_chatml() {
    let folder = tempfile::tempdir().unwrap();
    let key = "tokenizer.chat_template";
    for source in [
        "{{ raise_exception('no') }}",
        "{% for",
        "a fixed text that loses the messages",
        "{% for m in messages %}{{ m.content }}{{ m.content }}{% endfor %}",
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    ] {
        let path = with(folder.path(), key, &Value::String(source.into()));
        let (file, tokenizer) = parts(&path);
        let spans = Template::load(&file, &tokenizer).unwrap().render(&asked("x", 1).messages).unwrap();
        let text = joined(&spans);
        assert!(text.starts_with("<|im_start|>system\n") && text.ends_with("<|im_start|>assistant\n"), "{text}");
    }
}

#[test]
fn unusable_files_say_why() {
    let folder = tempfile::tempdir().unwrap();
    let text = |text: &str| Value::String(text.into());
    for (key, value, expected) in [
        ("general.architecture", text("gemma3"), "llama, qwen2, qwen3"),
        ("general.alignment", Value::U32(0), "header"),
        ("qwen3.block_count", Value::U32(0), "block_count"),
        ("qwen3.block_count", Value::U32(3), "blk.2."),
        ("qwen3.block_count", Value::U32(1), "blk.1."),
        ("qwen3.embedding_length", Value::U32(65), "shape"),
        ("qwen3.attention.head_count_kv", Value::U32(3), "share"),
        ("qwen3.attention.head_count_kv", Value::Array(vec![Value::U32(2)]), "head_count_kv"),
        ("qwen3.attention.layer_norm_rms_epsilon", Value::F32(0.0), "epsilon"),
        ("qwen3.rope.scaling.type", text("yarn"), "yarn"),
        ("qwen3.expert_count", Value::U32(8), "experts"),
        ("qwen3.context_length", Value::U32(8), "context"),
        ("tokenizer.ggml.model", text("llama"), "SentencePiece"),
        ("tokenizer.ggml.pre", text("tekken"), "tekken"),
        ("tokenizer.ggml.tokens", Value::Array(vec![text("a")]), "tokenizer"),
        ("tokenizer.ggml.merges", Value::Array(vec![text("a")]), "tokenizer"),
    ] {
        let message = refused(&with(folder.path(), key, &value));
        assert!(message.contains(expected), "{key}: {message}");
    }
    // Long enough to be given up, short enough not to slow the other tests for good.
    let endless = "{% for a in range(99999) %}{% for b in range(2000) %}{% endfor %}{% endfor %}";
    let (file, tokenizer) = parts(&with(folder.path(), "tokenizer.chat_template", &text(endless)));
    let started = Instant::now();
    let message = Template::load(&file, &tokenizer).err().unwrap().to_string();
    assert!(message.contains("does not end") && started.elapsed() < Duration::from_secs(20), "{message}");
}

#[test]
fn files_that_are_no_models_say_so() {
    let folder = tempfile::tempdir().unwrap();
    assert!(refused(folder.path()).contains("no file"));
    assert!(refused(&folder.path().join("missing.gguf")).contains("cannot be opened"));
    for (bytes, expected) in [
        (&b""[..], "too short"),
        (b"<!DOCTYPE html><title>Anmeldung</title>", "no GGUF file"),
        (b"GGUF\x09\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "version 9"),
        (b"GGUF\x03\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", "header"),
    ] {
        let path = folder.path().join("noise.gguf");
        std::fs::write(&path, bytes).unwrap();
        assert!(refused(&path).contains(expected));
    }
}

/// Cut anywhere, or with any byte of the header changed, a file is refused or works; it never panics.
#[test]
fn damaged_files_never_panic() {
    use rand::{RngExt, SeedableRng, rngs::StdRng};
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(tiny(folder.path())).unwrap();
    let header = {
        let mut file = std::fs::File::open(folder.path().join("tiny.gguf")).unwrap();
        usize::try_from(Content::read(&mut file).unwrap().tensor_data_offset).unwrap()
    };
    let path = folder.path().join("damaged.gguf");
    let mut rng = StdRng::seed_from_u64(1);
    for place in 0..20 {
        let cut = rng.random_range(0..if place % 2 == 0 { header } else { whole.len() });
        std::fs::write(&path, &whole[..cut]).unwrap();
        refused(&path);
    }
    for _ in 0..300 {
        let mut bytes = whole.clone();
        bytes[rng.random_range(0..header)] = rng.random();
        std::fs::write(&path, &bytes).unwrap();
        match inspect(&path) {
            Ok(_) => {}
            Err(LlmError::Load(message)) => assert!(message.contains("hint: "), "{message}"),
            Err(other) => panic!("{other}"),
        }
    }
}

/// Llama 3 files name their splitting rule in several ways.
#[test]
fn every_known_rule_splits_and_joins_text() {
    let folder = tempfile::tempdir().unwrap();
    for rule in ["qwen2", "deepseek-r1-qwen", "llama-bpe", "llama3", "smaug-bpe"] {
        let (_, tokenizer) = parts(&with(folder.path(), "tokenizer.ggml.pre", &Value::String(rule.into())));
        let text = "Der Beamer in Raum 2.14 geht nicht – schon \n\n zum 3. Mal! 😀";
        let ids = tokenizer.encode(&[Span::Foreign(text.into())]).unwrap();
        let bytes: Vec<u8> = ids.into_iter().flat_map(|id| tokenizer.bytes(id)).collect();
        assert_eq!(String::from_utf8(bytes).unwrap(), text, "{rule}");
    }
}
