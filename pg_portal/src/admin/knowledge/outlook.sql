-- What is still to be embedded by the model $1.
select m.model, m.state, count(distinct c.article_id), count(c.id)
from public.kb_embedding_models m
left join public.kb_article_chunks c on c.model = m.model and c.embedding is null and c.model <> 'text'
where m.model = $1
group by m.model, m.state
