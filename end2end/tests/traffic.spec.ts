// From a refused call to its reason, to the playground, and to the trace of the next one; failed ones are in failures.spec.ts.
import { request } from '@playwright/test';

import { stallingBackend } from '../parts/backend';
import {
  EXPIRED_TEMPLATE,
  createdApi,
  inserted,
  openMenu,
  openTab,
  policyEditor,
  policyText,
  saved,
  sent,
  trustOnly,
} from '../parts/person';
import { expect, test } from '../parts/test';

test('a refused call is shown with its reason and statement, and tried again in the playground', async ({
  page,
  mark,
  call,
  authority,
}) => {
  await createdApi(page, { name: `Refuse ${mark}`, suffix: `refuse-${mark}`, backend: 'https://127.0.0.1:1' });
  await openTab(page, 'Policies');
  await inserted(page, EXPIRED_TEMPLATE);
  await saved(page);
  expect((await call(`/refuse-${mark}/a`)).status).toBe(403);

  await openMenu(page, 'Traffic');
  await page.getByLabel('API', { exact: true }).selectOption(`Refuse ${mark}`);
  await page.getByRole('button', { name: 'Filter' }).click();
  const row = page.getByRole('main').getByRole('listitem').filter({ hasText: `/refuse-${mark}/a` });
  await expect(row).toContainText('403');
  await expect(row).toContainText('Invalid client certificate');
  await expect(row).toContainText(/API, line \d+/);
  await expect(row).toContainText('no certificate');

  await row.getByRole('link', { name: `GET /refuse-${mark}/a` }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Refused: GET /refuse-${mark}/a`);
  await page.getByRole('link', { name: 'Open in the playground' }).click();
  await expect(page.getByLabel('Path and query')).toHaveValue('/a');
  await page.getByRole('button', { name: 'Run' }).click();
  const result = page.getByRole('region', { name: 'Expected result' });
  await expect(result).toContainText('The client gets 403. Invalid client certificate');
  await expect(result).toContainText('the condition is true');

  // Somebody with a good certificate would be let in.
  await page.getByLabel('Client certificate', { exact: true }).selectOption('A pasted certificate (PEM)');
  await page.getByLabel('Certificate (PEM)').fill(authority.issue({ commonName: `caller-${mark}` }).pem);
  await page.getByRole('button', { name: 'Run' }).click();
  await expect(result).toContainText('The backend gets GET https://127.0.0.1:1/a without a credential.');
  await expect(result).toContainText(`CN=caller-${mark}`);
  await result.getByRole('link', { name: /API, line \d+/ }).first().click();
  await expect(policyText(page)).toHaveValue(/choose/);
});

test('a response that the limits of its API cut off is shown with the setting that helps', async ({ page, mark, call }) => {
  const backend = await stallingBackend();
  await createdApi(page, { name: `Stall ${mark}`, suffix: `stall-${mark}`, backend: backend.address });
  await openTab(page, 'Settings');
  await page.getByLabel('Between parts of a response').fill('1');
  await page.getByRole('button', { name: 'Save timeouts' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Live on' })).toBeVisible();
  await expect(call(`/stall-${mark}/a`)).rejects.toThrow();

  await openMenu(page, 'Traffic');
  const row = page.getByRole('main').getByRole('listitem').filter({ hasText: `/stall-${mark}/a` });
  await expect(row).toContainText('ResponseIdleTimeout');
  await row.getByRole('link', { name: `GET /stall-${mark}/a` }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Failed: GET /stall-${mark}/a`);
  await expect(page.getByRole('main')).toContainText('nothing for 1 s in the middle of its response');
  await expect(page.getByRole('main')).toContainText('Between parts of a response');
  await backend.stop();
});

test('from a wrong policy to the caller that the right one refuses @scripts', async ({ page, mark, authority, program }) => {
  const caller = authority.issue({ commonName: `late-${mark}`, to: '2025-06-30T00:00:00Z' });
  await createdApi(page, { name: `Way ${mark}`, suffix: `way-${mark}`, backend: 'https://127.0.0.1:1' });
  await openTab(page, 'Policies');
  const write = async (member: string) => {
    await policyEditor(page).focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(
      `<policies>\n<inbound>\n<base />\n<choose>\n<when condition="@(context.Request.Certificate.${member} < DateTime.Now)">\n` +
        '<return-response><set-status code="403" reason="Too late" /></return-response>\n</when>\n</choose>\n</inbound>\n</policies>',
    );
  };
  await write('NotAftr');
  await expect(page.locator('.cm-lintRange-error')).toBeVisible();
  await page.locator('.cm-lintRange-error').hover();
  await expect(page.locator('.cm-tooltip-lint')).toContainText('did you mean `NotAfter`?');
  await write('NotAfter');
  await expect(page.locator('.cm-lintRange-error')).toHaveCount(0);
  await saved(page);

  const [cert, key] = [Buffer.from(caller.pem), Buffer.from(caller.keyPem)];
  const clientCertificates = [{ origin: program.gateway, cert, key }];
  const client = await request.newContext({ ignoreHTTPSErrors: true, clientCertificates });
  expect((await client.get(`${program.gateway}/way-${mark}/a`)).status()).toBe(403);
  await client.dispose();

  await page.goto(`/traffic?search=way-${mark}`);
  const row = page.getByRole('main').getByRole('listitem').filter({ hasText: `/way-${mark}/a` });
  await expect(row).toContainText('Too late');
  await expect(row).toContainText(`CN=late-${mark}`);
  await expect(row.getByRole('strong')).toHaveText(caller.lastFour);
  await row.getByRole('link', { name: `GET /way-${mark}/a` }).click();
  await page.getByText('PEM', { exact: true }).click();
  await expect(page.getByText('-----BEGIN CERTIFICATE-----')).toBeVisible();
  await page.getByRole('link', { name: 'Open in the playground' }).click();
  await page.getByRole('button', { name: 'Run' }).click();
  const result = page.getByRole('region', { name: 'Expected result' });
  await expect(result).toContainText('The client gets 403. Too late');
  await expect(result).toContainText(`CN=late-${mark} (…${caller.lastFour})`);
});

