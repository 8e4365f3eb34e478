//! Words that mean danger: whoever writes them needs safety advice before an appointment. Plain Rust.
//!
//! A false alarm costs a look by the office, a missed one may cost a life: in doubt, a description is dangerous. Words of
//! the trade that only look alike (gas furnace, spark plug, flood light) are left alone, and so is what is denied right
//! before ("no smell of gas").

/// A danger that a description tells of, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hazard {
    CarbonMonoxide,
    Gas,
    Fire,
    Electrical,
    Water,
}

/// The worst danger that a description tells of.
pub fn hazard(text: &str) -> Option<Hazard> {
    let words = words(text);
    let sign = SIGNS.iter().find(|sign| sign.is_in(&words))?;
    Some(sign.hazard)
}

/// What to do first, then whom to call.
///
/// * `hazard`: the danger told of; none for an emergency that is not any of them.
/// * `phone`: the company's number, as it is to be read.
pub fn notice(hazard: Option<Hazard>, company: &str, phone: Option<&str>) -> String {
    let first = match hazard {
        Some(Hazard::Gas) => {
            "If you smell gas, leave the building now and take everyone with you. Do not use switches, flames or \
             a phone inside. From a safe distance call your gas utility's emergency line or 911 (your local \
             emergency number)."
        }
        Some(Hazard::CarbonMonoxide) => {
            "If a carbon monoxide alarm sounds or anyone has a headache, dizziness or nausea, get everyone into \
             fresh air now and call 911 (your local emergency number). Do not go back in until responders say so."
        }
        Some(Hazard::Fire) => {
            "If you see smoke or flames or smell burning, leave the building now and call 911 (your local emergency \
             number) from outside. If there is only a smell and it is safe to do so, switch the appliance off at \
             the breaker."
        }
        Some(Hazard::Electrical) => {
            "Keep away from anything that sparks or gives shocks, above all if it is wet. If it is safe to reach, \
             switch off the breaker. If there is smoke or fire or anyone is hurt, leave and call 911 (your local \
             emergency number)."
        }
        Some(Hazard::Water) => {
            "If it is safe to do so, shut off the main water valve. Stay out of water that may reach outlets or \
             appliances, and switch off the power if the panel is dry and safe to reach. If anyone is in danger, \
             call 911 (your local emergency number)."
        }
        None => {
            "If anyone is in danger, leave the building and call 911 (your local emergency number) first."
        }
    };
    match phone {
        Some(phone) => format!("{first} Then call {company} at {phone}."),
        None => format!("{first} Then call {company}."),
    }
}

/// How a danger is put in words, English or Spanish. A `*` at the end stands for any ending, a space joins a phrase.
struct Sign {
    hazard: Hazard,
    /// One of these,
    words: &'static [&'static str],
    /// near one of these, where there are any,
    with: &'static [&'static str],
    /// and not before one of these, which make it the name of a thing.
    but_not: &'static [&'static str],
}

const SMELL: &[&str] = &[
    "smell*", "odor*", "odour*", "stink*", "reek*", "fumes", "whiff", "olor*", "huele*",
];
const APPLIANCES: &[&str] = &[
    "furnace*",
    "water",
    "heat*",
    "boiler*",
    "stove*",
    "range*",
    "oven*",
    "fireplace*",
    "dryer*",
    "grill*",
    "unit*",
    "pack*",
    "log*",
];

