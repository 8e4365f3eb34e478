-- Whether the index of the model $2 is there and worth using: the organization $1 and all share more than $3 passages.
select to_jsonb(case
  when exists (
    select from pg_catalog.pg_index i
    where i.indexrelid = to_regclass('public.idx_kb_article_chunks_nearest') and i.indisvalid
      and pg_get_expr(i.indpred, i.indrelid) = format('(model = %L::text)', $2))
  then (
    select count(*) > $3
    from (
      select from public.kb_article_chunks c
      where c.model = $2 and (c.org_id = $1 or c.org_id is null)
      limit $3 + 1
    ) passages
  )
end)
