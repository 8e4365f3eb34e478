//! What may be attached to a request or message. Plain Rust.

use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::error::{PortalError, Result, Status};

/// Most files on one request or message.
pub const MAX_ATTACHMENTS: usize = 10;

/// Longest path in Storage, in characters.
const MAX_PATH: usize = 500;

/// A reference to an object that was uploaded to Storage first.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attachment {
    path: String,
    #[serde(rename = "bucket", default)]
    _bucket: Option<String>,
    #[serde(rename = "name", default)]
    _name: Option<String>,
    #[serde(rename = "mime_type", default)]
    _mime_type: Option<String>,
    #[serde(rename = "size_bytes", default)]
    _size_bytes: Option<u64>,
}

/// The folder of a customer's files: `<org_id>/<customer_id>/`.
pub fn prefix(org_id: Uuid, customer_id: Uuid) -> String {
    format!("{org_id}/{customer_id}/")
}

/// Refuses attachments that are malformed or lie outside the customer's own folder.
///
/// `attachments`: null, or an array of `{"path", "bucket"?, "name"?, "mime_type"?, "size_bytes"?}`.
pub fn check_attachments(attachments: &Value, org_id: Uuid, customer_id: Uuid) -> Result<()> {
    let list = match attachments {
        Value::Null => return Ok(()),
        Value::Array(list) => list,
        _ => {
            return Err(PortalError::invalid(
                "attachments",
                "Attachments must be a list.",
            ));
        }
    };
    if list.len() > MAX_ATTACHMENTS {
        let message = format!("At most {MAX_ATTACHMENTS} files can be attached.");
        return Err(PortalError::invalid("attachments", message));
    }
    let prefix = prefix(org_id, customer_id);
    list.iter().try_for_each(|item| check_one(item, &prefix))
}

fn check_one(item: &Value, prefix: &str) -> Result<()> {
    let file = Attachment::deserialize(item).map_err(|_| {
        PortalError::invalid(
            "attachments",
            "Each attachment is an object with a path, and optionally bucket, name, mime_type and size_bytes.",
        )
    })?;
    let rest = file.path.strip_prefix(prefix);
    let clean = |rest: &str| {
        file.path.chars().count() <= MAX_PATH
            && !rest.chars().any(|c| c.is_control() || c == '\\')
            && rest.split('/').all(|part| !matches!(part, "" | "." | ".."))
    };
    if rest.is_some_and(clean) {
        return Ok(());
    }
    Err(PortalError::new(
        Status::Refused,
        "attachment_not_yours",
        "An attachment does not lie in this customer's folder.",
        "Upload the file below the folder named in details, then send its path.",
    )
    .fact("folder", prefix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const ORG: Uuid = Uuid::from_u128(1);
    const CUSTOMER: Uuid = Uuid::from_u128(2);

    fn check(value: Value) -> Result<()> {
        check_attachments(&value, ORG, CUSTOMER)
    }

    fn own(rest: &str) -> Value {
        json!([{ "path": format!("{}{rest}", prefix(ORG, CUSTOMER)) }])
    }

    #[test]
    fn a_file_in_the_customers_folder_is_fine() {
        assert_eq!(check(Value::Null), Ok(()));
        assert_eq!(check(json!([])), Ok(()));
        assert_eq!(check(own("photo/leak.jpg")), Ok(()));
    }

    #[test]
    fn a_path_that_climbs_out_or_belongs_to_another_is_refused() {
        let other = json!([{ "path": format!("{ORG}/{ORG}/photo/leak.jpg") }]);
        for bad in [
            own("../x"),
            own(""),
            own("a//b"),
            own("a/./b"),
            own("a\\b"),
            own("a/\n"),
            other,
        ] {
            assert_eq!(
                check(bad.clone()).unwrap_err().reason,
                "attachment_not_yours",
                "{bad}"
            );
        }
    }

    #[test]
    fn other_shapes_are_malformed() {
        for bad in [
            json!({}),
            json!("x"),
            json!([1]),
            json!([{}]),
            json!([{ "path": "x", "run": true }]),
        ] {
            assert_eq!(
                check(bad.clone()).unwrap_err().reason,
                "invalid_input",
                "{bad}"
            );
        }
        let many: Vec<_> = (0..=MAX_ATTACHMENTS).map(|_| own("x")[0].clone()).collect();
        assert!(check(many.into()).is_err());
    }

    proptest! {
        #[test]
        fn nothing_outside_the_folder_is_ever_accepted(path in ".*") {
            let accepted = check(json!([{ "path": path }])).is_ok();
            prop_assert!(!accepted || path.starts_with(&prefix(ORG, CUSTOMER)));
        }
    }
}
