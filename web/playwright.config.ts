import { defineConfig } from '@playwright/test'
import { env } from './tests/support/env'

// Debian's own browser; it runs as root in containers, and asks nobody anything.
const browser = {
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
}

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  timeout: 180_000,
  expect: { timeout: 20_000 },
  // One stack and few cores: what runs beside another test only makes both slower.
  workers: 1,
  forbidOnly: true,
  reporter: [['list']],
  use: {
    baseURL: env.portalUrl,
    launchOptions: browser,
    timezoneId: 'America/Chicago',
    actionTimeout: 30_000,
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'desktop', use: { viewport: { width: 1280, height: 900 } } },
    { name: 'phone', use: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } },
  ],
})
