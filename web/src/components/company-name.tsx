import type { Company } from '@/lib/standing'
import { cn } from '@/lib/utils'

/** The company's logo, or its name beside a mark in its colour. */
export function CompanyName({ company, className }: { company: Pick<Company, 'name' | 'logo_url'> | null; className?: string }) {
  const name = company?.name ?? 'Customer portal'
  if (company?.logo_url) {
    // eslint-disable-next-line @next/next/no-img-element
    return <img src={company.logo_url} alt={name} height={32} className={cn('h-8 w-auto', className)} />
  }
  return (
    <span className={cn('flex min-w-0 items-center gap-2.5 font-semibold tracking-tight', className)}>
      <span aria-hidden className="grid size-9 shrink-0 place-items-center rounded-xl bg-brand text-base font-bold text-brand-ink">{name[0]}</span>
      <span className="truncate text-[1.05rem]">{name}</span>
    </span>
  )
}
