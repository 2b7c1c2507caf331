//! What the command says in Chinese, and in colour.

#![allow(missing_docs, clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;

const JINCHANG: &str = "examples/data/jinchang";

/// Runs the program in an environment; exit code, what it said, what it said on the side.
fn run(arguments: &[&str], environment: &[(&str, &str)]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evengrid"));
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    let output = command.envs(environment.iter().copied()).args(arguments).output().unwrap();
    let said = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), said(output.stdout), said(output.stderr))
}

/// Lines that hold a word of English: three letters that are no name of a file or setting.
fn english(text: &str) -> Vec<&str> {
    let is_word = |word: &str| word.len() > 2 && word.bytes().all(|b| b.is_ascii_lowercase());
    let words = |line: &str| line.split(' ').filter(|word| is_word(word)).count();
    text.lines().filter(|line| words(line) > 1).collect()
}

#[test]
fn a_plan_is_told_in_the_language_of_the_locale_or_of_the_option() {
    let place = tempfile::tempdir().unwrap();
    let plan = place.path().join("plan");
    let plan = plan.to_str().unwrap();
    let asked = ["plan", JINCHANG, "-o", plan, "--grids", "463", "--effort", "fast", "--force"];
    let (code, said, message) =
        run(&asked, &[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "zh_CN.UTF-8")]);
    assert_eq!(code, 0, "{said}{message}");
    assert!(said.contains("连成一片：463 个网格中 463 个"), "{said}");
    // What is modelled is said in the words of the data, and stages by their names.
    let data = |line: &&str| !line.contains("模拟数据") && !line.contains("用时");
    let left: Vec<&str> = english(&said).into_iter().filter(data).collect();
    assert!(left.is_empty(), "{left:#?}");
    let picture = std::fs::read_to_string(Path::new(plan).join("map.svg")).unwrap();
    assert!(picture.contains("网格"), "the picture's legend is Chinese");

    let locale = [("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")];
    let (_, said, _) = run(&["audit", plan], &locale);
    assert!(said.contains("load balance") && said.ends_with("nothing fails\n"), "{said}");
    let (code, said, _) = run(&["audit", plan, "--lang", "zh"], &locale);
    assert_eq!(code, 0);
    assert!(said.ends_with("没有不符合项\n") && said.contains("负载均衡"), "{said}");
    assert!(english(&said).is_empty(), "{:#?}", english(&said));

    // For machines all stays English; --lang is one option of all commands.
    let json = |language: &str| run(&["--lang", language, "audit", plan, "--json"], &[]).1;
    assert_eq!(json("zh"), json("en"));
    let (code, _, message) = run(&["audit", plan, "--lang", "fr"], &[]);
    assert_eq!(code, 2);
    assert!(message.contains("write en or zh"), "{message}");
}

#[test]
fn diagnostics_are_coloured_where_they_may_be() {
    let wrong = ["plan", "no-such-city", "-o", "no-such-plan"];
    let (code, _, plain) = run(&wrong, &[]);
    assert_eq!(code, 2);
    assert!(plain.starts_with("error: ") && !plain.contains('\u{1b}'), "{plain:?}");
    let (_, _, coloured) = run(&wrong, &[("CLICOLOR_FORCE", "1")]);
    let label = coloured.split("error: ").next().unwrap();
    assert!(label.starts_with("\u{1b}[") && label.contains("31m"), "{coloured:?}");
    let (_, _, without) = run(&wrong, &[("NO_COLOR", "1")]);
    assert_eq!(without, plain);
    let (_, _, chinese) = run(&wrong, &[("LANG", "zh_CN.UTF-8")]);
    assert!(chinese.starts_with("错误："), "{chinese}");
}

