//! Portal accounts: sign-up, invitations, who manages whom, and the events that people report themselves.

mod api;
mod company;
mod init;
mod invitation;
mod rules;
mod steps;
mod store;

pub use invitation::{Invitation, issue as issue_invitation, named_locations};
pub use rules::{email, full_name, parse_role, phone};

pgrx::extension_sql_file!(
    "surface.sql",
    name = "accounts_surface",
    requires = [
        portal::sign_up,
        portal::accept_invite,
        portal::invite_contact,
        portal::revoke_contact,
        portal::record_event,
        portal::company,
        portal_internal::init_account,
        portal_internal::link_account,
        portal_internal::accept_invitation,
        portal_internal::create_invitation,
        portal_internal::close_contact,
        portal_internal::report_event,
    ]
);
