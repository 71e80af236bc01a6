// How every page looks and reads: languages, themes, a phone's width, screen readers, the keyboard.
import AxeBuilder from '@axe-core/playwright';
import type { FileChooser, Page } from '@playwright/test';

import { certificateField, createdApi, notice } from '../parts/person';
import { PLACES } from '../parts/places';
import { englishIn, textsOf } from '../parts/reading';
import { NOBODY, expect, looking, test } from '../parts/test';

const PHONE = { width: 390, height: 844 };

for (const place of PLACES) {
  looking.describe(`the page ${place.name}`, () => {
    if (place.open) looking.use({ storageState: NOBODY });

    looking('has nothing that axe finds fault with, light and dark @scripts', async ({ page, furnished }) => {
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      await place.visit(page, furnished);
      expect(await faultsOf(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
      expect(await faultsOf(page)).toEqual([]);
    });

    looking('fits on a phone, and has no English left in Korean', async ({ page, context, furnished }) => {
      await place.visit(page, furnished);
      await page.setViewportSize(PHONE);
      expect(await tooWideOn(page)).toEqual([]);

      await context.addCookies([{ name: 'postern_language', value: 'ko', url: furnished.portal }]);
      await place.visit(page, furnished);
      await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
      expect(await tooWideOn(page)).toEqual([]);
      await page.setViewportSize({ width: 1280, height: 800 });
      expect(englishIn(await textsOf(page))).toEqual([]);
    });
  });
}

test('the language is switched in place and stays', async ({ page }) => {
  await page.goto('/apis?search=abc');
  await page.getByRole('banner').getByRole('button', { name: '한국어' }).click();
  await expect(page).toHaveURL('/apis?search=abc');
  await expect(page.getByRole('heading', { name: 'API' })).toBeVisible();
  await page.goto('/security/certificates');
  await expect(page.getByRole('heading', { name: '클라이언트 인증서', level: 1 })).toBeVisible();
  await page.getByRole('banner').getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'Client certificates', level: 1 })).toBeVisible();
});

test.describe('in a browser that asks for Korean', () => {
  test.use({ locale: 'ko-KR', storageState: NOBODY });

  test('the first page is Korean', async ({ page }) => {
    await page.goto('/');
    await expect(page.getByRole('heading', { name: '로그인' })).toBeVisible();
  });
});

test('the theme follows the system until one is chosen', async ({ page }) => {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/');
  const light = await background();
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await background();
  expect(dark).not.toBe(light);
  await page.getByRole('banner').getByRole('button', { name: 'Light' }).click();
  await expect(page.getByRole('banner').getByRole('button', { name: 'Light' })).toHaveAttribute('aria-pressed', 'true');
  expect(await background()).toBe(light);
  await page.goto('/apis');
  expect(await background()).toBe(light);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.getByRole('banner').getByRole('button', { name: 'Dark' }).click();
  await expect(page.getByRole('banner').getByRole('button', { name: 'Dark' })).toHaveAttribute('aria-pressed', 'true');
  expect(await background()).toBe(dark);
});

test('on a phone the menu is folded, and leads everywhere', async ({ page }) => {
  await page.setViewportSize(PHONE);
  await page.goto('/');
  await expect(page.getByRole('navigation', { name: 'Main menu' })).toBeHidden();
  await page.getByText('Menu', { exact: true }).click();
  await page.getByRole('navigation', { name: 'Main menu' }).getByRole('link', { name: 'APIs' }).click();
  await expect(page.getByRole('heading', { name: 'APIs', level: 1 })).toBeVisible();
});

test('the keyboard alone is enough to upload a certificate and choose it for an API', async ({
  page,
  authority,
  mark,
}) => {
  const tabTo = async (role: 'link' | 'button' | 'textbox' | 'combobox', name: string) => {
    const wanted = page.getByRole(role, { name, exact: true });
    for (let presses = 0; presses < 80; presses += 1) {
      await page.keyboard.press('Tab');
      if (await wanted.evaluateAll((found) => found.includes(document.activeElement as HTMLElement))) return;
    }
    throw new Error(`the Tab key never reaches the ${role} "${name}"`);
  };
  const issued = authority.issue({ commonName: `keys-${mark}` });
  const chooser = new Promise<FileChooser>((chosen) => page.once('filechooser', chosen));
  await createdApi(page, { name: `Keys ${mark}`, suffix: `keys-${mark}`, backend: 'https://127.0.0.1:1' });
  const api = page.url();
  await page.goto('/');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await tabTo('link', 'Security');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Client certificates', level: 1 })).toBeVisible();
  await tabTo('link', 'Upload certificate');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Upload certificate', level: 1 })).toBeVisible();

  // The system's own window opens; only what is chosen there is put in from outside.
  const field = page.getByLabel('File', { exact: true });
  for (let presses = 0; presses < 40 && !(await field.evaluate((it) => it === document.activeElement)); presses += 1) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await (await chooser).setFiles(issued.pfx(''));
  await tabTo('button', 'Upload');
  await page.keyboard.press('Enter');
  await expect(notice(page, `“keys-${mark}” was uploaded`)).toBeVisible();

  await page.goto(api);
  await tabTo('combobox', 'Credentials');
  await page.keyboard.type('Client');
  await tabTo('combobox', 'Client certificate');
  await page.keyboard.type(`keys-${mark}`);
  await tabTo('button', 'Save');
  await page.keyboard.press('Enter');
  await expect(notice(page, 'Saved. Live on the gateway (revision')).toBeVisible();
  await expect(certificateField(page).getByRole('option', { selected: true })).toContainText(issued.lastFour);
});

/** What axe finds wrong with the page. */
async function faultsOf(page: Page): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
}

/** The elements because of which the page scrolls sideways. */
async function tooWideOn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const wide = [...document.querySelectorAll('body, body *')].filter((element) => {
      return element.checkVisibility() && element.getBoundingClientRect().right > room + 1;
    });
    return ['the page scrolls sideways', ...wide.map((element) => element.outerHTML.slice(0, 120))];
  });
}
