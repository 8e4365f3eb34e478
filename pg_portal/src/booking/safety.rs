//! Words that mean danger: whoever writes them needs safety advice before an appointment. Plain Rust.

/// A danger that a description tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hazard {
    Gas,
    CarbonMonoxide,
    Electrical,
    Fire,
    Water,
}
