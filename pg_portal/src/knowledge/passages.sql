-- What passages say, with the caller's own rights.
select c.id, c.article_id, a.slug, c.title, c.heading_path, c.content
from public.kb_article_chunks c
join public.kb_articles a on a.id = c.article_id
where c.id = any ($1)
