// Coming in and going out: the first sign-in, later ones, and the end of sessions.
import { ADMINISTRATOR, PASSWORD, makeAdministrator, notice, refusal, signIn } from '../parts/person';
import { NOBODY, expect, test } from '../parts/test';

test.describe('on a program of its own', () => {
  test.use({ alone: true });

  test('the one-time link makes the first administrator and works once', async ({ page, program, browser }) => {
    await page.goto('/');
    await expect(page.getByText('There are no user accounts yet.')).toBeVisible();
    await makeAdministrator(page, program);
    await expect(page.getByRole('link', { name: ADMINISTRATOR })).toBeVisible();

    const other = await (await browser.newContext({ baseURL: program.portal, storageState: NOBODY })).newPage();
    await other.goto(program.link);
    await expect(other.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    await expect(other.getByRole('button', { name: 'Create administrator account' })).toHaveCount(0);
    await other.context().close();
  });

  test('a first password that is too short is refused beside its field, and the link still works', async ({
    page,
    program,
  }) => {
    await page.goto(program.link);
    await page.getByLabel('Password').fill('short');
    await page.getByRole('button', { name: 'Create administrator account' }).click();
    await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/At least 10 characters/);
    await expect(page.getByLabel('Password')).toBeFocused();
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Create administrator account' }).click();
    await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
  });

  test('a wrong password and an unknown name are answered alike, and after several one has to wait', async ({
    page,
    program,
    browser,
  }) => {
    const setUp = await browser.newContext({ baseURL: program.portal, storageState: NOBODY });
    await makeAdministrator(await setUp.newPage(), program);
    await setUp.close();

    await page.goto('/sign-in');
    for (const name of [ADMINISTRATOR, 'nobody', ADMINISTRATOR, ADMINISTRATOR, 'nobody', ADMINISTRATOR]) {
      await signIn(page, name, 'not the password');
      await expect(refusal(page)).toContainText('The user name or password is wrong.');
      await expect(page.getByLabel('User name')).toHaveValue(name);
      await expect(page.getByLabel('Password')).toHaveValue('');
    }
    // The waits grow until one is longer than a browser takes to send the form again.
    await expect(async () => {
      await signIn(page, ADMINISTRATOR, 'not the password');
      await expect(refusal(page)).toContainText(/Too many failed attempts\. Wait \d+ seconds and try again\./, { timeout: 1_000 });
    }).toPass({ timeout: 45_000 });
  });

  test('a stranger who guesses does not lock out a browser in which somebody has signed in', async ({
    page,
    program,
    browser,
  }) => {
    await makeAdministrator(page, program);
    await page.getByRole('button', { name: 'Sign out' }).click();
    const stranger = await (await browser.newContext({ baseURL: program.portal, storageState: NOBODY })).newPage();
    await stranger.goto('/sign-in');
    for (let time = 1; time <= 8; time += 1) await signIn(stranger, ADMINISTRATOR, 'not the password');
    await expect(refusal(stranger)).toContainText(/Wait \d+ seconds/);
    await stranger.context().close();
    await signIn(page);
    await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
  });

  test('signing out everywhere ends the sessions of other browsers too', async ({ page, program, browser }) => {
    await makeAdministrator(page, program);
    const other = await (await browser.newContext({ baseURL: program.portal, storageState: NOBODY })).newPage();
    await other.goto('/sign-in');
    await signIn(other);
    await expect(other.getByRole('heading', { name: 'Overview' })).toBeVisible();

    await page.getByRole('link', { name: ADMINISTRATOR }).click();
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    await other.reload();
    await expect(other.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    await other.context().close();
  });

  test('a changed password counts from then on, and other sessions end', async ({ page, program, browser }) => {
    const next = 'another row of words';
    await makeAdministrator(page, program);
    const other = await (await browser.newContext({ baseURL: program.portal, storageState: NOBODY })).newPage();
    await other.goto('/sign-in');
    await signIn(other);
    await expect(other.getByRole('heading', { name: 'Overview' })).toBeVisible();

    await page.goto('/account');
    const change = async (old: string, first: string, again: string) => {
      await page.getByLabel('Current password').fill(old);
      await page.getByLabel('New password', { exact: true }).fill(first);
      await page.getByLabel('Confirm new password').fill(again);
      await page.getByRole('button', { name: 'Change password' }).click();
    };
    await change('wrong', next, next);
    await expect(page.getByLabel('Current password')).toHaveAccessibleDescription(/This is not your current password/);
    await change(PASSWORD, next, `${next} but not quite`);
    await expect(page.getByLabel('Confirm new password')).toHaveAccessibleDescription(/don't match/);
    await change(PASSWORD, next, next);
    await expect(notice(page, 'Password changed.')).toBeVisible();

    await other.reload();
    await signIn(other);
    await expect(refusal(other)).toContainText('The user name or password is wrong.');
    await signIn(other, ADMINISTRATOR, next);
    await expect(other.getByRole('heading', { name: 'Overview' })).toBeVisible();
    await other.context().close();
  });
});

test.describe('without being signed in', () => {
  test.use({ storageState: NOBODY });

  test('one is sent to the sign-in and comes from there to the page that was asked for', async ({ page }) => {
    await page.goto('/apis?search=nothing+like+this');
    await expect(page).toHaveURL(/\/sign-in\?next=/);
    await expect(page.getByText('Sign in to open the page that you asked for.')).toBeVisible();
    await signIn(page);
    await expect(page).toHaveURL('/apis?search=nothing+like+this');
    await expect(page.getByRole('searchbox')).toHaveValue('nothing like this');
  });

  test('the sign-in leads to no other site', async ({ page }) => {
    await page.goto('/sign-in?next=//evil.example/');
    await signIn(page);
    await expect(page).toHaveURL('/');
  });

  test('signing out ends the session', async ({ page, context }) => {
    await page.goto('/sign-in');
    await signIn(page);
    await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
    const cookies = await context.cookies();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    await expect(page.getByText('session has ended')).toHaveCount(0);

    // Whoever kept the cookie is not let in with it.
    await context.addCookies(cookies);
    await page.goto('/apis');
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    await expect(page.getByText('Your session has ended. Sign in to continue.')).toBeVisible();
  });
});
