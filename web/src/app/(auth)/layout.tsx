import { Mail, Phone } from 'lucide-react'
import type { ReactNode } from 'react'
import { CompanyName } from '@/components/company-name'
import { phone } from '@/lib/format'
import { getCompany } from '@/lib/standing'

export default async function AuthLayout({ children }: { children: ReactNode }) {
  const company = await getCompany()
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
      <aside className="hidden flex-col justify-between bg-brand p-12 text-brand-ink lg:flex">
        <p className="text-lg font-semibold">{company?.name ?? 'Customer portal'}</p>
        <div className="max-w-md">
          <p className="text-4xl leading-tight font-semibold tracking-tight text-balance">Your home, looked after.</p>
          <ul className="mt-8 space-y-3 text-lg">
            <li>Book a visit at a time that is really free.</li>
            <li>Follow your technician to your door.</li>
            <li>Find every visit, bill and warranty again.</li>
          </ul>
        </div>
        <p className="text-sm">Need help? {company?.support_phone ? `Call ${phone(company.support_phone)}.` : 'Write to us.'}</p>
      </aside>
      <div className="flex flex-col px-5 py-6 sm:px-10">
        <header className="lg:invisible"><CompanyName company={company} /></header>
        {/* Not centred: what is still on its way would move what is there. */}
        <main className="mx-auto w-full max-w-md flex-1 pt-[10vh] pb-8 lg:pt-[14vh]">{children}</main>
        <footer className="mx-auto flex w-full max-w-md flex-wrap gap-x-5 gap-y-2 text-sm text-muted">
          {company?.support_phone && (
            <a className="inline-flex items-center gap-1.5 py-1 hover:underline" href={`tel:${company.support_phone}`}><Phone className="size-4" aria-hidden />{phone(company.support_phone)}</a>
          )}
          {company?.support_email && (
            <a className="inline-flex items-center gap-1.5 py-1 hover:underline" href={`mailto:${company.support_email}`}><Mail className="size-4" aria-hidden />{company.support_email}</a>
          )}
          <a className="py-1 hover:underline sm:ml-auto" href="/help">Help articles</a>
        </footer>
      </div>
    </div>
  )
}
