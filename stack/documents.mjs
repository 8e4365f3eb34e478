// Files the documents that the demo's log-ins see, so that they open: the rows come with the demo data, the files here.
// Doing it again changes nothing.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const { createClient } = createRequire(`${process.env.PORTAL_NODE_MODULES}/`)('@supabase/supabase-js')
const { SUPABASE_URL, SUPABASE_SECRET_KEY } = process.env
const office = createClient(SUPABASE_URL, SUPABASE_SECRET_KEY, { auth: { persistSession: false, autoRefreshToken: false } })
const LOG_INS = ['customer@acme-comfort.example', 'manager@acme-comfort.example', 'customer@bolt-pipe.example']
const AT_ONCE = 8

function data({ data, error }) {
  if (error) throw new Error(error.message)
  return data
}

/** A page with a title and a few lines: the smallest file that every reader of PDF opens. */
function pdf(title, lines) {
  const shown = (text) => `(${text.replace(/[^\x20-\x7e]/g, '?').replace(/[()\\]/g, '\\$&')})`
  const text = [`BT /F1 22 Tf 72 720 Td ${shown(title)} Tj`, ...lines.map((line, at) => `/F1 12 Tf 0 ${at === 0 ? -36 : -20} Td ${shown(line)} Tj`), 'ET'].join('\n')
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let [file, places] = ['%PDF-1.4\n', []]
  for (const [at, object] of objects.entries()) {
    places.push(file.length)
    file += `${at + 1} 0 obj\n${object}\nendobj\n`
  }
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('')
  return Buffer.from(`${file}xref\n0 6\n0000000000 65535 f \n${table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`)
}

const photo = readFileSync(new URL('demo-photo.jpg', import.meta.url))
const files = office.storage.from('documents')

async function put({ path, title, kind, mime_type, created_at }) {
  const content = mime_type === 'application/pdf' ? pdf(title, [`A ${kind.replace('_', ' ')} of the demo data.`, `Filed on ${created_at.slice(0, 10)}.`]) : photo
  const { error } = await files.upload(path, content, { contentType: mime_type })
  if (error && !/exists|duplicate/i.test(error.message)) throw new Error(`${path}: ${error.message}`)
}

const people = data(await office.from('profiles').select('org_id, customer_id').in('email', LOG_INS))
const customers = people.map(({ customer_id }) => customer_id).filter(Boolean)
const documents = data(await office.from('documents').select('path, title, kind, mime_type, created_at').in('customer_id', customers).order('path'))
// They are filed in order, so the last one says whether all of them are there.
const last = documents.at(-1)
if (last && (await files.download(last.path)).error) {
  while (documents.length > 0) await Promise.all(documents.splice(0, AT_ONCE).map(put))
}
