select h.id, h.distance, h.is_vector
from (
  select n.id, n.distance, null::float8 as rank, true as is_vector from near n
  union all
  select f.id, null, f.rank, false from found f
) h
order by h.is_vector, h.distance, h.rank desc, h.id
