//! Maps in pixels: as wide as asked, with the colours of their grids, from plans and from pictures.

#![allow(missing_docs, clippy::unwrap_used)]
#![cfg(feature = "png")]

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;
use std::process::Command;

const JINCHANG: &str = "examples/data/jinchang";

/// Runs the program; exit code and all it said.
fn run(arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evengrid"));
    let output = command.env("LC_ALL", "C").args(arguments).output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (output.status.code().unwrap(), said.concat())
}

/// Width, height, and how many pixels there are of each colour.
fn colours(path: &Path) -> (u32, u32, HashMap<String, usize>) {
    let file = std::io::BufReader::new(fs::File::open(path).unwrap());
    let mut reader = png::Decoder::new(file).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut bytes).unwrap();
    let mut found: HashMap<String, usize> = HashMap::new();
    for p in bytes.chunks_exact(4) {
        *found.entry(format!("#{:02x}{:02x}{:02x}", p[0], p[1], p[2])).or_default() += 1;
    }
    (frame.width, frame.height, found)
}

/// The colours that areas of an SVG picture have.
fn fills(svg: &str) -> BTreeSet<String> {
    let paths = svg.split("<path fill=\"#").skip(1);
    paths.map(|path| format!("#{}", path.split('"').next().unwrap())).collect()
}

#[test]
fn a_map_in_pixels_has_the_colours_of_its_grids() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let plan = at("plan");
    let asked = ["plan", JINCHANG, "-o", &plan, "--grids", "463", "--effort", "fast"];
    let (code, said) = run(&asked);
    assert!(code < 2, "{said}");
    let svg = fs::read_to_string(Path::new(&plan).join("map.svg")).unwrap();
    let classes = fills(&svg);
    assert!(classes.len() >= 3, "{classes:?}");

    let map = at("map.png");
    let (code, said) = run(&["render", &plan, "-o", &map, "--width", "900"]);
    assert_eq!(code, 0, "{said}");
    let (width, height, found) = colours(Path::new(&map));
    assert_eq!(width, 900);
    assert!(height > 400, "{height}");
    let all = (width * height) as usize;
    let of = |colour: &String| found.get(colour).copied().unwrap_or_default();
    for class in &classes {
        assert!(of(class) > 20, "{class} in {:?} pixels of {all}", of(class));
    }
    assert!(classes.iter().map(of).sum::<usize>() > all / 5, "grids fill the map");
    assert!(of(&"#ffffff".into()) > all / 20, "the sheet is white");

    // A picture that a command has written is painted alike.
    let picture = Path::new(&plan).join("map.svg");
    let again = at("again.png");
    let asked = ["render", picture.to_str().unwrap(), "-o", &again, "--width", "1400"];
    let (code, said) = run(&asked);
    assert_eq!(code, 0, "{said}");
    let (width, _, found) = colours(Path::new(&again));
    assert_eq!(width, 1_400);
    assert!(classes.iter().all(|class| found.contains_key(class)));

    let (code, said) = run(&["render", &plan, "-o", &map]);
    assert!(code == 2 && said.contains("exists already"), "{said}");
    let (code, said) = run(&["render", &plan, "-o", &at("map.gif")]);
    assert!(code == 2 && said.contains("neither .html, .svg, .png nor .xlsx"), "{said}");
    let (code, said) = run(&["render", &plan, "-o", &at("wide.png"), "--width", "90000"]);
    assert!(code == 2 && said.contains("a number from 100 to 20000 is needed"), "{said}");
    let broken = at("broken.svg");
    fs::write(&broken, "<svg").unwrap();
    let (code, said) = run(&["render", &broken, "-o", &at("broken.png")]);
    assert!(code == 2 && said.contains("not readable as SVG"), "{said}");
}
