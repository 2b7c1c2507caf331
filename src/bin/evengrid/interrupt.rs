//! Ctrl-C, and what else ends a run from outside: what is half written goes, and the exit code says
//! how it ended.

use std::sync::atomic::{AtomicBool, Ordering};

use evengrid::io::Abandoned;
use evengrid::report::{self, Language};

use crate::console;

/// As shells report what Ctrl-C has ended: 128 and the number of the signal.
const INTERRUPTED: i32 = 130;

static HEARD: AtomicBool = AtomicBool::new(false);

/// From now on, Ctrl-C takes away what is half written before the process ends. Where the system
/// allows no such thing, Ctrl-C ends the process at once and the next run clears away.
pub fn heed(language: Language) {
    let _ = ctrlc::set_handler(move || {
        end(INTERRUPTED, |left| {
            let said = match left.written() {
                None => "error: interrupted; nothing was written, run it again".to_owned(),
                Some(path) => format!(
                    "error: interrupted; {} was written already and is whole, what comes after it \
                     is not there",
                    path.display()
                ),
            };
            eprintln!("{}", console::one_line(&report::told(&said, language)));
        });
    });
}

/// Takes away what is half written, says why, and ends the process.
pub fn end(code: i32, say: impl FnOnce(&Abandoned)) -> ! {
    HEARD.store(true, Ordering::SeqCst);
    let left = evengrid::io::abandon();
    say(&left);
    std::process::exit(code)
}

/// Where the process is being ended, its other end waits for that: what it came to, such as a file
/// that could no longer be written, is nobody's concern.
pub fn settle() {
    while HEARD.load(Ordering::SeqCst) {
        std::thread::park();
    }
}
