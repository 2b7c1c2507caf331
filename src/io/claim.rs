//! Who may write to a place: one run at a time, known by a locked folder beside it.
//!
//! What is being made for `NAME` lies in `.NAME.partial`, next to it, with a file that the run holds
//! locked. The operating system lets go of a lock when its run ends, however it ends; so a folder
//! whose lock is free was left behind, and whoever comes next clears it away. Should a run have died
//! between taking the old plan away and putting the new one in its place, the old one is put back.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tempfile::TempDir;

/// The file that a run holds locked.
const LOCK: &str = "lock";
/// Where what stood at the target waits while it is being replaced.
const OLD: &str = "old";
/// Beginning of the names of writers' folders.
const WRITER: &str = "of-";
/// How often a claim is tried for, where others clear away at the same time.
const TRIES: usize = 50;

/// The claims of this process, by their folder: writers in one process share a claim.
static CLAIMS: Mutex<Option<HashMap<PathBuf, Weak<Claim>>>> = Mutex::new(None);

/// The right to write to a place. Dropped, it leaves no trace.
#[derive(Debug)]
pub(super) struct Claim {
    /// `.NAME.partial`.
    folder: PathBuf,
    /// Folders above the target that were made for it, and go again unless they are kept.
    parents: Mutex<Vec<PathBuf>>,
    /// Held locked.
    lock: Mutex<Option<File>>,
}

/// Why there is no claim.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Another run is writing to this place.
    Taken,
    /// The file system refuses.
    System(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Refusal::System(error)
    }
}

impl Claim {
    /// Claims a place, whose path is absolute; clears away what a run that died has left there.
    pub(super) fn on(target: &Path) -> Result<Arc<Claim>, Refusal> {
        let mut claims = claims();
        let claims = claims.get_or_insert_default();
        let folder = beside(target);
        if let Some(claim) = claims.get(&folder).and_then(Weak::upgrade) {
            return Ok(claim);
        }
        let mut parents = NewParents::create(target.parent().unwrap_or(Path::new("/")))?;
        let mut tries = 0;
        let lock = loop {
            match claim(&folder, target)? {
                Some(lock) => break lock,
                None if tries < TRIES => tries += 1,
                None => return Err(Refusal::Taken),
            }
        };
        let parents = Mutex::new(std::mem::take(&mut parents.0));
        let claim =
            Arc::new(Claim { folder: folder.clone(), parents, lock: Mutex::new(Some(lock)) });
        claims.insert(folder, Arc::downgrade(&claim));
        Ok(claim)
    }

    /// A folder of its own for one writer.
    pub(super) fn staging(&self) -> io::Result<TempDir> {
        tempfile::Builder::new().prefix(WRITER).tempdir_in(&self.folder)
    }

    /// Where what stood at the target waits while it is being replaced.
    pub(super) fn old(&self) -> PathBuf {
        self.folder.join(OLD)
    }

    /// Keeps the folders that were made for the target.
    pub(super) fn keep_parents(&self) {
        self.parents.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn release(&self) {
        // Once only: the next run may stand there already.
        let Some(lock) = self.lock.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            return;
        };
        let _ = clear_away(&self.folder, lock);
        let mut parents = self.parents.lock().unwrap_or_else(PoisonError::into_inner);
        drop(NewParents(std::mem::take(&mut *parents)));
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.release();
    }
}

/// What this process has put into its place last.
static WRITTEN: Mutex<Option<PathBuf>> = Mutex::new(None);

/// What [`abandon`] returns: while it lives, nothing is put into place in this process.
#[derive(Debug)]
pub struct Abandoned {
    written: Option<PathBuf>,
    _held: MutexGuard<'static, Option<HashMap<PathBuf, Weak<Claim>>>>,
}

impl Abandoned {
    /// The file or folder that this process has put into its place last, whole; `None` where it has
    /// written nothing.
    pub fn written(&self) -> Option<&Path> {
        self.written.as_deref()
    }
}

/// Takes away what is being written and not yet in its place, everywhere in this process. To be
/// called when the process is about to end before its work is done: nothing is put into place
/// afterwards while what is returned lives.
pub fn abandon() -> Abandoned {
    let claims = claims();
    for claim in claims.iter().flat_map(|all| all.values()).filter_map(Weak::upgrade) {
        claim.release();
    }
    let written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Abandoned { written, _held: claims }
}

