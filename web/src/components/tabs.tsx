'use client'

import { useEffect, useRef } from 'react'
import Link from '@/components/link'

/** Pages of one subject. Where a phone cannot show them all, the one that is open is in view. */
export function Tabs({ label, tabs, current }: { label: string; tabs: { href: string; label: string }[]; current: string }) {
  const [bar, open] = [useRef<HTMLElement>(null), useRef<HTMLAnchorElement>(null)]
  useEffect(() => {
    if (bar.current && open.current) bar.current.scrollLeft = open.current.offsetLeft - (bar.current.clientWidth - open.current.offsetWidth) / 2
  }, [current])
  return (
    <nav ref={bar} aria-label={label} className="relative -mx-4 mb-6 overflow-x-auto px-4 sm:mx-0 sm:px-0 print:hidden">
      <ul className="flex min-w-max gap-1 border-b">
        {tabs.map((tab) => (
          <li key={tab.href}>
            <Link
              ref={tab.href === current ? open : undefined}
              href={tab.href}
              aria-current={tab.href === current ? 'page' : undefined}
              className="-mb-px inline-flex h-11 items-center border-b-2 border-transparent px-3.5 font-medium text-muted hover:text-foreground aria-[current=page]:border-brand-text aria-[current=page]:text-foreground"
            >
              {tab.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
