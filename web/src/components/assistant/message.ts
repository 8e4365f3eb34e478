import type { UIMessage } from 'ai'
import type { Citation, Said } from '@/lib/api/assistant'

/** When the assistant offers a person: why, and how they are reached. */
export interface Offer {
  reason: string
  can_escalate: boolean
  phone: string | null
  email: string | null
}
type Meta = { message_id?: string; citations?: Citation[]; finish_reason?: string; is_helpful?: boolean | null }
export type ChatMessage = UIMessage<Meta, { 'offer-human': Offer }>

export const fromStored = ({ id, role, content, citations, is_helpful, finish_reason }: Said): ChatMessage => ({
  id, role, parts: [{ type: 'text', text: content }],
  metadata: { message_id: id, citations: (citations ?? []) as unknown as Citation[], is_helpful, finish_reason: finish_reason ?? undefined },
})

export const textOf = (message: ChatMessage) => message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')
