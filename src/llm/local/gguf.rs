//! Opens a GGUF file and checks it before a single weight is computed with.
//!
//! What leaves here is sound: a known family, every figure within bounds, every
//! tensor present, of the right shape, of a type that candle computes, and wholly
//! inside the file. A tensor that the forward pass would not use is a fault too,
//! since leaving it out would give wrong text without a word. Every message names
//! the file, what is wrong and what to do. Format:
//! <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>.

use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use candle_core::{
    Device,
    quantized::{
        GgmlDType, QTensor,
        gguf_file::{Content, Value},
    },
};

use super::geometry::{Family, Geometry};
use crate::llm::LlmError;

/// Where a remedy is the same for many faults.
const AGAIN: &str = "download it again with `schullotse models pull NAME`";
const OTHER: &str = "take a model that `schullotse models list` names";

/// A GGUF file that passed its checks, open for reading weights.
pub(super) struct GgufFile {
    path: PathBuf,
    reader: BufReader<File>,
    content: Content,
    bytes: u64,
}

impl GgufFile {
    /// Opens the file and reads its header; tensors are checked by [`GgufFile::geometry`].
    pub(super) fn open(path: &Path) -> Result<Self, LlmError> {
        let fault = |what: String, hint: &str| load_error(path, &what, hint);
        let mut file = File::open(path)
            .map_err(|error| fault(format!("cannot be opened: {error}"), "check the path and the access rights"))?;
        let about = file.metadata().map_err(|error| fault(error.to_string(), "check the path"))?;
        if !about.is_file() {
            return Err(fault("is no file".into(), "name the .gguf file itself"));
        }
        let mut head = [0_u8; 8];
        file.read_exact(&mut head).map_err(|_| fault("is too short for a GGUF file".into(), AGAIN))?;
        if &head[..4] != b"GGUF" {
            return Err(fault("is no GGUF file".into(), "other formats must be converted to GGUF first"));
        }
        let version = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        if !(2..=3).contains(&version) {
            return Err(fault(format!("is GGUF of version {version}; 2 and 3 can be read"), OTHER));
        }
        file.seek(SeekFrom::Start(0)).map_err(|error| fault(error.to_string(), AGAIN))?;

        let mut reader = BufReader::with_capacity(1 << 20, file);
        // candle divides by an alignment that the file may claim to be zero.
        let content = catch_unwind(AssertUnwindSafe(|| Content::read(&mut reader)));
        let content = match content {
            Ok(Ok(content)) => content,
            Ok(Err(error)) => return Err(fault(header_fault(&error.to_string()), header_hint(&error.to_string()))),
            Err(_) => return Err(fault("has a header that contradicts itself".into(), AGAIN)),
        };
        Ok(Self { path: path.into(), reader, content, bytes: about.len() })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Size of the file.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn content(&self) -> &Content {
        &self.content
    }

    /// Weights, counted.
    pub(super) fn parameters(&self) -> u64 {
        self.content.tensor_infos.values().map(|tensor| tensor.shape.elem_count() as u64).sum()
    }

    /// Replaces what the header says.
    pub(super) fn set(&mut self, key: &str, value: Value) {
        self.content.metadata.insert(key.into(), value);
    }

    /// An error about this file.
    pub(super) fn fault(&self, what: &str, hint: &str) -> LlmError {
        load_error(&self.path, what, hint)
    }

    /// A text of the header.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        match self.content.metadata.get(key) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// A whole number of the header, whatever its width.
    pub(super) fn whole(&self, key: &str) -> Option<u64> {
        match *self.content.metadata.get(key)? {
            Value::U8(value) => Some(value.into()),
            Value::U16(value) => Some(value.into()),
            Value::U32(value) => Some(value.into()),
            Value::U64(value) => Some(value),
            Value::I8(value) => value.try_into().ok(),
            Value::I16(value) => value.try_into().ok(),
            Value::I32(value) => value.try_into().ok(),
            Value::I64(value) => value.try_into().ok(),
            _ => None,
        }
    }

    /// A fraction of the header.
    pub(super) fn fraction(&self, key: &str) -> Option<f64> {
        match *self.content.metadata.get(key)? {
            Value::F32(value) => Some(value.into()),
            Value::F64(value) => Some(value),
            _ => None,
        }
    }

    /// The model's figures, once the header and every tensor hold what they must.
    pub(super) fn geometry(&self) -> Result<Geometry, LlmError> {
        let geometry = Geometry::read(self)?;
        for (name, info) in &self.content.tensor_infos {
            let Some(expected) = geometry.shape_of(name) else {
                let what = format!("holds the tensor `{name}`, which the family {} does not use", geometry.family);
                return Err(self.fault(&what, OTHER));
            };
            if info.shape.dims() != expected {
                let what = format!("the tensor `{name}` has the shape {:?}, expected {expected:?}", info.shape.dims());
                return Err(self.fault(&what, AGAIN));
            }
            self.check_extent(name, info.ggml_dtype, &expected, info.offset)?;
        }
        if let Some(name) = geometry.required().find(|name| !self.has(name)) {
            return Err(self.fault(&format!("the tensor `{name}` is missing"), AGAIN));
        }
        Ok(geometry)
    }

    fn check_extent(&self, name: &str, dtype: GgmlDType, shape: &[usize], offset: u64) -> Result<(), LlmError> {
        if matches!(dtype, GgmlDType::Q8_1 | GgmlDType::Q8K) {
            let what = format!("the tensor `{name}` is of the type {dtype:?}, which holds no weights");
            return Err(self.fault(&what, OTHER));
        }
        let row = shape.last().copied().unwrap_or(0);
        if !row.is_multiple_of(dtype.block_size()) {
            let what = format!("the rows of `{name}` do not fill whole blocks of {dtype:?}");
            return Err(self.fault(&what, OTHER));
        }
        let count = shape.iter().try_fold(1_u64, |product, &size| product.checked_mul(size as u64));
        let needed = count.and_then(|count| (count / dtype.block_size() as u64).checked_mul(dtype.type_size() as u64));
        let end = needed
            .and_then(|needed| needed.checked_add(offset))
            .and_then(|end| end.checked_add(self.content.tensor_data_offset));
        match end {
            Some(end) if end <= self.bytes => Ok(()),
            Some(end) => {
                let what = format!("is cut off: `{name}` ends at byte {end}, the file at {}", self.bytes);
                Err(self.fault(&what, AGAIN))
            }
            None => Err(self.fault(&format!("the tensor `{name}` has an impossible size"), AGAIN)),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.content.tensor_infos.contains_key(name)
    }

    /// Reads a tensor as it stands.
    pub(super) fn tensor(&mut self, name: &str) -> Result<QTensor, LlmError> {
        self.content
            .tensor(&mut self.reader, name, &Device::Cpu)
            .map_err(|error| load_error(&self.path, &format!("`{name}` cannot be read: {error}"), AGAIN))
    }

    /// Reads a small tensor as 32-bit floats, if it is there.
    pub(super) fn floats(&mut self, name: &str) -> Result<Option<Vec<f32>>, LlmError> {
        if !self.has(name) {
            return Ok(None);
        }
        let tensor = self.tensor(name)?.dequantize(&Device::Cpu);
        let numbers = tensor.and_then(|tensor| tensor.flatten_all()?.to_vec1());
        numbers.map(Some).map_err(|error| load_error(&self.path, &format!("`{name}`: {error}"), AGAIN))
    }
}

/// The message of every fault of a model file.
pub(super) fn load_error(path: &Path, what: &str, hint: &str) -> LlmError {
    LlmError::Load(format!("{}: {what}\nhint: {hint}", path.display()))
}

/// The error for a family that this product does not compute.
pub(super) fn unknown_family(path: &Path, name: &str) -> LlmError {
    let known: Vec<&str> = Family::ALL.iter().map(|family| family.name()).collect();
    let what = format!("is of the unknown family `{name}`; {} can be used", known.join(", "));
    load_error(path, &what, OTHER)
}

fn header_fault(error: &str) -> String {
    if let Some((_, code)) = error.split_once("unknown dtype for tensor ") {
        return format!("holds weights of an unknown type (number {})", code.lines().next().unwrap_or(code));
    }
    format!("has a damaged or incomplete header: {}", error.lines().next().unwrap_or(error))
}

fn header_hint(error: &str) -> &'static str {
    if error.contains("unknown dtype") { "take a file with `Q4_K_M` or `Q8_0` in its name" } else { AGAIN }
}
