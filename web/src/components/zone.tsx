'use client'

import { useSyncExternalStore } from 'react'
import { useHere } from '@/components/providers'
import { differs, viewerZone, zoneName } from '@/lib/format'

const never = () => () => {}
/** The zone of whoever looks. The server knows it from an earlier page; before that, it is told as nothing. */
export function useViewerZone() {
  const { viewerZone: told } = useHere()
  return useSyncExternalStore(never, viewerZone, () => told ?? null)
}

/** Names the zone of a place where the viewer's own clock shows something else. */
export function ZoneNote({ zone, at, className }: { zone: string | null | undefined; at?: string | null; className?: string }) {
  const viewer = useViewerZone()
  if (!zone || !viewer || !differs(zone, viewer, at)) return null
  return <span className={className ?? 'text-muted'}>{zoneName(zone, at)}</span>
}
