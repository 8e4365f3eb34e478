-- $1 company, $2 the proposal, $3 the one service, or null for all. Every service gets a row of its own: what is
-- proposed, and for the rest what counts for it now. There is a row that counts: the company's was made if need be.
insert into public.booking_policies
  (org_id, service_type, cancel_notice_minutes, reschedule_notice_minutes, max_reschedules, fee_tiers)
select s.org_id, s.code,
  coalesce(n.cancel_notice_minutes, p.cancel_notice_minutes),
  coalesce(n.reschedule_notice_minutes, p.reschedule_notice_minutes),
  coalesce(n.max_reschedules, p.max_reschedules),
  coalesce(n.fee_tiers, p.fee_tiers)
from public.service_types s
cross join jsonb_to_record($2) n (
  cancel_notice_minutes integer, reschedule_notice_minutes integer, max_reschedules integer, fee_tiers jsonb)
cross join lateral (
  select p.cancel_notice_minutes, p.reschedule_notice_minutes, p.max_reschedules, p.fee_tiers
  from public.booking_policies p
  where p.org_id = s.org_id and (p.service_type = s.code or p.service_type is null)
  order by p.service_type nulls last
  limit 1) p
where s.org_id = $1::uuid and ($3::text is null or s.code = $3)
on conflict (org_id, service_type) do update
set cancel_notice_minutes = excluded.cancel_notice_minutes,
  reschedule_notice_minutes = excluded.reschedule_notice_minutes,
  max_reschedules = excluded.max_reschedules,
  fee_tiers = excluded.fee_tiers
