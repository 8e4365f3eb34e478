'use client'

import { CalendarDays, CalendarPlus, ClipboardList, House, LifeBuoy, MessageSquare, Settings, Sparkles, type LucideIcon } from 'lucide-react'
import { usePathname } from 'next/navigation'
import Link from '@/components/link'
import { Button } from '@/components/ui/button'
import { useDashboard } from '@/lib/api/dashboard'
import { cn } from '@/lib/utils'

interface Item {
  href: string
  label: string
  icon: LucideIcon
}
const HOME: Item = { href: '/', label: 'Home', icon: House }
const VISITS: Item = { href: '/appointments', label: 'Appointments', icon: CalendarDays }
const MESSAGES: Item = { href: '/messages', label: 'Messages', icon: MessageSquare }
const ASSISTANT: Item = { href: '/assistant', label: 'Assistant', icon: Sparkles }
const ALL: Item[] = [
  HOME, VISITS, MESSAGES, ASSISTANT,
  { href: '/history', label: 'History', icon: ClipboardList },
  { href: '/help', label: 'Help', icon: LifeBuoy },
  { href: '/settings/profile', label: 'Settings', icon: Settings },
]

function useIsHere() {
  const path = usePathname()
  return (href: string) => (href === '/' ? path === '/' : path.startsWith(href === '/settings/profile' ? '/settings' : href))
}

function Unread({ className }: { className?: string }) {
  const count = useDashboard().data?.unread_messages ?? 0
  if (count === 0) return null
  return (
    <span className={cn('grid h-5 min-w-5 place-items-center rounded-full bg-bad-solid px-1.5 text-xs font-semibold text-white', className)}>
      {count > 99 ? '99+' : count}
      <span className="sr-only"> unread</span>
    </span>
  )
}

export function SideNav() {
  const isHere = useIsHere()
  return (
    <nav aria-label="Main" className="space-y-5">
      <Button asChild className="w-full"><Link href="/book"><CalendarPlus aria-hidden />Book a visit</Link></Button>
      <ul className="space-y-1">
        {ALL.map(({ href, label, icon: Icon }) => (
          <li key={href}>
            <Link
              href={href}
              aria-current={isHere(href) ? 'page' : undefined}
              className="flex h-11 items-center gap-3 rounded-xl px-3 font-medium text-muted hover:bg-surface-2 hover:text-foreground aria-[current=page]:bg-brand-soft aria-[current=page]:text-brand-text"
            >
              <Icon className="size-5" aria-hidden />
              {label}
              {href === '/messages' && <Unread className="ml-auto" />}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

export function TabBar() {
  const isHere = useIsHere()
  const tab = ({ href, label, icon: Icon }: Item, short = label) => (
    <li key={href} className="flex-1">
      <Link
        href={href}
        aria-current={isHere(href) ? 'page' : undefined}
        className="relative flex h-16 flex-col items-center justify-center gap-1 text-[0.7rem] font-medium text-muted aria-[current=page]:text-brand-text"
      >
        <Icon className="size-5.5" aria-hidden />
        {short}
        {href === '/messages' && <Unread className="absolute top-1.5 left-1/2 ml-1.5" />}
      </Link>
    </li>
  )
  return (
    <nav aria-label="Main" className="fixed inset-x-0 bottom-0 z-30 border-t bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden print:hidden">
      <ul className="mx-auto flex max-w-xl">
        {tab(HOME)}
        {tab(VISITS, 'Visits')}
        <li className="flex-1">
          <Link href="/book" aria-current={isHere('/book') ? 'page' : undefined} className="flex h-16 flex-col items-center justify-center gap-1 text-[0.7rem] font-semibold text-brand-text">
            <span className="grid h-8 w-11 place-items-center rounded-full bg-brand text-brand-ink"><CalendarPlus className="size-5" aria-hidden /></span>
            Book
          </Link>
        </li>
        {tab(MESSAGES)}
        {tab(ASSISTANT)}
      </ul>
    </nav>
  )
}
