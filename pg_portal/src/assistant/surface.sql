-- Comments and grants of the assistant. People without log-in may talk to it too: what they call finds their
-- conversation by the secret in the x-portal-session header, and nothing else.

comment on function portal.start_ai_conversation(text, uuid, text, text) is
  'Begins a conversation with the assistant, with what the company says first as its system message. context_type: general_support, pre_booking, active_job or billing_question says what the assistant may know of the caller; appointment_id: the appointment it is about. With an account it is the account''s. Without one, org_slug names the company, and session_token is answered, once: send it as the x-portal-session header with everything about the conversation. session_token as an argument takes a conversation up again; with an account it becomes the account''s for good, repeating that changes nothing. Errors: PT400 invalid_input, org_required; PT401 not_signed_in (an appointment without log-in); PT404 unknown appointment, company or conversation; PT422 assistant_off; PT429 too_many_conversations (an account 30 an hour; without log-in what the company allows) with retry_after_seconds.';
grant execute on function portal.start_ai_conversation(text, uuid, text, text) to anon, authenticated;

comment on function portal.escalate_ai_conversation(uuid, text) is
  'Hands a conversation with the assistant to a person, and answers the thread that it goes on in; repeating it answers the same one. The thread begins with a summary, and the office is told. reason: customer_request, no_answer, safety or other. The assistant answers there no more, also where it is about to. Errors: PT400 invalid_input; PT401 sign_in_required without an account, with contact_phone and contact_email; PT404; PT410 conversation_ended; PT429 too_many_threads (10 an hour) with retry_after_seconds.';
grant execute on function portal.escalate_ai_conversation(uuid, text) to anon, authenticated;

comment on function portal.end_ai_conversation(uuid) is
  'Ends a conversation with the assistant, and answers where it stands: ended, or escalated where a person has it. Repeating it changes nothing. Errors: PT400 org_required; PT404.';
grant execute on function portal.end_ai_conversation(uuid) to anon, authenticated;

comment on function portal.report_ai_message(uuid, boolean, text) is
  'Says whether an answer of the assistant helped, and why (up to 1000 characters); the office reads it. The last word counts. Errors: PT400 invalid_input; PT404.';
grant execute on function portal.report_ai_message(uuid, boolean, text) to anon, authenticated;

comment on function portal_internal.begin_ai_conversation(text, uuid, text, text) is
  'Privileged step of portal.start_ai_conversation. DEFINER, because nobody writes conversations; it takes the account from the caller, and checks that an appointment is in their reach.';
grant execute on function portal_internal.begin_ai_conversation(text, uuid, text, text) to anon, authenticated;
comment on function portal_internal.hand_over_ai_conversation(uuid, text) is
  'Privileged step of portal.escalate_ai_conversation. DEFINER, because it writes in the system''s name; it re-checks whose conversation it is.';
grant execute on function portal_internal.hand_over_ai_conversation(uuid, text) to anon, authenticated;
comment on function portal_internal.close_ai_conversation(uuid) is
  'Privileged step of portal.end_ai_conversation. DEFINER, because nobody writes conversations; it re-checks whose it is.';
grant execute on function portal_internal.close_ai_conversation(uuid) to anon, authenticated;
comment on function portal_internal.judge_ai_message(uuid, boolean, text) is
  'Privileged step of portal.report_ai_message. DEFINER, because nobody changes messages; it re-checks whose they are.';
grant execute on function portal_internal.judge_ai_message(uuid, boolean, text) to anon, authenticated;

comment on function portal_internal.ai_begin_turn(uuid, text, uuid, real[], text) is
  'For the gateway, as the caller: stores a question (1 to 4000 characters; once per client_message_id) and answers what a reply may rest on, as {turn_id, org_id, conversation_id, question, answer, company, system, safety_notice, history, passages, answerable, facts, answer_tokens, can_escalate}. answer: the reply that the question has already, to be repeated; one that broke off is replaced. passages, facts: found under the caller''s own rights. safety_notice: to be shown before anything else; refusals carry it too. The turn is the caller''s for three minutes, then another request may take it. Refusals, in this order: PT404; PT422 client_message_id_reused; PT410 conversation_ended; PT409 conversation_escalated with thread_id; PT422 assistant_off; PT429 too_many_turns with retry_after_seconds, conversation_budget, org_budget with retry_after_seconds; PT409 turn_in_progress with retry_after_seconds.';
