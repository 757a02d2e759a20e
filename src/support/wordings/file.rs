//! A fitted classifier as a file (`models/wordings.bin`, `tellings.bin`, `steps.bin`, `replies.bin`).
//!
//! ```text
//! SLWORDS1            eight bytes: what it is, and the version of this form
//! length              of what follows, four bytes (all numbers little-endian)
//! {"fingerprint":…}   JSON: features, classes, temperature, what it was fitted on
//! rows                for each bucket in use: number u32, idf f32, scale f32, a byte a class
//! offsets             f32 a class
//! ```
//!
//! What was fitted on other features, or does not add up, is refused.

use serde::{Deserialize, Serialize};

use super::{
    features::{BUCKETS, fingerprint},
    model::{About, Model},
};

const MAGIC: &[u8; 8] = b"SLWORDS1";
/// Bytes of a row beside its weights.
const FRONT: usize = 12;

/// Why a file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error(
        "the classifier was fitted on other features ({found}, wanted {wanted})\n\
         hint: fit it anew (`schullotse fit wordings`, `fit tellings`, `fit replies`) and build the program again"
    )]
    Fingerprint { found: String, wanted: String },
    #[error(
        "no classifier: {0}\nhint: write it (`schullotse fit wordings`, `fit tellings`, `fit replies`) and build the program again"
    )]
    Damaged(&'static str),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    fingerprint: String,
    classes: Vec<String>,
    rows: usize,
    temperature: f32,
    about: About,
}

/// Writes a model; buckets that weigh nothing are left out.
///
/// # Panics
/// Never: names and numbers are always JSON.
#[must_use]
pub fn encode(model: &Model) -> Vec<u8> {
    let width = model.classes.len();
    let used: Vec<usize> = (0..BUCKETS).filter(|bucket| model.idf[*bucket] > 0.0).collect();
    let header = Header {
        fingerprint: fingerprint(),
        classes: model.classes.clone(),
        rows: used.len(),
        temperature: model.temperature,
        about: model.about.clone(),
    };
    let header = serde_json::to_vec(&header).expect("names and numbers are always JSON");
    let mut bytes = Vec::with_capacity(header.len() + used.len() * (FRONT + width) + 64);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&u32::try_from(header.len()).expect("a header is short").to_le_bytes());
    bytes.extend_from_slice(&header);
    for bucket in used {
        bytes.extend_from_slice(&u32::try_from(bucket).expect("there are 65,536").to_le_bytes());
        bytes.extend_from_slice(&model.idf[bucket].to_le_bytes());
        bytes.extend_from_slice(&model.scales[bucket].to_le_bytes());
        bytes.extend(model.rows[bucket * width..(bucket + 1) * width].iter().flat_map(|q| q.to_le_bytes()));
    }
    bytes.extend(model.offsets.iter().flat_map(|offset| offset.to_le_bytes()));
    bytes
}

/// Reads what [`encode`] wrote.
///
/// # Errors
/// [`FileError`].
pub fn decode(bytes: &[u8]) -> Result<Model, FileError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(FileError::Damaged("it does not begin as one"))?;
    let (length, rest) = rest.split_first_chunk::<4>().ok_or(FileError::Damaged("it is cut short"))?;
    let length = u32::from_le_bytes(*length) as usize;
    let (header, body) = rest.split_at_checked(length).ok_or(FileError::Damaged("it is cut short"))?;
    let header: Header = serde_json::from_slice(header).map_err(|_| FileError::Damaged("its head cannot be read"))?;
    if header.fingerprint != fingerprint() {
        return Err(FileError::Fingerprint { found: header.fingerprint, wanted: fingerprint() });
    }
    let width = header.classes.len();
    let size = header.rows.checked_mul(FRONT + width).and_then(|rows| rows.checked_add(4 * width));
    if size != Some(body.len()) || width == 0 {
        return Err(FileError::Damaged("its length is wrong"));
    }
    let (rows, offsets) = body.split_at(header.rows * (FRONT + width));
    let mut model = Model {
        idf: vec![0.0; BUCKETS],
        scales: vec![0.0; BUCKETS],
        rows: vec![0; BUCKETS * width],
        offsets: offsets.chunks_exact(4).map(number).collect(),
        classes: header.classes,
        temperature: header.temperature,
        about: header.about,
    };
    for row in rows.chunks_exact(FRONT + width) {
        let bucket = u32::from_le_bytes([row[0], row[1], row[2], row[3]]) as usize;
        if bucket >= BUCKETS {
            return Err(FileError::Damaged("it names a bucket that there is not"));
        }
        (model.idf[bucket], model.scales[bucket]) = (number(&row[4..8]), number(&row[8..12]));
        for (q, byte) in model.rows[bucket * width..(bucket + 1) * width].iter_mut().zip(&row[FRONT..]) {
            *q = i8::from_le_bytes([*byte]);
        }
    }
    let numbers = model.idf.iter().chain(&model.scales).chain(&model.offsets);
    if !numbers.into_iter().all(|number| number.is_finite()) || model.temperature.is_nan() || model.temperature <= 0.0 {
        return Err(FileError::Damaged("a number in it is none"));
    }
    Ok(model)
}

fn number(bytes: &[u8]) -> f32 {
    f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

#[cfg(test)]
mod tests {
    use super::{super::features::Counts, super::model::tests::small, *};

    #[test]
    fn what_is_written_is_read_again() {
        let model = small();
        let again = decode(&encode(&model)).unwrap();
        assert_eq!(again, model);
        assert_eq!(again.probabilities(&Counts::of("beamer")), model.probabilities(&Counts::of("beamer")));
    }

    #[test]
    fn a_file_of_other_features_is_refused_with_the_way_out() {
        let bytes = encode(&small());
        let at = bytes.windows(16).position(|part| part == fingerprint().as_bytes()).unwrap();
        let mut other = bytes.clone();
        other[at] = if other[at] == b'0' { b'1' } else { b'0' };
        let error = decode(&other).unwrap_err();
        assert!(matches!(error, FileError::Fingerprint { .. }));
        assert!(error.to_string().contains("hint:") && error.to_string().contains(&fingerprint()));
    }

    #[test]
    fn what_does_not_add_up_is_refused() {
        let bytes = encode(&small());
        for wrong in [&bytes[..bytes.len() - 1], &bytes[..9], &bytes[1..], &[][..]] {
            assert!(matches!(decode(wrong), Err(FileError::Damaged(_))));
        }
        let mut wrong = bytes.clone();
        let end = wrong.len();
        wrong[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
        assert_eq!(decode(&wrong), Err(FileError::Damaged("a number in it is none")));
    }
}
