select f.id, null::float8, false
from found f
order by f.rank desc, f.id
