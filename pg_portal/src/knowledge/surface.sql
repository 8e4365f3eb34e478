-- Comments and grants of the knowledge base.

comment on function portal.search_kb(text, real[], integer, text, text) is
  'Finds passages of published articles, of the caller''s company and shared ones; without a log-in shared ones alone. A company''s own article stands in front of the shared one of the same slug. query: words, up to 2000 characters; query_embedding: their embedding by the model that answers (public.kb_embedding_models), or both; with an embedding the results fill up to match_count (1 to 50), by words alone they are those that have at least one of them. category: of the article. embedding_model: which model made the embedding, null for the one that answers; where another answers by now, words alone count. score: both rankings fused, for sorting; vector_rank and text_rank: the place in each, null where that arm did not find it; similarity: cosine of question and passage. Errors: PT400 invalid_input.';
grant execute on function portal.search_kb(text, real[], integer, text, text) to anon, authenticated;

-- DEFINER, because nobody else writes passages.
alter function portal_internal.chunk_article() security definer set search_path = pg_catalog, pg_temp;
comment on function portal_internal.chunk_article() is
  'Trigger: cuts a published article into passages, one set for each live model, and queues what has to be embedded. A passage that says the same as before keeps its id and its embedding; an article that is not published has none.';

comment on function portal_internal.kb_models() is
  'The embedding models and where they stand: building, active or retired; text, without dimensions, stands for none.';
grant execute on function portal_internal.kb_models() to portal_gateway;
comment on function portal_internal.offer_embedding_model(text, integer) is
  'A gateway says which model it embeds with. Where there is none yet, its passages are prepared and it becomes the one that answers. Answers where the model stands, or unused while another one answers (portal_admin.reembed_kb changes it). Repeating it changes nothing. Errors: PT400.';
grant execute on function portal_internal.offer_embedding_model(text, integer) to portal_gateway;
comment on function portal_internal.claim_embedding_jobs(text, integer, integer) is
  'Gives a worker up to batch (1 to 100) articles with passages that lack embeddings of the model, the longest waiting first, for lease_seconds (1 to 3600). chunks: a list of {chunk_id, hash, text}; what is to be embedded is text. attempt: to be handed back. Two workers never get the same article. Errors: PT400.';
grant execute on function portal_internal.claim_embedding_jobs(text, integer, integer) to portal_gateway;
comment on function portal_internal.store_embeddings(text, uuid, integer, jsonb) is
  'Stores embeddings of an article''s passages, a list of {chunk_id, hash, embedding}; answers how many. What says something else by now is left alone. A model whose last embedding this is becomes the one that answers, at once for everybody. Errors: PT400, PT404 for a model that is not live, PT422 dimension_mismatch.';
grant execute on function portal_internal.store_embeddings(text, uuid, integer, jsonb) to portal_gateway;
comment on function portal_internal.fail_embedding_job(text, uuid, integer, text) is
  'A worker could not embed an article: it is tried again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h, then no more; health() names it.';
grant execute on function portal_internal.fail_embedding_job(text, uuid, integer, text) to portal_gateway;

comment on function portal_internal.begin_embedding_set(text, integer) is
  'The step beneath portal_admin.reembed_kb. DEFINER, because nobody else writes passages; for the owner of the tables.';

comment on function portal_admin.reembed_kb(text, integer, boolean) is
  'Prepares the passages of all articles for another embedding model, beside those of the one that answers, and answers how many there are to embed. Gateways that know the model embed them; when the last one is done, the new model answers, at once for everybody, and the passages of the old one are dropped. model: its name as gateways know it; dimensions: how many numbers an embedding has. With dry_run, the default, nothing is kept. Errors: PT400; PT409 model_in_use, model_being_built.';

comment on function portal_admin.index_kb() is
  'Builds the index by meaning (HNSW) for the model that answers, unless it is there. Worth it once a company has more than 20000 passages, which health() tells; below that, and for companies below that, search scans exactly. Writing articles waits while it is built; that takes minutes for a hundred thousand passages. Call it as the owner of the tables. Errors: PT422 no_embedding_model.';
