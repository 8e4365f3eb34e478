// Things that happen elsewhere and a little later.

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds))

/** What `look` answers as soon as it answers something; fails when that takes longer than `patience` milliseconds. */
export async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined, patience = 5_000): Promise<T> {
  const end = Date.now() + patience
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > end) throw new Error(`waited ${patience} ms in vain for ${what}`)
    await pause(25)
  }
}

/** Time enough for what should not happen to happen after all. */
export const aWhile = () => pause(2_500)
