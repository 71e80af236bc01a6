// Where one is: the title of the browser's tab, and the way from the menu to the page.
import type { Page } from '@playwright/test';

import { expect, looking as test } from '../parts/test';

/** The steps of the way, the page itself last. */
const way = (page: Page) => page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('listitem').allInnerTexts();

test('the title tells the tabs of an API apart, and the way names every level', async ({ page, furnished }) => {
  await page.goto(furnished.api);
  const name = await page.getByRole('heading', { level: 1 }).innerText();
  for (const [address, part, between] of [
    ['', 'Settings', []],
    ['/operations', 'Operations', []],
    ['/security', 'Security', []],
    ['/policies', 'Policies', []],
    ['/policies/history', 'History', ['Policies']],
    ['/test', 'Test', []],
  ] as const) {
    await page.goto(`${furnished.api}${address}`);
    await expect(page).toHaveTitle(`${part} – ${name} · Postern`);
    expect(await way(page)).toEqual(['APIs', name, ...between, part]);
  }
});

test('the way leads from an operation and from a certificate back to their lists', async ({ page, furnished }) => {
  await page.goto(`${furnished.operation}/policies/effective`);
  const operation = await page.getByRole('heading', { level: 1 }).innerText();
  await expect(page).toHaveTitle(`Effective policy – ${operation} · Postern`);
  expect((await way(page)).slice(-3)).toEqual([operation, 'Policies', 'Effective policy']);
  await page.goto(`${furnished.certificate}/replace`);
  expect((await way(page)).slice(0, 2)).toEqual(['Security', 'Client certificates']);
  await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Client certificates' }).click();
  await expect(page.getByRole('heading', { name: 'Client certificates', level: 1 })).toBeVisible();
  expect(await way(page)).toEqual(['Security', 'Client certificates']);
});
