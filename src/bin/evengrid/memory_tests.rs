use super::*;

#[test]
fn sizes_are_read_as_they_are_said() {
    let bytes = |text: &str| text.parse::<MemoryLimit>().map(|limit| limit.0);
    assert_eq!(bytes("4G"), Ok(4 << 30));
    assert_eq!(bytes("1.5GiB"), Ok(3 << 29));
    assert_eq!(bytes(" 500 mb"), Ok(500 << 20));
    assert_eq!(bytes("100000k"), Ok(100_000 << 10));
    assert_eq!(bytes("1t"), Ok(1 << 40));
    assert_eq!(bytes("70000000"), Ok(70_000_000));
    for wrong in ["", "G", "4 apples", "-1G", "nan", "1e999", "63M", "0"] {
        assert!(bytes(wrong).is_err(), "{wrong}");
    }
    assert_eq!(MemoryLimit(3 << 29).to_string(), "1.5 GiB");
    assert_eq!(MemoryLimit(64 << 20).to_string(), "64 MiB");
}

#[test]
fn what_could_not_even_be_read_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("units.geojson");
    fs::File::create(&file).unwrap().set_len(40 << 20).unwrap();
    fs::File::create(folder.path().join("map.html")).unwrap().set_len(400 << 20).unwrap();
    let limit = MemoryLimit(LEAST);
    for input in [folder.path(), &file] {
        let error = limit.check(&[Path::new("nowhere"), input]).unwrap_err().to_string();
        assert!(error.contains(&*input.to_string_lossy()) && error.contains("84 MiB"), "{error}");
    }
    MemoryLimit(84 << 20).check(&[folder.path()]).unwrap();
    limit.check(&[]).unwrap();
}

#[test]
fn what_was_written_before_the_limit_was_met_is_told() {
    let limit = MemoryLimit(LEAST);
    assert!(limit.passed(None).to_string().contains("--memory-limit 64 MiB; nothing was written"));
    let late = limit.passed(Some(Path::new("out/plan"))).to_string();
    assert!(late.contains("out/plan was written already") && !late.contains("nothing"), "{late}");
}
