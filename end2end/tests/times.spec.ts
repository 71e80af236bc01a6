// Times follow one rule on all pages: the reader's zone with UTC in the title; where no scripts run, UTC, and it is said.
import type { Page } from '@playwright/test';

import { choose, createdApi, openCertificate, uploaded } from '../parts/person';
import { PLACES } from '../parts/places';
import { textsOf } from '../parts/reading';
import { NOBODY, expect, looking, test } from '../parts/test';

const TIME = /\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?/g;
const IN_UTC = /\d{4}-\d{2}-\d{2}( \d{2}:\d{2})? UTC/g;

/** What is still told in UTC, outside of titles. */
async function toldInUtc(page: Page): Promise<string[]> {
  const told = await page.locator('main time, main option').evaluateAll((all) => all.map((one) => one.textContent ?? ''));
  return told.filter((text) => text.match(IN_UTC));
}

for (const place of PLACES) {
  looking.describe(`the page ${place.name}`, () => {
    looking.use({ timezoneId: 'Asia/Seoul', ...(place.open ? { storageState: NOBODY } : {}) });

    looking('tells times by the rule', async ({ page, furnished, javaScriptEnabled }) => {
      await place.visit(page, furnished);
      if (javaScriptEnabled !== false) {
        await expect.poll(() => toldInUtc(page)).toEqual([]);
        const titles = page.locator('time, option[data-times]').evaluateAll((all) => all.map((one) => one.getAttribute('title')));
        for (const title of await titles) expect(title).toMatch(IN_UTC);
        await page.locator('time, option').evaluateAll((all) => all.forEach((one) => one.remove()));
      }
      // What is left is told in UTC, and says so.
      const texts = (await textsOf(page)).map((text) => text.replaceAll(IN_UTC, ''));
      expect(texts.filter((text) => text.match(TIME))).toEqual([]);
    });
  });
}

test.describe('in Seoul', () => {
  test.use({ timezoneId: 'Asia/Seoul' });

  test('a certificate ends on the next day already', async ({ page, authority, mark, javaScriptEnabled }) => {
    const issued = authority.issue({ commonName: `seoul-${mark}`, to: '2047-05-06T20:00:00Z' });
    const says = javaScriptEnabled === false ? '2047-05-06 UTC' : '2047-05-07';
    await uploaded(page, issued);
    await openCertificate(page, `seoul-${mark}`);
    const end = page.locator('time').filter({ hasText: says }).first();
    await expect(end).toBeVisible();
    await expect(end).toHaveAttribute('title', '2047-05-06 20:00 UTC');

    await createdApi(page, { name: `Seoul ${mark}`, suffix: `seoul-${mark}`, backend: 'https://127.0.0.1:1' });
    await choose(page, issued.lastFour);
    await expect(page.getByRole('option', { name: `…${issued.lastFour})` })).toContainText(`expires ${says}`);
  });
});
