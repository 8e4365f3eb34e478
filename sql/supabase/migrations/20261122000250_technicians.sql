-- Chapter 2b: the people a company sends: what they can do, when they work and where.

create table public.technicians (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  user_id uuid references auth.users (id) on delete set null,
  display_name text not null check (char_length(btrim(display_name)) between 1 and 100),
  avatar_url text check (avatar_url ~ '^https?://' and char_length(avatar_url) <= 2000),
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, user_id)
);
comment on table public.technicians is
  'The people a company sends. Customers see name and picture only.';
comment on column public.technicians.id is 'Identifies the row, together with org_id.';
comment on column public.technicians.org_id is 'The company this row belongs to.';
comment on column public.technicians.user_id is
  'The technician''s log-in, if they have one; not readable through the API.';
comment on column public.technicians.display_name is 'Name to show to customers.';
comment on column public.technicians.avatar_url is 'Picture to show to customers.';
comment on column public.technicians.is_active is 'False when the technician gets no new jobs.';
comment on column public.technicians.created_at is 'When the row was created.';
comment on column public.technicians.updated_at is 'When the row last changed.';

create index idx_technicians_user_id on public.technicians (user_id);

create trigger keep_keys before update on public.technicians
  for each row execute function portal_internal.keep_columns('org_id', 'id');
create trigger touch before update on public.technicians
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.technicians
  for each row execute function portal_internal.audit_row('technician');

create table public.technician_skills (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  technician_id uuid not null,
  service_type text not null,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, technician_id, service_type),
  foreign key (org_id, technician_id) references public.technicians (org_id, id),
  foreign key (org_id, service_type) references public.service_types (org_id, code) on update cascade
);
comment on table public.technician_skills is
  'Which services a technician can do.';
comment on column public.technician_skills.id is 'Identifies the row, together with org_id.';
comment on column public.technician_skills.org_id is 'The company this row belongs to.';
comment on column public.technician_skills.technician_id is 'The technician.';
comment on column public.technician_skills.service_type is 'Code of the service.';
comment on column public.technician_skills.created_at is 'When the row was created.';

create index idx_technician_skills_org_id_service_type
  on public.technician_skills (org_id, service_type, technician_id);

create trigger keep_keys before update on public.technician_skills
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'technician_id');
create trigger audit after insert or update or delete on public.technician_skills
  for each row execute function portal_internal.audit_row('technician_skill');

create table public.technician_shifts (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  technician_id uuid not null,
  weekday smallint not null check (weekday between 0 and 6),
  start_time time not null,
  end_time time not null,
  valid_from date not null default current_date,
  valid_to date,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, technician_id, weekday, start_time, valid_from),
  check (end_time > start_time),
  check (valid_to >= valid_from),
  check (isfinite(valid_from) and isfinite(valid_to)),
  foreign key (org_id, technician_id) references public.technicians (org_id, id)
);
comment on table public.technician_shifts is
  'When a technician works, week by week. A night shift is two rows.';
comment on column public.technician_shifts.id is 'Identifies the row, together with org_id.';
comment on column public.technician_shifts.org_id is 'The company this row belongs to.';
comment on column public.technician_shifts.technician_id is 'The technician.';
comment on column public.technician_shifts.weekday is 'Day of the week, 0 for Sunday to 6 for Saturday.';
comment on column public.technician_shifts.start_time is 'When the shift begins, in the wall clock of the company.';
comment on column public.technician_shifts.end_time is
  'When the shift ends, in the wall clock of the company; 24:00 for midnight.';
comment on column public.technician_shifts.valid_from is 'First day on which the shift counts.';
comment on column public.technician_shifts.valid_to is 'Last day on which the shift counts; null for no end.';
comment on column public.technician_shifts.created_at is 'When the row was created.';
comment on column public.technician_shifts.updated_at is 'When the row last changed.';

create trigger keep_keys before update on public.technician_shifts
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'technician_id');
create trigger touch before update on public.technician_shifts
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.technician_shifts
  for each row execute function portal_internal.audit_row('technician_shift');

create table public.technician_time_off (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  technician_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  reason text check (char_length(btrim(reason)) between 1 and 200),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  check (ends_at > starts_at),
  check (isfinite(starts_at) and isfinite(ends_at)),
  foreign key (org_id, technician_id) references public.technicians (org_id, id)
);
comment on table public.technician_time_off is
  'When a technician does not work although a shift says so.';
comment on column public.technician_time_off.id is 'Identifies the row, together with org_id.';
comment on column public.technician_time_off.org_id is 'The company this row belongs to.';
comment on column public.technician_time_off.technician_id is 'The technician.';
comment on column public.technician_time_off.starts_at is 'First moment off.';
comment on column public.technician_time_off.ends_at is 'First moment back.';
comment on column public.technician_time_off.reason is 'Why, for the office.';
comment on column public.technician_time_off.created_at is 'When the row was created.';
comment on column public.technician_time_off.updated_at is 'When the row last changed.';

create index idx_technician_time_off_org_id_technician_id
  on public.technician_time_off (org_id, technician_id, starts_at);

