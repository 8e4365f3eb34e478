import type { Subject } from '@/lib/api/assistant'

/** What a conversation is about, as its title where nothing was asked yet. */
export const SUBJECTS: Record<Subject, string> = {
  general_support: 'A question',
  pre_booking: 'Before booking',
  active_job: 'About a visit',
  billing_question: 'About a bill',
}
/** What others ask, to begin with. */
export const SUGGESTIONS: Record<Subject, string[]> = {
  general_support: ['How do I prepare for a visit?', 'What does a visit cost?', 'When is it an emergency?'],
  pre_booking: ['Which service do I need?', 'What does a visit cost?', 'Is this an emergency?'],
  active_job: ['How do I prepare for the visit?', 'Can I still move the visit?', 'Who is coming?'],
  billing_question: ['Which bills are open?', 'How can I pay?'],
}
