-- Chapter 14: the audit log in months, so that old ones go as a whole, and what sealing needs.
--
-- The months lie in a schema of their own, which no client can use. They and the log belong to portal_owner, because a due
-- job makes the next ones; as their owner it would bypass row level security, so that is forced.

create schema portal_audit authorization portal_owner;
comment on schema portal_audit is 'The months of public.portal_audit_events. Read and write the log there, not here.';

-- The log as it was, out of the way of its names.
alter table public.portal_audit_events set schema portal_audit;

create table public.portal_audit_events (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null references public.orgs (id),
  portal_account_id uuid,
  event_type text not null check (event_type ~ '^[a-z][a-z0-9_]{1,62}$'),
  event_payload jsonb check (jsonb_typeof(event_payload) = 'object'),
  ip_address inet,
  user_agent text check (char_length(user_agent) <= 1000),
  occurred_at timestamptz not null default now() check (isfinite(occurred_at)),
  actor_type portal.actor_type not null,
  actor_user_id uuid,
  entity text check (entity ~ '^[a-z][a-z0-9_]{1,62}$'),
  entity_id uuid,
  -- What the sealer writes has no checks: verify_audit() judges it, and every check is read anew for each event.
  seq bigint,
  salt bytea,
  commitment bytea,
  hash bytea,
  erased_by uuid,
  -- A key of a table in months must have the month's column.
  primary key (org_id, id, occurred_at),
  foreign key (org_id, portal_account_id) references public.portal_accounts (org_id, id)
) partition by range (occurred_at);
comment on table public.portal_audit_events is
  'Who did what, and when. Rows are added and never changed, and sealed in batches. One partition a month.';
comment on column public.portal_audit_events.id is 'Identifies the row, together with org_id.';
comment on column public.portal_audit_events.org_id is 'The company this row belongs to.';
comment on column public.portal_audit_events.portal_account_id is
  'The account concerned; null only for events of the company as a whole.';
comment on column public.portal_audit_events.event_type is 'What happened, such as login or booking_created.';
comment on column public.portal_audit_events.event_payload is
  'Details: for a changed row the columns that changed, before and after.';
comment on column public.portal_audit_events.ip_address is 'Address the request came from.';
comment on column public.portal_audit_events.user_agent is 'Program the request came from.';
comment on column public.portal_audit_events.occurred_at is 'When it happened. Says in which month it lies.';
comment on column public.portal_audit_events.actor_type is
  'Who did it: a portal user, staff, a service or the system itself.';
comment on column public.portal_audit_events.actor_user_id is
  'The log-in of whoever did it; kept when the log-in is gone.';
comment on column public.portal_audit_events.entity is 'What kind of thing it was done to, such as booking.';
comment on column public.portal_audit_events.entity_id is 'The id of that thing.';
comment on column public.portal_audit_events.seq is 'Number in the company''s sealed order; null until sealed.';
comment on column public.portal_audit_events.salt is
  'Random bytes of the commitment. Once they are deleted, nobody can find out from it what was there.';
comment on column public.portal_audit_events.commitment is
  'SHA-256 over salt, actor_user_id, event_payload, ip_address and user_agent; stays when these are erased.';
comment on column public.portal_audit_events.hash is 'SHA-256 over the other columns and the commitment.';
comment on column public.portal_audit_events.erased_by is
  'The event that says why the personal part is gone; null while it is there.';

create index idx_portal_audit_events_org_id_occurred_at on public.portal_audit_events (org_id, occurred_at desc);
create index idx_portal_audit_events_org_id_portal_account_id
  on public.portal_audit_events (org_id, portal_account_id, occurred_at desc);
create index idx_portal_audit_events_org_id_entity on public.portal_audit_events (org_id, entity, entity_id);
create unique index portal_audit_events_org_id_seq on public.portal_audit_events (org_id, seq, occurred_at)
  where seq is not null;
create index idx_portal_audit_events_unsealed on public.portal_audit_events (org_id, occurred_at) where seq is null;
comment on index public.idx_portal_audit_events_unsealed is 'For the sealer: empty but for the last minutes.';

create trigger refuse_change before update or delete on public.portal_audit_events
  for each row execute function portal_internal.refuse_change();
create trigger refuse_truncate before truncate on public.portal_audit_events
  for each statement execute function portal_internal.refuse_change();

alter table public.portal_audit_events enable row level security, force row level security;
revoke all on table public.portal_audit_events from public, anon, authenticated, service_role;
create policy "administrators read the audit log" on public.portal_audit_events
  for select to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "internal steps" on public.portal_audit_events to portal_owner using (true) with check (true);
grant select on table public.portal_audit_events to authenticated, service_role;

-- Whoever is to own a table must be allowed to make one there.
grant create on schema public to portal_owner;
alter table public.portal_audit_events owner to portal_owner;
revoke create on schema public from portal_owner;
-- An owner may do all; the steps need this.
revoke all on table public.portal_audit_events from portal_owner;
grant select, insert, update on table public.portal_audit_events to portal_owner;

