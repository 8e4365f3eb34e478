-- Passages of a model that no longer answers and should be gone, and a set that nobody goes on building.
select 'warn', format(
  'Still %s passage(s) by %s, which was replaced on %s. run_due_jobs() drops them after a day: see due_jobs, and call portal_admin.run_due_jobs().',
  count(c.id), m.model, m.retired_at::timestamptz(0))
from public.kb_embedding_models m
left join public.kb_article_chunks c on c.model = m.model
where m.state = 'retired' and m.retired_at < now() - interval '25 hours'
group by m.model, m.retired_at
union all
select 'warn', format(
  'The set of %s has been built since %s and is not complete, so the model before still answers. Start the gateway with this model (embedding_model_dirs or embedding_base_url), or begin the set of another with portal_admin.reembed_kb(), which takes its place.',
  m.model, m.created_at::timestamptz(0))
from public.kb_embedding_models m
where m.state = 'building' and m.created_at < now() - interval '1 day'
