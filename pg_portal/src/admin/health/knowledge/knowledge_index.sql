-- Companies with so many passages that an exact scan takes long, while the model in use has no index.
select 'warn', format(
  'Company %s has %s passages, more than are searched one by one. Call portal_admin.index_kb() at a quiet time: it keeps articles from being changed while it builds.',
  o.slug, count(*))
from public.kb_article_chunks c
join public.kb_embedding_models m on m.model = c.model and m.state = 'active' and m.dimensions between 1 and 2000
join public.orgs o on o.id = c.org_id
where not exists (
  select from pg_catalog.pg_index i
  where i.indexrelid = to_regclass('public.idx_kb_article_chunks_nearest') and i.indisvalid
    and pg_get_expr(i.indpred, i.indrelid) = format('(model = %L::text)', m.model))
group by o.id, o.slug
having count(*) > 50000
