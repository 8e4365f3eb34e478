//! The helpers that policies, views and column defaults call. All of them fail closed.

use pgrx::prelude::*;

use crate::types::Capability;

#[pg_schema]
mod portal_internal {
    use super::*;
    use crate::access::scope;
    use crate::caller::Caller;
    use crate::ids::{to_pg, to_pg_all};

    #[pg_extern(volatile)]
    fn enter() {
        scope::enter();
    }

    #[pg_extern(stable)]
    fn user_id() -> Option<pgrx::Uuid> {
        scope::acting_user_id().map(to_pg)
    }

    #[pg_extern(stable)]
    fn org_id() -> Option<pgrx::Uuid> {
        scope::org_id().map(to_pg)
    }

    #[pg_extern(stable)]
    fn org_ids() -> Vec<pgrx::Uuid> {
        to_pg_all(scope::org_ids())
    }

    #[pg_extern(stable)]
    fn account_id() -> Option<pgrx::Uuid> {
        scope::account_id().map(to_pg)
    }

    #[pg_extern(stable)]
    fn account_ids() -> Vec<pgrx::Uuid> {
        to_pg_all(scope::account_ids())
    }

    #[pg_extern(stable)]
    fn customer_ids(capability: default!(Option<Capability>, "'view'")) -> Vec<pgrx::Uuid> {
        let reach = capability.map(scope::reach).unwrap_or_default();
        to_pg_all(reach.whole.into_iter().chain(reach.partly))
    }

    #[pg_extern(stable)]
    fn whole_customer_ids(capability: default!(Option<Capability>, "'view'")) -> Vec<pgrx::Uuid> {
        to_pg_all(capability.map(scope::reach).unwrap_or_default().whole)
    }

    #[pg_extern(stable)]
    fn location_ids(capability: default!(Option<Capability>, "'view'")) -> Vec<pgrx::Uuid> {
        to_pg_all(capability.map(scope::reach).unwrap_or_default().locations)
    }

    #[pg_extern(stable)]
    fn is_staff() -> bool {
        scope::staff_role().is_some()
    }

    #[pg_extern(stable)]
    fn is_office() -> bool {
        scope::is_office()
    }

    #[pg_extern(stable)]
    fn is_admin() -> bool {
        scope::is_admin()
    }

    #[pg_extern(stable)]
    fn technician_id() -> Option<pgrx::Uuid> {
        scope::technician_id().map(to_pg)
    }

    #[pg_extern(stable)]
    fn job_ids() -> Vec<pgrx::Uuid> {
        to_pg_all(scope::job_ids())
    }

    #[pg_extern(stable)]
    fn job_customer_ids() -> Vec<pgrx::Uuid> {
        to_pg_all(scope::job_customer_ids())
    }

    #[pg_extern(stable)]
    fn job_location_ids() -> Vec<pgrx::Uuid> {
        to_pg_all(scope::job_location_ids())
    }

    #[pg_extern(stable)]
    fn whoami() -> TableIterator<
        'static,
        (
            name!(user_id, Option<pgrx::Uuid>),
            name!(org_id, Option<pgrx::Uuid>),
            name!(account_id, Option<pgrx::Uuid>),
            name!(account_role, Option<String>),
            name!(staff_role, Option<String>),
        ),
    > {
        let user_id = Caller::current().user_id();
        TableIterator::once((
            user_id.map(to_pg),
            scope::org_id().map(to_pg),
            scope::account_id().map(to_pg),
            scope::account_role(),
            scope::staff_role(),
        ))
    }
}
