-- The share of the words of the question $1 that the best of the texts $2 has; null for a question without words.
select to_jsonb(max(cardinality(array(
    select unnest(q.words) intersect select unnest(tsvector_to_array(to_tsvector('pg_catalog.english', t.text)))
  ))::float8 / nullif(cardinality(q.words), 0)))
from (select tsvector_to_array(to_tsvector('pg_catalog.english', $1)) as words) q
cross join unnest($2) t (text)
