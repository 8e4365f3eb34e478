-- The passages of these ids. $1 ids, $2 the question's words: the last column is the share of them that a passage has.
with asked as materialized (
  select tsvector_to_array(to_tsvector('pg_catalog.english', $2)) as words
)
select c.id, c.article_id, a.slug, c.title, c.heading_path, c.content,
  coalesce((
    select avg((word = any (tsvector_to_array(c.search)))::integer)
    from asked q, unnest(q.words) word), 0)::real
from public.kb_article_chunks c
join public.kb_articles a on a.id = c.article_id
where c.id = any ($1)