-- Events for which nobody made a month are written all the same.
select portal_internal.make_audit_month(null);
select portal_internal.make_audit_month(month::date)
from generate_series(
  date_trunc('month', (select coalesce(min(occurred_at), now()) from portal_audit.portal_audit_events) at time zone 'UTC'),
  date_trunc('month', now() at time zone 'UTC') + interval '3 months',
  interval '1 month') as month;

insert into public.portal_audit_events
  (id, org_id, portal_account_id, event_type, event_payload, ip_address, user_agent, occurred_at, actor_type,
   actor_user_id, entity, entity_id)
select id, org_id, portal_account_id, event_type, event_payload, ip_address, user_agent, occurred_at, actor_type,
  actor_user_id, entity, entity_id
from portal_audit.portal_audit_events;
drop table portal_audit.portal_audit_events;

-- Seals: nothing has been sealed before now.
alter table public.portal_audit_seals
  add column month date not null check (extract(day from month) = 1),
  add column events_hash bytea not null check (octet_length(events_hash) = 32),
  add column purged_at timestamptz;
comment on column public.portal_audit_seals.month is 'First day of the month (UTC) of all its events.';
comment on column public.portal_audit_seals.events_hash is 'SHA-256 over the hashes of its events, in their order.';
comment on column public.portal_audit_seals.purged_at is 'When its events were dropped with their month; null while they are there.';
comment on column public.portal_audit_seals.hash is
  'SHA-256 over the other columns, the previous hash and events_hash included; purged_at is not among them.';
create index idx_portal_audit_seals_month on public.portal_audit_seals (month) where purged_at is null;

create trigger refuse_change before update or delete on public.portal_audit_seals
  for each row execute function portal_internal.refuse_change();
create trigger refuse_truncate before truncate on public.portal_audit_seals
  for each statement execute function portal_internal.refuse_change();
create policy "internal steps" on public.portal_audit_seals to portal_owner using (true) with check (true);
grant select, insert, update (purged_at) on table public.portal_audit_seals to portal_owner;

-- For whoever keeps it running -----------------------------------------------------------------------

create view portal_admin.audit_chains with (security_invoker = true) as
select
  o.id as org_id,
  o.slug as org_slug,
  sealed.last_seq,
  sealed.sealed_at as last_sealed_at,
  waiting.events as unsealed_events,
  waiting.oldest as oldest_unsealed_at
from public.orgs o
left join lateral (
  select s.last_seq, s.sealed_at
  from public.portal_audit_seals s
  where s.org_id = o.id
  order by s.first_seq desc
  limit 1
) sealed on true
left join lateral (
  select count(*) as events, min(e.occurred_at) as oldest
  from public.portal_audit_events e
  where e.org_id = o.id and e.seq is null
) waiting on true;
comment on view portal_admin.audit_chains is 'How far each company''s audit log is sealed, and what waits.';
comment on column portal_admin.audit_chains.org_id is 'The company.';
comment on column portal_admin.audit_chains.org_slug is 'Its short name.';
comment on column portal_admin.audit_chains.last_seq is 'Number of its last sealed event; null before the first seal.';
comment on column portal_admin.audit_chains.last_sealed_at is 'When that was sealed.';
comment on column portal_admin.audit_chains.unsealed_events is 'Events that wait to be sealed.';
comment on column portal_admin.audit_chains.oldest_unsealed_at is
  'When the oldest of them happened; due jobs seal what is older than 5 minutes.';

create view portal_admin.audit_months with (security_invoker = true) as
select
  c.relname::text as table_name,
  to_date(substring(c.relname from '^events_(\d{4}_\d{2})$'), 'YYYY_MM') as month,
  greatest(c.reltuples, 0)::bigint as estimated_events,
  pg_total_relation_size(c.oid) as bytes
from pg_catalog.pg_inherits i
join pg_catalog.pg_class c on c.oid = i.inhrelid
where i.inhparent = 'public.portal_audit_events'::regclass;
comment on view portal_admin.audit_months is
  'The partitions of the audit log, in schema portal_audit. Three months ahead should be there; the due jobs make them.';
comment on column portal_admin.audit_months.table_name is 'The partition.';
comment on column portal_admin.audit_months.month is
  'First day of its month (UTC); null for the one that takes events without a month.';
comment on column portal_admin.audit_months.estimated_events is 'How many events it has, as of its last ANALYZE.';
comment on column portal_admin.audit_months.bytes is 'What it takes on disk, indexes included.';

revoke all on table portal_admin.audit_chains, portal_admin.audit_months from public, anon, authenticated;
grant select on table portal_admin.audit_chains, portal_admin.audit_months to service_role;

notify pgrst, 'reload schema';
