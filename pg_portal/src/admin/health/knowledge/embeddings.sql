-- Passages that lack an embedding although nobody is to make it, and sets that differ from what is published.
select 'fail', format(
  '%s passage(s) of %s article(s) lack an embedding by %s, and nothing is queued. Call portal_admin.reembed_kb(%L, %s, dry_run => false).',
  count(*), count(distinct c.article_id), m.model, m.model, m.dimensions)
from public.kb_article_chunks c
join public.kb_embedding_models m on m.model = c.model and m.dimensions is not null and m.state <> 'retired'
where c.embedding is null and c.model <> 'text'
  and not exists (select from public.kb_embedding_jobs j where j.model = c.model and j.article_id = c.article_id)
group by m.model, m.dimensions
union all
select 'fail', format(
  '%s published article(s) have no passages of %s, %s for one, so nobody finds them. Save them again: update public.kb_articles set title = title where id = %L.',
  count(*), m.model, (array_agg(a.slug order by a.slug))[1], (array_agg(a.id order by a.slug))[1])
from public.kb_articles a
cross join public.kb_embedding_models m
where a.is_published and m.state <> 'retired'
  and not exists (select from public.kb_article_chunks c where c.article_id = a.id and c.model = m.model)
group by m.model
