//! Properties of units that tell of persons: they do not leave the city folder unless they are named.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::feature_text::FeatureText;
use super::options::ReadOptions;
use super::properties::Properties;
use crate::error::Finding;

/// Names of properties that tell of a person, whatever the case of letters and without what stands
/// between words. A unit's `name` is that of a building, and is not among them.
const PERSONAL: [&str; 52] = [
    "phone",
    "phoneno",
    "phonenumber",
    "telephone",
    "tel",
    "mobile",
    "mobilephone",
    "cellphone",
    "contact",
    "contactname",
    "contactperson",
    "contactphone",
    "email",
    "wechat",
    "idcard",
    "idno",
    "idnumber",
    "identity",
    "identitycard",
    "passport",
    "owner",
    "ownername",
    "householder",
    "householdhead",
    "headofhousehold",
    "resident",
    "residentname",
    "tenant",
    "tenantname",
    "fullname",
    "surname",
    "birthday",
    "birthdate",
    "dateofbirth",
    "姓名",
    "户主",
    "户主姓名",
    "业主",
    "业主姓名",
    "房主",
    "租户",
    "租客",
    "居民姓名",
    "联系人",
    "电话",
    "联系电话",
    "手机",
    "手机号",
    "身份证",
    "身份证号",
    "证件号",
    "出生日期",
];

/// What tells of a person wherever it stands in a name.
const TELLING: [&str; 24] = [
    "phone",
    "email",
    "wechat",
    "passport",
    "householder",
    "idcard",
    "电话",
    "手机",
    "姓名",
    "身份证",
    "证件号",
    "联系方式",
    "联系人",
    "微信",
    "邮箱",
    "出生日期",
    "出生年月",
    "户主",
    "业主",
    "产权人",
    "房主",
    "租户",
    "租客",
    "法定代表人",
];
/// What a name has that counts or tells of a body, whoever it is about.
const IMPERSONAL: [&str; 9] =
    ["count", "number_of", "share", "rate", "数", "率", "委员会", "业委会", "占比"];

/// Whether a property tells of a person, by its name.
fn is_personal(name: &str) -> bool {
    let small = name.to_lowercase();
    if IMPERSONAL.iter().any(|part| small.contains(part)) {
        return false;
    }
    let between = |c: char| c.is_whitespace() || matches!(c, '_' | '-' | ':' | '.');
    let plain: String =
        name.chars().filter(|&c| !between(c)).flat_map(char::to_lowercase).collect();
    let numbered = plain.trim_end_matches(|c: char| c.is_ascii_digit());
    let without = ["号码", "码"].iter().find_map(|end| numbered.strip_suffix(end));
    [plain.as_str(), numbered, without.unwrap_or(numbered)]
        .iter()
        .any(|name| PERSONAL.contains(name))
        || TELLING.iter().any(|part| plain.contains(part))
}

/// Units that one thread looks at in a row, at least.
const STRETCH: usize = 1 << 12;

/// What was seen in some units.
#[derive(Default)]
struct Seen {
    /// Names of properties, and whether they are left out.
    goes: BTreeMap<String, bool>,
    /// Units from which something is left out.
    units: usize,
}

impl Seen {
    fn and(mut self, other: Seen) -> Seen {
        self.goes.extend(other.goes);
        self.units += other.units;
        self
    }
}

/// Leaves out of the text what tells of persons, but for properties that the options name, and says
/// so.
pub(super) fn leave_out(text: &mut FeatureText, options: &ReadOptions) -> Vec<Finding> {
    let look_at = |mut seen: Seen, feature: usize| {
        let properties = text.properties_text(feature).map(Properties::parse);
        let Some(Ok(properties)) = properties else { return seen };
        let mut is_found = false;
        for (name, _) in properties.members() {
            is_found |= match seen.goes.get(&**name) {
                Some(goes) => *goes,
                None => {
                    let goes = is_personal(name) && !options.names(name);
                    seen.goes.insert(name.clone().into_owned(), goes);
                    goes
                }
            };
        }
        seen.units += usize::from(is_found);
        seen
    };
    let all = (0..text.len()).into_par_iter().with_min_len(STRETCH);
    let Seen { goes, units } = all.fold(Seen::default, look_at).reduce(Seen::default, Seen::and);
    // A city of tables has no text in which they could stand.
    let unknown = options.keep.iter().filter(|kept| !text.is_empty() && !goes.contains_key(*kept));
    let unknown: Vec<String> = unknown.cloned().collect();
    let fields: Vec<String> =
        goes.into_iter().filter(|(_, goes)| *goes).map(|(name, _)| name).collect();
    let message = "units have properties that tell of persons: these are left out of what is \
                   written; name them with --keep to have them there"
        .to_owned();
    text.leave_out(fields.clone());
    let of_unknown = "fields named with --keep that no unit has: capital letters count".to_owned();
    [
        Finding::counted("personal-fields", units, message, fields),
        Finding::counted("fields-not-found", unknown.len(), of_unknown, unknown),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl FeatureText {
    /// The text without properties that tell of persons, but for those that the options name, and
    /// findings that say which were left out, and which names no unit has.
    pub fn without_persons(mut self, options: &ReadOptions) -> (FeatureText, Vec<Finding>) {
        let findings = leave_out(&mut self, options);
        (self, findings)
    }
}

#[cfg(test)]
#[path = "personal_tests.rs"]
mod tests;