/// The worst first.
const SIGNS: &[Sign] = &[
    Sign {
        hazard: Hazard::CarbonMonoxide,
        words: &["monox*", "monóx*"],
        with: &[],
        // One may just want to buy a detector.
        but_not: &["detector*", "sensor*", "alarm*"],
    },
    Sign {
        hazard: Hazard::CarbonMonoxide,
        // "CO2" is what many write who mean the alarm of the other gas.
        words: &["co", "co2", "monox*"],
        with: &[
            "alarm*",
            "beep*",
            "chirp*",
            "sound*",
            "going",
            "goes",
            "went",
            "trigger*",
            "leak*",
            "poison*",
            "headache*",
            "dizz*",
            "nause*",
            "level*",
            "reading*",
        ],
        but_not: &[],
    },
    Sign {
        hazard: Hazard::Gas,
        words: &["gas", "propane"],
        with: &[
            "smell*", "odor*", "odour*", "stink*", "reek*", "fumes", "whiff", "rotten", "hiss*",
            "escap*", "fuga*", "olor*", "huele*",
        ],
        but_not: &[],
    },
    Sign {
        hazard: Hazard::Gas,
        words: &["gas", "propane"],
        with: &["leak*"],
        // A gas water heater that leaks, leaks water.
        but_not: APPLIANCES,
    },
    Sign {
        hazard: Hazard::Gas,
        words: &[
            "rotten egg*",
            "sulfur",
            "sulphur",
            "huevo podrido",
            "huevos podridos",
        ],
        with: &[],
        but_not: &[],
    },
    Sign {
        hazard: Hazard::Fire,
        words: &[
            "burn", "burning", "burned", "burnt", "scorch*", "singe*", "quemad*",
        ],
        with: SMELL,
        but_not: &[],
    },
    Sign {
        hazard: Hazard::Fire,
        words: &["smoke", "smokes", "smoking", "smoky", "humo"],
        with: &[],
        but_not: &["detector*", "alarm*", "sensor*", "test*"],
    },
    Sign {
        hazard: Hazard::Fire,
        words: &["smoke", "fire"],
        with: &[
            "alarm going",
            "alarm went",
            "alarm goes",
            "detector going",
            "detector went",
            "alarm is going",
        ],
        but_not: &[],
    },
    Sign {
        hazard: Hazard::Fire,
        words: &[
            "on fire",
            "caught fire",
            "catching fire",
            "flames",
            "fuego",
            "incendio",
        ],
        with: &[],
        but_not: &[],
    },
    Sign {
        hazard: Hazard::Electrical,
        words: &[
            "spark", "sparks", "sparking", "sparked", "arcing", "chispa*",
        ],
        with: &[],
        but_not: &["plug*", "ignit*", "module*", "electrode*", "gap*"],
    },
    Sign {
        hazard: Hazard::Electrical,
        words: &["shock", "shocks", "shocked", "shocking"],
        with: &[
            "electric*",
            "outlet*",
            "switch*",
            "touch*",
            "panel*",
            "wire*",
            "me",
        ],
        but_not: &[],
    },
    Sign {
        hazard: Hazard::Water,
        words: &["flood", "floods", "flooded", "flooding", "inund*"],
        with: &[],
        but_not: &["light*", "lamp*", "sensor*", "insurance", "zone*"],
    },
    Sign {
        hazard: Hazard::Water,
        words: &["burst*", "ruptur*", "gush*", "pouring", "spraying"],
        with: &["pipe*", "water", "hose*", "tank*", "main", "line*"],
        but_not: &[],
    },
];

/// Words that deny what follows right after them, and words that may stand between.
const DENIALS: &[&str] = &[
    "no", "non", "not", "never", "without", "dont", "doesnt", "didnt", "cant", "isnt", "arent",
    "sin",
];
const FILLERS: &[&str] = &["a", "any", "the", "carbon"];

/// How many words apart two that belong together may be.
const REACH: usize = 6;

impl Sign {
    fn is_in(&self, words: &[String]) -> bool {
        let mut found = places(self.words, words).filter(|at| {
            let next = words.get(at + 1);
            !next.is_some_and(|next| self.but_not.iter().any(|thing| matches(thing, next)))
        });
        if self.with.is_empty() {
            return found.next().is_some();
        }
        let with: Vec<_> = places(self.with, words).collect();
        found.any(|at| with.iter().any(|other| at.abs_diff(*other) <= REACH))
    }
}

/// Where one of the patterns begins and is not denied.
fn places(patterns: &[&str], words: &[String]) -> impl Iterator<Item = usize> {
    (0..words.len()).filter(move |at| {
        patterns
            .iter()
            .any(|pattern| begins(pattern, &words[*at..]))
            && !is_denied(words, *at)
    })
}

fn begins(pattern: &str, words: &[String]) -> bool {
    let mut words = words.iter();
    pattern
        .split(' ')
        .all(|part| words.next().is_some_and(|word| matches(part, word)))
}

fn matches(pattern: &str, word: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(stem) => word.starts_with(stem),
        None => word == pattern,
    }
}

