'use client'

import type { ComponentProps } from 'react'
import { Avatar } from '@/components/ui/avatar'
import { useToast } from '@/components/ui/toast'
import { useOnDemand, useSoon } from '@/lib/soon'
import { cn } from '@/lib/utils'

interface Props {
  name: string
  email?: string | null
  wide?: boolean
}

const menu = () => import('./account-menu-open').then((module) => module.OpenAccountMenu)
const PARTS = [menu]

/** Who is signed in, and behind it what belongs to them. */
export function AccountMenu(props: Props) {
  const [Open, want] = useOnDemand(menu)
  const tell = useToast()
  useSoon(PARTS)
  if (Open) return <Open {...props} />
  return <AccountButton {...props} aria-haspopup="menu" aria-expanded={false} onClick={() => void want().catch(tell.failure)} />
}

export function AccountButton({ name, email, wide, ...props }: Props & ComponentProps<'button'>) {
  return (
    <button type="button" {...props} className={cn('flex items-center gap-3 rounded-xl text-left', wide && 'w-full p-2 hover:bg-surface-2')}>
      <span className="sr-only">{wide ? 'Account of ' : `Account of ${name}`}</span>
      <Avatar name={name} className="size-10" />
      {wide && (
        <span className="min-w-0">
          <span className="block truncate text-[0.95rem] font-medium">{name}</span>
          <span className="block truncate text-sm text-muted">{email}</span>
        </span>
      )}
    </button>
  )
}
