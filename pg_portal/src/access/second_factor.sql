union all
-- A row without a company: the person has set up a second factor.
(select null, null, null, null from auth.mfa_factors f where f.user_id = $1 and f.status = 'verified' limit 1)
