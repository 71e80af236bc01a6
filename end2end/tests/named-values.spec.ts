// Security > Named values: texts that policies name, secret ones too.
import type { Page } from '@playwright/test';

import { createdApi, notice, openTab, policyText, refusal, save, saved } from '../parts/person';
import { expect, test } from '../parts/test';

const answering = (text: string) => `<policies>
    <inbound>
        <return-response>
            <set-status code="200" reason="OK" />
            <set-body>${text}</set-body>
        </return-response>
    </inbound>
</policies>
`;

async function createValue(page: Page, name: string, value: string, secret = false) {
  await page.goto('/security/named-values/new');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Value', { exact: true }).fill(value);
  if (secret) await page.getByLabel('Secret: stored encrypted').check();
  await page.getByRole('button', { name: 'Create' }).click();
}

async function createdValue(page: Page, name: string, value: string, secret = false) {
  await createValue(page, name, value, secret);
  await expect(notice(page, `You can now use {{${name}}} in policies.`)).toBeVisible();
}

async function answeringApi(page: Page, mark: string, text: string) {
  await createdApi(page, { name: `Answering ${mark}`, suffix: `answering-${mark}`, backend: 'https://127.0.0.1:1' });
  await openTab(page, 'Policies');
  await policyText(page).fill(answering(text));
  await saved(page);
}

test('a value is named by a policy, and a new text holds at once', async ({ page, call, mark }) => {
  await createdValue(page, `greeting-${mark}`, '"hello"');
  const row = page.getByRole('row', { name: `greeting-${mark}` });
  await expect(row.getByText('new', { exact: true })).toBeVisible();
  await expect(row).toContainText('"hello"');
  await answeringApi(page, mark, `{{greeting-${mark}}}`);
  expect((await call(`/answering-${mark}/`)).body).toBe('hello');

  await page.goto(`/security/named-values/greeting-${mark}/edit`);
  await expect(page.locator('#uses').getByRole('link', { name: `Answering ${mark}` })).toBeVisible();
  await page.getByLabel('Value', { exact: true }).fill('"good day"');
  await saved(page);
  expect((await call(`/answering-${mark}/`)).body).toBe('good day');
});

test('a secret is never shown again, only replaced', async ({ page, call, mark }) => {
  await createdValue(page, `key-${mark}`, '"hunter2"', true);
  await expect(page.getByRole('row', { name: `key-${mark}` })).toContainText('secret');
  expect(await page.content()).not.toContain('hunter2');
  await answeringApi(page, mark, `{{key-${mark}}}`);
  expect((await call(`/answering-${mark}/`)).body).toBe('hunter2');
  await page.goto(`/security/named-values/key-${mark}/edit`);
  expect(await page.content()).not.toContain('hunter2');
  await expect(page.getByLabel('New value')).toHaveValue('');
  await saved(page);
  expect((await call(`/answering-${mark}/`)).body).toBe('hunter2');
  await page.getByLabel('New value').fill('"hunter3"');
  await saved(page);
  expect(await page.content()).not.toContain('hunter3');
  expect((await call(`/answering-${mark}/`)).body).toBe('hunter3');
});

test('a secret that is refused does not come back to the form', async ({ page, mark }) => {
  await createdValue(page, `twice-${mark}`, 'one');
  await createValue(page, `twice-${mark}`, 'hunter2', true);
  await expect(refusal(page)).toContainText('This name is taken.');
  expect(await page.content()).not.toContain('hunter2');
  await expect(page.getByLabel('Secret: stored encrypted')).toBeChecked();
});

test('a text that a policy could not be read with is refused, with the policy named', async ({ page, mark }) => {
  await createdValue(page, `status-${mark}`, '200');
  await createdApi(page, { name: `Broken ${mark}`, suffix: `broken-${mark}`, backend: 'https://127.0.0.1:1' });
  await openTab(page, 'Policies');
  await policyText(page).fill(answering('hello').replace('code="200"', `code="{{status-${mark}}}"`));
  await saved(page);
  await page.goto(`/security/named-values/status-${mark}/edit`);
  await page.getByLabel('Value', { exact: true }).fill('two hundred');
  await save(page);
  await expect(refusal(page)).toContainText('documents that use it would become invalid');
  await expect(page.getByRole('main').getByRole('link', { name: `Broken ${mark}` }).first()).toBeVisible();
  await expect(page.getByLabel('Value', { exact: true })).toHaveValue('two hundred');
});

test('a value in use is not deleted, and one that nothing names is', async ({ page, mark }) => {
  await createdValue(page, `used-${mark}`, '"x"');
  await answeringApi(page, mark, `{{used-${mark}}}`);
  await page.goto(`/security/named-values/used-${mark}/delete`);
  await expect(page.getByRole('heading', { name: 'This named value is in use' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Yes, delete it' })).toHaveCount(0);
  await page.getByRole('main').getByRole('link', { name: `Answering ${mark}` }).click();
  await policyText(page).fill(answering('plain'));
  await saved(page);
  await page.goto(`/security/named-values/used-${mark}/delete`);
  await page.getByRole('button', { name: 'Yes, delete it' }).click();
  await expect(notice(page, 'The named value was deleted.')).toBeVisible();
});

test('a policy that names nothing that is there is not saved', async ({ page, mark }) => {
  await createdApi(page, { name: `Nothing ${mark}`, suffix: `nothing-${mark}`, backend: 'https://127.0.0.1:1' });
  await openTab(page, 'Policies');
  await policyText(page).fill(answering(`{{nobody-${mark}}}`));
  await save(page);
  await expect(page.getByLabel('Check results')).toContainText(`nobody-${mark}`);
});
