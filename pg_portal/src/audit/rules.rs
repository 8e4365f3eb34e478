//! What a change of a row is called and what of it is kept. Plain Rust.

use serde_json::{Map, Value, json};

/// Columns whose change alone is no news.
const BOOKKEEPING: [&str; 3] = ["created_at", "updated_at", "last_login_at"];

/// Columns that name the portal account a row belongs to, the most telling first.
const ACCOUNT_COLUMNS: [&str; 3] = [
    "portal_account_id",
    "sender_portal_account_id",
    "created_by_portal_account_id",
];

/// The name of an event, and its payload.
#[derive(Debug, PartialEq)]
pub struct Change {
    pub event_type: String,
    /// `{"before": {…}, "after": {…}, "hidden": […]}`: changed columns only.
    pub payload: Value,
}

/// Describes a change, or nothing where nothing changed.
///
/// * `entity`: singular noun of the table (`booking`).
/// * `before`, `after`: the row as a JSON object; null for an insert or a delete.
/// * `hidden`: columns whose values are never copied (secrets, message bodies); only their names are.
pub fn describe(entity: &str, before: &Value, after: &Value, hidden: &[String]) -> Option<Change> {
    let (mut old, mut new, mut unseen) = (Map::new(), Map::new(), Vec::new());
    for column in columns(before, after) {
        let (was, is) = (before.get(column), after.get(column));
        if was == is || BOOKKEEPING.contains(&column) {
            continue;
        }
        if hidden.iter().any(|name| name == column) {
            unseen.push(column);
            continue;
        }
        // A column that is null on the only side there is says nothing.
        if let Some(value) = was.filter(|value| !(after.is_null() && value.is_null())) {
            old.insert(column.to_owned(), value.clone());
        }
        if let Some(value) = is.filter(|value| !(before.is_null() && value.is_null())) {
            new.insert(column.to_owned(), value.clone());
        }
    }
    if old.is_empty() && new.is_empty() && unseen.is_empty() {
        return None;
    }
    let mut payload = Map::new();
    if !before.is_null() {
        payload.insert("before".into(), old.into());
    }
    if !after.is_null() {
        payload.insert("after".into(), new.into());
    }
    if !unseen.is_empty() {
        payload.insert("hidden".into(), json!(unseen));
    }
    Some(Change {
        event_type: event_type(entity, before, after),
        payload: payload.into(),
    })
}

/// `booking_created`, `booking_updated`, `booking_deleted`; a cancellation gets its own name, `booking_canceled`.
fn event_type(entity: &str, before: &Value, after: &Value) -> String {
    let status = |row: &Value| {
        row.get("status")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let canceled = status(after).starts_with("canceled") && status(before) != status(after);
    let what = match (before.is_null(), after.is_null()) {
        (true, _) => "created",
        (_, true) => "deleted",
        _ if canceled => "canceled",
        _ => "updated",
    };
    format!("{entity}_{what}")
}

/// The portal account that a row names itself.
pub fn account_in(entity: &str, row: &Value) -> Option<String> {
    let column = if entity == "account" {
        Some("id")
    } else {
        None
    };
    let named = column
        .into_iter()
        .chain(ACCOUNT_COLUMNS)
        .find_map(|c| row.get(c)?.as_str());
    named.map(str::to_owned)
}

fn columns<'a>(before: &'a Value, after: &'a Value) -> impl Iterator<Item = &'a str> {
    let row = if after.is_null() { before } else { after };
    row.as_object()
        .into_iter()
        .flat_map(|row| row.keys().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_changed_columns_are_kept() {
        let before = json!({ "id": 1, "status": "submitted", "note": "x", "updated_at": 1 });
        let after = json!({ "id": 1, "status": "approved", "note": "x", "updated_at": 2 });
        let change = describe("booking", &before, &after, &[]).unwrap();
        assert_eq!(change.event_type, "booking_updated");
        assert_eq!(
            change.payload,
            json!({ "before": { "status": "submitted" }, "after": { "status": "approved" } })
        );
    }

    #[test]
    fn an_update_that_changes_nothing_is_no_event() {
        let before = json!({ "id": 1, "updated_at": 1 });
        assert_eq!(
            describe(
                "booking",
                &before,
                &json!({ "id": 1, "updated_at": 2 }),
                &[]
            ),
            None
        );
    }

    #[test]
    fn a_cancellation_has_its_own_name() {
        let before = json!({ "status": "submitted" });
        let after = json!({ "status": "canceled_by_customer" });
        assert_eq!(
            describe("booking", &before, &after, &[])
                .unwrap()
                .event_type,
            "booking_canceled"
        );
        let again = json!({ "status": "canceled_by_customer", "note": "x" });
        let noted = describe(
            "booking",
            &json!({ "status": "canceled_by_customer", "note": null }),
            &again,
            &[],
        );
        assert_eq!(noted.unwrap().event_type, "booking_updated");
    }

    #[test]
    fn a_deleted_row_leaves_what_it_held() {
        let change = describe(
            "window",
            &json!({ "id": 1, "weekday": 2, "x": null }),
            &Value::Null,
            &[],
        )
        .unwrap();
        assert_eq!(change.event_type, "window_deleted");
        assert_eq!(
            change.payload,
            json!({ "before": { "id": 1, "weekday": 2 } })
        );
    }

    #[test]
    fn the_account_of_a_row_is_found() {
        assert_eq!(
            account_in("account", &json!({ "id": "a" })),
            Some("a".into())
        );
        assert_eq!(
            account_in(
                "message",
                &json!({ "id": "m", "sender_portal_account_id": "b" })
            ),
            Some("b".into())
        );
        assert_eq!(account_in("appointment", &json!({ "id": "w" })), None);
    }

    proptest! {
        #[test]
        fn a_hidden_value_is_never_copied(
            secret in "[a-z]{12,20}", other in "[0-9]{1,5}", insert in any::<bool>(), delete in any::<bool>(),
        ) {
            let row = json!({ "id": 1, "body": secret, "n": other });
            let before = if insert { Value::Null } else { json!({ "id": 1, "body": "", "n": "" }) };
            let (before, after) = if delete { (row, Value::Null) } else { (before, row) };
            let change = describe("message", &before, &after, &["body".to_owned()]).unwrap();
            prop_assert!(!change.payload.to_string().contains(&secret));
            prop_assert!(change.payload.to_string().contains("\"hidden\":[\"body\"]"));
        }
    }
}
