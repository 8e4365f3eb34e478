import { Badge, type Tone } from '@/components/ui/badge'
import type { Enum } from '@/lib/database'

const APPOINTMENT: Record<Enum<'work_order_status'>, [string, Tone]> = {
  tentative: ['Waiting for confirmation', 'warn'],
  scheduled: ['Confirmed', 'good'],
  en_route: ['On the way', 'brand'],
  on_site: ['At your place', 'brand'],
  completed: ['Done', 'neutral'],
  canceled: ['Canceled', 'bad'],
  no_show: ['Missed', 'bad'],
}
const REQUEST: Record<Enum<'booking_status'>, [string, Tone]> = {
  submitted: ['Received', 'warn'],
  under_review: ['Being looked at', 'warn'],
  approved: ['Approved', 'good'],
  scheduled: ['Scheduled', 'good'],
  rejected: ['Declined', 'bad'],
  canceled_by_customer: ['Withdrawn', 'neutral'],
}
const INVOICE: Record<Enum<'invoice_status'>, [string, Tone]> = {
  draft: ['Draft', 'neutral'], open: ['Open', 'warn'], paid: ['Paid', 'good'], void: ['Void', 'neutral'], overdue: ['Overdue', 'bad'],
}
const QUOTE: Record<Enum<'quote_status'>, [string, Tone]> = {
  draft: ['Draft', 'neutral'], sent: ['Waits for you', 'warn'], accepted: ['Accepted', 'good'], declined: ['Declined', 'neutral'], expired: ['Expired', 'neutral'],
}

const badge = ([label, tone]: [string, Tone]) => <Badge tone={tone}>{label}</Badge>

export const appointmentLabel = (status: Enum<'work_order_status'>) => APPOINTMENT[status][0]
export const AppointmentBadge = ({ status }: { status: Enum<'work_order_status'> }) => badge(APPOINTMENT[status])
export const requestLabel = (status: Enum<'booking_status'>) => REQUEST[status][0]
export const RequestBadge = ({ status }: { status: Enum<'booking_status'> }) => badge(REQUEST[status])
export const InvoiceBadge = ({ status }: { status: Enum<'invoice_status'> }) => badge(INVOICE[status])
export const QuoteBadge = ({ status }: { status: Enum<'quote_status'> }) => badge(QUOTE[status])
