use super::*;
use proptest::prelude::*;

fn entry() -> Entry {
    Entry {
        id: Uuid::from_u128(1),
        org_id: Uuid::from_u128(2),
        reference: "J-7KQ2M9XA".into(),
        sequence: 2,
        status: WorkOrderStatus::Scheduled,
        window_start: "2026-12-01T15:00:00Z".parse().unwrap(),
        window_end: "2026-12-01T17:00:00Z".parse().unwrap(),
        created_at: "2026-11-20T08:00:00Z".parse().unwrap(),
        updated_at: "2026-11-21T09:30:00.123456Z".parse().unwrap(),
        service_name: "Furnace tune-up".into(),
        job_summary: Some("Clean the burner; change the filter, please.".into()),
        technician_name: Some("Sam Lindqvist".into()),
        address: "1 Main St, Springfield, IL 62701".into(),
        company_name: "Acme Comfort".into(),
        company_phone: Some("+13125550100".into()),
        company_email: Some("help@acme.example".into()),
    }
}

/// The lines as a reader sees them, folds undone.
fn lines(document: &str) -> Vec<String> {
    let unfolded = document.replace("\r\n ", "");
    unfolded
        .split("\r\n")
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_confirmed_visit_reads_as_one_published_event() {
    assert_eq!(
        lines(&document(&entry())),
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//pg_portal//appointments//EN",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
            "BEGIN:VEVENT",
            "CREATED:20261120T080000Z",
            r"DESCRIPTION:Arrival window of your appointment J-7KQ2M9XA.\nTechnician: Sam Lindqvist\nClean the burner\; change the filter\, please.\nQuestions: +13125550100",
            "DTEND:20261201T170000Z",
            "DTSTAMP:20261121T093000Z",
            "DTSTART:20261201T150000Z",
            "LAST-MODIFIED:20261121T093000Z",
            r"LOCATION:1 Main St\, Springfield\, IL 62701",
            "ORGANIZER;CN=Acme Comfort:mailto:help@acme.example",
            "SEQUENCE:2",
            "STATUS:CONFIRMED",
            "SUMMARY:Acme Comfort: Furnace tune-up",
            "UID:00000000-0000-0000-0000-000000000001@00000000-0000-0000-0000-000000000002",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    );
}

#[test]
fn a_canceled_visit_takes_the_same_entry_out_of_the_calendar() {
    let canceled = Entry {
        status: WorkOrderStatus::Canceled,
        sequence: 3,
        ..entry()
    };
    let lines = lines(&document(&canceled));
    let uid = "UID:00000000-0000-0000-0000-000000000001@00000000-0000-0000-0000-000000000002";
    for line in ["METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:3", uid] {
        assert!(
            lines.iter().any(|l| l == line),
            "{line} is missing from {lines:?}"
        );
    }
}

#[test]
fn a_held_visit_is_tentative() {
    let held = Entry {
        status: WorkOrderStatus::Tentative,
        technician_name: None,
        ..entry()
    };
    assert!(document(&held).contains("STATUS:TENTATIVE\r\n"));
}

#[test]
fn a_company_without_an_address_has_no_organizer() {
    let silent = Entry {
        company_email: None,
        ..entry()
    };
    assert!(!document(&silent).contains("ORGANIZER"));
}

proptest! {
    #[test]
    fn no_text_breaks_out_of_its_line(
        text in any::<String>(), name in "\\PC{0,90}", end in "(\r\nEND:VEVENT|\nX:1|\rX:1|\u{85}X:1|\")?",
    ) {
        let hostile = Entry {
            job_summary: Some(format!("{text}{end}")),
            address: format!("{name}{end}"),
            company_name: format!("{end}{name}{end}"),
            service_name: format!("{text}{end}"),
            ..entry()
        };
        let document = document(&hostile);
        prop_assert!(document.split("\r\n").all(|line| line.len() <= 75), "a line is longer than 75 octets");
        prop_assert!(!document.replace("\r\n", "").contains(['\r', '\n']));
        let names = |document: &str| -> Vec<String> {
            lines(document).iter().map(|line| line.split([':', ';']).next().unwrap().to_owned()).collect()
        };
        prop_assert_eq!(names(&document), names(&super::document(&entry())));
    }
}
