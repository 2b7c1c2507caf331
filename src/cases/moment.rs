use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::as_text::as_text;

/// A moment in whole seconds, and the clock it was read from.
///
/// Read from `2026-03-01T08:30:00+08:00`, `2026-03-01 08:30` or `2026-03-01` (midnight); where no
/// offset stands, the clock is the city's. Written with the offset it is shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// Seconds since 1970 began in Greenwich, leap seconds left out.
    pub seconds: i64,
}

/// How far a clock is ahead of Greenwich.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offset {
    /// Minutes, less than a day.
    pub minutes: i32,
}

impl Default for Offset {
    /// Beijing time.
    fn default() -> Self {
        Offset { minutes: 8 * 60 }
    }
}

impl std::str::FromStr for Offset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        offset(text).ok_or_else(|| "write an offset such as +08:00".to_owned())
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.minutes < 0 { '-' } else { '+' };
        let minutes = self.minutes.unsigned_abs();
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

as_text!(Offset);

/// In serde a moment is a text on the clock of Greenwich.
impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text(GREENWICH))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || serde::de::Error::custom(format!("{text:?} is no time"));
        Moment::parse(&text, GREENWICH).ok_or_else(wrong)
    }
}

const GREENWICH: Offset = Offset { minutes: 0 };

fn offset(text: &str) -> Option<Offset> {
    if text == "Z" || text == "z" {
        return Some(Offset { minutes: 0 });
    }
    let (sign, rest) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(rest), _) => (1, rest),
        (_, Some(rest)) => (-1, rest),
        _ => return None,
    };
    let digits: String = rest.chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = (number(digits.get(..2)?, 14)?, digits.get(2..).unwrap_or(""));
    let minutes = if minutes.is_empty() { 0 } else { number(minutes, 59)? };
    Some(Offset { minutes: sign * (hours * 60 + minutes) as i32 })
}

/// A number of digits alone, at most `most`.
fn number(text: &str, most: i64) -> Option<i64> {
    let digits = !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().filter(|n| *n <= most)
}

/// The seconds of a time of day: hours and minutes, where known seconds, of which fractions are dropped.
fn of_day(time: &str) -> Option<i64> {
    let mut parts = time.split(':');
    let hours = number(parts.next()?, 23)?;
    let minutes = number(parts.next()?, 59)?;
    let second = match parts.next() {
        None => 0,
        Some(text) => {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
            let digits = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
            number(whole, 59).filter(|_| digits)?
        }
    };
    parts.next().is_none().then_some(hours * 3_600 + minutes * 60 + second)
}

/// Days since 1970 began, in the Gregorian calendar (Hinnant's days_from_civil).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a number of days since 1970 began.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days - era * 146_097;
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * shifted + 2) / 5 + 1)
}

impl Moment {
    /// Reads a moment; `None` where the text is none.
    ///
    /// ```
    /// use evengrid::cases::{Moment, Offset};
    /// let beijing = Offset::default();
    /// let morning = Moment::parse("2026-03-01 08:30", beijing).ok_or("no time")?;
    /// assert_eq!(Moment::parse("2026-03-01T00:30:00Z", beijing), Some(morning));
    /// assert_eq!(morning.text(beijing), "2026-03-01T08:30:00+08:00");
    /// assert_eq!(Moment::parse("2026-02-30", beijing), None);
    /// # Ok::<(), &str>(())
    /// ```
    pub fn parse(text: &str, clock: Offset) -> Option<Moment> {
        let (date, rest) = text.trim().split_at_checked(10)?;
        let mut parts = date.split(['-', '/']);
        // There is no year 0.
        let year = number(parts.next()?, 9_999).filter(|year| *year > 0)?;
        let (month, day) = (number(parts.next()?, 12)?, number(parts.next()?, 31)?);
        let days = days(year, month, day);
        if parts.next().is_some() || civil(days) != (year, month, day) {
            return None;
        }
        let (seconds, zone) = if rest.is_empty() {
            (0, clock)
        } else {
            // What sets a time of day apart from the date; a zone alone is no time of day.
            let time = rest.strip_prefix(['T', 't', ' '])?.trim_start();
            let end = time.find(['+', '-', 'Z', 'z']).unwrap_or(time.len());
            let (time, zone) = time.split_at_checked(end)?;
            let zone = zone.trim();
            (of_day(time.trim())?, if zone.is_empty() { clock } else { offset(zone)? })
        };
        Some(Moment { seconds: days * 86_400 + seconds - i64::from(zone.minutes) * 60 })
    }

