/** The chosen appearance; without it the system's counts. */
export const THEME_COOKIE = 'portal-theme'
export type Theme = 'light' | 'dark'
export const isTheme = (value: string | undefined): value is Theme => value === 'light' || value === 'dark'
