//! A zip file's parts, within limits of our own.
//!
//! What the file claims about itself is not believed: entries are counted before
//! anything is made of them, bytes while they are unpacked, each part and all
//! together, against what they were packed in. Nothing is ever written.

use std::io::{Cursor, Read};

use zip::{CompressionMethod, ZipArchive};

use crate::ingest::{
    OfficeFault,
    error::{Excess, Forgery},
};

/// Most entries of a file. Word writes about 15, and one a picture.
const ENTRIES: usize = 10_000;
/// Most bytes of one part and of all parts read, unpacked.
const PART: u64 = 64 * 1024 * 1024;
const ALL: u64 = 96 * 1024 * 1024;
/// Up to so many bytes a part may unpack to any multiple of its size: a table of
/// a thousand equal rows does.
const FREE: u64 = 4 * 1024 * 1024;
/// Beyond them to so many times its size.
const RATIO: u64 = 200;

/// An archive whose directory was looked through.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    names: Vec<String>,
    left: u64,
}

impl<'a> Archive<'a> {
    /// # Errors
    /// [`OfficeFault`] for what is no zip file or none that a word processor writes.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, OfficeFault> {
        // Each entry of the directory begins so; counted before a reader takes memory for them.
        let entries = bytes.windows(4).filter(|window| window == b"PK\x01\x02").take(ENTRIES + 1).count();
        if entries > ENTRIES {
            return Err(OfficeFault::Bomb { what: Excess::Parts });
        }
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| OfficeFault::Damaged)?;
        if zip.len() > ENTRIES {
            return Err(OfficeFault::Bomb { what: Excess::Parts });
        }
        let mut names = Vec::with_capacity(zip.len());
        for at in 0..zip.len() {
            let entry = zip.by_index_data(at).map_err(|_| OfficeFault::Damaged)?;
            let name = entry.name().map_err(|_| OfficeFault::Damaged)?.into_owned();
            if entry.encrypted() {
                return Err(OfficeFault::Encrypted);
            }
            let leads_out = name.starts_with(['/', '\\'])
                || name.contains('\0')
                || name.split(['/', '\\']).any(|part| part == "..")
                || name.as_bytes().get(1) == Some(&b':');
            if leads_out {
                return Err(OfficeFault::Forged { what: Forgery::Names });
            }
            if entry.is_symlink() {
                return Err(OfficeFault::Forged { what: Forgery::Links });
            }
            names.push(name);
        }
        // Only parts that are read need to be packed in a way we know.
        if zip.has_duplicate_names() || zip.has_overlapping_entries().map_err(|_| OfficeFault::Damaged)? {
            return Err(OfficeFault::Forged { what: Forgery::Entries });
        }
        let mut lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
        lower.sort_unstable();
        if lower.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(OfficeFault::Forged { what: Forgery::Entries });
        }
        Ok(Self { zip, names, left: ALL })
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Unpacks a part; `None` if there is none of that name, upper and lower case being one.
    ///
    /// # Errors
    /// [`OfficeFault`] for one that is too large, or cannot be unpacked.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, OfficeFault> {
        let Some(at) = self.names.iter().position(|one| one.eq_ignore_ascii_case(name)) else { return Ok(None) };
        let entry = self.zip.by_index(at).map_err(|_| OfficeFault::Damaged)?;
        if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            return Err(OfficeFault::Forged { what: Forgery::Method });
        }
        let packed = entry.compressed_size().max(1);
        let bound = PART.min(self.left).min(FREE.max(packed.saturating_mul(RATIO)));
        let mut bytes = Vec::new();
        entry.take(bound + 1).read_to_end(&mut bytes).map_err(|_| OfficeFault::Damaged)?;
        let size = bytes.len() as u64;
        if size > bound {
            let what = if size > PART.min(self.left) { Excess::Size } else { Excess::Ratio };
            return Err(OfficeFault::Bomb { what });
        }
        self.left -= size;
        Ok(Some(bytes))
    }
}
