//! A headless Chromium, where there is one: it opens a page, walks through the steps of a test in
//! it, and hands back what they found.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Names that Chromium goes by; `EVENGRID_BROWSER` names another.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

pub struct Chromium(String);

/// What the steps of a test found.
pub struct Found {
    pub value: Value,
    /// What the page said on its console.
    console: Vec<String>,
}

impl Chromium {
    /// The browser of this machine; where there is none, says that the test is passed over.
    pub fn find() -> Option<Chromium> {
        let asked = std::env::var("EVENGRID_BROWSER").ok();
        let names = asked.into_iter().chain(NAMES.map(str::to_owned));
        let runs = |name: &String| {
            Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success())
        };
        let found = names.into_iter().find(runs).map(Chromium);
        if found.is_none() {
            eprintln!("passed over: no Chromium is installed (EVENGRID_BROWSER may name one)");
        }
        found
    }

    /// Opens a page and walks through the steps of a file in `tests/browser/steps`.
    pub fn run(&self, page: &Path, steps: &str) -> Found {
        let place = tempfile::tempdir().unwrap();
        let own = place.path().join("page.html");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/steps");
        let script = |name: &str| {
            format!("<script>{}</script>", fs::read_to_string(folder.join(name)).unwrap())
        };
        let text = fs::read_to_string(page).unwrap();
        let (head, tail) = text.rsplit_once("</body>").unwrap();
        let text = format!("{head}{}{}</body>{tail}", script("harness.js"), script(steps));
        fs::write(&own, text).unwrap();
        // On a busy machine it may end before the page has: then once more.
        (0..3).find_map(|_| self.walk(&own)).expect("the steps did not end")
    }

    /// What a page with its steps told, if they came to their end.
    fn walk(&self, page: &Path) -> Option<Found> {
        let profile = tempfile::tempdir().unwrap();
        let output = Command::new(&self.0)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update"])
            .args(["--disable-sync", "--disable-dev-shm-usage", "--enable-logging=stderr"])
            .args(["--lang=en-US", "--window-size=1200,800", "--virtual-time-budget=60000"])
            // No name leads anywhere, whatever a page might ask for.
            .arg("--host-resolver-rules=MAP * ~NOTFOUND")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("--dump-dom")
            .arg(format!("file://{}", page.display()))
            .output()
            .unwrap();
        let page = String::from_utf8_lossy(&output.stdout);
        let told = String::from_utf8_lossy(&output.stderr);
        let marked = page.rsplit_once("<pre id=\"test-result\">").map(|(_, rest)| rest);
        let Some((result, _)) = marked.and_then(|rest| rest.split_once("</pre>")) else {
            eprintln!("the steps did not end: {told}");
            return None;
        };
        Some(Found {
            value: serde_json::from_slice(&super::base64(result)).unwrap(),
            console: told.lines().filter(|l| l.contains("CONSOLE")).map(str::to_owned).collect(),
        })
    }
}

impl Found {
    pub fn text(&self, name: &str) -> &str {
        self.value[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.value["errors"]))
    }

    /// No error, no request, nothing on the console, every check holds.
    pub fn assert_sound(&self) {
        let checks = self.value["checks"].as_array().unwrap();
        let failed: Vec<&Value> = checks.iter().filter(|check| check["holds"] != true).collect();
        assert!(failed.is_empty(), "{failed:#?}\n{:#?}", self.value["errors"]);
        assert!(checks.len() > 5, "{checks:?}");
        assert_eq!(self.value["errors"], serde_json::json!([]));
        assert_eq!(self.value["requests"], serde_json::json!([]), "asked somebody");
        assert_eq!(self.console, Vec::<String>::new());
    }
}
