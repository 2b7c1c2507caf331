use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read};
#[cfg(unix)]
use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::encoding::Encoding;
use super::rows::table_endings;
use crate::error::{Error, Fault, InputError, Place, Result};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
/// Times its own size that a packed file may unpack to; maps as text shrink some 5 to 30 times.
const MOST_UNPACKED: usize = 500;
const GZIP_MAGIC: &[u8] = b"\x1F\x8B";

/// The text of a file, unpacked where it was gzip, without its byte order mark.
#[derive(Debug)]
pub(super) struct TextFile {
    /// The file as the caller named it, for messages.
    pub place: Place,
    /// The file's own name.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Whether the text stood behind a byte order mark.
    marked: bool,
    /// SHA-256 of the content, where the text was converted.
    sha256: Option<String>,
}

impl TextFile {
    /// Reads a file and unpacks it where it starts like gzip, whatever its name. Where it is not
    /// there, but packed as `NAME.gz`, that is meant. Text that is not UTF-8 is in `encoding`.
    pub fn read(path: &Path, encoding: Encoding) -> Result<Self> {
        let packed = PathBuf::from(format!("{}.gz", path.display()));
        let path = if !path.exists() && packed.is_file() { &packed } else { path };
        let failed = |source| Error::File {
            path: path.to_owned(),
            source,
            cure: "check the path, and that the file may be read".into(),
        };
        // A pipe or device may never end.
        if !fs::metadata(path).map_err(failed)?.is_file() {
            return Err(failed(io::Error::other("is not a regular file")));
        }
        let bytes = read_whole(path).map_err(failed)?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let place = Place::file(path.display().to_string());
        Self::decoded(place.clone(), name, bytes, encoding)
            .map_err(|fault| InputError::new(place, fault).into())
    }

    /// Takes bytes that are in memory, as UTF-8.
    pub fn from_bytes(place: Place, name: String, bytes: Vec<u8>) -> Result<Self, Fault> {
        Self::decoded(place, name, bytes, Encoding::Utf8)
    }

    fn decoded(
        place: Place,
        name: String,
        mut bytes: Vec<u8>,
        encoding: Encoding,
    ) -> Result<Self, Fault> {
        if bytes.starts_with(GZIP_MAGIC) {
            let limit = bytes.len().saturating_mul(MOST_UNPACKED).saturating_add(1 << 20);
            let mut unpacked = Vec::with_capacity(bytes.len().saturating_mul(8));
            MultiGzDecoder::new(bytes.as_slice())
                .take(limit as u64 + 1)
                .read_to_end(&mut unpacked)
                .map_err(|error| Fault::NotReadable {
                    format: "gzip",
                    reason: error.to_string(),
                })?;
            if unpacked.len() > limit {
                let reason = format!("it unpacks to more than {MOST_UNPACKED} times its size");
                return Err(Fault::NotReadable { format: "gzip", reason });
            }
            bytes = unpacked;
        }
        let marked = bytes.starts_with(BYTE_ORDER_MARK);
        let mark_length = if marked { BYTE_ORDER_MARK.len() } else { 0 };
        bytes.drain(..mark_length);
        let error = match String::from_utf8(bytes) {
            Ok(text) => return Ok(TextFile { place, name, text, marked, sha256: None }),
            Err(error) => error,
        };
        let offset = mark_length + error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        if encoding == Encoding::Utf8 || marked {
            return Err(Fault::NotUtf8 { offset });
        }
        let text = encoding.decode(bytes).ok_or(Fault::NotEncoded { offset, encoding })?;
        let sha256 = Some(hexadecimal(Sha256::new().chain_update(bytes)));
        Ok(TextFile { place, name, text, marked, sha256 })
    }

    /// SHA-256 of the unpacked content, byte order mark included, in hexadecimal (FIPS 180-4).
    pub fn sha256(&self) -> String {
        if let Some(sha256) = &self.sha256 {
            return sha256.clone();
        }
        let mark = if self.marked { BYTE_ORDER_MARK } else { &[] };
        hexadecimal(Sha256::new().chain_update(mark).chain_update(&self.text))
    }
}

/// Reads a file by all threads: to copy what the system holds takes one as long as to scan it.
#[cfg(unix)]
fn read_whole(path: &Path) -> io::Result<Vec<u8>> {
    use std::os::unix::fs::FileExt;
    const STRETCH: usize = 16 << 20;
    let mut file = fs::File::open(path)?;
    let length = file.metadata()?.len();
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    bytes
        .par_chunks_mut(STRETCH)
        .enumerate()
        .try_for_each(|(i, stretch)| file.read_exact_at(stretch, (i * STRETCH) as u64))?;
    // What has come to it meanwhile.
    file.seek(SeekFrom::Start(length))?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(not(unix))]
fn read_whole(path: &Path) -> io::Result<Vec<u8>> {
    fs::read(path)
}

/// SHA-256 of bytes, in hexadecimal.
#[cfg(feature = "excel")]
pub(super) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(Sha256::new().chain_update(bytes))
}

fn hexadecimal(hasher: Sha256) -> String {
    hasher.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Finds `NAME.geojson` or `NAME.geojson.gz` in a folder; `None` where there is neither.
///
/// # Errors
/// Where both are there: nobody could tell which one is meant.
pub(super) fn find_layer(folder: &Path, name: &str) -> Result<Option<PathBuf>> {
    let plain = folder.join(format!("{name}.geojson"));
    let packed = folder.join(format!("{name}.geojson.gz"));
    match (plain.exists(), packed.exists()) {
        (true, true) => Err(Error::File {
            source: io::Error::other(format!("{name}.geojson.gz stands beside it")),
            path: plain,
            cure: "keep one of the two and delete the other".into(),
        }),
        (true, false) => Ok(Some(plain)),
        (false, true) => Ok(Some(packed)),
        (false, false) => Ok(None),
    }
}

/// Finds a layer of points in a city folder, which may be a table as well: `NAME.csv`, `NAME.xlsx`.
///
/// # Errors
/// Where there are two of it.
pub(super) fn find_people(folder: &Path, name: &str) -> Result<Option<PathBuf>> {
    let layer = find_layer(folder, name)?;
    let tables = table_endings().map(|ending| folder.join(format!("{name}.{ending}")));
    only_one(layer.into_iter().chain(tables.filter(|path| path.exists())))
}

/// The file that is found, where there is one.
///
/// # Errors
/// Where there are two: nobody could tell which one is meant.
pub(super) fn only_one(mut found: impl Iterator<Item = PathBuf>) -> Result<Option<PathBuf>> {
    let first = found.next();
    if let (Some(first), Some(second)) = (&first, found.next()) {
        let beside = second.file_name().unwrap_or_default().to_string_lossy().into_owned();
        return Err(Error::File {
            path: first.clone(),
            source: io::Error::other(format!("{beside} stands beside it")),
            cure: "keep one of the two and delete the other".into(),
        });
    }
    Ok(first)
}

/// Finds a layer that has to be there.
pub(super) fn require_layer(folder: &Path, name: &str) -> Result<PathBuf> {
    if !folder.is_dir() {
        let problem = if folder.exists() { "is not a folder" } else { "there is no such folder" };
        return Err(Error::File {
            path: folder.to_owned(),
            source: io::Error::other(problem),
            cure: format!("name a folder that holds {name}.geojson"),
        });
    }
    find_layer(folder, name)?.ok_or_else(|| Error::File {
        path: folder.join(format!("{name}.geojson")),
        source: io::Error::other("there is no such file, nor one that ends in .gz"),
        cure: format!("export the layer of {name} into the folder under this name"),
    })
}
