  select c.id, c.embedding operator(extensions.<=>) (select q.embedding from asked q) as distance
    from public.kb_article_chunks c
    where $3 is not null and c.model = $2 and c.embedding is not null