grant execute on function portal_internal.ai_begin_turn(uuid, text, uuid, real[], text) to anon, authenticated;
comment on function portal_internal.ai_open_turn(uuid, text, uuid) is
  'Privileged step of ai_begin_turn: stores the question and gives the turn to this request. DEFINER, because nobody writes messages, and budgets count what others use; it re-checks whose conversation it is.';
grant execute on function portal_internal.ai_open_turn(uuid, text, uuid) to anon, authenticated;
comment on function portal_internal.ai_keep_passages(uuid, uuid, jsonb) is
  'Privileged step of ai_begin_turn: keeps with the question which passages it found. DEFINER, because nobody changes messages; it re-checks whose conversation it is, and that the turn is open.';
grant execute on function portal_internal.ai_keep_passages(uuid, uuid, jsonb) to anon, authenticated;
comment on function portal_internal.ai_commit_turn(uuid, uuid, text, jsonb, text, jsonb, boolean) is
  'For the gateway, as the caller: stores an answer (1 to 18000 characters) and answers its row. citations: a list of {chunk_id, quote}; each must be a passage that the question found, with words that are in it. finish_reason: stop, length, content-filter, interrupted or error. usage: {model, prompt_tokens, completion_tokens}. A safety notice is put first where the question calls for one. A second answer to one question is not stored, only paid for. DEFINER, because nobody writes messages; it re-checks whose conversation it is. Errors: PT400 invalid_input; PT404; PT409 human_took_over with status and thread_id, PT422 citation_not_retrieved with chunk_id: nothing is stored then, ai_abandon_turn ends the turn.';
grant execute on function portal_internal.ai_commit_turn(uuid, uuid, text, jsonb, text, jsonb, boolean) to anon, authenticated;
comment on function portal_internal.ai_abandon_turn(uuid, uuid, jsonb) is
  'For the gateway, as the caller: ends a turn without an answer, so that the question can be asked again at once, and counts what was used. DEFINER, because nobody writes messages; it re-checks whose conversation it is. Errors: PT400 invalid_input; PT404.';
grant execute on function portal_internal.ai_abandon_turn(uuid, uuid, jsonb) to anon, authenticated;
comment on function portal_internal.ai_context(portal.ai_context_type, uuid) is
  'All that the assistant is told of the caller, as the caller may see it, without ids: general_support: next_appointment; pre_booking: services; active_job: appointment (the one named, else the one under way, else the next) with its notes and policy; billing_question: open_invoices. Null for people without an account.';
grant execute on function portal_internal.ai_context(portal.ai_context_type, uuid) to authenticated;

comment on function portal_internal.claim_sentiment(integer, integer) is
  'Gives a worker up to batch (1 to 1000) messages of customers whose tone is to be judged, the longest waiting first, for lease_seconds (1 to 3600). attempt: to be handed back to settle_sentiment. Two workers never get the same message. Errors: PT400.';
grant execute on function portal_internal.claim_sentiment(integer, integer) to portal_gateway;
comment on function portal_internal.settle_sentiment(jsonb) is
  'Takes back what became of claimed messages: a list of {org_id, message_id, attempt, sentiment, outcome}. outcome: done (sentiment is positive, neutral, negative or null), retry (later, on the schedule of settle_notifications), refused (never). A message that somebody else has claimed since is left alone. Answers how many were settled. Errors: PT400.';
grant execute on function portal_internal.settle_sentiment(jsonb) to portal_gateway;
comment on function portal_internal.message_sentiment(uuid, uuid) is
  'The tone of a message, for the staff who may read it; null for everybody else. DEFINER, because nobody reads the column itself: customers read the same table.';
grant execute on function portal_internal.message_sentiment(uuid, uuid) to authenticated;
