//! Properties of units that tell of persons: they do not leave the city folder unless they are named.

use std::collections::BTreeMap;

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

/// Leaves out of the text what tells of persons, but for properties that the options name, and says
/// so.
pub(super) fn leave_out(text: &mut FeatureText, options: &ReadOptions) -> Vec<Finding> {
    let mut units_with: BTreeMap<String, usize> = BTreeMap::new();
    let mut units = 0;
    let mut unknown: Vec<&String> = options.keep.iter().collect();
    for feature in 0..text.len() {
        let Some(properties) = text.properties_text(feature) else { continue };
        let Ok(properties) = Properties::parse(properties) else { continue };
        let mut found = false;
        for (name, _) in properties.members() {
            unknown.retain(|kept| *kept != name);
            if let Some(count) = units_with.get_mut(&**name) {
                *count += 1;
            } else if is_personal(name) && !options.names(name) {
                units_with.insert(name.clone().into_owned(), 1);
            } else {
                continue;
            }
            found = true;
        }
        units += usize::from(found);
    }
    let fields: Vec<String> = units_with.into_keys().collect();
    let message = "units have properties that tell of persons: these are left out of what is \
                   written; name them with --keep to have them there"
        .to_owned();
    text.leave_out(fields.clone());
    // A city of tables has no text in which they could stand.
    let unknown: Vec<String> = unknown.into_iter().filter(|_| !text.is_empty()).cloned().collect();
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
