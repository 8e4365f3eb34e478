// Who may do what: the whole of it, tried out, compared with access-matrix.txt.
import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { accessMatrix } from './support/matrix.ts'
import { newWorld } from './support/world.ts'

const FILE = new URL('access-matrix.txt', import.meta.url)

const EXPLAINED = `# Who may do what: a claim, compared with what the database really does. UPDATE=1 writes it anew; then read the diff.
#
#   -      no right at all        own    own rows (a technician: those of own jobs)     ~   some columns only
#   none   no row is reached      org    rows of every customer of the own company
#   yes    may call it            all    rows of every company
#
# manager: manages the customer's contacts. other: a customer of another company. suspended: a colleague of the customer.
# service: the secret key. gateway: its own log-in, before it acts as a caller. (internal), (draft), …: rows of that kind.

`

const lines = (text: string) => text.split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.replace(/ +/g, ' '))

test('the access matrix is as written down', async () => {
  const actual = await accessMatrix(await newWorld())
  if (process.env.UPDATE) await writeFile(FILE, EXPLAINED + actual)
  const expected = lines(await readFile(FILE, 'utf8'))
  const found = lines(actual)
  const difference = [
    ...expected.filter((line) => !found.includes(line)).map((line) => `- ${line}`),
    ...found.filter((line) => !expected.includes(line)).map((line) => `+ ${line}`),
  ]
  expect(difference.sort((a, b) => a.slice(2).localeCompare(b.slice(2))).join('\n'), 'written down (-) and real (+)').toBe('')
})