/// Puts something into its place, which must not be interrupted by [`abandon`].
pub(super) fn put_in_place(target: &Path, step: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    let _held = claims();
    step()?;
    *WRITTEN.lock().unwrap_or_else(PoisonError::into_inner) = Some(target.to_owned());
    Ok(())
}

fn claims() -> MutexGuard<'static, Option<HashMap<PathBuf, Weak<Claim>>>> {
    CLAIMS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `.NAME.partial`, beside the target.
fn beside(target: &Path) -> PathBuf {
    let mut hidden = OsString::from(".");
    hidden.push(target.file_name().unwrap_or(OsStr::new("output")));
    hidden.push(".partial");
    target.with_file_name(hidden)
}

/// Tries once to make the folder ours: whoever makes its lock, and holds it locked, has it. `None`
/// where others were there at the same time, or had to be cleared away.
fn claim(folder: &Path, target: &Path) -> Result<Option<File>, Refusal> {
    let at_once = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Ok(None),
        _ => Err(Refusal::System(error)),
    };
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
        Err(_) if !is_ours(folder) => return Err(foreign(folder).into()),
        _ => {}
    }
    let path = folder.join(LOCK);
    let lock = match File::create_new(&path) {
        Ok(lock) if !folder.join(OLD).exists() => {
            return Ok((lock.try_lock().is_ok() && same(&lock, &path)).then_some(lock));
        }
        // Its lock was cleared away already, and then that run died.
        Ok(lock) => lock,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => match File::open(&path) {
            Ok(lock) => lock,
            Err(error) => return at_once(error),
        },
        Err(error) => return at_once(error),
    };
    if lock.try_lock().is_err() {
        return Err(Refusal::Taken);
    }
    if same(&lock, &path) {
        let old = folder.join(OLD);
        if old.exists() && !target.exists() {
            fs::rename(&old, target)?;
        }
        clear_away(folder, lock)?;
    }
    Ok(None)
}

/// Takes a claim away whose lock is held; the lock goes last, since with it goes the right to do so.
fn clear_away(folder: &Path, lock: File) -> io::Result<()> {
    let rest = || -> io::Result<()> {
        for entry in fs::read_dir(folder)?.flatten().filter(|entry| entry.file_name() != LOCK) {
            fs::remove_dir_all(entry.path())?;
        }
        Ok(())
    };
    // Another thread may still be writing a file there.
    let mut cleared = rest();
    for _ in 0..TRIES {
        if cleared.is_ok() {
            break;
        }
        cleared = rest();
    }
    cleared?;
    // What is open cannot be taken away on Windows.
    let held = (!cfg!(windows)).then_some(lock);
    fs::remove_file(folder.join(LOCK))?;
    drop(held);
    // The next run may stand there already.
    let _ = fs::remove_dir(folder);
    Ok(())
}

/// Whether a folder holds nothing but what a claim holds.
fn is_ours(folder: &Path) -> bool {
    let ours = |name: &OsStr| {
        let name = name.to_string_lossy();
        name == OLD || name == LOCK || name.starts_with(WRITER)
    };
    let Ok(mut entries) = fs::read_dir(folder) else { return true };
    entries.all(|entry| entry.is_ok_and(|entry| ours(&entry.file_name())))
}

fn foreign(folder: &Path) -> io::Error {
    let name = folder.display();
    io::Error::other(format!("{name} is in the way, and is none of evengrid's"))
}

/// Whether a file that was opened is the one that stands there now.
fn same(opened: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let number = |data: fs::Metadata| (data.dev(), data.ino());
        match (opened.metadata(), fs::metadata(path)) {
            (Ok(a), Ok(b)) => number(a) == number(b),
            _ => false,
        }
    }
    #[cfg(not(unix))]
    {
        let _ = opened;
        path.exists()
    }
}

/// Folders above the target that were made for it, and go again unless they are taken out.
#[derive(Debug)]
struct NewParents(Vec<PathBuf>);

impl NewParents {
    fn create(folder: &Path) -> io::Result<Self> {
        let mut missing: Vec<PathBuf> =
            folder.ancestors().take_while(|f| !f.exists()).map(Path::to_owned).collect();
        missing.reverse();
        let mut parents = NewParents(Vec::new());
        for folder in missing {
            match fs::create_dir(&folder) {
                Ok(()) => parents.0.push(folder),
                // Somebody else has made it in between.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Ok(parents)
    }
}

impl Drop for NewParents {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            // Fails, as it should, where somebody else has put something in.
            let _ = fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
#[path = "claim_tests.rs"]
mod tests;
