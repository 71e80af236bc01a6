// How the browser tests run: the real program in the system's own Chromium, once with scripts and once without.
import { defineConfig } from '@playwright/test';

const pictures = process.env.SCREENSHOTS === '1';

export default defineConfig({
  testDir: pictures ? 'pictures' : 'tests',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['./parts/total.ts']],
  use: {
    actionTimeout: 10_000,
    locale: 'en-US',
    timezoneId: 'UTC',
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: pictures
    ? [{ name: 'pictures' }]
    : [
        { name: 'scripts on' },
        { name: 'scripts off', grepInvert: /@scripts/, use: { javaScriptEnabled: false } },
      ],
});
