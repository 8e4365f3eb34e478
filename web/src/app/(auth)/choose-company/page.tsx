import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { ChooseCompany } from '@/components/auth/choose-company'
import { unwrap } from '@/lib/errors'
import { afterSecondStep } from '@/lib/standing'
import { getApi, isSignedIn } from '@/lib/supabase/server'

export const metadata: Metadata = { title: 'Choose a company' }

export default async function ChooseCompanyPage() {
  if (!(await isSignedIn())) redirect('/login')
  await afterSecondStep()
  const companies = await unwrap((await getApi()).schema('public').from('orgs').select('slug, name').order('name'))
  return <ChooseCompany companies={companies} />
}
