// What was entered and not saved is not lost when the session ends.
import type { Page } from '@playwright/test';

import {
  createdApi,
  createdOperation,
  endSession,
  makeAdministrator,
  notice,
  openTab,
  policyText,
  refusal,
  save,
  saved,
  send,
  signIn,
} from '../parts/person';
import { NOBODY, expect, test } from '../parts/test';

const BACKEND = 'https://127.0.0.1:1';
const ENDED = 'Your session has ended. Sign in to continue.';
const UNSAVED = 'Your session ended before this could be saved. Your changes are below, not saved yet.';

const policy = (mark: string) => `<policies>\n    <inbound>\n        <base />\n        <!-- ${mark} -->\n    </inbound>\n</policies>\n`;

/** The Policies tab of a new API with a draft in it. */
async function draft(page: Page, mark: string) {
  await createdApi(page, { name: `Draft ${mark}`, suffix: `draft-${mark}`, backend: BACKEND });
  await openTab(page, 'Policies');
  await policyText(page).fill(policy(mark));
}

test('a policy is kept through the end of the session, and saved after signing in again', async ({ page, mark }) => {
  await draft(page, mark);
  const address = page.url();
  await endSession(page);
  await save(page);
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await expect(page.getByText(ENDED)).toBeVisible();
  await signIn(page);
  await expect(page).toHaveURL((url) => url.href.startsWith(address));
  await expect(refusal(page)).toContainText(UNSAVED);
  await expect(policyText(page)).toHaveValue(policy(mark));
  await saved(page);
  await page.goto(address);
  await expect(policyText(page)).toHaveValue(policy(mark));
});

test.describe('on a program of its own', () => {
  test.use({ alone: true });

  test('a session that somebody ended elsewhere loses nothing either', async ({ page, program, browser, mark }) => {
    await makeAdministrator(page, program);
    await draft(page, mark);
    const other = await (await browser.newContext({ baseURL: program.portal, storageState: NOBODY })).newPage();
    await other.goto('/sign-in');
    await signIn(other);
    await other.goto('/account');
    await other.getByRole('button', { name: 'Sign out everywhere' }).click();
    await expect(other.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    await other.context().close();

    await page.getByRole('button', { name: 'Check' }).click();
    await expect(page.getByText(ENDED)).toBeVisible();
    await signIn(page, undefined, 'not the password');
    await expect(refusal(page)).toContainText('The user name or password is wrong.');
    await signIn(page);
    await expect(policyText(page)).toHaveValue(policy(mark));
  });
});

/** Forms of all kinds: where they are, a field and what is written into it, the button that sends it. */
const forms: { what: string; open: (page: Page, api: string) => Promise<unknown>; label: string; text: string; button: string }[] = [
  { what: 'a new API', open: (page) => page.goto('/apis/new'), label: 'Name', text: 'Half done', button: 'Create' },
  { what: 'settings', open: (page, api) => page.goto(api), label: 'Backend address', text: 'https://half.example', button: 'Save' },
  { what: 'a new operation', open: (page, api) => page.goto(`${api}/operations/new`), label: 'URL template', text: '/half', button: 'Create' },
  { what: 'a new fragment', open: (page) => page.goto('/policies/fragments/new'), label: 'Fragment', text: '<fragment />', button: 'Create' },
  { what: 'a new named value', open: (page) => page.goto('/security/named-values/new'), label: 'Value', text: 'half done', button: 'Create' },
  { what: 'the playground', open: (page, api) => page.goto(`${api}/policies/playground`), label: 'Headers', text: 'Accept: half', button: 'Run' },
  {
    what: 'security',
    open: async (page, api) => {
      await page.goto(`${api}/security`);
      await page.getByLabel('Credentials', { exact: true }).selectOption('Basic');
    },
    label: 'User name',
    text: 'half',
    button: 'Save',
  },
];

for (const { what, open, label, text, button } of forms) {
  test(`the form of ${what} is kept through the end of the session`, async ({ page, mark }) => {
    await createdApi(page, { name: `Forms ${mark}`, suffix: `forms-${mark}`, backend: BACKEND });
    await open(page, new URL(page.url()).pathname.replace('/security', ''));
    await page.getByLabel(label, { exact: true }).fill(text);
    // A field that must be filled in keeps the browser from sending the form.
    await page.getByRole('main').locator('form[id]').first().evaluate((form: HTMLFormElement) => (form.noValidate = true));
    await endSession(page);
    await page.getByRole('button', { name: button, exact: true }).first().click();
    await expect(page.getByText(ENDED)).toBeVisible();
    await signIn(page);
    await expect(refusal(page)).toContainText(UNSAVED);
    await expect(page.getByLabel(label, { exact: true })).toHaveValue(text);
  });
}

test('an open value that is being changed is kept, a secret one is not', async ({ page, mark }) => {
  for (const kind of ['open', 'secret']) {
    await page.goto('/security/named-values/new');
    await page.getByLabel('Name', { exact: true }).fill(`${kind}-${mark}`);
    await page.getByLabel('Value', { exact: true }).fill('before');
    if (kind === 'secret') await page.getByLabel('Secret: stored encrypted').check();
    await page.getByRole('button', { name: 'Create' }).click();
    await page.goto(`/security/named-values/${kind}-${mark}/edit`);
    await page.locator('[name=value]').fill(`written-${mark}`);
    await endSession(page);
    await save(page);
    await signIn(page);
    await expect(refusal(page)).toContainText('Your session ended before this could be');
    await expect(page.locator('[name=value]')).toHaveValue(kind === 'open' ? `written-${mark}` : '');
  }
});

test('a deletion after the end of the session does nothing and is asked again', async ({ page, mark }) => {
  await createdApi(page, { name: `Stays ${mark}`, suffix: `stays-${mark}`, backend: BACKEND });
  await page.goto(`${new URL(page.url()).pathname.replace('/security', '')}/delete`);
  await endSession(page);
  await page.getByRole('button', { name: 'Yes, delete it' }).click();
  await signIn(page);
  await expect(refusal(page)).toContainText('Your session ended before this could be done. Nothing was changed. Try again.');
  await expect(page.getByRole('button', { name: 'Yes, delete it' })).toBeVisible();
});

test('an upload after the end of the session keeps its fields, and the file or its name', async ({
  page,
  context,
  authority,
  mark,
  javaScriptEnabled,
}) => {
  const pfx = { ...authority.issue({ commonName: `late-${mark}` }).pfx(), name: 'partner.pfx' };
  await page.goto('/security/certificates/upload');
  await endSession(page);
  await send(page, pfx, { name: `Late ${mark}` });
  if (javaScriptEnabled === false) {
    await expect(page.getByText(ENDED)).toBeVisible();
    await signIn(page);
    await expect(page.getByText('Choose partner.pfx again.')).toBeVisible();
    await expect(page.getByLabel('Name (optional)')).toHaveValue(`Late ${mark}`);
    await send(page, pfx);
  } else {
    await expect(page.getByText(ENDED)).toBeVisible();
    await expect(page.getByLabel('Name (optional)')).toHaveValue(`Late ${mark}`);
    const opened = context.waitForEvent('page');
    await page.getByRole('link', { name: 'Sign in (opens a new tab)' }).click();
    const other = await opened;
    await signIn(other);
    await expect(other.getByRole('heading', { name: 'Upload certificate', level: 1 })).toBeVisible();
    await other.close();
    await page.getByRole('button', { name: 'Upload', exact: true }).click();
  }
  await expect(notice(page, `“Late ${mark}” was uploaded`)).toBeVisible();
});
