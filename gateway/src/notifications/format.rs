//! Times, money and telephone numbers as people write them: filters for the templates.

use iso_currency::Currency;
use jiff::{
    Timestamp, Zoned,
    civil::{Date, Time},
    tz::TimeZone,
};
use minijinja::{Environment, Error, ErrorKind, Value};

/// Makes the filters known to the templates.
pub fn add_filters(templates: &mut Environment) {
    templates.add_filter("when", when);
    templates.add_filter("day", |window: Value| {
        Ok::<_, Error>(day(&Window::of(&window)?.start))
    });
    templates.add_filter("hours", |window: Value| {
        Ok::<_, Error>(hours(&Window::of(&window)?))
    });
    templates.add_filter("preferred", preferred);
    templates.add_filter("moment", |instant: String, zone: String| {
        let at = local(&instant, &zone)?;
        Ok::<_, Error>(format!("{}, {}", day(&at), clock(&at)))
    });
    templates.add_filter("clock", |instant: String, zone: String| {
        Ok::<_, Error>(clock(&local(&instant, &zone)?))
    });
    templates.add_filter("money", money);
    templates.add_filter("phone", phone);
    templates.add_filter("truncated", truncated);
}

/// A window in its own time zone.
struct Window {
    start: Zoned,
    end: Zoned,
}

impl Window {
    fn of(value: &Value) -> Result<Self, Error> {
        let zone = text(value, "timezone")?;
        Ok(Self {
            start: local(&text(value, "window_start")?, &zone)?,
            end: local(&text(value, "window_end")?, &zone)?,
        })
    }
}

/// `Tuesday, March 3, 2026, 8:00 – 10:00 AM CST`.
fn when(window: Value) -> Result<String, Error> {
    let window = Window::of(&window)?;
    let Window { start, end } = &window;
    if start.date() == end.date() {
        return Ok(format!(
            "{}, {}, {}",
            day(start),
            start.year(),
            hours(&window)
        ));
    }
    let (from, to) = (
        start.strftime("%A, %B %-d, %-I:%M %p"),
        end.strftime("%A, %B %-d, %Y, %-I:%M %p %Z"),
    );
    Ok(format!("{from} – {to}"))
}

/// The day and hours that a request asks for, by the clock at the customer's; nothing when it asks for none.
fn preferred(request: Value) -> Result<String, Error> {
    let part = |name| text(&request, &format!("preferred_{name}")).ok();
    let Some(day) = part("service_date") else {
        return Ok(String::new());
    };
    let day: Date = day.parse().map_err(unreadable)?;
    let day = day.strftime("%A, %B %-d, %Y");
    let (Some(from), Some(until)) = (part("time_window_start"), part("time_window_end")) else {
        return Ok(day.to_string());
    };
    let clock = |time: String| -> Result<String, Error> {
        let time: Time = time.parse().map_err(unreadable)?;
        Ok(time.strftime("%-I:%M %p").to_string())
    };
    Ok(format!("{day}, {} – {}", clock(from)?, clock(until)?))
}

/// `8:00 – 10:00 AM CST`; the half of the day is named once where both ends lie in it, and the zone
/// is named at both ends where the clocks change in between.
fn hours(window: &Window) -> String {
    let Window { start, end } = window;
    let same_half = start.date() == end.date() && (start.hour() < 12) == (end.hour() < 12);
    let from = match (start.offset() == end.offset(), same_half) {
        (true, true) => "%-I:%M",
        (true, false) => "%-I:%M %p",
        (false, _) => "%-I:%M %p %Z",
    };
    format!("{} – {}", start.strftime(from), clock(end))
}

fn day(at: &Zoned) -> String {
    at.strftime("%A, %B %-d").to_string()
}

fn clock(at: &Zoned) -> String {
    at.strftime("%-I:%M %p %Z").to_string()
}

fn local(instant: &str, zone: &str) -> Result<Zoned, Error> {
    let instant: Timestamp = instant.parse().map_err(unreadable)?;
    let zone = TimeZone::get(zone).map_err(unreadable)?;
    Ok(instant.to_zoned(zone))
}

fn text(value: &Value, name: &str) -> Result<String, Error> {
    let found = value.get_attr(name)?;
    found
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("there is no {name}")))
}

fn unreadable(error: jiff::Error) -> Error {
    Error::new(ErrorKind::InvalidOperation, error.to_string())
}

