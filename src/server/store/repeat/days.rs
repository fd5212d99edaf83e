//! The days of a period on which a rule opens a poll. A period is a day, a week, a month or a year. Each day is checked by
//! itself, by the table in section 3.3.10 of RFC 5545.

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};

use super::rule::{Day, Frequency, Rule};

/// The days of periods. Period 0 has the first opening; periods that the rule's `INTERVAL` skips have no number.
pub(super) struct Days<'a> {
    rule: &'a Rule,
    first: Date,
}

/// The conditions for a day. What the rule does not give is as in the first opening.
struct Wanted<'a> {
    rule: &'a Rule,
    months: &'a [i64],
    month_days: &'a [i64],
    days: &'a [Day],
}

impl<'a> Days<'a> {
    pub(super) fn new(rule: &'a Rule, first: Date) -> Self {
        Self { rule, first }
    }

    /// The number of days, weeks, months or years in 400 years, after which the calendar repeats: they are a whole number of
    /// weeks. With any `INTERVAL` it repeats after as many periods.
    pub(super) fn cycle(&self) -> i64 {
        match self.rule.frequency {
            Frequency::Daily => 146_097,
            Frequency::Weekly => 20_871,
            Frequency::Monthly => 4_800,
            Frequency::Yearly => 400,
        }
    }

    /// The number of the period with this day, or, if the rule's `INTERVAL` skips it, of the last one before.
    pub(super) fn period_of(&self, day: Date) -> i64 {
        let months = |date: Date| i64::from(date.year()) * 12 + i64::from(date.month());
        let passed = match self.rule.frequency {
            Frequency::Daily => days_between(self.first, day),
            Frequency::Weekly => days_between(self.week(self.first), day).div_euclid(7),
            Frequency::Monthly => months(day) - months(self.first),
            Frequency::Yearly => i64::from(day.year()) - i64::from(self.first.year()),
        };
        passed.div_euclid(self.rule.interval)
    }

    /// The first day of the week with this day.
    fn week(&self, day: Date) -> Date {
        moved(day, (-self.rule.day_of_week(day)).days()).unwrap_or(day)
    }

    /// The days of a period on which the rule opens the poll, in order; `None` after the end of the calendar.
    pub(super) fn of(&self, period: i64) -> Option<Vec<Date>> {
        let passed = period.checked_mul(self.rule.interval)?;
        let first = self.first;
        let (from, days) = match self.rule.frequency {
            Frequency::Daily => (moved(first, Span::new().try_days(passed).ok()?)?, 1),
            Frequency::Weekly => (moved(self.week(first), Span::new().try_weeks(passed).ok()?)?, 7),
            Frequency::Monthly => {
                let month = moved(first.first_of_month(), Span::new().try_months(passed).ok()?)?;
                (month, i64::from(month.days_in_month()))
            }
            Frequency::Yearly => {
                let year = moved(first.first_of_year(), Span::new().try_years(passed).ok()?)?;
                (year, i64::from(year.days_in_year()))
            }
        };
        let (month, day) = ([i64::from(first.month())], [i64::from(first.day())]);
        let weekday = [Day { nth: None, weekday: first.weekday() }];
        let wanted = self.wanted(&month, &day, &weekday);
        let days = (0..days).map_while(|n| moved(from, n.days()));
        Some(days.filter(|day| wanted.has(*day)).collect())
    }

    fn wanted<'b>(&'b self, month: &'b [i64], day: &'b [i64], weekday: &'b [Day]) -> Wanted<'b> {
        let rule = self.rule;
        let mut wanted =
            Wanted { rule, months: &rule.months, month_days: &rule.month_days, days: &rule.days };
        let says_days = !(rule.month_days.is_empty() && rule.days.is_empty() && rule.year_days.is_empty());
        match rule.frequency {
            _ if says_days => {}
            Frequency::Daily => {}
            Frequency::Weekly => wanted.days = weekday,
            Frequency::Yearly if !rule.weeks.is_empty() => wanted.days = weekday,
            Frequency::Monthly => wanted.month_days = day,
            Frequency::Yearly => {
                wanted.month_days = day;
                if rule.months.is_empty() {
                    wanted.months = month;
                }
            }
        }
        wanted
    }
}

impl Wanted<'_> {
    fn has(&self, day: Date) -> bool {
        let of = |list: &[i64], at: i64, whole: i64| {
            list.is_empty() || list.contains(&at) || list.contains(&(at - whole - 1))
        };
        of(self.months, day.month().into(), 12)
            && of(self.month_days, day.day().into(), day.days_in_month().into())
            && of(&self.rule.year_days, day.day_of_year().into(), day.days_in_year().into())
            && (self.rule.weeks.is_empty() || self.has_week(day))
            && (self.days.is_empty() || self.days.iter().any(|wanted| self.is(*wanted, day)))
    }

    /// Whether the day is in a week of `BYWEEKNO`. Week 1 is the first with at least four days in the year.
    fn has_week(&self, day: Date) -> bool {
        let Some(fourth) = moved(day, (3 - self.rule.day_of_week(day)).days()) else { return false };
        let week = i64::from((fourth.day_of_year() - 1) / 7 + 1);
        let rest = i64::from((fourth.days_in_year() - fourth.day_of_year()) / 7);
        self.rule.weeks.contains(&week) || self.rule.weeks.contains(&(-1 - rest))
    }

    fn is(&self, wanted: Day, day: Date) -> bool {
        if wanted.weekday != day.weekday() {
            return false;
        }
        let Some(nth) = wanted.nth else { return true };
        // Counted in the month if the rule is monthly or has `BYMONTH`, else in the year.
        let (at, whole) = if self.rule.frequency == Frequency::Monthly || !self.rule.months.is_empty() {
            (i64::from(day.day()), i64::from(day.days_in_month()))
        } else {
            (i64::from(day.day_of_year()), i64::from(day.days_in_year()))
        };
        nth == (at - 1) / 7 + 1 || nth == -1 - (whole - at) / 7
    }
}

fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// The day at this distance; `None` outside the years 0 to 9999.
fn moved(day: Date, by: Span) -> Option<Date> {
    day.checked_add(by).ok().filter(|day| day.year() >= 0)
}
