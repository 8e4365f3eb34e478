-- Gives up what was tried $2 times and never came back from its worker. $1 model.
update public.kb_embedding_jobs j
set lease_until = null, not_before = 'infinity',
  last_error = coalesce(j.last_error, 'Nobody said what became of it.')
where j.model = $1 and j.attempts >= $2 and j.lease_until <= now()
