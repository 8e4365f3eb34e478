-- Comments and grants of the knowledge base.

-- DEFINER, because nobody who writes articles can write passages.
alter function portal_internal.chunk_article() security definer set search_path = pg_catalog, pg_temp;
comment on function portal_internal.chunk_article() is
  'Trigger: cuts a published article into passages along its headings, for every model in use. Passages that say the same keep their id and embedding; what is not said any more, or not published, is gone at once. What lacks an embedding is queued.';

comment on function portal.search_kb(text, real[], integer, text, text) is
  'Passages of published articles that fit a question best, of the caller''s company and of what all companies share; where both have an article of one slug, only the company''s own. query: the question; its words are searched for. query_embedding: the question''s embedding, from which the nearest passages are found as well and the answer fills up to match_count (1 to 50); null searches by words alone. category: only articles of it. embedding_model: the model that made the embedding, null for the one in use. score: both ranks fused; vector_rank, text_rank: the place on each list, null where it is not; similarity: the cosine of the embeddings, from -1 to 1; heading_path: the headings above the passage. Errors: PT400 invalid_input, dimension_mismatch (expected, given).';
grant execute on function portal.search_kb(text, real[], integer, text, text) to anon, authenticated;

comment on function portal_internal.kb_models() is
  'For the gateway: the models that the knowledge base has a set of passages for. state: building, active or retired; dimensions: null for the model text, which stands for none.';
grant execute on function portal_internal.kb_models() to portal_gateway;

comment on function portal_internal.offer_embedding_model(text, integer) is
  'For the gateway: says that it has this model, and answers what becomes of it: building, active, retired, or unused while another one is in use. Where there is none with embeddings, its set is begun. Repeating it changes nothing. Errors: PT400, PT422 dimension_mismatch.';
grant execute on function portal_internal.offer_embedding_model(text, integer) to portal_gateway;

comment on function portal_internal.claim_embedding_jobs(text, integer, integer) is
  'Gives a worker up to batch (1 to 1000) articles of which the model''s set lacks embeddings, the longest waiting first, and those whose worker let its lease run out; each is the caller''s for lease_seconds (1 to 3600). chunks: a list of {chunk_id, hash, text}; the text is to be embedded, the hash handed back. attempt: to be handed back as well. Two workers never get the same article. Errors: PT400.';
grant execute on function portal_internal.claim_embedding_jobs(text, integer, integer) to portal_gateway;

comment on function portal_internal.store_embeddings(text, uuid, integer, jsonb) is
  'Stores the embeddings of a claimed article, a list of {chunk_id, hash, embedding}, and answers of how many passages: of those that still say what was embedded. Nothing is stored for an attempt that is over. When nothing is missing of a set that was being built, it becomes the active one in the same moment and the one before it is retired. Errors: PT400, PT404, PT422 dimension_mismatch (expected, given), embedding_without_direction.';
grant execute on function portal_internal.store_embeddings(text, uuid, integer, jsonb) to portal_gateway;

comment on function portal_internal.fail_embedding_job(text, uuid, integer, text) is
  'Takes back a claimed article that could not be embedded: it is tried again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h, each up to a fifth shorter or longer, then given up (portal_admin.reembed_kb tries again). Answers false for an attempt that is over.';
grant execute on function portal_internal.fail_embedding_job(text, uuid, integer, text) to portal_gateway;
