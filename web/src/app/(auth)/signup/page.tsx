import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { OpenAccount } from '@/components/auth/open-account'
import { SignUpForm } from '@/components/auth/sign-up-form'
import { visitedOrg } from '@/lib/org'
import { getCompany, getStanding, toSecondStep } from '@/lib/standing'
import { Notice } from '@/components/notice'

export const metadata: Metadata = { title: 'Create an account' }

export default async function SignUpPage() {
  const standing = await getStanding()
  if (standing.kind === 'customer' || standing.kind === 'staff') redirect('/')
  if (standing.kind === 'second-step') return toSecondStep()
  if (standing.kind === 'choose') redirect('/choose-company')
  const [org, company] = [await visitedOrg(), await getCompany()]
  if (!org || !company) {
    return <Notice kind="warn" title="This address belongs to no company">Open the portal with the link that your service company gave you.</Notice>
  }
  return standing.kind === 'no-account' ? <OpenAccount org={org} company={company.name} /> : <SignUpForm company={company.name} next="/signup" />
}
