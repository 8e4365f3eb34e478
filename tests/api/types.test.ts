// The tests are clients: they must compile against the generated types. (That those are the database's own is
// checked by `make test ONLY=types`.)
import { execFile } from 'node:child_process'
import { expect, test } from 'vitest'

test('every test compiles against the generated types', async () => {
  const folder = new URL('.', import.meta.url).pathname
  const output = await new Promise<string>((answer) => {
    execFile(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit', '--project', '.'], { cwd: folder }, (failed, stdout, stderr) =>
      answer(failed ? stdout + stderr || failed.message : ''),
    )
  })
  expect(output).toBe('')
  // All of the compiler's work: on a busy machine that takes its time.
}, 300_000)
