//! Files and folders that appear whole or not at all: written aside, then renamed into place.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use super::claim::{Claim, Refusal, put_in_place};
use crate::error::{Error, Result};

/// A folder in the making. Dropped before [`commit`](Self::commit), it leaves no trace.
#[derive(Debug)]
pub struct NewFolder {
    target: PathBuf,
    /// Lies beside the target, so that the last step is a rename within one file system. The files
    /// go to a folder inside it, which has the permissions a new folder has here.
    staging: TempDir,
    // Dropped last: the staging folder lies in it.
    claim: Arc<Claim>,
}

impl NewFolder {
    /// Begins a folder that will stand at `target`.
    ///
    /// An existing folder is in the way unless it is empty, or `force` is given and it is
    /// `replaceable`. While it is being made, no other process can begin one there.
    ///
    /// # Errors
    /// Where something is in the way, another process is writing there, or the file system refuses.
    pub fn begin(
        target: &Path,
        force: bool,
        replaceable: impl FnOnce(&Path) -> bool,
    ) -> Result<Self> {
        let target = resolve(target)?;
        let claim = claim(&target)?;
        if target.exists() {
            if !target.is_dir() {
                let cure = "name a folder that does not exist yet";
                return Err(refused(&target, "there is a file of this name", cure));
            }
            let mut entries = fs::read_dir(&target).map_err(|e| failed(&target, e))?;
            if entries.next().is_some() {
                if !replaceable(&target) {
                    let problem = "the folder holds something else than this command writes";
                    let cure = "name a new folder: only what the same command has written is ever replaced";
                    return Err(refused(&target, problem, cure));
                }
                if !force {
                    let cure = "name a new folder, or replace what stands in it with --force";
                    return Err(refused(&target, "the folder is not empty", cure));
                }
            }
        }
        let staging = claim.staging().map_err(|e| failed(&target, e))?;
        fs::create_dir(staging.path().join("new")).map_err(|e| failed(&target, e))?;
        Ok(NewFolder { target, staging, claim })
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
    /// The two change places in one step where the system can do that (Linux, on its own file
    /// systems). Elsewhere there is a moment without either; should the process die in it, whoever
    /// next begins a folder here puts the old one back.
    ///
    /// # Errors
    /// Where the file system refuses; what stood there before is then back in its place.
    pub fn commit(self) -> Result<()> {
        let NewFolder { target, staging, claim } = self;
        let new = staging.path().join("new");
        sync_folder(&new).map_err(|e| failed(&target, e))?;
        put_in_place(&target, || put(&new, &target, &claim.old()))
            .map_err(|e| failed(&target, e))?;
        claim.keep_parents();
        // The folder is in place; a sync that fails here takes nothing back.
        let _ = sync_folder(parent(&target));
        Ok(())
    }

    fn staged(&self) -> PathBuf {
        self.staging.path().join("new")
    }
}

/// Puts a folder into the place of another, or of nothing.
fn put(new: &Path, target: &Path, old: &Path) -> io::Result<()> {
    if !target.exists() {
        return fs::rename(new, target);
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, new, CWD, target, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
    }
    fs::rename(target, old)?;
    fs::rename(new, target).inspect_err(|_| {
        // Where this fails too, the old folder stays beside it and is put back by the next run.
        let _ = fs::rename(old, target);
    })?;
    fs::remove_dir_all(old)
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
    let claim = claim(&target)?;
    let staging = claim.staging().map_err(|e| failed(&target, e))?;
    let new = staging.path().join("new");
    write_and_sync(&new, write).map_err(|e| failed(&target, e))?;
    if target.exists() && !force {
        return in_the_way();
    }
    put_in_place(&target, || fs::rename(&new, &target)).map_err(|e| failed(&target, e))?;
    claim.keep_parents();
    let _ = sync_folder(parent(&target));
    Ok(())
}

/// Claims a place for this process.
fn claim(target: &Path) -> Result<Arc<Claim>> {
    Claim::on(target).map_err(|refusal| match refusal {
        Refusal::System(error) => failed(target, error),
        Refusal::Taken => refused(
            target,
            "another run is writing there",
            "wait until it has ended, or name another place",
        ),
    })
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
