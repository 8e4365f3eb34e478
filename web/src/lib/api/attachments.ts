import { useApi } from '@/components/providers'
import type { Attachment } from '../database'
import { ApiError } from '../errors'
import { useSettings } from './settings'

const MEGABYTE = 1024 * 1024
export const MOST_FILES = 10
const LARGEST = 25 * MEGABYTE
const TYPES: Record<string, { kind: 'photo' | 'video' | 'document'; ending: string }> = {
  'image/jpeg': { kind: 'photo', ending: 'jpg' }, 'image/png': { kind: 'photo', ending: 'png' }, 'image/webp': { kind: 'photo', ending: 'webp' },
  'image/gif': { kind: 'photo', ending: 'gif' }, 'image/heic': { kind: 'photo', ending: 'heic' }, 'image/heif': { kind: 'photo', ending: 'heif' },
  'video/mp4': { kind: 'video', ending: 'mp4' }, 'video/quicktime': { kind: 'video', ending: 'mov' }, 'application/pdf': { kind: 'document', ending: 'pdf' },
}
export const ACCEPTED = Object.keys(TYPES).join(',')

const refuse = (message: string, hint: string) => new ApiError({ message, hint }, 422)

/** Puts a file into the customer's own folder; answers what a message or request names it by. */
export function useUpload() {
  const api = useApi()
  const { data: settings } = useSettings()
  return async (file: File): Promise<Attachment> => {
    const type = TYPES[file.type]
    if (!type) throw refuse(`${file.name} is not a picture, film or PDF.`, 'Choose a JPEG, PNG, WebP, GIF, HEIC, MP4, MOV or PDF file.')
    if (file.size > LARGEST) throw refuse(`${file.name} is larger than 25 MB.`, 'Choose a smaller file, or a shorter film.')
    const customer = settings?.account?.customer_id
    if (!customer) throw refuse('Files can be sent with a customer account only.', 'Sign in with your customer account.')
    const path = `${settings.organization.id}/${customer}/${type.kind}/${crypto.randomUUID()}.${type.ending}`
    // As bytes and not as a form: that is what every Storage API takes.
    const { error } = await api.storage.from('attachments').upload(path, await file.arrayBuffer(), { contentType: file.type })
    if (error) throw refuse(`${file.name} could not be uploaded.`, 'Check your connection and try again.')
    return { path, bucket: 'attachments', name: file.name, mime_type: file.type, size_bytes: file.size }
  }
}
