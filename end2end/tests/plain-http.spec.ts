// The portal over plain http under another machine's name: browsers keep no session there.
import { signIn } from '../parts/person';
import { NOBODY, expect, test } from '../parts/test';

test.use({ storageState: NOBODY });

test('the sign-in says that the portal needs https, and where else it can be opened', async ({
  program,
  playwright,
  launchOptions,
  javaScriptEnabled,
}) => {
  // This browser looks the other machine's name up on this one.
  const args = [...(launchOptions.args ?? []), '--host-resolver-rules=MAP portal.test 127.0.0.1'];
  const browser = await playwright.chromium.launch({ ...launchOptions, args });
  const page = await browser.newPage({ javaScriptEnabled });
  const answer = await page.goto(`${program.portal.replace('127.0.0.1', 'portal.test')}/apis`);
  expect(answer?.status()).toBe(403);
  await expect(page.getByText('The portal needs https.')).toBeVisible();
  await expect(page.getByText(program.portal)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Sign in' })).toHaveCount(0);

  await page.goto(`${program.portal}/sign-in`);
  await signIn(page);
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
  await browser.close();
});
