/** Keeps a choice for a year, where the server sees it too; `null` takes it back. */
export function keep(name: string, value: string | null) {
  const rest = value === null ? 'max-age=0' : `max-age=${365 * 86_400}`
  document.cookie = `${name}=${encodeURIComponent(value ?? '')}; path=/; ${rest}; samesite=lax`
}
