//! What may be attached to a request or message, and who may open a document. Plain Rust.

use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::access::rules::Reach;
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

/// A document as the table holds it.
#[derive(Debug, Clone, Deserialize)]
pub struct File {
    pub customer_id: Uuid,
    pub location_id: Option<Uuid>,
    pub work_order_id: Option<Uuid>,
    pub kind: String,
    pub visibility: String,
    pub bucket: String,
    pub path: String,
    pub title: String,
    pub mime_type: String,
}

/// What somebody may see, and of whom.
#[derive(Debug, Default)]
pub struct Reader {
    pub is_office: bool,
    pub view: Reach,
    pub billing: Reach,
    /// A technician's own jobs.
    pub jobs: Vec<Uuid>,
}

/// Whether the reader may open the document: the policy on `documents` for reading, for steps that run as
/// portal_owner, who sees everything.
pub fn may_open(file: &File, reader: &Reader) -> bool {
    let reaches = |reach: &Reach| {
        reach.whole.contains(&file.customer_id)
            || file
                .location_id
                .is_some_and(|location| reach.locations.contains(&location))
    };
    // A bill does not become readable for everybody by being filed as a document.
    let is_bill = matches!(file.kind.as_str(), "invoice" | "quote");
    let own_job = || {
        file.work_order_id
            .is_some_and(|job| reader.jobs.contains(&job))
    };
    reader.is_office
        || file.visibility == "customer"
            && reaches(&reader.view)
            && (!is_bill || reaches(&reader.billing))
        || !is_bill && own_job()
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

    const PLACE: Uuid = Uuid::from_u128(3);
    const JOB: Uuid = Uuid::from_u128(4);

    fn file(kind: &str, visibility: &str) -> File {
        File {
            customer_id: CUSTOMER,
            location_id: Some(PLACE),
            work_order_id: Some(JOB),
            kind: kind.to_owned(),
            visibility: visibility.to_owned(),
            bucket: "documents".to_owned(),
            path: "x".to_owned(),
            title: "x".to_owned(),
            mime_type: "application/pdf".to_owned(),
        }
    }

    fn whole() -> Reach {
        Reach {
            whole: [CUSTOMER].into(),
            ..Reach::default()
        }
    }

    fn at_place() -> Reach {
        Reach {
            partly: [CUSTOMER].into(),
            locations: [PLACE].into(),
            ..Reach::default()
        }
    }

    #[test]
    fn a_bill_needs_the_right_to_see_bills_and_internal_papers_stay_inside() {
        for reach in [whole, at_place] {
            let viewer = Reader {
                view: reach(),
                ..Reader::default()
            };
            let payer = Reader {
                view: reach(),
                billing: reach(),
                ..Reader::default()
            };
            assert!(may_open(&file("photo", "customer"), &viewer));
            assert!(!may_open(&file("invoice", "customer"), &viewer));
            assert!(!may_open(&file("quote", "customer"), &viewer));
            assert!(may_open(&file("invoice", "customer"), &payer));
            assert!(!may_open(&file("photo", "internal"), &payer));
            assert!(!may_open(&file("invoice", "internal"), &payer));
        }
    }

    #[test]
    fn a_person_of_one_location_opens_nothing_of_the_whole_customer() {
        let tenant = Reader {
            view: at_place(),
            billing: at_place(),
            ..Reader::default()
        };
        let of_all = File {
            location_id: None,
            ..file("photo", "customer")
        };
        assert!(!may_open(&of_all, &tenant));
    }

    #[test]
    fn a_technician_opens_the_papers_of_their_jobs_but_no_bills() {
        let technician = Reader {
            jobs: vec![JOB],
            ..Reader::default()
        };
        assert!(may_open(&file("photo", "internal"), &technician));
        assert!(may_open(&file("manual", "customer"), &technician));
        assert!(!may_open(&file("invoice", "customer"), &technician));
        let elsewhere = File {
            work_order_id: None,
            ..file("photo", "customer")
        };
        assert!(!may_open(&elsewhere, &technician));
    }

    #[test]
    fn whoever_reaches_nothing_opens_nothing() {
        for kind in ["photo", "invoice"] {
            for visibility in ["customer", "internal"] {
                assert!(!may_open(&file(kind, visibility), &Reader::default()));
                let office = Reader {
                    is_office: true,
                    ..Reader::default()
                };
                assert!(may_open(&file(kind, visibility), &office));
            }
        }
    }

    proptest! {
        #[test]
        fn nothing_outside_the_folder_is_ever_accepted(path in ".*") {
            let accepted = check(json!([{ "path": path }])).is_ok();
            prop_assert!(!accepted || path.starts_with(&prefix(ORG, CUSTOMER)));
        }
    }
}
