// The types of the API, as generated from the running database (`make types`), under short names.
import type { SupabaseClient } from '@supabase/supabase-js'
import type { Database } from '../../../tests/api/database.types.ts'

export type { Database }

/** A client of the API, as whoever is signed in. */
export type Api = SupabaseClient<Database, 'portal'>

type Portal = Database['portal']
export type Row<View extends keyof Portal['Views']> = Portal['Views'][View]['Row']
export type Enum<Name extends keyof Portal['Enums']> = Portal['Enums'][Name]
export type Args<Name extends keyof Portal['Functions']> = Portal['Functions'][Name]['Args']
export type Answer<Name extends keyof Portal['CompositeTypes']> = Portal['CompositeTypes'][Name]
type Returned<T> = T extends readonly (infer One)[] ? One : T
export type Result<Name extends keyof Portal['Functions']> = Returned<Portal['Functions'][Name]['Returns']>

/** A file in Storage that a message or request carries along. */
export interface Attachment {
  path: string
  bucket?: string
  name?: string
  mime_type?: string
  size_bytes?: number
}
