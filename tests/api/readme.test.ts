// The example in the README, run as it stands there.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

test("the README's example books a visit as pasted", () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const example = /```js\n(.*?)```/s.exec(readme)?.[1]
  expect(example, 'the README has an example').toBeTruthy()
  const printed = execFileSync(process.execPath, ['--input-type=module'], {
    input: example!, cwd: fileURLToPath(new URL('.', import.meta.url)), encoding: 'utf8',
  })
  expect(printed).toMatch(/^.+: scheduled for .+, .+ comes\n$/)
})
