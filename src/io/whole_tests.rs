#![allow(clippy::unwrap_used)]

use super::*;

/// What lies in a folder, hidden things too, folders with a slash.
fn listing(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let slash = if entry.path().is_dir() { "/" } else { "" };
            format!("{}{slash}", entry.file_name().to_string_lossy())
        })
        .collect();
    names.sort();
    names
}

fn put(folder: &NewFolder, name: &str, text: &str) {
    folder.file(name, |out| out.write_all(text.as_bytes())).unwrap();
}

fn ours(folder: &Path) -> bool {
    folder.join("plan.json").exists()
}

#[test]
fn a_folder_appears_when_it_is_committed() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("a/b/plan");
    let new = NewFolder::begin(&target, false, ours).unwrap();
    put(&new, "x.txt", "x");
    assert!(!target.exists());
    new.commit().unwrap();
    assert_eq!(listing(&target), ["x.txt"]);
    assert_eq!(listing(target.parent().unwrap()), ["plan/"], "nothing else is left");
}

#[test]
fn a_folder_that_is_given_up_leaves_no_trace() {
    let place = tempfile::tempdir().unwrap();
    let new = NewFolder::begin(&place.path().join("a/b/plan"), false, ours).unwrap();
    put(&new, "x.txt", "x");
    let failure = new.file("y.txt", |out| {
        out.write_all(b"half")?;
        Err(io::Error::from(io::ErrorKind::StorageFull))
    });
    let message = failure.unwrap_err().to_string();
    assert!(message.contains("y.txt") && message.contains("make room"), "{message}");
    drop(new);
    assert_eq!(listing(place.path()), Vec::<String>::new());
}

#[test]
fn only_a_plan_is_replaced_and_only_by_force() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("plan");
    let begin =
        |force| NewFolder::begin(&target, force, ours).map(|_| ()).map_err(|e| e.to_string());

    fs::create_dir(&target).unwrap();
    begin(false).unwrap();

    fs::write(target.join("thesis.txt"), "years of work").unwrap();
    for force in [false, true] {
        // Nobody is sent on to what is refused as well.
        let refused = begin(force).unwrap_err();
        assert!(
            refused.contains("holds something else") && !refused.contains("--force"),
            "{refused}"
        );
    }

    fs::write(target.join("plan.json"), "{}").unwrap();
    assert!(begin(false).unwrap_err().contains("the folder is not empty; name a new folder, or"));
    assert!(begin(false).unwrap_err().contains("--force"));
    let new = NewFolder::begin(&target, true, ours).unwrap();
    put(&new, "plan.json", "new");
    assert_eq!(listing(&target), ["plan.json", "thesis.txt"], "the old one stands until the end");
    new.commit().unwrap();
    assert_eq!(listing(&target), ["plan.json"]);
    assert_eq!(listing(place.path()), ["plan/"]);
}

#[test]
fn a_file_in_the_way_of_a_folder_is_kept() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("plan");
    fs::write(&target, "x").unwrap();
    let message = NewFolder::begin(&target, true, |_| true).unwrap_err().to_string();
    assert!(message.contains("there is a file of this name"), "{message}");
    assert_eq!(fs::read(&target).unwrap(), b"x");
}

#[test]
fn a_file_is_overwritten_only_by_force_and_only_as_a_whole() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("out/points.csv");
    let write =
        |force, text: &str| write_file(&target, force, |out| out.write_all(text.as_bytes()));
    write(false, "one").unwrap();
    assert!(write(false, "two").unwrap_err().to_string().contains("exists already"));
    assert_eq!(fs::read(&target).unwrap(), b"one");
    write(true, "three").unwrap();
    assert_eq!(fs::read(&target).unwrap(), b"three");

    let failure = write_file(&target, true, |out| {
        out.write_all(b"half")?;
        Err(io::Error::other("no"))
    });
    assert!(failure.is_err());
    assert_eq!(fs::read(&target).unwrap(), b"three");
    assert_eq!(listing(target.parent().unwrap()), ["points.csv"]);
}

#[cfg(unix)]
#[test]
fn permissions_are_those_of_any_new_folder_and_links_stay_links() {
    use std::os::unix::fs::PermissionsExt;
    let place = tempfile::tempdir().unwrap();
    let usual = place.path().join("usual");
    fs::create_dir(&usual).unwrap();
    let link = place.path().join("link");
    std::os::unix::fs::symlink(&usual, &link).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    let expected = mode(&usual);

    let new = NewFolder::begin(&link, false, ours).unwrap();
    put(&new, "x", "x");
    new.commit().unwrap();
    assert!(link.is_symlink());
    assert_eq!(listing(&usual), ["x"]);
    assert_eq!(mode(&usual), expected);

    let nowhere = place.path().join("nowhere");
    std::os::unix::fs::symlink(place.path().join("gone"), &nowhere).unwrap();
    assert!(NewFolder::begin(&nowhere, true, |_| true).is_err());
}
