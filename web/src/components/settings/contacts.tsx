'use client'

import { UserMinus, UserPlus, Users } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { More, ShowMore } from '@/components/more'
import { Failure, Notice } from '@/components/notice'
import { FinderField, useFinder } from '@/components/finder'
import { Empty } from '@/components/page'
import { Avatar } from '@/components/ui/avatar'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardContent, CardHeader, CardTitle } from '@/components/ui/card'
import { Dialog, DialogContent, DialogFooter } from '@/components/ui/dialog'
import { Input } from '@/components/ui/input'
import { SkeletonRows } from '@/components/ui/skeleton'
import { useToast } from '@/components/ui/toast'
import { useAccounts, useRevokeContact, useSettings, type Settings } from '@/lib/api/settings'
import type { Row } from '@/lib/database'
import { phone } from '@/lib/format'
import { InviteDialog } from './invite'

const NAMES: Record<Row<'accounts'>['role'], string> = { customer: 'Contact', billing_contact: 'Billing', property_manager: 'Manager', admin: 'Administrator' }

type Contact = Settings['contacts'][number]

/** For property managers: who else may look after their locations. */
export function Contacts() {
  const settings = useSettings().data
  const [words, setWords] = useState('')
  const accounts = useAccounts(settings?.organization.id ?? '', useDeferredValue(words.trim()))
  const people = accounts.data?.pages.flat() ?? []
  const [isInviting, setInviting] = useState(false)
  const [leaving, setLeaving] = useState<Row<'accounts'>>()
  const labels = new Map(settings?.locations.map(({ id, label }) => [id, label]))
  const told = ({ role, location_id, phone: number, email: address }: Contact) => [role, labels.get(location_id ?? ''), phone(number) || address].filter(Boolean).join(' · ')
  const known = useFinder(settings?.contacts ?? [], (contact) => `${contact.full_name} ${told(contact)}`)
  const mayInvite = ['property_manager', 'admin'].includes(settings?.account?.role ?? '')
  return (
    <div className="space-y-6">
      <Card aria-labelledby="access">
        <CardHeader>
          <CardTitle id="access">Who has access</CardTitle>
          {mayInvite && <Button size="sm" onClick={() => setInviting(true)}><UserPlus aria-hidden />Invite</Button>}
        </CardHeader>
        <CardContent>
          {(accounts.hasNextPage || words) && <Input type="search" aria-label="Find somebody with access" placeholder="Name or e-mail" className="mb-2" value={words} onChange={(event) => setWords(event.target.value)} />}
          <Failure error={accounts.error} />
          {accounts.isPending && <SkeletonRows rows={2} className="h-14" />}
          <ul className="divide-y">
            {people.map((account) => (
              <li key={account.id} className="flex items-center gap-3.5 py-3">
                <Avatar name={account.full_name ?? account.email} />
                <div className="min-w-0 flex-1">
                  <p className="flex flex-wrap items-center gap-2"><span className="truncate font-medium">{account.full_name ?? account.email}</span><Badge tone={account.role === 'property_manager' ? 'brand' : 'neutral'}>{NAMES[account.role]}</Badge>{account.status === 'suspended' && <Badge tone="bad">Suspended</Badge>}</p>
                  <p className="truncate text-sm text-muted">{account.is_own ? 'You' : account.email}</p>
                </div>
                {!account.is_own && <Button variant="ghost" size="icon-sm" aria-label={`Take access away from ${account.full_name ?? account.email}`} onClick={() => setLeaving(account)}><UserMinus aria-hidden /></Button>}
              </li>
            ))}
          </ul>
          {accounts.data && people.length === 0 && <p role="status" className="py-4 text-center text-muted">Nobody is called that.</p>}
          <More list={accounts} />
        </CardContent>
      </Card>
      <Card aria-labelledby="contacts">
        <CardHeader><CardTitle id="contacts">People we may call</CardTitle></CardHeader>
        <CardContent>
          {settings?.contacts.length === 0 && <Empty icon={Users} title="Nobody yet">Tenants and caretakers that the office knows stand here.</Empty>}
          <FinderField finder={known} label="Find somebody to call" />
          <ul className="mt-1 grid gap-x-8 sm:grid-cols-2">
            {known.shown.map((contact) => (
              <li key={contact.id} className="flex min-w-0 items-center gap-3.5 border-b py-3">
                <Avatar name={contact.full_name} />
                <div className="min-w-0">
                  <p className="truncate font-medium">{contact.full_name}</p>
                  <p className="text-sm text-muted">{told(contact)}</p>
                </div>
              </li>
            ))}
          </ul>
          {known.more && <ShowMore onClick={known.more} />}
        </CardContent>
      </Card>
      <InviteDialog open={isInviting} onClose={() => setInviting(false)} />
      {leaving && <RevokeDialog account={leaving} onClose={() => setLeaving(undefined)} />}
    </div>
  )
}

function RevokeDialog({ account, onClose }: { account: Row<'accounts'>; onClose: () => void }) {
  const [revoke, tell] = [useRevokeContact(), useToast()]
  const name = account.full_name ?? account.email ?? 'this person'
  return (
    <Dialog open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <DialogContent title={`Take access away from ${name}?`}>
        <Notice kind="warn" title="This works at once">{name} no longer sees anything here. You can invite them again.</Notice>
        <Failure error={revoke.error} className="mt-4" />
        <DialogFooter>
          <Button variant="ghost" onClick={onClose}>Keep</Button>
          <Button variant="danger" busy={revoke.isPending} onClick={() => revoke.mutate(account.id, { onSuccess: () => (onClose(), tell(`${name} has no access any more`)) })}>Take away</Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}
