//! The sentences of an explanation. Plain text, no database.

use super::Line;
use super::relation::{Policy, Readable, Relation};

pub fn privilege(table: &Relation) -> Line {
    let name = &table.name;
    let (allowed, why) = match table.readable {
        Readable::All => (
            true,
            format!("Signed-in people (authenticated) may read {name}."),
        ),
        Readable::Some => (
            true,
            format!("Signed-in people (authenticated) may read some columns of {name}."),
        ),
        Readable::None => (
            false,
            format!("Signed-in people (authenticated) have no right to read {name} at all."),
        ),
    };
    Line::new("privilege", allowed, why)
}

pub fn no_row_security(table: &Relation) -> Line {
    let why = format!(
        "Row level security is off for {}: whoever may read it reads every row.",
        table.name
    );
    Line::new("row security", true, why)
}

pub fn no_policy(table: &Relation) -> Line {
    let why = format!(
        "{} has no policy for signed-in people, so they see none of its rows.",
        table.name
    );
    Line::new("policy", false, why)
}

pub fn policy(table: &Relation, policy: &Policy, passes: bool) -> Line {
    let (name, table) = (&policy.name, &table.name);
    let verb = match (policy.is_permissive, passes) {
        (true, true) => "lets it through",
        (true, false) => "does not let it through",
        (false, true) => "does not hold it back",
        (false, false) => "holds it back",
    };
    let expression = policy.legible.as_deref().map(readable).unwrap_or_default();
    Line::new(
        "policy",
        passes,
        format!("\"{name}\" on {table} {verb}: {expression}"),
    )
}

pub fn view(view: &Relation, shows: bool) -> Line {
    let name = &view.name;
    let why = match (view.readable, shows) {
        (Readable::None, _) => {
            format!("Signed-in people (authenticated) have no right to read {name}.")
        }
        (_, true) => format!("{name} shows it."),
        (_, false) => format!(
            "{name} does not show it: it is not theirs, or not of the kind that this view is for."
        ),
    };
    Line::new("view", shows, why)
}

/// The last line, which says what decided.
pub fn verdict(relation: &Relation, seen: bool, lines: &[Line]) -> Line {
    if !seen {
        return Line::new("verdict", false, obstacle(lines));
    }
    let by = match first(lines, "policy", true) {
        _ if relation.is_view => "the view shows it",
        Some(_) => "a policy lets it through",
        None => "row level security is off",
    };
    Line::new("verdict", true, format!("They see the row: {by}."))
}

/// What stands in the way first, in the words of the line that says so.
fn obstacle(lines: &[Line]) -> String {
    let of_person =
        || first(lines, "account", false).filter(|_| first(lines, "company", true).is_none());
    let whole = first(lines, "privilege", false)
        .or_else(of_person)
        .or_else(|| first(lines, "company", false));
    match (
        whole,
        first(lines, "row", false).and_then(|line| line.why.rsplit("; ").next()),
    ) {
        (Some(line), _) => format!("They do not see the row. {}", line.why),
        (None, Some(clause)) => format!("They do not see the row: {clause}"),
        (None, None) => "They do not see the row: nothing lets it through.".to_owned(),
    }
}

fn first<'a>(lines: &'a [Line], rule: &str, allowed: bool) -> Option<&'a Line> {
    lines
        .iter()
        .find(|line| line.rule == rule && line.allowed == Some(allowed))
}

/// An expression of the catalogue as it was meant to be read: helpers by their name, without casts and sub-selects.
fn readable(expression: &str) -> String {
    const HELPER: &str = "( SELECT portal_internal.";
    let mut text = expression.split_whitespace().collect::<Vec<_>>().join(" ");
    while let Some(start) = text.find(HELPER) {
        let Some(named) = text[start..].find(" AS ").map(|at| start + at) else {
            break;
        };
        let Some(end) = text[named..].find(')').map(|at| named + at) else {
            break;
        };
        let call = text[start + HELPER.len()..named].to_owned();
        // Parentheses that hold nothing but the call go with it.
        let around = text[..start].bytes().rev().zip(text[end + 1..].bytes());
        let layers = around.take_while(|pair| *pair == (b'(', b')')).count();
        text.replace_range(start - layers..=end + layers, &call);
    }
    for noise in ["::portal.capability", "::uuid[]"] {
        text = text.replace(noise, "");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_shown_as_it_was_written() {
        let catalogue = "org_id = (( SELECT portal_internal.org_id() AS org_id)) AND (( SELECT portal_internal.is_office() AS is_office)\n OR (customer_id = ANY ((( SELECT portal_internal.customer_ids('view'::portal.capability) AS customer_ids))::uuid[])))";
        assert_eq!(
            readable(catalogue),
            "org_id = org_id() AND (is_office() OR (customer_id = ANY (customer_ids('view'))))"
        );
    }

    #[test]
    fn what_is_no_helper_stays_as_it_is() {
        assert_eq!(
            readable("(is_published AND (org_id IS NULL))"),
            "(is_published AND (org_id IS NULL))"
        );
    }
}
