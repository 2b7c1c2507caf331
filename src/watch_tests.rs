#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn parts_of_parts_report_shares_of_the_whole() {
    let told = Mutex::new(Vec::new());
    let keep = |share: f64| told.lock().unwrap().push(share);
    let watch = Watch::default().reporting_to(&keep);
    watch.within(0.0, 0.5, |first| {
        first.report(0.5);
        first.within(0.5, 1.0, |second| second.report(0.5));
    });
    watch.within(0.5, 1.0, |rest| rest.report(7.0));
    assert_eq!(told.into_inner().unwrap(), [0.25, 0.375, 0.5, 0.5, 1.0, 1.0]);
}

#[test]
fn parts_done_at_the_same_time_add_up_to_the_whole_and_never_fall() {
    let told = Mutex::new(Vec::new());
    let keep = |share: f64| told.lock().unwrap().push(share);
    let watch = Watch::default().reporting_to(&keep);
    let shares = Shares::of(100);
    std::thread::scope(|scope| {
        for size in [10, 20, 30, 40] {
            let shares = &shares;
            scope.spawn(move || {
                shares.part(size, watch, |part| {
                    // One after the other, and a share that falls is not counted.
                    for share in [0.2, 0.6, 0.4, 0.9] {
                        part.report(share);
                    }
                });
            });
        }
    });
    let told = told.into_inner().unwrap();
    assert_eq!(told.len(), 4 * 4);
    assert!(told.is_sorted(), "{told:?}");
    assert!((told.last().unwrap() - 1.0).abs() < 1e-9, "{told:?}");
}

#[test]
fn nobody_who_listens_is_nobody_told() {
    let stop = AtomicBool::new(true);
    let watch = Watch::default().cancelled_by(&stop);
    assert!(watch.within(0.0, 0.5, |part| part.is_cancelled() && part.progress.is_none()));
    assert!(Shares::of(3).part(1, watch, |part| part.is_cancelled()));
}
