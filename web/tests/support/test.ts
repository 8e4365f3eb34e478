// Every test watches the browser's console: a page that breaks its own Content-Security-Policy, or throws, fails the test.
import { expect, test as base, type BrowserContext, type Page } from '@playwright/test'

/** What a page says when it was told that something is not there: not an error of the page. */
const EXPECTED = /Failed to load resource|net::ERR_|the server responded with a status/

export const test = base.extend<{ complaints: string[] }>({
  complaints: [
    async ({ context }, use) => {
      const complaints: string[] = []
      listen(context, complaints)
      await use(complaints)
      expect(complaints, 'what the browser complained about').toEqual([])
    },
    { auto: true },
  ],
})

export function listen(context: BrowserContext, complaints: string[]) {
  const hear = (page: Page) => {
    page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error}`))
    page.on('console', (message) => {
      if (message.type() === 'error' && !EXPECTED.test(message.text())) complaints.push(`${page.url()}: ${message.text()}`)
    })
  }
  context.pages().forEach(hear)
  context.on('page', hear)
}
export { expect }
