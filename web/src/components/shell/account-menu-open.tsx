'use client'

import { ClipboardList, LifeBuoy, LogOut, Monitor, Moon, Settings, Sun } from 'lucide-react'
import { useState } from 'react'
import Link from '@/components/link'
import { useApi } from '@/components/providers'
import {
  DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuLabel, DropdownMenuRadioGroup, DropdownMenuRadioItem, DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu'
import { keep } from '@/lib/cookie'
import { leave } from '@/lib/leave'
import { THEME_COOKIE, isTheme } from '@/lib/theme'
import { AccountButton } from './account-menu'

const THEMES = [['system', 'As the system', Monitor], ['light', 'Light', Sun], ['dark', 'Dark', Moon]] as const

/** The menu itself: comes open, for somebody has asked for it. */
export function OpenAccountMenu({ name, email, wide }: { name: string; email?: string | null; wide?: boolean }) {
  const api = useApi()
  return (
    <DropdownMenu defaultOpen>
      <DropdownMenuTrigger asChild><AccountButton name={name} email={email} wide={wide} /></DropdownMenuTrigger>
      <DropdownMenuContent align={wide ? 'start' : 'end'} className="w-64">
        {!wide && <DropdownMenuLabel className="truncate">{email ?? name}</DropdownMenuLabel>}
        <DropdownMenuItem asChild><Link href="/settings/profile"><Settings aria-hidden />Settings</Link></DropdownMenuItem>
        {!wide && <DropdownMenuItem asChild><Link href="/history"><ClipboardList aria-hidden />History and bills</Link></DropdownMenuItem>}
        {!wide && <DropdownMenuItem asChild><Link href="/help"><LifeBuoy aria-hidden />Help</Link></DropdownMenuItem>}
        <DropdownMenuSeparator />
        <DropdownMenuLabel>Appearance</DropdownMenuLabel>
        <ThemeChoice />
        <DropdownMenuSeparator />
        <DropdownMenuItem onSelect={() => void leave(api)}><LogOut aria-hidden />Log out</DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}

function ThemeChoice() {
  const [theme, setTheme] = useState(() => (typeof document === 'undefined' ? undefined : document.documentElement.dataset.theme) ?? 'system')
  const choose = (value: string) => {
    setTheme(value)
    keep(THEME_COOKIE, isTheme(value) ? value : null)
    if (isTheme(value)) document.documentElement.dataset.theme = value
    else delete document.documentElement.dataset.theme
  }
  return (
    <DropdownMenuRadioGroup value={theme} onValueChange={choose}>
      {THEMES.map(([value, label, Icon]) => (
        <DropdownMenuRadioItem key={value} value={value} onSelect={(event) => event.preventDefault()}><Icon aria-hidden />{label}</DropdownMenuRadioItem>
      ))}
    </DropdownMenuRadioGroup>
  )
}
