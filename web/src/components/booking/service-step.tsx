'use client'

import { ChevronRight, Siren } from 'lucide-react'
import { Badge } from '@/components/ui/badge'
import type { Service } from '@/lib/api/booking'
import { duration, roundMoney } from '@/lib/format'
import { useSettings } from '@/lib/api/settings'
import { cn } from '@/lib/utils'

const CATEGORIES: Record<string, string> = { hvac: 'Heating and cooling', electrical: 'Electrical', plumbing: 'Plumbing' }
const nameOf = (category: string) => CATEGORIES[category] ?? category[0]!.toUpperCase() + category.slice(1).replaceAll('_', ' ')

export function ServiceStep({ services, value, onChoose }: { services: Service[]; value: string | null; onChoose: (code: string) => void }) {
  const currency = useSettings().data?.organization.currency
  const categories = [...new Set(services.map(({ category }) => category))]
  return (
    <div className="space-y-7">
      {categories.map((category) => (
        <section key={category} aria-labelledby={`category-${category}`}>
          <h3 id={`category-${category}`} className="mb-3 text-sm font-semibold text-muted">{nameOf(category)}</h3>
          <ul className="space-y-3">
            {services.filter((service) => service.category === category).map(({ code, name, description, duration_minutes, price_from_cents, is_emergency, booking_mode }) => (
              <li key={code}>
                <button
                  type="button"
                  aria-pressed={code === value}
                  onClick={() => onChoose(code)}
                  className={cn('flex w-full items-center gap-4 rounded-card border bg-surface p-4 text-left shadow-card transition-colors hover:border-brand-line aria-pressed:border-brand', is_emergency && 'border-bad/40')}
                >
                  <span className="min-w-0 flex-1">
                    <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
                      <span className="font-semibold">{name}</span>
                      {is_emergency && <Badge tone="bad"><Siren aria-hidden />Emergency</Badge>}
                    </span>
                    {description && <span className="mt-1 block text-[0.95rem] text-muted">{description}</span>}
                    <span className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
                      {price_from_cents != null && <span className="font-medium text-foreground">{price_from_cents === 0 ? 'Free' : `From ${roundMoney(price_from_cents, currency)}`}</span>}
                      <span>about {duration(duration_minutes)}</span>
                      <span>{booking_mode === 'instant' ? 'Confirmed at once' : 'We confirm it soon'}</span>
                    </span>
                  </span>
                  <ChevronRight className="size-5 shrink-0 text-muted" aria-hidden />
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}