/// `$89.00`; a currency without a sign of its own goes by its code, as `CHF 89.00`.
fn money(minor: i64, code: String) -> Result<String, Error> {
    let currency = Currency::from_code(&code)
        .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("no currency: {code}")))?;
    let decimals = currency.exponent().unwrap_or(0).into();
    let one = 10_i64.pow(decimals);
    let (major, rest) = (minor.abs() / one, minor.abs() % one);
    let sign = if minor < 0 { "-" } else { "" };
    let symbol = match code.as_str() {
        "USD" | "EUR" | "GBP" | "JPY" | "INR" => currency.symbol().to_string(),
        _ => format!("{code} "),
    };
    let mut amount = grouped(major);
    if decimals > 0 {
        amount += &format!(".{rest:0width$}", width = decimals as usize);
    }
    Ok(format!("{sign}{symbol}{amount}"))
}

/// `12,345`.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// North American numbers as they are written there; others stay in E.164 form.
fn phone(number: String) -> String {
    match number.strip_prefix("+1") {
        Some(local) if local.len() == 10 && local.is_ascii() => {
            format!("({}) {}-{}", &local[..3], &local[3..6], &local[6..])
        }
        _ => number,
    }
}

/// At most `length` characters, on one line.
pub fn truncated(text: String, length: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= length {
        return line;
    }
    let kept: String = line.chars().take(length.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use minijinja::context;

    fn render(template: &str, context: Value) -> String {
        let mut environment = Environment::new();
        add_filters(&mut environment);
        environment.render_str(template, context).unwrap()
    }

    fn window(start: &str, end: &str, zone: &str) -> String {
        let w = context! { window_start => start, window_end => end, timezone => zone };
        render("{{ w | when }}", context! { w })
    }

    #[test]
    fn windows_are_told_in_their_own_zone_and_name_it() {
        for (start, end, zone, expected) in [
            (
                "2026-03-03T14:00:00+00:00",
                "2026-03-03T16:00:00+00:00",
                "America/Chicago",
                "Tuesday, March 3, 2026, 8:00 – 10:00 AM CST",
            ),
            (
                "2026-07-03T15:00:00Z",
                "2026-07-03T19:30:00Z",
                "America/New_York",
                "Friday, July 3, 2026, 11:00 AM – 3:30 PM EDT",
            ),
            // Midnight between, and a zone on the other side of the date line.
            (
                "2026-12-31T10:00:00Z",
                "2026-12-31T12:00:00Z",
                "Pacific/Auckland",
                "Thursday, December 31, 11:00 PM – Friday, January 1, 2027, 1:00 AM NZDT",
            ),
            // The clocks go back in between: 1:30 EDT and 1:30 EST are an hour apart.
            (
                "2026-11-01T05:30:00Z",
                "2026-11-01T06:30:00Z",
                "America/New_York",
                "Sunday, November 1, 2026, 1:30 AM EDT – 1:30 AM EST",
            ),
        ] {
            assert_eq!(window(start, end, zone), expected);
        }
    }

    #[test]
    fn a_request_asks_for_a_day_with_or_without_hours_or_for_none() {
        let asked = |request: Value| render("{{ r | preferred }}", context! { r => request });
        let (start, end) = ("08:00:00", "12:30:00");
        let day = context! { preferred_service_date => "2026-03-03" };
        assert_eq!(asked(day.clone()), "Tuesday, March 3, 2026");
        let hours = context! { preferred_time_window_start => start, preferred_time_window_end => end, ..day };
        assert_eq!(asked(hours), "Tuesday, March 3, 2026, 8:00 AM – 12:30 PM");
        assert_eq!(asked(context! { service_name => "Tune-up" }), "");
    }

    #[test]
    fn money_has_the_decimals_of_its_currency() {
        for (minor, code, expected) in [
            (8900, "USD", "$89.00"),
            (5, "USD", "$0.05"),
            (123_456_789, "EUR", "€1,234,567.89"),
            (-1250, "GBP", "-£12.50"),
            (8900, "JPY", "¥8,900"),
            (8900, "CHF", "CHF 89.00"),
            (8900, "KWD", "KWD 8.900"),
        ] {
            assert_eq!(money(minor, code.to_owned()).unwrap(), expected);
        }
        assert!(money(1, "???".to_owned()).is_err());
    }

    #[test]
    fn phone_numbers_read_as_at_home() {
        assert_eq!(phone("+13125550110".to_owned()), "(312) 555-0110");
        assert_eq!(phone("+442079460000".to_owned()), "+442079460000");
    }

    #[test]
    fn long_text_is_cut_between_characters_and_stays_on_one_line() {
        assert_eq!(truncated("a\n b".to_owned(), 10), "a b");
        assert_eq!(truncated("ünïcödé text".to_owned(), 8), "ünïcödé…");
    }
}