test('a call of an uploaded certificate that the list doesn\'t show is played by its thumbprint', async ({
  page,
  program,
  authority,
  mark,
}) => {
  // Twenty-one uploads take their time.
  test.slow();
  const caller = authority.issue({ commonName: `zz-caller-${mark}` });
  await sent(page, program, caller);
  for (let number = 1; number <= 20; number += 1) {
    await sent(page, program, authority.issue({ commonName: `aa-${number}-${mark}` }));
  }
  await createdApi(page, { name: `Shown ${mark}`, suffix: `shown-${mark}`, backend: 'https://127.0.0.1:1' });
  await openTab(page, 'Policies');
  await page.getByRole('link', { name: 'Playground' }).click();
  await page.getByLabel('Client certificate', { exact: true }).selectOption('An uploaded client certificate');
  await page.getByLabel('Or thumbprint').fill('00 11');
  await page.getByRole('button', { name: 'Run' }).click();
  await expect(page.getByLabel('Or thumbprint')).toHaveAccessibleDescription(/This certificate doesn't exist/);
  await page.getByLabel('Or thumbprint').fill(caller.thumbprint.toLowerCase());
  await page.getByRole('button', { name: 'Run' }).click();
  await expect(page.getByRole('region', { name: 'Expected result' })).toContainText(`CN=zz-caller-${mark}`);
});

test('a token is judged by what it says, and its signature is taken for good', async ({ page, mark }) => {
  await createdApi(page, { name: `Token ${mark}`, suffix: `token-${mark}`, backend: 'https://127.0.0.1:1' });
  await openTab(page, 'Policies');
  await policyText(page).fill(
    '<policies>\n<inbound>\n<base />\n<validate-jwt header-name="Authorization">\n<issuer-signing-keys><key>c2VjcmV0LXNlY3JldC1zZWNyZXQ=</key></issuer-signing-keys>\n' +
      '<audiences><audience>orders</audience></audiences>\n</validate-jwt>\n</inbound>\n</policies>',
  );
  await saved(page);
  await page.getByRole('link', { name: 'Playground' }).click();
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const play = async (claims: object) => {
    const token = `${part({ alg: 'HS256' })}.${part(claims)}.c2ln`;
    await page.getByLabel('Headers').fill(`Authorization: Bearer ${token}`);
    await page.getByRole('button', { name: 'Run' }).click();
  };
  const result = page.getByRole('region', { name: 'Expected result' });
  await play({ aud: 'orders', exp: 99999999999 });
  await expect(result).toContainText('continues as if a trusted key had signed the token');
  await expect(result).toContainText('The backend gets GET https://127.0.0.1:1/ without a credential.');
  await play({ aud: 'bills', exp: 99999999999 });
  await expect(result).toContainText('The client gets 401.');
});

test('what is wrong with a made-up call is said beside its field', async ({ page, mark }) => {
  await createdApi(page, { name: `Made ${mark}`, suffix: `made-${mark}`, backend: 'https://127.0.0.1:1' });
  await openTab(page, 'Policies');
  await page.getByRole('link', { name: 'Playground' }).click();
  await page.getByLabel('Path and query').fill('a b');
  await page.getByLabel('Headers').fill('nonsense');
  await page.getByRole('button', { name: 'Run' }).click();
  await expect(page.getByLabel('Path and query')).toHaveAccessibleDescription(/begins with a slash/);
  await expect(page.getByLabel('Headers')).toHaveAccessibleDescription(/Line 1 is not a valid header/);
  await expect(page.getByLabel('Headers')).toHaveValue('nonsense');
});

test('a call that brings a token is traced, statement by statement', async ({
  page,
  mark,
  authority,
  openBackend,
  program,
}) => {
  await createdApi(page, { name: `Trace ${mark}`, suffix: `trace-${mark}`, backend: openBackend.address });
  await trustOnly(page, authority.pem);
  await saved(page);
  await openTab(page, 'Policies');
  await policyText(page).fill(
    '<policies>\n<inbound>\n<base />\n<set-header name="X-Traced"><value>1</value></set-header>\n</inbound>\n</policies>',
  );
  await saved(page);
  await openTab(page, 'Test');
  await page.getByRole('button', { name: 'Create token' }).click();
  const command = await page.getByText(/^curl -i -H 'Postern-Trace: /).innerText();
  const [, token = '', address = ''] = command.match(/Postern-Trace: (\w+)' '(.*)'$/) ?? [];

  const caller = await request.newContext({ ignoreHTTPSErrors: true });
  const answer = await caller.get(`${program.gateway}${new URL(address).pathname}/x`, { headers: { 'Postern-Trace': token } });
  expect(answer.status()).toBe(200);
  const id = answer.headers()['x-request-id'] ?? '';
  await caller.dispose();

  await page.getByLabel('Request ID, from').fill(id);
  await page.getByRole('button', { name: 'Show trace' }).click();
  const step = page.getByRole('row').filter({ hasText: 'sets the header X-Traced of the request' });
  await expect(step).toContainText('set-header');
  await expect(step).toContainText('API, line 4');
  await expect(page.getByRole('main')).toContainText(`GET /trace-${mark}/x`);
});

test('a call without a token has no trace', async ({ page }) => {
  await page.goto('/traffic/traces?id=00000000');
  await expect(page.getByText('There is no trace of this request')).toBeVisible();
});
