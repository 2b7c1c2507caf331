//! Every text of the report, once, in both languages.

use crate::report::html::escape_html;
use crate::report::reasons::Both;

/// Key, English, Chinese; `{}` is filled in, in order.
const WORDS: &[(&str, &str, &str)] = &[
    ("title", "{}: plan of {} service grids", "{}：{} 个网格划分方案"),
    (
        "subtitle",
        "{} people in {} communities; {} units, none of them split",
        "{1} 个社区，{0} 人；{2} 个单元，均不拆分",
    ),
    ("modelled", "Modelled, not real: ", "模拟数据，并非真实："),
    ("headline", "Headline figures", "主要指标"),
    ("figure", "Figure", "指标"),
    ("value", "Value", "数值"),
    ("asked", "Asked for", "要求"),
    ("bound", "No plan can fall below", "任何方案的下界"),
    ("within_people", "Grids within tolerance in people", "人口在容差内的网格"),
    ("within_area", "Grids within tolerance in area", "面积在容差内的网格"),
    ("contiguous", "Grids in one piece", "连成一片的网格"),
    ("kept", "Grids that keep all that was asked", "满足全部要求的网格"),
    ("of", "{} of {}", "{} / {}"),
    ("largest_people", "Largest deviation in people", "最大人口偏差"),
    ("largest_area", "Largest deviation in area", "最大面积偏差"),
    ("between_people", "{} to {} people", "{} 至 {} 人"),
    ("around_mean", "{} around the community's mean", "社区均值的 {}"),
    (
        "outside",
        "Outside of the tolerances, sum over grids in mean grids",
        "超出容差之和（以平均网格计）",
    ),
    ("borders", "Borders between grids, weighed by barriers", "网格间边界（按屏障加权）"),
    ("gap", "{} above it at most", "至多高出 {}"),
    ("all_borders", "All borders, over the honeycomb bound", "全部边界与蜂窝下界之比"),
    ("proved", "Communities proved to be divided best", "已证明划分最优的社区"),
    (
        "compactness",
        "Compactness (Polsby–Popper): mean, least",
        "紧凑度（Polsby–Popper）：平均、最低",
    ),
    ("moved", "People who get another grid", "更换网格的人口"),
    ("promise", "Kept: {}", "满足：{}"),
    ("weight", "{} even", "{} 均衡"),
    ("mix", "mixture of {}", "{} 构成"),
    ("households", "households per grid", "每网格户数"),
    ("units", "units per grid", "每网格单元数"),
    ("diameter", "distance across", "跨度"),
    ("lock", "locks", "锁定"),
    ("apart", "kept apart", "应分开的单元"),
    ("seed", "seeds", "驻点"),
    ("map", "The grids", "网格图"),
    ("map_told", "Coloured by people against the community's mean", "按人口与社区均值之差着色"),
    ("class_broken", "a promise is not kept", "未满足要求"),
    ("distribution", "How even the grids are", "网格的均衡程度"),
    ("per_people", "People per grid", "每网格人口"),
    ("per_deviation", "People against the community's mean", "人口与社区均值之差"),
    ("per_area", "Area against the community's mean", "面积与社区均值之差"),
    ("per_compactness", "Compactness (Polsby–Popper)", "紧凑度（Polsby–Popper）"),
    ("chart_told", "number of grids", "网格数"),
    ("chart_limits", "number of grids; dashed: the limits asked for", "网格数；虚线为限值"),
    ("worst", "Grids that need a look", "需要关注的网格"),
    (
        "worst_broken",
        "{} grids do not keep all that was asked. The first of them, the gravest first:",
        "{} 个网格未满足全部要求，列出最严重者：",
    ),
    (
        "worst_none",
        "Every grid keeps all that was asked. Those that are farthest from the mean:",
        "全部网格满足要求。以下为偏离均值最大者：",
    ),
    ("people_is", "{} people ({} to the mean)", "{} 人（与均值相差 {}）"),
    ("area_is", "{} ha ({} to the mean)", "{} 公顷（与均值相差 {}）"),
    ("limit_is", "{}: {}, limit {}", "{}：{}，限值 {}"),
    ("promise_population", "People", "人口"),
    ("promise_area", "Area, m²", "面积（平方米）"),
    ("promise_contiguity", "Pieces", "块数"),
    ("unavoidable", "proved unavoidable", "已证明不可避免"),
    ("communities", "Community by community", "各社区情况"),
    ("community", "Community", "社区"),
    ("grids", "Grids", "网格"),
    ("people", "People", "人口"),
    ("violations", "Not kept", "未满足"),
    ("optimal", "Proved best", "已证明最优"),
    ("audit", "Audit by the principles of GB/T 30428.1", "按 GB/T 30428.1 原则审核"),
    ("principle", "Principle", "原则"),
    ("verdict", "Verdict", "结论"),
    ("finding", "What was found", "审核结果"),
    ("pass", "holds", "符合"),
    ("fail", "fails ({})", "不符合（{}）"),
    ("not_judged", "not judged", "未审核"),
    ("audit_fault", "There is no audit, since it could not be made: {}", "未能完成审核，原因：{}"),
    (
        "audit_left_out",
        "Not part of this page for a city of this size: evengrid render PLAN -o report.html makes it, \
         or evengrid audit PLAN.",
        "城市规模较大，本页未含审核：可用 evengrid render PLAN -o report.html 或 evengrid audit PLAN 生成。",
    ),
    ("staff", "Staff", "人员"),
    ("central", "Central households", "党员中心户"),
    (
        "linked",
        "Member households linked; not linked; outside of all grids",
        "党员户：已联系；未联系；在网格之外",
    ),
    ("distance", "Way between them, mean and longest", "联系距离：平均、最长"),
    ("officers", "Auxiliary officers placed", "已安排辅警"),
    ("vacant", "Communities without an officer", "没有辅警的社区"),
    ("spare", "Officers left over", "富余辅警"),
    ("shortfalls", "Grids that lack central households", "缺党员中心户的网格"),
    ("no_staff", "No people were placed.", "未安排人员。"),
    ("none", "none", "无"),
    ("change", "What is different", "变动情况"),
    (
        "change_told",
        "{} of {} people get another grid, in {} units. Any plan as good moves at least {}; {7} where \
         every grid goes on and nobody moves beyond a neighbouring one. {4} grids go on, {5} are new, {6} are given up.",
        "{1} 人中有 {0} 人（{2} 个单元）更换网格。同等质量的任何方案至少 {3} 人；若各网格均延续且只在相邻网格之间调整，至少 {7} \
         人。{4} 个网格延续，{5} 个新设，{6} 个撤销。",
    ),
    (
        "communities_told",
        "Communities were drawn anew around whole grids: {} people get another community, at least {} \
         would wherever no grid is cut. {} communities go on, {} are new, {} are given up.",
        "社区已按完整网格重新划分：{} 人更换社区（不拆分网格时至少 {} 人）。{} 个社区延续，{} 个新设，{} 个撤销。",
    ),
    ("communities_new", "New communities: {}", "新设社区：{}"),
    ("communities_gone", "Communities given up: {}", "撤销社区：{}"),
    ("grids_new", "New grids: {}", "新设网格：{}"),
    (
        "grids_gone",
        "Grids given up (their codes are not used again): {}",
        "撤销网格（编码不再使用）：{}",
    ),
    (
        "units_come_and_go",
        "Since the plan before, {} units are new and {} are gone.",
        "与原方案相比，新增 {} 个单元，消失 {} 个单元。",
    ),
    ("moved_from", "From grid", "原网格"),
    ("moved_to", "To grid", "现网格"),
    ("moved_units", "Units", "单元数"),
    ("reason", "Why", "原因"),
    (
        "more_moves",
        "And {} more pairs of grids: see moves.csv.",
        "另有 {} 对网格之间的调整，见 moves.csv。",
    ),
    ("method", "Method", "方法"),
    (
        "method_1",
        "Units are never split. Grids are contiguous and lie in one community. First as little as \
         possible lies outside of the tolerances, people before area; then borders are as short as \
         possible, where a metre along a street, river or railway counts less.",
        "单元不拆分；网格连成一片，且位于同一社区。首先使超出容差的部分最少（人口优先于面积），其次使边界最短，\
         沿道路、河流、铁路的边界按较低权重计。",
    ),
    (
        "method_2",
        "Deviation: a grid's people or area over the mean of its community's general grids, less 1. \
         Compactness: 4πA/p² (Polsby & Popper 1991), 1 for a disc. Honeycomb bound: what the borders \
         of any grids of these areas cannot fall below (Hales 2001).",
        "偏差：网格的人口或面积除以本社区一般网格的均值再减 1。紧凑度：4πA/p²（Polsby 与 Popper 1991），圆为 1。\
         蜂窝下界：这些面积的任何网格其边界总长都不会更短（Hales 2001）。",
    ),
    (
        "method_3",
        "Small communities are solved exactly; for the others the lower bounds tell how far from the \
         best the plan can be at most. The number of grids of a community follows Webster's method; \
         officers are an exact assignment.",
        "小社区精确求解；其余社区由下界给出与最优方案的最大差距。各社区网格数按韦伯斯特法分配；辅警为精确指派。",
    ),
    ("parameters", "Parameters", "参数"),
    ("sources", "Sources", "数据来源"),
    ("file", "File", "文件"),
    ("features", "Features", "要素数"),
    ("findings", "What was met on the way", "处理过程中的发现"),
    (
        "licence",
        "The rights in the data are with those who made it: name your source beside this plan. \
         Made by evengrid {} (MIT or Apache-2.0).",
        "数据权利归数据提供者所有，使用本方案时请注明数据来源。由 evengrid {} 生成（MIT 或 Apache-2.0 许可）。",
    ),
];

