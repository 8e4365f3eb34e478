'use client'

import dynamic from 'next/dynamic'
import { Skeleton } from '@/components/ui/skeleton'

// Whoever asks nothing loads nothing of it.
const Chat = dynamic(() => import('./chat').then((module) => module.Chat), { loading: () => <Skeleton className="m-5 h-40" /> })
const NOTHING: never[] = []

/** A conversation that begins right here, beside something else. `first`: asked at once. */
export const ChatOnDemand = ({ id, first }: { id: string; first?: string }) => <Chat key={id} id={id} said={NOTHING} first={first} className="max-h-[34rem]" />
