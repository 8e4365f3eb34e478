-- Optional: open the portal account as soon as a new user has proven an e-mail address or phone, without a call of
-- portal.sign_up. The sign-up form passes what sign_up would get:
--
--   supabase.auth.signUp({ email, password, options: { data: {
--     org_slug: 'acme-comfort', full_name: 'Ann Example', invite_token, reference } } })
--
-- Run as the owner of the tables (postgres). Remove with: drop trigger portal_new_user on auth.users.

create or replace function public.portal_handle_new_user() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  claims_before text := current_setting('request.jwt.claims', true);
begin
  -- sign_up takes the person from the verified token; inside Supabase Auth there is none, but the row is the proof.
  perform set_config('request.jwt.claims',
    json_build_object('sub', new.id, 'role', 'authenticated')::text, true);
  perform portal.sign_up(
    org_slug     => new.raw_user_meta_data ->> 'org_slug',
    full_name    => new.raw_user_meta_data ->> 'full_name',
    invite_token => new.raw_user_meta_data ->> 'invite_token',
    reference    => new.raw_user_meta_data ->> 'reference');
  perform set_config('request.jwt.claims', coalesce(claims_before, ''), true);
  return null;
exception when others then
  -- A log-in without a portal account is better than no log-in: the client can call portal.sign_up and read why.
  raise warning 'no portal account was opened for user %: %', new.id, sqlerrm;
  return null;
end $$;

comment on function public.portal_handle_new_user() is
  'Trigger on auth.users: opens the portal account of a user who confirmed an address and whose metadata names an org_slug.';
revoke all on function public.portal_handle_new_user() from public, anon, authenticated, service_role;

create or replace trigger portal_new_user
  after insert or update of email_confirmed_at, phone_confirmed_at on auth.users
  for each row
  when (new.raw_user_meta_data ? 'org_slug'
        and (new.email_confirmed_at is not null or new.phone_confirmed_at is not null))
  execute function public.portal_handle_new_user();