/// A text in both languages, as HTML of which one is shown. Values are text, and are escaped.
pub(super) fn say(key: &str, values: &[&str]) -> String {
    // Every key stands in the table: a test looks.
    let known = WORDS.iter().find(|(name, ..)| *name == key);
    let (en, zh) = known.map_or((key, key), |(_, en, zh)| (*en, *zh));
    html(&Both::new(filled(en, values), filled(zh, values)))
}

/// A text of the data in both languages as HTML.
pub(super) fn html(text: &Both) -> String {
    if text.en == text.zh {
        return format!("<bdi>{}</bdi>", escape_html(&text.en));
    }
    let (en, zh) = (escape_html(&text.en), escape_html(&text.zh));
    format!("<bdi lang=\"en\">{en}</bdi><bdi lang=\"zh\">{zh}</bdi>")
}

/// Puts values in the place of `{}`, in order, or of `{1}`, by number.
fn filled(pattern: &str, values: &[&str]) -> String {
    let mut text = String::new();
    let mut rest = pattern;
    let mut next = 0;
    while let Some((before, after)) = rest.split_once('{') {
        let (number, after) = after.split_once('}').unwrap_or((after, ""));
        let index = number.parse().unwrap_or(next);
        next += 1;
        text.push_str(before);
        text.push_str(values.get(index).copied().unwrap_or_default());
        rest = after;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_that_is_said_is_known() {
        let said = [
            include_str!("mod.rs"),
            include_str!("headline.rs"),
            include_str!("charts.rs"),
            include_str!("worst.rs"),
            include_str!("tables.rs"),
        ];
        let mut count = 0;
        for part in said.iter().flat_map(|text| text.split("say(\"").skip(1)) {
            let key = part.split('"').next().unwrap_or_default();
            assert!(WORDS.iter().any(|(name, ..)| *name == key), "{key}");
            count += 1;
        }
        // Keys of the change are said by way of others: every longer text in it is one.
        let texts = include_str!("change.rs").split('"').skip(1).step_by(2);
        let is_key =
            |text: &&str| text.len() > 4 && text.chars().all(|c| c == '_' || c.is_lowercase());
        for key in texts.filter(is_key) {
            assert!(WORDS.iter().any(|(name, ..)| *name == key), "{key}");
            count += 1;
        }
        assert!(count > 50, "{count}");
    }

    #[test]
    fn keys_stand_once_and_take_the_same_values() {
        for (i, (key, en, zh)) in WORDS.iter().enumerate() {
            assert!(WORDS[..i].iter().all(|(other, ..)| other != key), "{key} stands twice");
            assert_eq!(en.matches('{').count(), zh.matches('{').count(), "{key}");
        }
    }

    #[test]
    fn values_go_where_they_belong_and_are_text() {
        assert_eq!(filled("{} of {}", &["1", "2"]), "1 of 2");
        assert_eq!(filled("{1} 个 {0}", &["a", "b"]), "b 个 a");
        assert!(say("vacant", &[]).contains("lang=\"zh\">没有辅警的社区<"));
        assert!(say("promise", &["<b>"]).contains("&lt;b&gt;"));
    }
}
