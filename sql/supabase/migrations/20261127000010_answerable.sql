-- From when on a question counts as answered: similar enough, or nearly so and with half of its words (knowledge/rules.rs).
-- 0.36 tells the questions of bench/retrieval apart better than 0.35. Models in use keep their threshold, which is
-- whoever runs them's to choose.
alter table public.kb_embedding_models alter column weak_below set default 0.36;
comment on column public.kb_embedding_models.weak_below is
  'When the best passage is less similar to a question than this (cosine), the knowledge base is taken to have no answer; up to 0.06 less, when no passage has half of its words either.';

notify pgrst, 'reload schema';
