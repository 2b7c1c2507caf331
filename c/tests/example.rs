//! The C example is compiled by a C compiler, linked against both libraries, and run.

#![allow(missing_docs, clippy::unwrap_used)]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The folder in which cargo leaves the libraries for tests: that of the test's own program.
fn libraries() -> PathBuf {
    env::current_exe().unwrap().parent().unwrap().to_owned()
}

/// The C compiler; none where there is none.
fn compiler() -> Option<String> {
    let name = env::var("CC").unwrap_or_else(|_| "cc".into());
    let found = Command::new(&name).arg("--version").output().is_ok_and(|o| o.status.success());
    found.then_some(name)
}

fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

fn compile(compiler: &str, program: &Path, linked: &[&str]) {
    let mut command = Command::new(compiler);
    command.args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-Iinclude"]);
    command.arg("examples/first_plan.c").args(linked).arg("-o").arg(program);
    let (code, _, said) = run(&mut command);
    assert_eq!((code, said.as_str()), (Some(0), ""));
}

#[test]
fn the_c_example_runs() {
    let Some(compiler) = compiler().filter(|_| cfg!(unix)) else {
        return eprintln!("passed over: no C compiler (CC names one)");
    };
    let place = tempfile::tempdir().unwrap();
    let city = Path::new("../tests/golden/0.1.0/city");
    let folder = libraries();
    // The shared library, found where it was made; and the static one with what Rust's own needs.
    let (search, rpath) =
        (format!("-L{}", folder.display()), format!("-Wl,-rpath,{}", folder.display()));
    let archive = folder.join("libevengrid_c.a").display().to_string();
    let mut needs = vec![archive.as_str(), "-lm", "-lpthread"];
    if cfg!(target_os = "linux") {
        needs.extend(["-ldl", "-lrt", "-lutil", "-lgcc_s"]);
    }
    let ways = [("shared", vec![search.as_str(), &rpath, "-levengrid_c"]), ("static", needs)];
    for (name, linked) in ways {
        let program = place.path().join(name);
        compile(&compiler, &program, &linked);
        let plan = place.path().join(format!("{name}-plan"));
        let (code, out, said) =
            run(Command::new(&program).arg(city).arg(&plan).args(["0.0005", "0.0005"]));
        assert_eq!(code, Some(0), "{name}: {out}{said}");
        for part in
            ["zones 0 0 0 1 1 1, cost 1", "units, ", "\ngrid west001\n{\"grid\":\"west001\""]
        {
            assert!(out.contains(part), "{part:?} is not in {out}");
        }
        for file in ["plan.json", "grids.geojson", "units.geojson", "map.html"] {
            assert!(fs::metadata(plan.join(file)).is_ok_and(|file| file.len() > 0), "{file}");
        }
        // A place outside, and a folder that is not there.
        let again = place.path().join(format!("{name}-again"));
        let (code, out, _) = run(Command::new(&program).arg(city).arg(&again).args(["50", "50"]));
        assert_eq!(code, Some(1));
        assert!(out.contains("1 of 1 points lie in no grid"), "{out}");
        let (code, _, said) =
            run(Command::new(&program).arg("no-such").arg(&again).args(["50", "50"]));
        assert_eq!(code, Some(2));
        assert!(said.contains("no-such"), "{said}");
    }
}
