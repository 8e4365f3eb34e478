import path from 'node:path'
import type { NextConfig } from 'next'

const config: NextConfig = {
  // One folder that runs anywhere Node does; settings are read when it starts (src/lib/config.ts).
  output: 'standalone',
  outputFileTracingRoot: path.resolve(import.meta.dirname),
  turbopack: {
    root: path.resolve(import.meta.dirname, '..'),
    // News comes by the gateway's stream; nobody need load a client for another way.
    resolveAlias: { '@supabase/realtime-js': './src/lib/supabase/no-realtime.ts' },
  },
  poweredByHeader: false,
  // `npm run types` checks them; a build need not do it again.
  typescript: { ignoreBuildErrors: true },
  devIndicators: false,
}

export default config
