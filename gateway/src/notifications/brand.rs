//! A company's colours, kept readable.

/// For companies that chose none.
const PLAIN: &str = "#1f2937";
const WHITE: &str = "#ffffff";
const BLACK: &str = "#111827";

/// What WCAG 2 asks of normal text (AA).
const READABLE: f64 = 4.5;

/// The company's colour, if it is one, and what to write on it.
pub fn colors(company: Option<&str>) -> (&str, &'static str) {
    let color = company
        .filter(|color| luminance(color).is_some())
        .unwrap_or(PLAIN);
    let on_white = contrast(color, WHITE);
    let ink = if on_white >= READABLE || on_white >= contrast(color, BLACK) {
        WHITE
    } else {
        BLACK
    };
    (color, ink)
}

/// WCAG's contrast ratio, 1 to 21.
fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (
        luminance(one).unwrap_or(0.0),
        luminance(other).unwrap_or(0.0),
    );
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// WCAG's relative luminance of `#rrggbb`; nothing for anything else, so that only a colour gets into
/// a style.
fn luminance(color: &str) -> Option<f64> {
    let digits = color.strip_prefix('#')?;
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&digits[at..at + 2], 16).ok()?) / 255.0;
        Some(if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        })
    };
    Some(0.2126 * channel(0)? + 0.7152 * channel(2)? + 0.0722 * channel(4)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_on_any_colour_is_readable(red: u8, green: u8, blue: u8) {
            let chosen = format!("#{red:02x}{green:02x}{blue:02x}");
            let (color, ink) = colors(Some(&chosen));
            prop_assert_eq!(color, &chosen);
            prop_assert!(contrast(color, ink) >= 4.0, "{} on {}", ink, color);
        }
    }

    #[test]
    fn only_a_colour_gets_into_a_style() {
        for odd in ["red;background:url(x)", "#12345", "#12345g", "", "#€€"] {
            assert_eq!(colors(Some(odd)), (PLAIN, WHITE));
        }
        assert_eq!(colors(None), (PLAIN, WHITE));
        assert_eq!(colors(Some("#fde047")), ("#fde047", BLACK));
    }
}
