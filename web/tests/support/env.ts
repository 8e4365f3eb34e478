// Where the stack is. `make test` sets these; by hand, source the env file that the running stack wrote.
function need(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set. Run \`make test ONLY=web\`, or source the stack's env file first.`)
  return value
}

export const env = {
  portalUrl: need('PORTAL_URL'),
  url: need('SUPABASE_URL'),
  publishableKey: need('SUPABASE_PUBLISHABLE_KEY'),
  databaseUrl: need('DATABASE_URL'),
  mailUrl: need('MAIL_URL'),
  jwtSecret: need('SUPABASE_JWT_SECRET'),
}