fn is_denied(words: &[String], at: usize) -> bool {
    let before = words[..at]
        .iter()
        .rev()
        .find(|word| !FILLERS.contains(&word.as_str()));
    before.is_some_and(|word| DENIALS.contains(&word.as_str()))
}

/// The words in lower case, without apostrophes. Where a sentence or a clause ends stands a full stop, so that "No, gas
/// smell" denies nothing.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for character in text.chars().flat_map(char::to_lowercase) {
        match character {
            '\'' | '’' => {}
            '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')' | '\n' => {
                words.extend([".".to_owned(), String::new()]);
            }
            letter if letter.is_alphanumeric() => {
                words.last_mut().expect("never empty").push(letter);
            }
            _ => words.push(String::new()),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_of_danger_are_noticed() {
        use Hazard::*;
        for (text, expected) in [
            ("I smell gas near the water heater", Gas),
            ("Strong GAS odor in basement!", Gas),
            ("there might be a gas leak", Gas),
            ("the gas line to our stove is leaking", Gas),
            ("no heat and gas smell", Gas),
            ("No, gas smell in the kitchen", Gas),
            ("not sure if I smell gas", Gas),
            ("smells like rotten eggs", Gas),
            ("Hay olor a gas en la cocina", Gas),
            ("propane tank hissing", Gas),
            ("our carbon monoxide alarm is beeping", CarbonMonoxide),
            ("CO detector went off twice", CarbonMonoxide),
            ("C02? the co2 alarm rings", CarbonMonoxide),
            ("furnace may leak Carbon Monoxide", CarbonMonoxide),
            ("gas smell and CO alarm", CarbonMonoxide),
            ("outlet is sparking", Electrical),
            ("saw a spark when I plugged it in", Electrical),
            ("sparks from the panel", Electrical),
            ("the spark plug cover gives sparks", Electrical),
            ("the switch gave me an electric shock", Electrical),
            ("burning smell from the vents", Fire),
            ("It smells like something is burning.", Fire),
            ("furnace smells burnt", Fire),
            ("smoke comes out of the unit", Fire),
            ("smoke detector went off", Fire),
            ("the condenser caught fire", Fire),
            ("basement is flooding", Water),
            ("flooded kitchen", Water),
            ("a pipe burst upstairs", Water),
            ("burst pipe", Water),
            ("water is pouring through the ceiling", Water),
            ("I don’t know what to do: basement flooded", Water),
        ] {
            assert_eq!(hazard(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn words_of_the_trade_and_denials_alarm_nobody() {
        for text in [
            "",
            "gas furnace does not start",
            "gas water heater is leaking water onto the floor",
            "annual gas boiler service",
            "no smell of gas, just no heat",
            "We don't smell gas or anything",
            "I do not smell any gas",
            "there is no gas smell",
            "replace spark plug of the generator",
            "igniter has no spark",
            "spark igniter clicks",
            "leave it sparkling clean",
            "mount two flood lights and a floodlight camera",
            "install smoke detectors in three bedrooms",
            "install a carbon monoxide detector",
            "no carbon monoxide",
            "this is a non-smoking home",
            "burner does not light",
            "fireplace inspection",
            "cold company office, thermostat blank",
            "musty smell when AC starts",
            "drip under the sink, slow drain",
            "a burst of warm air, then cold",
        ] {
            assert_eq!(hazard(text), None, "{text}");
        }
    }

    #[test]
    fn a_notice_says_first_how_to_be_safe_then_whom_to_call() {
        for hazard in SIGNS.iter().map(|sign| Some(sign.hazard)).chain([None]) {
            let text = notice(hazard, "Acme Comfort", Some("+13125550142"));
            let safety = text.find("911").expect("says what to dial");
            assert!(safety < text.find("Acme Comfort at +13125550142.").unwrap());
            assert!(notice(hazard, "Acme", None).ends_with("Then call Acme."));
            assert!(text.len() < 1000, "{text}");
        }
    }

    #[test]
    fn every_pattern_is_written_as_words_are_read() {
        for sign in SIGNS {
            for pattern in sign.words.iter().chain(sign.with).chain(sign.but_not) {
                let plain = pattern.replace('*', "");
                assert_eq!(words(&plain).join(" "), plain);
            }
        }
    }
}
