'use client'

import NextLink, { useLinkStatus } from 'next/link'
import type { ComponentProps } from 'react'

/**
 * A link that shows that the next page is on its way, where that takes long enough to be noticed. It fetches nothing ahead: all
 * pages depend on who is there, so for each link in view that would be two requests whose answers only say so.
 */
export default function Link({ children, ...props }: ComponentProps<typeof NextLink>) {
  return <NextLink prefetch={false} {...props}>{children}<OnItsWay /></NextLink>
}

function OnItsWay() {
  const { pending } = useLinkStatus()
  return pending && <span aria-hidden className="pointer-events-none fixed inset-x-0 top-0 z-50 h-1 animate-way bg-brand-line" />
}
