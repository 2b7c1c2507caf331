//! Files and folders that appear whole or not at all: written aside, then renamed into place.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::error::{Error, Result};

/// A folder in the making. Dropped before [`commit`](Self::commit), it leaves no trace.
#[derive(Debug)]
pub struct NewFolder {
    target: PathBuf,
    /// Lies beside the target, so that the last step is a rename within one file system. The files
    /// go to a folder inside it, which has the permissions a new folder has here.
    staging: TempDir,
    parents: NewParents,
}

impl NewFolder {
    /// Begins a folder that will stand at `target`.
    ///
    /// An existing folder is in the way unless it is empty, or `force` is given and it is
    /// `replaceable`.
    ///
    /// # Errors
    /// Where something is in the way, or the file system refuses.
    pub fn begin(
        target: &Path,
        force: bool,
        replaceable: impl FnOnce(&Path) -> bool,
    ) -> Result<Self> {
        let target = resolve(target)?;
        if target.exists() {
            if !target.is_dir() {
                let cure = "name a folder that does not exist yet";
                return Err(refused(&target, "there is a file of this name", cure));
            }
            let mut entries = fs::read_dir(&target).map_err(|e| failed(&target, e))?;
            if entries.next().is_some() {
                if !force {
                    let cure = "name a new folder, or replace the plan in it with --force";
                    return Err(refused(&target, "the folder is not empty", cure));
                }
                if !replaceable(&target) {
                    let problem = "the folder is not empty and holds no plan of evengrid";
                    let cure = "name a new folder: only a plan is ever replaced";
                    return Err(refused(&target, problem, cure));
                }
            }
        }
        let parents = NewParents::create(parent(&target))?;
        let staging = stage_beside(&target)?;
        fs::create_dir(staging.path().join("new")).map_err(|e| failed(&target, e))?;
        Ok(NewFolder { target, staging, parents })
    }

    /// Writes a file of the folder.
    ///
    /// # Errors
    /// Where the file system refuses, or `write` does.
    pub fn file(
        &self,
        name: &str,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> Result<()> {
        write_and_sync(&self.staged().join(name), write)
            .map_err(|e| failed(&self.target.join(name), e))
    }

    /// Puts the folder into place, and removes what stood there.
    ///
    /// # Errors
    /// Where the file system refuses; what stood there before is then back in its place.
    pub fn commit(self) -> Result<()> {
        // Bound so that, on failure, the staging folder goes before the parents it lies in.
        let NewFolder { target, mut parents, staging } = self;
        let new = staging.path().join("new");
        let old = staging.path().join("old");
        sync_folder(&new).map_err(|e| failed(&target, e))?;
        let replaced = target.exists();
        if replaced {
            fs::rename(&target, &old).map_err(|e| failed(&target, e))?;
        }
        if let Err(error) = fs::rename(&new, &target) {
            if replaced && fs::rename(&old, &target).is_err() {
                // Better a stray folder than a lost plan.
                let _ = staging.keep();
            }
            return Err(failed(&target, error));
        }
        parents.keep();
        // The folder is in place; a sync that fails here takes nothing back.
        let _ = sync_folder(parent(&target));
        Ok(())
    }

    fn staged(&self) -> PathBuf {
        self.staging.path().join("new")
    }
}

/// Whether a folder holds files of these names and nothing else.
pub(super) fn holds_only(folder: &Path, names: &[&str]) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.into_iter().all(|entry| {
        entry.is_ok_and(|e| e.file_name().to_str().is_some_and(|name| names.contains(&name)))
    })
}

/// Writes a single file that appears whole or not at all.
///
/// # Errors
/// Where a file of this name exists and `force` is not given, or the file system or `write` refuses.
pub fn write_file(
    target: &Path,
    force: bool,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<()> {
    let target = resolve(target)?;
    if target.is_dir() {
        return Err(refused(&target, "there is a folder of this name", "name a file"));
    }
    let in_the_way = || {
        let cure = "name a new file, or overwrite it with --force";
        Err(refused(&target, "the file exists already", cure))
    };
    if target.exists() && !force {
        return in_the_way();
    }
    let mut parents = NewParents::create(parent(&target))?;
    let staging = stage_beside(&target)?;
    let new = staging.path().join("new");
    write_and_sync(&new, write).map_err(|e| failed(&target, e))?;
    if target.exists() && !force {
        return in_the_way();
    }
    fs::rename(&new, &target).map_err(|e| failed(&target, e))?;
    parents.keep();
    let _ = sync_folder(parent(&target));
    Ok(())
}

/// Folders above the target that were made for it, and go again unless they are kept.
#[derive(Debug)]
struct NewParents(Vec<PathBuf>);

impl NewParents {
    fn create(folder: &Path) -> Result<Self> {
        let mut missing: Vec<PathBuf> =
            folder.ancestors().take_while(|f| !f.exists()).map(Path::to_owned).collect();
        missing.reverse();
        let mut parents = NewParents(Vec::new());
        for folder in missing {
            fs::create_dir(&folder).map_err(|e| failed(&folder, e))?;
            parents.0.push(folder);
        }
        Ok(parents)
    }

    fn keep(&mut self) {
        self.0.clear();
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

/// The absolute path, through links where it exists, so that what a link points to is replaced.
fn resolve(target: &Path) -> Result<PathBuf> {
    if target.exists() {
        return target.canonicalize().map_err(|e| failed(target, e));
    }
    if target.is_symlink() {
        let cure = "remove the link or name another place";
        return Err(refused(target, "a link that leads nowhere is in the way", cure));
    }
    if target.file_name().is_none() {
        return Err(refused(target, "the path names nothing", "name what is to be written"));
    }
    std::path::absolute(target).map_err(|e| failed(target, e))
}

fn parent(target: &Path) -> &Path {
    target.parent().unwrap_or(Path::new("/"))
}

fn stage_beside(target: &Path) -> Result<TempDir> {
    let name = target.file_name().unwrap_or(OsStr::new("output")).to_string_lossy();
    tempfile::Builder::new()
        .prefix(&format!(".{name}.partial-"))
        .tempdir_in(parent(target))
        .map_err(|e| failed(target, e))
}

fn write_and_sync(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, File::create_new(path)?);
    write(&mut out)?;
    out.flush()?;
    out.get_ref().sync_all()
}

/// Makes the entries of a folder last, on systems where a folder can be opened.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn failed(path: &Path, source: io::Error) -> Error {
    let cure = match source.kind() {
        io::ErrorKind::StorageFull => "make room on the disk",
        _ => "check that the place can be written to",
    };
    Error::File { path: path.to_owned(), source, cure: cure.into() }
}

fn refused(path: &Path, problem: &str, cure: &str) -> Error {
    Error::File { path: path.to_owned(), source: io::Error::other(problem), cure: cure.into() }
}

#[cfg(test)]
#[path = "whole_tests.rs"]
mod tests;
