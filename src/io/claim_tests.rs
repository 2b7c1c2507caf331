#![allow(clippy::unwrap_used)]

use super::*;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// A claim as a run that died leaves it: its lock is free.
fn left_behind(target: &Path) -> PathBuf {
    let folder = beside(target);
    fs::create_dir_all(folder.join("of-x/new")).unwrap();
    fs::write(folder.join(LOCK), "").unwrap();
    fs::write(folder.join("of-x/new/plan.json"), "half").unwrap();
    folder
}

#[test]
fn writers_of_a_process_share_a_claim_and_it_goes_with_the_last() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("a/plan");
    let (first, second) = (Claim::on(&target).unwrap(), Claim::on(&target).unwrap());
    drop(first);
    assert_eq!(names(&place.path().join("a")), [".plan.partial"]);
    assert_ne!(second.staging().unwrap().path(), second.staging().unwrap().path());
    drop(second);
    assert_eq!(names(place.path()), Vec::<String>::new());
}

#[test]
fn a_claim_that_somebody_holds_is_respected() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("plan");
    let folder = left_behind(&target);
    let held = File::open(folder.join(LOCK)).unwrap();
    held.try_lock().unwrap();
    assert!(matches!(Claim::on(&target), Err(Refusal::Taken)));
    assert_eq!(names(place.path()), [".plan.partial"]);
    drop(held);
    drop(Claim::on(&target).unwrap());
    assert_eq!(names(place.path()), Vec::<String>::new());
}

#[test]
fn what_a_dead_run_took_away_is_put_back() {
    for lock_is_gone in [false, true] {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("plan");
        let folder = left_behind(&target);
        fs::create_dir(folder.join(OLD)).unwrap();
        fs::write(folder.join(OLD).join("plan.json"), "old").unwrap();
        if lock_is_gone {
            fs::remove_file(folder.join(LOCK)).unwrap();
        }
        drop(Claim::on(&target).unwrap());
        assert_eq!(names(place.path()), ["plan"]);
        assert_eq!(fs::read(target.join("plan.json")).unwrap(), b"old");
    }
}

#[test]
fn what_is_left_where_a_new_plan_stands_is_cleared_away() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("plan");
    let folder = left_behind(&target);
    fs::create_dir(folder.join(OLD)).unwrap();
    fs::create_dir(&target).unwrap();
    fs::write(target.join("plan.json"), "new").unwrap();
    drop(Claim::on(&target).unwrap());
    assert_eq!(names(place.path()), ["plan"]);
    assert_eq!(fs::read(target.join("plan.json")).unwrap(), b"new");
}

#[test]
fn a_folder_of_somebody_else_is_never_cleared_away() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("plan");
    let folder = left_behind(&target);
    fs::write(folder.join("thesis.txt"), "years of work").unwrap();
    let Err(Refusal::System(error)) = Claim::on(&target) else { panic!("was claimed") };
    assert!(error.to_string().contains("is in the way"), "{error}");
    assert!(folder.join("thesis.txt").exists());
}

#[test]
fn one_of_many_threads_and_names_at_once() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("plan");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    // Between the end of one claim and the next, a third may be refused.
                    match Claim::on(&target) {
                        Ok(claim) => drop(claim.staging().unwrap()),
                        Err(refusal) => assert!(matches!(refusal, Refusal::Taken), "{refusal:?}"),
                    }
                }
            });
        }
    });
    assert_eq!(names(place.path()), Vec::<String>::new());
}
