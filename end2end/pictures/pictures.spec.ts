// Pictures of the pages for the documentation: light, dark, in Korean and on a phone. Run by `npm run pictures`, and
// afterwards `pngquant --force --ext .png --strip 128 docs/screenshots/*.png` keeps them small.
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { Authority } from '../parts/authority';
import { httpsBackend } from '../parts/backend';
import { furnish } from '../parts/furnish';
import { makeAdministrator } from '../parts/person';
import { PLACES } from '../parts/places';
import { NOBODY, expect, test } from '../parts/test';

const FOLDER = join(import.meta.dirname, '../../docs/screenshots');

const NAMES = {
  api: 'Orders',
  suffix: 'orders/v1',
  otherApi: 'Shipping',
  operation: 'Show an order',
  otherSuffix: 'shipping',
  partner: 'Contoso Payments',
  unused: 'Fabrikam EDI',
  soon: 'Northwind Billing',
  expired: 'Adventure Works',
  namedValue: 'partner-region',
  secretValue: 'orders-api-key',
  fragment: 'partner-headers',
};

const VARIANTS = [
  { suffix: '', colorScheme: 'light', language: 'en', size: { width: 1280, height: 800 } },
  { suffix: '.dark', colorScheme: 'dark', language: 'en', size: { width: 1280, height: 800 } },
  { suffix: '.ko', colorScheme: 'light', language: 'ko', size: { width: 1280, height: 800 } },
  { suffix: '.phone', colorScheme: 'light', language: 'en', size: { width: 390, height: 844 } },
] as const;

/** Pages whose picture shows them in a state that says more than the first one. */
const SHOWN_AS: Record<string, string> = { 'security-tried': 'security' };

const LEFT_OUT = ['security', 'security-refused', 'certificates-not-found', 'upload-expired', 'not-found'];

test.use({ alone: true });
test.setTimeout(600_000);

test('every page has its pictures', async ({ page, browser, program }) => {
  const authority = Authority.make('Example Partner CA');
  const backend = await httpsBackend(authority, 'a certificate', 'orders.partner.example');
  await makeAdministrator(page, program);
  const furnished = await furnish(page, program, authority, backend.address, NAMES);
  const signedIn = await page.context().storageState();
  for (const { suffix, colorScheme, language, size } of VARIANTS) {
    for (const place of PLACES.filter(({ name }) => !LEFT_OUT.includes(name))) {
      const storageState = place.open ? NOBODY : signedIn;
      const context = await browser.newContext({ baseURL: program.portal, colorScheme, viewport: size, storageState });
      await context.addCookies([{ name: 'postern_language', value: language, url: program.portal }]);
      const shown = await context.newPage();
      await place.visit(shown, furnished);
      await expect(shown.getByRole('heading', { level: 1 })).toBeVisible();
      const name = SHOWN_AS[place.name] ?? place.name;
      if (suffix !== '.phone') await growToContent(shown);
      await shown.screenshot({ path: join(FOLDER, `${name}${suffix}.png`), animations: 'disabled', caret: 'hide' });
      await context.close();
    }
  }
  await backend.stop();
});

/** Makes the window as high as its page, so that the menu reaches down as it does for a person. */
async function growToContent(page: Page) {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const { width } = page.viewportSize() ?? VARIANTS[0].size;
  await page.setViewportSize({ width, height: Math.max(800, height) });
}
