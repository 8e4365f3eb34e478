-- DEFINER, because callers have no access to the table of receipts; both take the account from the request's scope.
comment on function portal_internal.claim_receipt(text, text, bytea) is
  'Claims an idempotency key for the caller''s account; answers whether it is new, and else the first answer.';
comment on function portal_internal.keep_receipt(text, text, jsonb) is 'Keeps the answer that belongs to a claimed key.';
grant execute on function portal_internal.claim_receipt(text, text, bytea) to authenticated;
grant execute on function portal_internal.keep_receipt(text, text, jsonb) to authenticated;
