select
  'warn',
  format(
    'Company %s has %s passages, which takes long to search exactly. Build the index in a quiet hour: select * from portal_admin.index_kb().',
    o.slug, many.count)
from (
  select c.org_id, count(*) as count
  from public.kb_article_chunks c
  join public.kb_embedding_models m on m.model = c.model
  where m.state = 'active' and m.dimensions is not null
    and to_regclass('public.' || quote_ident('idx_kb_article_chunks_hnsw_' || left(md5(m.model), 8))) is null
  group by c.org_id
  having count(*) > 20000
) many
join public.orgs o on o.id = many.org_id
order by o.slug
