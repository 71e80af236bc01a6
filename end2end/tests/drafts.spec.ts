// What was entered and not saved is not lost: when the session ends, when the page is left, when its language or theme
// changes.
import type { Page } from '@playwright/test';

import {
  createdApi,
  createdOperation,
  endSession,
  makeAdministrator,
  notice,
  openMenu,
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
const RESTORED = 'Your unsaved changes were restored';

const policy = (mark: string) => `<policies>\n    <inbound>\n        <base />\n        <!-- ${mark} -->\n    </inbound>\n</policies>\n`;

/** The Policies tab of a new API with a draft in it. */
async function draft(page: Page, mark: string) {
  await createdApi(page, { name: `Draft ${mark}`, suffix: `draft-${mark}`, backend: BACKEND });
  await openTab(page, 'Policies');
  await policyText(page).fill(policy(mark));
}

/** The questions that the browser asks before it leaves a page, each answered so. */
function asked(page: Page, reply: 'stay' | 'leave'): string[] {
  const questions: string[] = [];
  page.on('dialog', async (dialog) => {
    questions.push(dialog.type());
    await (reply === 'leave' ? dialog.accept() : dialog.dismiss());
  });
  return questions;
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

test('theme, language and tabs keep what was entered, without a question @scripts', async ({ page, mark }) => {
  await draft(page, mark);
  const questions = asked(page, 'stay');
  const banner = page.getByRole('banner');
  await banner.getByRole('button', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(notice(page, RESTORED)).toBeVisible();
  await expect(policyText(page)).toHaveValue(policy(mark));

  await banner.getByRole('button', { name: '한국어' }).click();
  await expect(notice(page, '저장하지 않은 변경 내용을 복원했습니다.')).toBeVisible();
  await expect(policyText(page)).toHaveValue(policy(mark));
  await banner.getByRole('button', { name: 'English' }).click();
  await expect(notice(page, RESTORED)).toBeVisible();

  await openTab(page, 'Settings');
  await expect(page.getByLabel('Backend address')).toHaveValue(BACKEND);
  await page.getByLabel('Backend address').fill('https://127.0.0.1:2');
  await openTab(page, 'Policies');
  await expect(policyText(page)).toHaveValue(policy(mark));
  await page.getByRole('link', { name: 'History' }).click();
  await page.getByRole('link', { name: 'Document' }).click();
  await expect(policyText(page)).toHaveValue(policy(mark));
  await saved(page);
  await openTab(page, 'Settings');
  await expect(page.getByLabel('Backend address')).toHaveValue('https://127.0.0.1:2');
  await openTab(page, 'Policies');
  await expect(policyText(page)).toHaveValue(policy(mark));
  await expect(notice(page, RESTORED)).toHaveCount(0);
  expect(questions).toEqual([]);
});

test('leaving asks only where something would be lost @scripts', async ({ page, mark }) => {
  await createdApi(page, { name: `Ask ${mark}`, suffix: `ask-${mark}`, backend: BACKEND });
  const questions = asked(page, 'stay');
  await openMenu(page, 'Traffic');
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText(`Ask ${mark}`);
  await page.goBack();
  // A form that came back as it is saved is no unsaved work.
  await openTab(page, 'Policies');
  await page.getByRole('button', { name: 'Check' }).click();
  await expect(notice(page, 'No errors found.')).toBeVisible();
  await openMenu(page, 'Traffic');
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText(`Ask ${mark}`);
  await page.goBack();
  await openTab(page, 'Settings');
  expect(questions).toEqual([]);

  await page.getByLabel('Backend address').fill('https://127.0.0.1:2');
  await openMenu(page, 'Traffic');
  await expect.poll(() => questions).toEqual(['beforeunload']);
  await expect(page.getByLabel('Backend address')).toHaveValue('https://127.0.0.1:2');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect.poll(() => questions).toEqual(['beforeunload', 'beforeunload']);
  await saved(page);
  await openMenu(page, 'Traffic');
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText(`Ask ${mark}`);
  expect(questions).toHaveLength(2);
});

test('a chosen file and a typed secret ask before the language changes @scripts', async ({ page, authority }) => {
  const questions = asked(page, 'stay');
  await page.goto('/security/certificates/upload');
  await page.getByLabel('File', { exact: true }).setInputFiles(authority.issue({ commonName: 'asks' }).pfx());
  await page.getByLabel('Name (optional)').fill('Asks');
  await page.getByRole('banner').getByRole('button', { name: '한국어' }).click();
  await expect.poll(() => questions).toEqual(['beforeunload']);
  await expect(page.getByRole('heading', { name: 'Upload certificate' })).toBeVisible();
});

test('an uploaded file and a saved form ask nothing @scripts', async ({ page, authority, mark }) => {
  const questions = asked(page, 'stay');
  await page.goto('/security/certificates/upload');
  await send(page, authority.issue({ commonName: `quiet-${mark}` }).pfx(), { name: `Quiet ${mark}` });
  await expect(notice(page, `“Quiet ${mark}” was uploaded`)).toBeVisible();
  await createdApi(page, { name: `Quiet ${mark}`, suffix: `quiet-${mark}`, backend: BACKEND });
  await page.goto('/apis/new');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('');
  expect(questions).toEqual([]);
});

test('back and reload bring back what was entered, and it can be dropped @scripts', async ({ page, mark }) => {
  await draft(page, mark);
  asked(page, 'leave');
  await openMenu(page, 'Traffic');
  await page.waitForURL('/traffic');
  await page.goBack();
  await expect(notice(page, RESTORED)).toBeVisible();
  await expect(policyText(page)).toHaveValue(policy(mark));
  await page.reload();
  await expect(policyText(page)).toHaveValue(policy(mark));
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await expect(notice(page, RESTORED)).toHaveCount(0);
  await expect(policyText(page)).not.toHaveValue(policy(mark));
  await page.reload();
  await expect(policyText(page)).not.toHaveValue(policy(mark));
});

test('what others saved meanwhile is noticed when a kept draft is saved @scripts', async ({ page, context, mark }) => {
  await draft(page, mark);
  const address = page.url();
  await openTab(page, 'Settings');
  const other = await context.newPage();
  await other.goto(address);
  await policyText(other).fill(policy('meanwhile'));
  await saved(other);
  await other.close();
  await openTab(page, 'Policies');
  await expect(policyText(page)).toHaveValue(policy(mark));
  await save(page);
  await expect(refusal(page)).toContainText('saved changes while you were editing');
  await expect(policyText(page)).toHaveValue(policy(mark));
});

test('no password and no secret is kept in the browser @scripts', async ({ page, mark }) => {
  // In a session of its own, since it ends.
  await endSession(page);
  await page.goto('/sign-in');
  await signIn(page);
  const kept = () => page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
  asked(page, 'leave');
  await createdApi(page, { name: `Secrets ${mark}`, suffix: `secrets-${mark}`, backend: BACKEND });
  await page.getByLabel('Credentials', { exact: true }).selectOption('Basic');
  await page.getByLabel('User name').fill('seen');
  await page.getByLabel('Password').fill('hunter2');
  await openTab(page, 'Policies');
  const basic = '<policies><inbound><authentication-basic username="seen" password="hunter2" /></inbound></policies>';
  await policyText(page).fill(basic);
  await page.goto('/security/named-values/new');
  await page.getByLabel('Name', { exact: true }).fill('seen');
  await page.getByLabel('Value', { exact: true }).fill('hunter2');
  await page.getByLabel('Secret: stored encrypted').check();
  await page.goto('/account');
  await page.getByLabel('New password', { exact: true }).fill('hunter2');
  await page.goto('/');
  expect(await kept()).toContain('seen');
  expect(await kept()).not.toContain('hunter2');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  expect(await kept()).not.toContain('seen');
});

test('without a question the text is still there when one goes back', async ({ page, mark }) => {
  await draft(page, mark);
  asked(page, 'leave');
  await page.getByRole('link', { name: 'Postern' }).click();
  await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
  await page.goBack();
  await expect(policyText(page)).toHaveValue(policy(mark));
});
