// One browser per test file, one page with its own storage per test.
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';

/** The running demo: its origin, a bearer token and the address of a feed. */
export const demo = {
  url: required('EXPEX_URL'),
  token: required('EXPEX_TOKEN'),
  calendar: new URL(required('EXPEX_CALENDAR'), required('EXPEX_URL')).href,
};

let browser;

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox', // the sandbox refuses root, which CI is
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});

after(() => browser?.close());

/**
 * Opens a path of the demo for test t. The problems of the answer grow while
 * the page runs: what the console complains of (content security policy
 * included), what fails, and every request that leaves the origin.
 */
export async function visit(t, path, { width = 1440, colorScheme = 'light' } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  context.setDefaultTimeout(60_000); // ms; a busy machine needs more than the usual 30 s
  t.after(() => context.close());

  const problems = [];
  const origin = new URL(demo.url).origin;
  context.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) problems.push(`request to ${request.url()}`);
  });
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    if (reason !== 'net::ERR_ABORTED') problems.push(`${request.url()} ${reason}`); // that is: left the page
  });
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  context.on('weberror', (event) => problems.push(`script: ${event.error()}`));

  const page = await context.newPage();
  await page.goto(new URL(path, demo.url).href, { waitUntil: 'networkidle' });
  return { page, problems };
}

/** How many CSS pixels of the page lie outside a window of its width. */
export const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/**
 * The texts below selector with less contrast than WCAG 2.2 asks for at level
 * AA (success criterion 1.4.3, 4.5 to 1), with their ratio.
 */
export const faintTexts = (page, selector) =>
  page.locator(selector).evaluate((root) => {
    const channels = (color) => color.match(/[\d.]+/g).map(Number);
    const luminance = (color) => {
      const [r, g, b] = channels(color).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element) => {
      const color = getComputedStyle(element).backgroundColor;
      return channels(color)[3] === 0 ? ground(element.parentElement) : color;
    };
    const ratio = (element) => {
      const [dark, light] = [getComputedStyle(element).color, ground(element)].map(luminance).sort((a, b) => a - b);
      return (light + 0.05) / (dark + 0.05);
    };
    return [...root.querySelectorAll('*')]
      .filter((element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()))
      .map((element) => `${ratio(element).toFixed(2)} ${element.textContent}`)
      .filter((line) => parseFloat(line) < 4.5);
  });

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start the demo and set EXPEX_URL, EXPEX_TOKEN and EXPEX_CALENDAR, see README.md`);
  return value;
}
