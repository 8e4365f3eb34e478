// Where the stack is. `make test` sets these; by hand, source the env file that the running stack wrote.

function need(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set. Run \`make test ONLY=api\`, or source the stack's env file first.`)
  return value
}

export const env = {
  url: need('SUPABASE_URL'),
  publishableKey: need('SUPABASE_PUBLISHABLE_KEY'),
  secretKey: need('SUPABASE_SECRET_KEY'),
  jwtSecret: need('SUPABASE_JWT_SECRET'),
  databaseUrl: need('DATABASE_URL'),
  adminDatabaseUrl: need('ADMIN_DATABASE_URL'),
  gatewayUrl: need('GATEWAY_URL'),
  mailUrl: need('MAIL_URL'),
  /** For a further gateway: its program, its log-in, and the model that makes embeddings. */
  gatewayBin: need('PORTAL_GATEWAY_BIN'),
  gatewayDatabaseUrl: need('PORTAL_TEST_DATABASE_URL'),
  modelDir: need('PORTAL_TEST_MODEL_DIR'),
}
