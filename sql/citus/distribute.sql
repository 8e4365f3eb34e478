-- Distributes the tables over the nodes of a Citus cluster, by company. See docs/citus.md.
--
--   psql -1 -v ON_ERROR_STOP=1 -f sql/citus/distribute.sql      as the owner of the tables, after policies.sql
\ir tables.sql

-- Reference and distributed tables are made in one transaction.
set local citus.multi_shard_modify_mode = 'sequential';

-- Tables first, keys after: Citus takes no table whose foreign keys lead to one that it does not know yet.
create temporary table citus_keys on commit drop as
select k.conrelid::regclass as relation, k.conname as name, pg_get_constraintdef(k.oid) as definition,
  k.confrelid::regclass as target, h.place, t.place as target_place
from pg_constraint k
join pg_class c on c.oid = k.conrelid
join citus_tables h on h.name = c.relname and c.relnamespace = 'public'::regnamespace
left join citus_tables t on k.confrelid = format('public.%I', t.name)::regclass
where k.contype = 'f' and k.conparentid = 0;

do $$
declare
  it record;
begin
  for it in select * from citus_keys loop
    execute format('alter table %s drop constraint %I', it.relation, it.name);
  end loop;

  -- A trigger on a reference table would run on every node: the same event audited many times, each clock's updated_at.
  for it in
    select t.tgname as name, t.tgrelid::regclass as relation from pg_trigger t
    where not t.tgisinternal and t.tgrelid in (select format('public.%I', name)::regclass from citus_tables where place = 'reference')
  loop
    execute format('drop trigger %I on %s', it.name, it.relation);
    raise notice 'Dropped the trigger % on %: what it did is not done on Citus.', it.name, it.relation;
  end loop;

  for it in select name from citus_tables where place = 'reference' order by name loop
    perform create_reference_table(format('public.%I', it.name)::regclass);
  end loop;
  perform create_distributed_table('public.customers'::regclass, 'org_id', colocate_with => 'none');
  for it in select name from citus_tables where place = 'distributed' and name <> 'customers' order by name loop
    perform create_distributed_table(format('public.%I', it.name)::regclass, 'org_id', colocate_with => 'public.customers');
  end loop;

  for it in select * from citus_keys loop
    -- Log-ins stay on the coordinator with the service that writes them, out of the reach of a worker's foreign key.
    if it.place <> 'coordinator' and it.target_place is null then
      raise notice 'Left out: the foreign key % of % to %.', it.name, it.relation, it.target;
      continue;
    end if;
    -- Citus follows no change of a key that holds the company.
    execute format('alter table %s add constraint %I %s', it.relation, it.name,
      case when it.place = 'distributed' then replace(it.definition, ' ON UPDATE CASCADE', '') else it.definition end);
  end loop;
end $$;
