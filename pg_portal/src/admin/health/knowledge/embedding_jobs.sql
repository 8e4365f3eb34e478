-- Articles that wait for their embeddings for too long, and those given up, by model.
select 'warn', format(
  'Nobody embeds for %s: %s article(s) have waited, the longest since %s. Start the gateway with this model (embedding_model_dirs or embedding_base_url); until then questions find these articles by their words alone.',
  j.model, count(*), min(j.not_before))
from public.kb_embedding_jobs j
where j.not_before < now() - interval '10 minutes'
group by j.model
union all
select 'warn', format(
  'Embedding by %s was given up for %s article(s), %s for one: %s. Put right what is wrong, then call portal_admin.reembed_kb(%L, %s, dry_run => false).',
  j.model, count(*), (array_agg(j.article_id order by j.created_at))[1],
  (array_agg(coalesce(j.last_error, 'no error was given') order by j.created_at))[1], j.model, m.dimensions)
from public.kb_embedding_jobs j
join public.kb_embedding_models m on m.model = j.model
where j.not_before = 'infinity'
group by j.model, m.dimensions
