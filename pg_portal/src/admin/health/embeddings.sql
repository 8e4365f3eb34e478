select
  case when count(*) filter (where j.attempts >= 8) > 0 then 'fail' else 'warn' end,
  format(
    'The passages of %s article(s) wait for embeddings by %s since %s%s. Start a gateway that has this model (embedding_model_dirs, embedding_base_url); public.kb_embedding_jobs shows them, and last_error what went wrong%s.',
    count(*), j.model, min(j.created_at),
    case when m.state = 'building' then ', and until then the former model answers' else ', and until then they are found by their words alone' end,
    case when count(*) filter (where j.attempts >= 8) > 0
      then format('; %s were given up: save those articles again once the cause is mended', count(*) filter (where j.attempts >= 8))
      else '' end)
from public.kb_embedding_jobs j
join public.kb_embedding_models m on m.model = j.model
where j.created_at < now() - interval '10 minutes' or j.attempts >= 8
group by j.model, m.state
order by j.model