#[test]
fn every_command_is_told_in_chinese() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let (town, plan, structure) = (at("town"), at("plan"), at("structure"));
    let zh = |arguments: &[&str]| run(arguments, &[("LANG", "zh_CN.UTF-8")]);
    let mut said = String::new();
    let next = at("next");
    for arguments in [
        &["generate", "--units", "1500", "-o", &town][..],
        &["init", &at("empty")],
        &["check", &town, "--target-population", "1000"],
        &["check", &town, "--grids", "4000"],
        &["plan", &town, "-o", &plan, "--grids", "12", "--effort", "fast"],
        &["explain", &plan, "--unit", "u000001"],
        &["replan", &town, "--current", &plan, "-o", &next, "--grids", "13"],
        &["organise", &town, &plan, "-o", &structure],
        &["assign", "households", &town, &plan, "-o", &at("a")],
        &["assign", "officers", &town, &plan, "-o", &at("b")],
        &["assign", "stations", &town, "-o", &at("c")],
        &["assign", "nearest", &town, "-o", &at("d")],
        &["assign", "partners", &town, "-o", &at("e")],
        &["assign", "members", &town, "-o", &at("f")],
        &["audit", &plan],
        &["render", &plan, "-o", &at("map.svg")],
    ] {
        let (code, out, message) = zh(arguments);
        assert!(code < 2 || arguments.contains(&"4000"), "{arguments:?}: {out}{message}");
        // What is modelled is said in the words of the data.
        let own = |line: &&str| !line.contains("模拟数据");
        let left: Vec<&str> =
            english(&out).into_iter().chain(english(&message)).filter(own).collect();
        assert!(left.is_empty(), "{arguments:?}: {left:#?}");
        said += &out;
    }
    for word in
        ["无误", "错误 无法得到 4000 个网格", "更换网格", "楼院", "共同边界", "已证明最优", "辅警"]
    {
        assert!(said.contains(word), "{word} in {said}");
    }
    let template = std::fs::read_to_string(Path::new(&at("empty")).join("evengrid.toml")).unwrap();
    assert!(template.contains("# 全市的网格数\n#grids = 463\n"), "{template}");
}

#[test]
fn errors_and_help_are_told_in_chinese() {
    let zh = |arguments: &[&str]| run(arguments, &[("LC_ALL", "zh_CN.UTF-8")]);
    for (arguments, said) in [
        (
            &["plan", "no-such-city", "-o", "no-such-plan"][..],
            "错误：no-such-city：没有该文件夹；请指定含有 units.geojson 的文件夹\n",
        ),
        (
            &["audit", "no-such-plan"],
            "错误：no-such-plan/plan.json：缺失，或不是由 evengrid 写出；请指定由 evengrid plan 写出的文件夹\n",
        ),
        (
            &["plan", JINCHANG, "-o", "no-such-plan", "--links", "0"],
            "错误：--links 0；请让每个中心户至少联系一户\n",
        ),
        (
            &["plan", JINCHANG, "-o", "no-such-plan", "--id-field", "nr"],
            "没有任何要素有属性 \"nr\"；请改正名称，或不写\n",
        ),
        (
            &["plan", JINCHANG, "-o", "no-such-plan", "--estate-field", "estat"],
            "没有任何要素有属性 \"estat\"；请改正名称，或不写\n",
        ),
    ] {
        let (code, out, message) = zh(arguments);
        assert!(code == 2 && out.is_empty() && message.ends_with(said), "{message}");
    }
    for command in ["plan", "divide", "check", "replan", "assign", "organise", "cases", "locate"] {
        for help in ["--help", "-h"] {
            let (code, out, _) = zh(&[command, help]);
            assert_eq!(code, 0, "{out}");
            // Examples stay as they are, and Chinese names commands, files and columns.
            let is_chinese = |line: &str| line.contains(|c| c > '\u{2E80}');
            let own = |line: &&str| !line.trim().starts_with("evengrid") && !is_chinese(line);
            let left: Vec<&str> = english(&out).into_iter().filter(own).collect();
            assert!(left.is_empty() && out.contains("用法："), "{command}: {left:#?}");
        }
    }
    let (code, _, message) = zh(&["plan", JINCHANG, "-o", "x", "--weight", "elderly"]);
    assert!(code == 2 && message.contains("无效：请写 字段=容差"), "{message}");
    // English stays what it was, whatever the locale, where it is asked for.
    let (_, help, _) = run(&["plan", "--help", "--lang", "en"], &[("LANG", "zh_CN.UTF-8")]);
    assert!(help.contains("Usage: evengrid plan [OPTIONS]"), "{help}");
}