    /// The moment on a clock.
    pub fn text(self, clock: Offset) -> String {
        let local = self.seconds + i64::from(clock.minutes) * 60;
        let (year, month, day) = civil(local.div_euclid(86_400));
        let of_day = local.rem_euclid(86_400);
        let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{clock}")
    }

    /// The moment some time later.
    pub fn after(self, span: Span) -> Moment {
        Moment { seconds: self.seconds.saturating_add(span.seconds) }
    }
}

/// A span of time as the clock runs: written `30m`, `24h` or `3d`; a day is 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Span {
    /// Seconds, above 0.
    pub seconds: i64,
}

/// As it is read: in days, hours or minutes, whichever are whole.
impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let units = [(86_400, 'd'), (3_600, 'h'), (60, 'm')];
        let whole = |(unit, _): &&(i64, char)| self.seconds > 0 && self.seconds % unit == 0;
        match units.iter().find(whole) {
            Some((unit, name)) => serializer.collect_str(&format!("{}{name}", self.seconds / unit)),
            None => Err(serde::ser::Error::custom(format!(
                "{} seconds are no span of whole minutes",
                self.seconds
            ))),
        }
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Span, String> {
        let problem = || format!("{text:?} is no span of time: write 30m, 24h or 3d");
        let text = text.trim();
        let units = [('m', 60), ('h', 3_600), ('d', 86_400)];
        let told = |(letter, unit): (char, i64)| Some((text.strip_suffix(letter)?, unit));
        let (count, unit) = units.into_iter().find_map(told).ok_or_else(problem)?;
        let count = number(count, 9_999).filter(|n| *n > 0);
        count.map(|n| Span { seconds: n * unit }).ok_or_else(problem)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_day_is_read_as_it_is_written() {
        let clock = Offset { minutes: -210 };
        for day in (-800_000i64..800_000).step_by(97) {
            let moment = Moment { seconds: day * 86_400 + 3_723 };
            let (year, ..) = civil(day);
            if (2..10_000).contains(&year) {
                assert_eq!(Moment::parse(&moment.text(clock), clock), Some(moment));
            }
        }
        assert_eq!(days(1970, 1, 1), 0);
        assert_eq!(days(2000, 3, 1), 11_017);
    }

    #[test]
    fn what_is_no_time_is_told() {
        let clock = Offset::default();
        for text in [
            "",
            "yesterday",
            "2026-13-01",
            "2026-02-29",
            "2026-01-01T25:00",
            "2026-01-01T1",
            "2026-03-01-08:30",
            "2026-03-01+08:00",
            "2026-03-01Z",
            "2026-03-01T",
            "2026-03-0108:30",
            "2026-03-01 08:30:10.xyz",
            "2026-03-01 08:30:10.",
            "2026-03-01 08:30:10.5 soon",
            "0000-03-01",
            "08:30:00",
        ] {
            assert_eq!(Moment::parse(text, clock), None, "{text}");
        }
        let half_past = Moment::parse("2026-03-01 08:30:10", clock);
        for text in [
            "2026-03-01 08:30:10.250",
            "2026-03-01T08:30:10+08:00",
            "2026/03/01  08:30:10 +0800",
            "2026-03-01T00:30:10Z",
            "2026-02-28T16:00:10.9-0830",
        ] {
            assert!(half_past.is_some() && Moment::parse(text, clock) == half_past, "{text}");
        }
        assert!(Moment::parse("2024-02-29", clock).is_some());
        assert_eq!("+08:00".parse::<Offset>(), Ok(clock));
        assert!("08:00".parse::<Offset>().is_err());
        for text in ["3", "d", "-3d", "0h", "2w"] {
            assert!(Span::try_from(text.to_owned()).is_err(), "{text}");
        }
        assert_eq!(Span::try_from("2d".to_owned()).unwrap().seconds, 172_800);
    }
}
