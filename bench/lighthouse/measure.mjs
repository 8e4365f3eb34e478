// Lighthouse on the portal's main pages, at its desktop's and its phone's profile, as somebody who is signed in in that very browser.
// Told by its environment: PORTAL_URL, EMAIL, PASSWORD, RUNS. Writes a line of JSON for each page, profile and run.
import { launch } from 'chrome-launcher'
import lighthouse, { desktopConfig } from 'lighthouse'
import { connect } from 'puppeteer-core'

const { PORTAL_URL, EMAIL, PASSWORD, RUNS } = process.env
const PROFILES = { desktop: desktopConfig, phone: undefined }
const OPTIONS = {
  onlyCategories: ['performance', 'accessibility', 'best-practices'],
  logLevel: 'error',
  // Who is signed in is kept in a cookie.
  disableStorageReset: true,
  // A page that listens for news is never quiet on the network; by then everything else has long been there.
  maxWaitForLoad: 15_000,
}

const chrome = await launch({ chromePath: '/usr/bin/chromium', chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic'] })
const browser = await connect({ browserURL: `http://127.0.0.1:${chrome.port}`, defaultViewport: null })
try {
  const entrance = new URL('/login', PORTAL_URL)
  await measure('login', entrance)
  const visit = await signIn(entrance)
  for (const [name, path] of Object.entries({ dashboard: '/', book: '/book', appointment: visit })) await measure(name, new URL(path, PORTAL_URL))
} finally {
  await browser.disconnect()
  chrome.kill()
}

/** Logs in as people do, and answers the address of a visit to come. */
async function signIn(entrance) {
  const page = await browser.newPage()
  await page.goto(entrance)
  await page.locator('input[type=email]').fill(EMAIL)
  await page.locator('input[type=password]').fill(PASSWORD)
  await Promise.all([page.waitForNavigation(), page.locator('button[type=submit]').click()])
  await page.goto(new URL('/appointments', PORTAL_URL))
  const link = await page.waitForSelector('main a[href^="/appointments/"]')
  const path = new URL(await link.evaluate(({ href }) => href)).pathname
  await page.close()
  return path
}

async function measure(name, url) {
  for (const [profile, config] of Object.entries(PROFILES)) {
    for (let run = 0; run < Number(RUNS); run++) {
      await clearCache()
      const { lhr } = await lighthouse(url.href, { ...OPTIONS, port: chrome.port }, config)
      if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`)
      if (new URL(lhr.finalDisplayedUrl).pathname !== url.pathname) throw new Error(`${url} led to ${lhr.finalDisplayedUrl}`)
      process.stdout.write(`${JSON.stringify({ page: name, profile, ...figures(lhr) })}\n`)
    }
  }
}

/** Whatever a first visit has to fetch goes; the session stays. */
async function clearCache() {
  const page = await browser.newPage()
  await (await page.createCDPSession()).send('Network.clearBrowserCache')
  await page.close()
}

/** Scores from 0 to 100, and what the score of performance is made of: milliseconds, bytes. */
function figures({ categories, audits }) {
  const scores = Object.fromEntries(Object.entries(categories).map(([id, { score }]) => [id, Math.round(score * 100)]))
  const measured = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift', 'speed-index', 'total-byte-weight']
  return { ...scores, ...Object.fromEntries(measured.map((id) => [id, audits[id].numericValue])) }
}
