//! What clients call. People without log-in may as well: they show the secret of their conversation in the
//! x-portal-session header.

use pgrx::prelude::*;

use super::steps::Started;
use crate::error::surface;
use crate::ids::to_pg;
use crate::spi;
use crate::types::AiConversationStatus;

#[pg_schema]
mod portal {
    use super::*;

    #[pg_extern(volatile)]
    fn start_ai_conversation(
        context_type: default!(Option<&str>, "'general_support'"),
        appointment_id: default!(Option<pgrx::Uuid>, "NULL"),
        org_slug: default!(Option<&str>, "NULL"),
        session_token: default!(Option<&str>, "NULL"),
    ) -> TableIterator<
        'static,
        (
            name!(id, pgrx::Uuid),
            name!(status, AiConversationStatus),
            name!(session_token, Option<String>),
        ),
    > {
        surface(|| {
            let started: Option<Started> = spi::attempt(|| {
                Ok(spi::write(
                    "select portal_internal.begin_ai_conversation($1, $2, $3, $4)",
                    &[
                        context_type.into(),
                        appointment_id.into(),
                        org_slug.into(),
                        session_token.into(),
                    ],
                ))
            })?;
            Ok(TableIterator::new(started.map(|started| {
                (to_pg(started.id), started.status, started.session_token)
            })))
        })
    }

    #[pg_extern(volatile)]
    fn escalate_ai_conversation(
        conversation_id: Option<pgrx::Uuid>,
        reason: default!(Option<&str>, "'customer_request'"),
    ) -> Option<pgrx::Uuid> {
        surface(|| {
            let thread_id: Option<uuid::Uuid> = spi::attempt(|| {
                Ok(spi::write(
                    "select to_jsonb(portal_internal.hand_over_ai_conversation($1, $2))",
                    &[conversation_id.into(), reason.into()],
                ))
            })?;
            Ok(thread_id.map(to_pg))
        })
    }

    #[pg_extern(volatile)]
    fn end_ai_conversation(conversation_id: Option<pgrx::Uuid>) -> Option<AiConversationStatus> {
        surface(|| {
            Ok(spi::write(
                "select to_jsonb(portal_internal.close_ai_conversation($1))",
                &[conversation_id.into()],
            ))
        })
    }

    #[pg_extern(volatile)]
    fn report_ai_message(
        message_id: Option<pgrx::Uuid>,
        helpful: Option<bool>,
        reason: default!(Option<&str>, "NULL"),
    ) {
        surface(|| {
            spi::run(
                "select portal_internal.judge_ai_message($1, $2, $3)",
                &[message_id.into(), helpful.into(), reason.into()],
            );
            Ok(())
        })
    }
}
