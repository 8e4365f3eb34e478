//! What every new account needs, however it came to be.

use pgrx::prelude::*;

use crate::error::trigger_surface;
use crate::spi;
use crate::trigger::{self, TriggerResult};

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_trigger]
    fn init_account<'a>(trigger: &'a PgTrigger<'a>) -> TriggerResult<'a> {
        trigger_surface(|| {
            let account = trigger::new_json(trigger)?;
            spi::run(
                "insert into public.portal_notification_preferences (org_id, portal_account_id)
                 values ($1::uuid, $2::uuid)
                 on conflict (org_id, portal_account_id) do nothing",
                &[
                    account["org_id"].as_str().into(),
                    account["id"].as_str().into(),
                ],
            );
            Ok(Some(trigger::row(trigger)))
        })
    }
}
