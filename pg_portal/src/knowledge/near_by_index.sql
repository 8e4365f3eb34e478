  select c.id, (c.embedding::extensions.vector($DIMENSIONS)) operator(extensions.<=>) ($3::real[]::extensions.vector($DIMENSIONS)) as distance
    from public.kb_article_chunks c
    where c.model = $MODEL and c.embedding is not null
