import { ChevronLeft, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import Link from '@/components/link'
import { Button } from './ui/button'

interface HeaderProps {
  title: ReactNode
  lead?: ReactNode
  back?: { href: string; label: string }
  children?: ReactNode
}

/** The head of a page: where one is, and what can be done here. */
export function PageHeader({ title, lead, back, children }: HeaderProps) {
  return (
    <header className="mb-6">
      {back && (
        <Link href={back.href} className="-ml-1 mb-2 inline-flex items-center gap-1 py-1 text-sm font-medium text-muted hover:text-foreground print:hidden">
          <ChevronLeft className="size-4" aria-hidden />{back.label}
        </Link>
      )}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-4">
        <div className="min-w-0">
          <h1 className="text-2xl font-semibold tracking-tight sm:text-[1.75rem]">{title}</h1>
          {lead && <div className="mt-1.5 text-muted">{lead}</div>}
        </div>
        {children && <div className="flex flex-wrap gap-2.5 print:hidden">{children}</div>}
      </div>
    </header>
  )
}

/** Nothing there yet: says what will be, and how to begin. */
export function Empty({ icon: Icon, title, children, action }: { icon: LucideIcon; title: string; children?: ReactNode; action?: { href: string; label: string } }) {
  return (
    <div className="flex flex-col items-center rounded-card border border-dashed px-6 py-12 text-center">
      <span className="mb-4 grid size-12 place-items-center rounded-full bg-brand-soft text-brand-text"><Icon className="size-6" aria-hidden /></span>
      <h2 className="text-lg font-semibold tracking-tight">{title}</h2>
      {children && <p className="mt-1.5 max-w-sm text-muted text-pretty">{children}</p>}
      {action && <Button asChild className="mt-5"><Link href={action.href}>{action.label}</Link></Button>}
    </div>
  )
}
