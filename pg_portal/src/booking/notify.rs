//! What people are told of a request: its sender and the customer's others, and the office.

use serde_json::{Value, json};
use uuid::Uuid;

use super::guard::{Taken, id, status_of};
use crate::audit;
use crate::caller::Caller;
use crate::notifications::{self, Occasion};
use crate::types::BookingStatus;

/// Of a new request. One that is scheduled at once has told of its appointment.
pub fn of_request(new: &Value, customer_id: Uuid, taken: Option<&Taken>, is_dangerous: bool) {
    let (Some(org_id), Some(request_id)) = (id(new, "org_id"), id(new, "id")) else {
        return;
    };
    let is_scheduled = taken.is_some_and(|taken| taken.status == BookingStatus::Scheduled);
    let by_staff = audit::actor_type(&Caller::current(), org_id) == "staff";
    let events = [
        ("safety_notice", is_dangerous),
        ("booking_request_received", !is_scheduled),
        // What the office wrote down itself it knows.
        ("booking_request_created", !by_staff),
    ];
    let span = taken.map(|taken| taken.window.span);
    let payload = json!({
        "request_id": request_id,
        "portal_account_id": new["portal_account_id"],
        "window_start": span.map(|span| span.start),
        "window_end": span.map(|span| span.end),
    });
    let occasions: Vec<_> = events
        .into_iter()
        .filter(|(_, is_told)| *is_told)
        .map(|(event, _)| Occasion {
            org_id,
            event,
            customer_id: Some(customer_id),
            location_id: id(new, "location_id"),
            work_order_id: taken.map(|taken| taken.work_order_id),
            occurrence: request_id,
            payload: payload.clone(),
        })
        .collect();
    notifications::queue_all(&occasions);
}

/// Of a decision. Of a request that has become an appointment, the appointment tells.
pub fn of_decision(old: &Value, new: &Value) {
    let (Some(org_id), Some(request_id)) = (id(new, "org_id"), id(new, "id")) else {
        return;
    };
    let was_scheduled = status_of(old) == BookingStatus::Scheduled;
    let event = match status_of(new) {
        _ if was_scheduled => return,
        BookingStatus::Approved => "booking_request_approved",
        BookingStatus::Rejected => "booking_request_rejected",
        BookingStatus::CanceledByCustomer => "booking_request_canceled",
        _ => return,
    };
    notifications::queue(&Occasion {
        org_id,
        event,
        customer_id: id(new, "customer_id"),
        location_id: id(new, "location_id"),
        work_order_id: id(new, "related_work_order_id"),
        occurrence: request_id,
        payload: json!({ "request_id": request_id }),
    });
}
