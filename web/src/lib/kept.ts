// What this browser keeps for a page. It may keep nothing (private mode, or full): the page works without, so nothing here fails.

/** Asked for anew each time, because a browser may refuse even to name it. */
export type Shelf = () => Storage

/** What was kept under a name, if it is what it should be. */
export function recall<T>(shelf: Shelf, key: string, isIt: (kept: unknown) => kept is T): T | undefined {
  try {
    const kept: unknown = JSON.parse(shelf().getItem(key) ?? 'null')
    return isIt(kept) ? kept : undefined
  } catch {
    return undefined
  }
}

/** Keeps a value under a name; `null` forgets it. */
export function remember(shelf: Shelf, key: string, value: unknown) {
  try {
    if (value === null) shelf().removeItem(key)
    else shelf().setItem(key, JSON.stringify(value))
  } catch {
    // As said above.
  }
}
