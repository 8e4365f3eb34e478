insert into public.portal_invites as i
  (org_id, customer_id, location_ids, role, email, full_name, token_hash, status, expires_at,
   invited_by_user_id, invited_by_portal_account_id, sent_count)
values
  ($1::uuid, $2::uuid, $3::uuid[], $4::portal.account_role, $5, $6, $7, 'pending', now() + interval '7 days',
   $8::uuid, $9::uuid, 1)
on conflict (org_id, customer_id, lower(email)) where status = 'pending'
do update set
  location_ids = excluded.location_ids,
  role = excluded.role,
  full_name = excluded.full_name,
  token_hash = excluded.token_hash,
  expires_at = excluded.expires_at,
  invited_by_user_id = excluded.invited_by_user_id,
  invited_by_portal_account_id = excluded.invited_by_portal_account_id,
  sent_count = i.sent_count + 1
returning jsonb_build_object('invite_id', i.id, 'expires_at', i.expires_at)
