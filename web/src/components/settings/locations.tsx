'use client'

import { House, Pencil, Plus, Star } from 'lucide-react'
import { useState } from 'react'
import { FinderField, useFinder } from '@/components/finder'
import { wordsOf } from '@/components/locations/name'
import { ShowMore } from '@/components/more'
import { Empty } from '@/components/page'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { useToast } from '@/components/ui/toast'
import { useSettings, useUpdateLocation, type Location } from '@/lib/api/settings'
import { address, zoneName } from '@/lib/format'
import { AddressForm } from './address-form'

export function Locations() {
  const settings = useSettings().data
  const tell = useToast()
  const [editing, setEditing] = useState<Location | 'new'>()
  const locations = settings?.locations ?? []
  const finder = useFinder(locations, wordsOf)
  const done = () => {
    setEditing(undefined)
    tell('The address is saved')
  }
  return (
    <div className="space-y-4">
      {locations.length === 0 && <Empty icon={House} title="No addresses yet">Add the place where we are to come.</Empty>}
      <FinderField finder={finder} label="Find an address" />
      <ul className="space-y-3">{finder.shown.map((location) => <Row key={location.id} location={location} zone={settings!.organization.timezone} onEdit={() => setEditing(location)} />)}</ul>
      {finder.more && <ShowMore onClick={finder.more} />}
      <Button variant="outline" onClick={() => setEditing('new')}><Plus aria-hidden />Add an address</Button>
      <Dialog open={editing !== undefined} onOpenChange={(open) => !open && setEditing(undefined)}>
        <DialogContent title={editing === 'new' ? 'Add an address' : 'Change the address'}>
          {editing && <AddressForm label="Save" location={editing === 'new' ? undefined : editing} onDone={done} onCancel={() => setEditing(undefined)} />}
        </DialogContent>
      </Dialog>
    </div>
  )
}

function Row({ location, zone, onEdit }: { location: Location; zone: string; onEdit: () => void }) {
  const [update, tell] = [useUpdateLocation(), useToast()]
  const name = location.label ?? location.address_line1
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-card border bg-surface p-4 shadow-card">
      <span className="grid size-11 shrink-0 place-items-center rounded-full bg-surface-2 text-muted"><House className="size-5" aria-hidden /></span>
      <div className="min-w-0 flex-1 basis-40">
        <p className="flex flex-wrap items-center gap-2.5 font-semibold">{name}{location.is_primary && <Badge tone="brand">Main</Badge>}</p>
        <p className="text-[0.95rem] text-muted">{address(location)}</p>
        {location.timezone !== zone && <p suppressHydrationWarning className="text-sm text-muted">{zoneName(location.timezone)}</p>}
      </div>
      {location.can_book && (
        <div className="flex gap-1">
          {!location.is_primary && (
            <Button variant="ghost" size="icon-sm" aria-label={`Make ${name} the main address`} busy={update.isPending} onClick={() => update.mutate({ location_id: location.id, is_primary: true }, { onError: tell.failure })}>
              {!update.isPending && <Star aria-hidden />}
            </Button>
          )}
          <Button variant="ghost" size="icon-sm" aria-label={`Change ${name}`} onClick={onEdit}><Pencil aria-hidden /></Button>
        </div>
      )}
    </li>
  )
}
