// Policies > Fragments: pieces of policy that several documents take in.
import type { Page } from '@playwright/test';

import { createdApi, notice, openMenu, openTab, policyText, refusal, save, saved } from '../parts/person';
import { expect, test } from '../parts/test';

const fragment = (text: string) => `<fragment>
    <return-response>
        <set-status code="200" reason="OK" />
        <set-body>"${text}"</set-body>
    </return-response>
</fragment>
`;

async function createFragment(page: Page, id: string, text: string) {
  await page.goto('/policies/fragments/new');
  await page.getByLabel('Fragment ID').fill(id);
  await page.getByLabel('Fragment', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Create' }).click();
}

async function includingApi(page: Page, mark: string, id: string) {
  await createdApi(page, { name: `Including ${mark}`, suffix: `including-${mark}`, backend: 'https://127.0.0.1:1' });
  await openTab(page, 'Policies');
  await policyText(page).fill(
    `<policies>\n    <inbound>\n        <include-fragment fragment-id="${id}" />\n    </inbound>\n</policies>\n`,
  );
  await saved(page);
}

test('a fragment is included, and a new text holds at once', async ({ page, call, mark }) => {
  await page.goto('/');
  await openMenu(page, 'Policies');
  await page.getByRole('navigation', { name: 'Policies' }).getByRole('link', { name: 'Fragments' }).click();
  await expect(page.getByRole('heading', { name: 'Policy fragments', level: 1 })).toBeVisible();
  await createFragment(page, `hello-${mark}`, fragment('hello'));
  await expect(notice(page, `fragment-id="hello-${mark}"`)).toBeVisible();
  await includingApi(page, mark, `hello-${mark}`);
  expect((await call(`/including-${mark}/`)).body).toBe('hello');

  await page.goto(`/policies/fragments/hello-${mark}/edit`);
  await expect(page.locator('#uses').getByRole('link', { name: `Including ${mark}` })).toBeVisible();
  await page.getByLabel('Fragment', { exact: true }).fill(fragment('good day'));
  await saved(page);
  expect((await call(`/including-${mark}/`)).body).toBe('good day');
});

test('a fragment with a mistake is not saved, and checking one saves nothing', async ({ page, mark }) => {
  await createFragment(page, `wrong-${mark}`, '<fragment>\n    <no-such-thing />\n</fragment>\n');
  await expect(page.getByLabel('Check results')).toContainText('there is no policy `no-such-thing`');
  await expect(page.getByLabel('Fragment ID')).toHaveValue(`wrong-${mark}`);
  await page.getByLabel('Fragment', { exact: true }).fill(fragment('fine'));
  await page.getByRole('button', { name: 'Check' }).click();
  await expect(page.getByText('No errors found. Nothing has been saved yet.')).toBeVisible();
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('row', { name: `wrong-${mark}` })).toBeVisible();
});

test('a text that no longer fits where it is included is refused, with the policy named', async ({ page, mark }) => {
  await createFragment(page, `fits-${mark}`, fragment('hello'));
  await createdApi(page, { name: `Fits ${mark}`, suffix: `fits-${mark}`, backend: 'https://127.0.0.1:1' });
  await openTab(page, 'Policies');
  await policyText(page).fill(
    `<policies>\n    <outbound>\n        <include-fragment fragment-id="fits-${mark}" />\n    </outbound>\n</policies>\n`,
  );
  await saved(page);
  await page.goto(`/policies/fragments/fits-${mark}/edit`);
  await page
    .getByLabel('Fragment', { exact: true })
    .fill('<fragment>\n    <authentication-basic username="u" password="p" />\n</fragment>\n');
  await save(page);
  await expect(refusal(page)).toContainText('documents that use it would become invalid');
  await expect(page.getByRole('main').getByRole('link', { name: `Fits ${mark}` }).first()).toBeVisible();
});

test('a fragment in use is not deleted, and one that nothing includes is', async ({ page, mark }) => {
  await createFragment(page, `used-${mark}`, fragment('hello'));
  await includingApi(page, mark, `used-${mark}`);
  await page.goto(`/policies/fragments/used-${mark}/delete`);
  await expect(page.getByRole('heading', { name: 'This fragment is in use' })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: `Including ${mark}` }).click();
  await policyText(page).fill('<policies>\n    <inbound>\n        <base />\n    </inbound>\n</policies>\n');
  await saved(page);
  await page.goto(`/policies/fragments/used-${mark}/delete`);
  await page.getByRole('button', { name: 'Yes, delete it' }).click();
  await expect(notice(page, 'The fragment was deleted.')).toBeVisible();
});
