// The editor of policy documents: what a textarea can't do, and that the form beneath stays the same.
import type { Page } from '@playwright/test';

import { createdApi, notice, openTab, policyEditor, policyText, saved } from '../parts/person';
import { expect, test } from '../parts/test';

const BACKEND = 'https://127.0.0.1:1';

/** Opens the Policies tab of a new API, and puts the cursor behind the `<base />` of its inbound section. */
async function openEditor(page: Page, mark: string) {
  await createdApi(page, { name: `Editor ${mark}`, suffix: `editor-${mark}`, backend: BACKEND });
  await openTab(page, 'Policies');
  await expect(page.locator('.cm-lineNumbers')).toContainText('2');
}

/** Puts a whole document in, the cursor where the bar stands. */
async function write(page: Page, text: string) {
  const [before, after] = text.split('|');
  await policyEditor(page).focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(before + (after ?? ''));
  for (let steps = 0; steps < (after ?? '').length; steps += 1) await page.keyboard.press('ArrowLeft');
}

const chosen = (page: Page) => page.locator('.cm-tooltip-autocomplete [aria-selected=true]');

test('a mistake is underlined with its sentence, and fixed it is saved @scripts', async ({ page, mark }) => {
  await openEditor(page, mark);
  await write(page, '<policies>\n    <inbound>\n        <base />\n        <set-heder />\n    </inbound>\n</policies>');
  const underlined = page.locator('.cm-lintRange-error');
  await expect(underlined).toContainText('set-heder');
  await underlined.hover();
  const tooltip = page.locator('.cm-tooltip-lint');
  await expect(tooltip).toContainText('there is no policy `set-heder`');
  await expect(tooltip).toContainText('did you mean `set-header`?');

  await write(page, '<policies>\n    <inbound>\n        <base />\n        <set-status code="404" />\n    </inbound>\n</policies>');
  await expect(page.locator('.cm-lintRange-error')).toHaveCount(0);
  await expect(policyText(page)).toHaveValue(/<set-status code="404" \/>/);
});

test('statements, attributes, values and members are completed by the keyboard @scripts', async ({ page, mark }) => {
  await openEditor(page, mark);
  await write(page, '<policies>\n    <inbound>\n        |\n    </inbound>\n</policies>');
  await page.keyboard.type('<check-h');
  await expect(chosen(page)).toContainText('check-header');
  await page.keyboard.press('Enter');
  await expect(policyText(page)).toHaveValue(/<check-header name="/);

  await write(page, '<policies>\n    <inbound>\n        <set-header name="X" |>\n    </inbound>\n</policies>');
  await page.keyboard.type('exi');
  await expect(chosen(page)).toContainText('exists-action');
  await page.keyboard.press('Enter');
  await page.keyboard.type('ov');
  await expect(chosen(page)).toContainText('override');
  await page.keyboard.press('Enter');
  await expect(policyText(page)).toHaveValue(/exists-action="override"/);

  await write(page, '<policies>\n    <inbound>\n        <set-body>@(|)</set-body>\n    </inbound>\n</policies>');
  await page.keyboard.type('context.Request.Certificate.Thu');
  await expect(chosen(page)).toContainText('Thumbprint');
  await page.keyboard.press('Enter');
  await expect(policyText(page)).toHaveValue(/context\.Request\.Certificate\.Thumbprint\)/);
});

test('Tab indents, and Escape and then Tab leaves the editor @scripts', async ({ page, mark }) => {
  await openEditor(page, mark);
  await policyEditor(page).focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Tab');
  await expect(policyText(page)).toHaveValue(/^\s+<policies>/);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  await expect(policyEditor(page)).not.toBeFocused();
  await expect(page.getByText('press Escape and then Tab to leave')).toBeVisible();
});

test('what is typed is what is saved, and a link to a line leads there @scripts', async ({ page, mark }) => {
  await openEditor(page, mark);
  await write(page, '<policies>\n    <inbound>\n        <base />\n        <set-header name="X-Mark"><value>1</value></set-header>\n    </inbound>\n</policies>');
  await saved(page);
  await expect(policyText(page)).toHaveValue(/X-Mark/);
  await page.getByRole('link', { name: 'Effective policy' }).click();
  await page.getByRole('link', { name: 'API, line 4' }).click();
  await expect(page.locator('.cm-activeLine')).toContainText('X-Mark');
});

test('whoever writes before the editor is there goes on where they are @scripts', async ({ page, mark }) => {
  await createdApi(page, { name: `Early ${mark}`, suffix: `early-${mark}`, backend: BACKEND });
  let arrive = () => {};
  const asked = new Promise<void>((resolve) => (arrive = resolve));
  await page.route('**/editor.js*', async (route) => {
    await asked;
    await route.continue();
  });
  await openTab(page, 'Policies');
  await policyText(page).focus();
  await page.keyboard.press('Control+a');
  arrive();
  await expect(policyEditor(page)).toBeFocused();
  // Two frames: by then the selection on the screen is the editor's own.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.keyboard.insertText('<policies />');
  await expect(policyText(page)).toHaveValue('<policies />');
});

test('the editor speaks Korean @scripts', async ({ page, context, program, mark }) => {
  await openEditor(page, mark);
  await context.addCookies([{ name: 'postern_language', value: 'ko', url: program.portal }]);
  await page.reload();
  await write(page, '<policies><inbound><set-heder /></inbound></policies>');
  await page.locator('.cm-lintRange-error').hover();
  await expect(page.locator('.cm-tooltip-lint')).toContainText('정책 또는 요소 `set-heder`이(가) 없습니다.');
  await expect(page.locator('.cm-tooltip-lint')).toContainText('`set-header`을(를) 입력하려 했나요?');
  await expect(page.locator('.cm-tooltip-lint')).not.toContainText('did you mean');
});

test('without the editor the textarea is the field, and a check says what is wrong', async ({ page, mark }) => {
  await createdApi(page, { name: `Plain ${mark}`, suffix: `plain-${mark}`, backend: BACKEND });
  await openTab(page, 'Policies');
  await policyText(page).fill('<policies><inbound><base /></inbound></policies>');
  await page.getByRole('button', { name: 'Check' }).click();
  await expect(notice(page, 'No errors found. Nothing has been saved yet.')).toBeVisible();
});