create trigger keep_keys before update on public.technician_time_off
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'technician_id');
create trigger touch before update on public.technician_time_off
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.technician_time_off
  for each row execute function portal_internal.audit_row('technician_time_off');

create table public.service_areas (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  technician_id uuid,
  country text not null default 'US' check (country ~ '^[A-Z]{2}$'),
  postal_code_prefix text not null check (postal_code_prefix ~ '^[A-Z0-9]{1,12}$'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique nulls not distinct (org_id, technician_id, country, postal_code_prefix),
  foreign key (org_id, technician_id) references public.technicians (org_id, id)
);
comment on table public.service_areas is
  'Where a company or one of its technicians goes. Without a row of its own, either goes everywhere.';
comment on column public.service_areas.id is 'Identifies the row, together with org_id.';
comment on column public.service_areas.org_id is 'The company this row belongs to.';
comment on column public.service_areas.technician_id is
  'The technician who goes there; null for the company as a whole.';
comment on column public.service_areas.country is 'ISO 3166 code of the country.';
comment on column public.service_areas.postal_code_prefix is
  'How the postal codes of the area begin, in capitals, without spaces or dashes.';
comment on column public.service_areas.created_at is 'When the row was created.';
comment on column public.service_areas.updated_at is 'When the row last changed.';

create trigger keep_keys before update on public.service_areas
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'technician_id');
create trigger touch before update on public.service_areas
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.service_areas
  for each row execute function portal_internal.audit_row('service_area');

-- Access ---------------------------------------------------------------------------------------------

alter table public.technicians enable row level security;
alter table public.technician_skills enable row level security;
alter table public.technician_shifts enable row level security;
alter table public.technician_time_off enable row level security;
alter table public.service_areas enable row level security;
revoke all on table
  public.technicians, public.technician_skills, public.technician_shifts, public.technician_time_off,
  public.service_areas
  from public, anon, authenticated, service_role;

create policy "everyone of the company reads technicians' names" on public.technicians
  for select to authenticated
  using (org_id = any ((select portal_internal.org_ids())::uuid[]));
create policy "staff read skills" on public.technician_skills
  for select to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_staff()));
create policy "the office reads shifts, technicians their own" on public.technician_shifts
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and ((select portal_internal.is_office()) or technician_id = (select portal_internal.technician_id()))
  );
create policy "the office reads time off, technicians their own" on public.technician_time_off
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and ((select portal_internal.is_office()) or technician_id = (select portal_internal.technician_id()))
  );
create policy "everyone reads the company's areas, staff also technicians'" on public.service_areas
  for select to authenticated
  using (
    technician_id is null and org_id = any ((select portal_internal.org_ids())::uuid[])
    or org_id = (select portal_internal.org_id()) and (select portal_internal.is_staff())
  );

-- Administrators keep the list of technicians; the office plans shifts and time off.
create policy "administrators add technicians" on public.technicians
  for insert to authenticated
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "administrators change technicians" on public.technicians
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "administrators add skills" on public.technician_skills
  for insert to authenticated
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "administrators change skills" on public.technician_skills
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "administrators remove skills" on public.technician_skills
  for delete to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "the office adds shifts" on public.technician_shifts
  for insert to authenticated
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));
create policy "the office changes shifts" on public.technician_shifts
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));
create policy "the office removes shifts" on public.technician_shifts
  for delete to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));
create policy "the office adds time off" on public.technician_time_off
  for insert to authenticated
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));
create policy "the office changes time off" on public.technician_time_off
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));
create policy "the office removes time off" on public.technician_time_off
  for delete to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));
create policy "administrators add service areas" on public.service_areas
  for insert to authenticated
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "administrators change service areas" on public.service_areas
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "administrators remove service areas" on public.service_areas
  for delete to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));

grant select on table public.technician_skills, public.technician_shifts, public.technician_time_off,
  public.service_areas to authenticated;
grant select (org_id, id, display_name, avatar_url, is_active, created_at, updated_at)
  on table public.technicians to authenticated;
grant
  insert (org_id, user_id, display_name, avatar_url, is_active),
  update (user_id, display_name, avatar_url, is_active)
  on table public.technicians to authenticated;
grant insert (org_id, technician_id, service_type), update (service_type), delete
  on table public.technician_skills to authenticated;
grant
  insert (org_id, technician_id, weekday, start_time, end_time, valid_from, valid_to),
  update (weekday, start_time, end_time, valid_from, valid_to),
  delete
  on table public.technician_shifts to authenticated;
grant
  insert (org_id, technician_id, starts_at, ends_at, reason),
  update (starts_at, ends_at, reason),
  delete
  on table public.technician_time_off to authenticated;
grant insert (org_id, technician_id, country, postal_code_prefix), update (country, postal_code_prefix), delete
  on table public.service_areas to authenticated;
grant select, insert, update, delete on table
  public.technicians, public.technician_skills, public.technician_shifts, public.technician_time_off,
  public.service_areas
  to service_role;
