//! Our logits beside llama.cpp's, for the same file of random weights.
//!
//! Nothing of llama.cpp's is kept here: `SCHULLOTSE_LLAMA_PYTHON` names a Python that has
//! llama-cpp-python, which `tests/llm/logits.py` asks. What needs no second engine is in
//! `golden.rs`.

use std::path::Path;

use super::{
    Family, Quantisation, Shape,
    forward::{Run, Weights},
    gguf::GgufFile,
    kernel::Level,
    write_random,
};

fn tokens() -> Vec<u32> {
    (0..130_u32).map(|place| place * 37 % 389).collect()
}

fn ours(path: &Path) -> Vec<f32> {
    let mut file = GgufFile::open(path).unwrap();
    let geometry = file.geometry().unwrap();
    let weights = Weights::load(&mut file, &geometry, Level::detect()).unwrap();
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

/// Every family in every type; 8-bit rounding of inputs differs between the engines.
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
        let said = std::process::Command::new(&python).arg(&script).arg(path).arg(ids.join(",")).output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        serde_json::from_slice(&said.stdout).unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.gguf");
    for family in Family::ALL {
        write_random(&path, &Shape::tiny(family), 21).unwrap();
        let theirs = asked(&path);
        let (cosine, most) = apart(&ours(&path), &theirs);
        assert!(cosine > 0.999_9 && most < 0.05, "{family} F32: cosine {cosine}, off by {most}");
        for quantisation in [
            Quantisation::F16,
            Quantisation::Q8_0,
            Quantisation::Q6K,
            Quantisation::Q5K,
            Quantisation::Q4K,
            Quantisation::Q4_0,
        ] {
            let shape = Shape { hidden: 256, head_dim: 64, ffn: 512, vocab: 512, quantisation, ..Shape::tiny(family) };
            write_random(&path, &shape, 22).unwrap();
            let (cosine, most) = apart(&ours(&path), &asked(&path));
            assert!(cosine > 0.998, "{family} {quantisation:?}: cosine {cosine}, off by {most}");
        }
    }
}
