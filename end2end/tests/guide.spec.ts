// Help: the guide for publishers, from every page, in both languages, and on paper.
import AxeBuilder from '@axe-core/playwright';

import { expect, looking as test } from '../parts/test';

const help = { name: 'Help', exact: true };

test('each page leads to the part of the guide that helps there', async ({ page, furnished }) => {
  for (const [address, heading] of [
    ['/', 'Your first API in ten minutes'],
    [`${furnished.api}/security`, 'Backends that ask for a client certificate'],
    [furnished.certificate, 'Renewing a certificate'],
    ['/traffic', 'Why was my client refused?'],
  ] as const) {
    await page.goto(address);
    await page.getByRole('link', help).first().click();
    await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible();
  }
  const topics = page.getByRole('navigation', { name: 'Guide' });
  await expect(topics.getByRole('link')).toHaveCount(5);
  await page.getByRole('article').getByRole('link', { name: 'Clients behind a load balancer' }).click();
  await expect(page.getByRole('heading', { name: 'Clients behind a load balancer', level: 1 })).toBeVisible();
  await expect(topics.locator('[aria-current=page]')).toHaveText('Clients behind a load balancer');
});

test('the guide is read before anybody has signed in', async ({ browser, program }) => {
  const context = await browser.newContext({ baseURL: program.portal });
  const stranger = await context.newPage();
  await stranger.goto('/sign-in');
  await stranger.getByRole('link', help).first().click();
  await expect(stranger.getByRole('article')).toContainText('Upload the certificate');
  await stranger.goto('/help/nothing');
  await expect(stranger.getByRole('heading', { name: 'Page not found' })).toBeVisible();
  await context.close();
});

test('every part of it is accessible, in English and Korean @scripts', async ({ browser, program }) => {
  for (const locale of ['en', 'ko']) {
    const context = await browser.newContext({ baseURL: program.portal, locale });
    const page = await context.newPage();
    await page.goto('/help');
    const links = page.getByRole('navigation', { name: /^(Guide|안내서)$/ }).getByRole('link');
    for (const address of await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''))) {
      await page.goto(address);
      const found = await new AxeBuilder({ page }).analyze();
      expect(found.violations.map((one) => one.id), `${locale} ${address}`).toEqual([]);
    }
    await context.close();
  }
});

test('on paper the frame around a page is left out', async ({ page, furnished }) => {
  await page.goto(furnished.certificate);
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('banner')).toBeHidden();
  await expect(page.getByRole('navigation', { name: 'Main menu' })).toBeHidden();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});
