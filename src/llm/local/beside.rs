//! Our logits beside llama.cpp's, for the same files of random weights.
//!
//! Some of llama.cpp's stand in `tests/llm/golden.json`. `tests/run --full` compares live, in every
//! type: `SCHULLOTSE_LLAMA_PYTHON` names a Python that has llama-cpp-python, which
//! `tests/llm/logits.py` asks. To write the golden ones anew (where `rand` draws other numbers
//! from a seed, the files change, and the test says so):
//!
//! ```text
//! SCHULLOTSE_LLAMA_PYTHON=… SCHULLOTSE_WRITE_GOLDEN=1 cargo test --lib beside -- --include-ignored
//! ```
//!
//! What needs no second engine is in `golden.rs`.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    Family, Quantisation, Shape,
    forward::{Run, Weights},
    gguf::GgufFile,
    kernel::Level,
    write_random,
};

/// llama.cpp's logits for one file.
#[derive(Debug, Serialize, Deserialize)]
struct Golden {
    /// SHA-256 of the model file.
    file: String,
    /// After the last of [`tokens`].
    logits: Vec<f32>,
}

fn tokens() -> Vec<u32> {
    (0..130_u32).map(|place| place * 37 % 389).collect()
}

/// A model of a family and a type, small as those have to be.
fn model(folder: &Path, family: Family, quantisation: Quantisation) -> PathBuf {
    let path = folder.join(format!("{family}-{quantisation:?}.gguf"));
    let shape = match quantisation {
        Quantisation::F32 => Shape::tiny(family),
        _ => Shape { hidden: 256, head_dim: 64, ffn: 512, vocab: 512, quantisation, ..Shape::tiny(family) },
    };
    write_random(&path, &shape, 21).unwrap();
    path
}

fn ours(path: &Path, level: Level) -> Vec<f32> {
    let mut file = GgufFile::open(path).unwrap();
    let geometry = file.geometry().unwrap();
    let weights = Weights::load(&mut file, &geometry, level).unwrap();
    let run = Run { cache: &mut weights.cache(), tokens: &tokens(), wanted: 1 };
    weights.forward(&mut [run]).unwrap().rows().next().unwrap().to_vec()
}

/// Cosine, and the greatest difference in units of the logits' spread.
fn apart(ours: &[f32], theirs: &[f32]) -> (f64, f64) {
    assert_eq!(ours.len(), theirs.len());
    let wide = |row: &[f32]| row.iter().copied().map(f64::from).collect::<Vec<_>>();
    let (a, b) = (wide(ours), wide(theirs));
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let spread = (dot(&b, &b) / f64::from(u32::try_from(b.len()).unwrap())).sqrt();
    let most = a.iter().zip(&b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    (dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt(), most / spread)
}

/// 8-bit rounding of what goes into a matrix differs between the engines, and types without a fast kernel
/// are put into another here; 32 bits leave only the order of sums.
fn agree(name: &str, ours: &[f32], theirs: &[f32]) {
    let (cosine, most) = apart(ours, theirs);
    let bounds = if name.ends_with("F32") { (0.999_9, 0.05) } else { (0.996, 0.5) };
    assert!(cosine > bounds.0 && most < bounds.1, "{name}: cosine {cosine}, off by {most}");
}

fn golden_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/llm/golden.json")
}

fn checksum(path: &Path) -> String {
    let mut hex = String::new();
    for byte in Sha256::digest(std::fs::read(path).unwrap()) {
        write!(hex, "{byte:02x}").unwrap();
    }
    hex
}

/// On each level that this machine has.
#[test]
fn logits_are_those_that_llama_cpp_gave() {
    let folder = tempfile::tempdir().unwrap();
    let golden: BTreeMap<String, Golden> = serde_json::from_slice(&std::fs::read(golden_file()).unwrap()).unwrap();
    assert_eq!(golden.len(), 9);
    for family in Family::ALL {
        for quantisation in [Quantisation::F32, Quantisation::Q8_0, Quantisation::Q4K] {
            let path = model(folder.path(), family, quantisation);
            let name = format!("{family} {quantisation:?}");
            let theirs = &golden[&name];
            assert_eq!(checksum(&path), theirs.file, "{name}: another file; see the head of beside.rs");
            for level in Level::available() {
                agree(&name, &ours(&path, level), &theirs.logits);
            }
        }
    }
}

#[test]
#[ignore = "needs llama.cpp's Python package: tests/run --full"]
fn logits_are_those_that_llama_cpp_gives() {
    let Some(python) = std::env::var_os("SCHULLOTSE_LLAMA_PYTHON") else {
        eprintln!("skipped: SCHULLOTSE_LLAMA_PYTHON names no Python with llama_cpp; hint: tests/run --full");
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/llm/logits.py");
    let asked = |path: &Path| -> Vec<f32> {
        let ids: Vec<String> = tokens().iter().map(u32::to_string).collect();
        let said = Command::new(&python).arg(&script).arg(path).arg(ids.join(",")).output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        serde_json::from_slice(&said.stdout).unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    let mut golden = BTreeMap::new();
    for family in Family::ALL {
        for quantisation in [
            Quantisation::F32,
            Quantisation::F16,
            Quantisation::Q8_0,
            Quantisation::Q6K,
            Quantisation::Q5K,
            Quantisation::Q4K,
            Quantisation::Q4_0,
        ] {
            let path = model(folder.path(), family, quantisation);
            let (name, theirs) = (format!("{family} {quantisation:?}"), asked(&path));
            agree(&name, &ours(&path, Level::detect()), &theirs);
            if matches!(quantisation, Quantisation::F32 | Quantisation::Q8_0 | Quantisation::Q4K) {
                golden.insert(name, Golden { file: checksum(&path), logits: theirs });
            }
        }
    }
    if std::env::var_os("SCHULLOTSE_WRITE_GOLDEN").is_some() {
        std::fs::write(golden_file(), serde_json::to_string(&golden).unwrap() + "\n").unwrap();
    }
}
