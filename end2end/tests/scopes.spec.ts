// Policies of all scopes: the document, what holds in the end, history and restore, templates.
import type { Page } from '@playwright/test';

import {
  choose,
  createdApi,
  createdOperation,
  makeAdministrator,
  notice,
  openCertificate,
  openMenu,
  openTab,
  policyText,
  refusal,
  save,
  saved,
  trustOnly,
  uploaded,
} from '../parts/person';
import { expect, test } from '../parts/test';

const BACKEND = 'https://partner.example';

/** Puts statements behind `<base />` of `inbound`, and saves. */
async function savedWith(page: Page, statements: string) {
  const text = await policyText(page).inputValue();
  await policyText(page).fill(text.replace(/<inbound>\s*<base \/>/, `$&\n        ${statements}`));
  await saved(page);
}

const header = (name: string) => `<set-header name="${name}"><value>here</value></set-header>`;

/** Opens one of the ways to look at the policy on the screen. */
async function look(page: Page, view: 'Document' | 'Effective policy' | 'History') {
  await page.getByRole('navigation', { name: 'Policy views' }).getByRole('link', { name: view }).click();
}

test.describe('the policy of all APIs', () => {
  test.use({ alone: true });

  test('is shown, saved, in force for every API at once, and brought back', async ({
    page,
    program,
    authority,
    call,
    openBackend,
    mark,
  }) => {
    await makeAdministrator(page, program);
    await createdApi(page, { name: `All ${mark}`, suffix: `all-${mark}`, backend: openBackend.address });
    await trustOnly(page, authority.pem);
    await saved(page);
    expect((await call(`/all-${mark}/a`)).status).toBe(200);

    await openMenu(page, 'Policies');
    await expect(page.getByRole('heading', { name: 'Policies of all APIs', level: 1 })).toBeVisible();
    const shipped = await policyText(page).inputValue();
    expect(shipped).toContain('<forward-request />');
    await look(page, 'History');
    await expect(page.getByText('Nothing has been saved yet')).toBeVisible();
    await look(page, 'Document');
    const refuse = '<return-response><set-status code="403" /><set-body>"no"</set-body></return-response>';
    await policyText(page).fill(shipped.replace('<inbound />', `<inbound>${refuse}</inbound>`));
    await saved(page);
    expect((await call(`/all-${mark}/a`)).status).toBe(403);

    await policyText(page).fill(shipped);
    await saved(page);
    expect((await call(`/all-${mark}/a`)).status).toBe(200);
    await look(page, 'History');
    await page.getByRole('link', { name: /^Compare revision/ }).click();
    await expect(page.getByRole('deletion').filter({ hasText: 'return-response' })).toBeVisible();
    await page.getByRole('button', { name: /^Restore revision/ }).click();
    await expect(notice(page, 'was restored. Live on the gateway (revision')).toBeVisible();
    expect((await call(`/all-${mark}/a`)).status).toBe(403);
  });
});

test('the effective policy marks each statement with its scope, and leads to where it is written', async ({
  page,
  mark,
}) => {
  await createdApi(page, { name: `Effect ${mark}`, suffix: `effect-${mark}`, backend: BACKEND });
  await openTab(page, 'Policies');
  await savedWith(page, header('x-api'));
  await openTab(page, 'Operations');
  await createdOperation(page, page.url(), { name: 'Show', method: 'GET', template: '/a' });
  await page.getByRole('link', { name: 'Show', exact: true }).click();
  await openTab(page, 'Policies');
  await savedWith(page, header('x-operation'));
  await look(page, 'Effective policy');
  const inbound = page.getByRole('region', { name: 'inbound' });
  await expect(inbound.getByRole('listitem')).toHaveCount(2);
  await expect(inbound.getByRole('listitem').nth(0)).toContainText('x-api');
  await expect(inbound.getByRole('listitem').nth(1)).toContainText('x-operation');
  await expect(inbound.getByRole('link', { name: 'Operation, line 4' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'backend' })).toContainText('<forward-request');
  await inbound.getByRole('link', { name: 'API, line 4' }).click();
  await expect(page.getByRole('heading', { name: `Effect ${mark}`, level: 1 })).toBeVisible();
  await expect(policyText(page)).toHaveValue(/x-api/);
});

test('an old version is compared line by line and restored; what it names must still be there', async ({
  page,
  authority,
  mark,
}) => {
  const issued = authority.issue({ commonName: `history-${mark}` });
  await uploaded(page, issued);
  await createdApi(page, { name: `History ${mark}`, suffix: `history-${mark}`, backend: BACKEND });
  await choose(page, issued.lastFour);
  await saved(page);
  await openTab(page, 'Policies');
  const text = await policyText(page).inputValue();
  await policyText(page).fill(text.replace(/<authentication-certificate[^>]*>/, header('x-instead')));
  await saved(page);

  await look(page, 'History');
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows).toHaveCount(4);
  await expect(rows.nth(1)).toContainText('current');
  await rows.nth(2).getByRole('link', { name: /^Compare/ }).click();
  await expect(page.getByRole('deletion')).toContainText('authentication-certificate');
  await expect(page.getByRole('insertion')).toContainText('x-instead');
  await page.getByRole('button', { name: /^Restore revision/ }).click();
  await expect(notice(page, 'was restored.')).toBeVisible();
  await expect(policyText(page)).toHaveValue(text);
  await look(page, 'History');
  await expect(rows).toHaveCount(5);

  await rows.nth(2).getByRole('link', { name: /^Compare/ }).click();
  await page.getByRole('button', { name: /^Restore revision/ }).click();
  await expect(policyText(page)).toHaveValue(/x-instead/);
  const address = page.url();
  await openCertificate(page, `history-${mark}`);
  await page.goto(`${page.url()}/delete`);
  await page.getByRole('button', { name: 'Yes, delete it' }).click();
  await page.goto(`${address.replace(/[?#].*/, '')}/history`);
  await rows.nth(2).getByRole('link', { name: /^Compare/ }).click();
  await page.getByRole('button', { name: /^Restore revision/ }).click();
  await expect(refusal(page)).toContainText("The policy was not saved because it has errors.");
  await expect(page.getByText(/no uploaded certificate has the id/).first()).toBeVisible();
});

test('a certificate that only an operation names leads to its policy, and cannot be deleted', async ({
  page,
  authority,
  mark,
}) => {
  const issued = authority.issue({ commonName: `narrow-${mark}` });
  await uploaded(page, issued);
  await createdApi(page, { name: `Narrow ${mark}`, suffix: `narrow-${mark}`, backend: BACKEND });
  await openTab(page, 'Operations');
  await createdOperation(page, page.url(), { name: 'Pay', method: 'POST', template: '/pay' });
  await page.getByRole('link', { name: 'Pay', exact: true }).click();
  await openTab(page, 'Policies');
  await savedWith(page, `<authentication-certificate thumbprint="${issued.thumbprint}" />`);
  await openCertificate(page, `narrow-${mark}`);
  const certificate = page.url();
  await page.goto(`${certificate}/delete`);
  await expect(page.getByRole('heading', { name: 'This certificate is in use', level: 1 })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Yes, delete it' })).toBeHidden();
  await page.getByRole('link', { name: `Narrow ${mark}, operation Pay` }).click();
  await expect(policyText(page)).toHaveValue(new RegExp(issued.thumbprint));
});

test('a template is put into the draft and nothing is saved until somebody does', async ({ page, mark }) => {
  await createdApi(page, { name: `Template ${mark}`, suffix: `template-${mark}`, backend: BACKEND });
  await openTab(page, 'Policies');
  await policyText(page).fill((await policyText(page).inputValue()).replace('</policies>', '<!-- mine -->\n</policies>'));
  for (const [template, statement] of [
    ['Refuse clients without a certificate or with an expired one', 'NotAfter < DateTime.Now'],
    ['Refuse clients with another issuer or subject (anyone can make a certificate with these names)', 'trusted-issuer'],
    ['Refuse clients with another thumbprint', 'desired-thumbprint'],
    ["Refuse clients whose certificate isn't uploaded", 'Certificates.Any('],
  ]) {
    await page.getByLabel('Insert a template').selectOption(template);
    await page.getByRole('button', { name: 'Insert', exact: true }).click();
    await expect(notice(page, 'The template was inserted into the draft above.')).toBeVisible();
    expect(await policyText(page).inputValue()).toContain(statement);
  }
  expect(await policyText(page).inputValue()).toContain('<!-- mine -->');
  const other = await page.context().newPage();
  await other.goto(page.url());
  await expect(policyText(other)).not.toHaveValue(/Invalid client certificate/);
  await saved(page);
  await other.reload();
  await expect(policyText(other)).toHaveValue(/Invalid client certificate/);
});

test('a template into a draft that cannot be read is answered with what is wrong', async ({ page, mark }) => {
  await createdApi(page, { name: `Broken ${mark}`, suffix: `broken-${mark}`, backend: BACKEND });
  await openTab(page, 'Policies');
  await policyText(page).fill('<policies><inbound></policies>');
  await page.getByRole('button', { name: 'Insert', exact: true }).click();
  await expect(refusal(page)).toContainText('error');
  await expect(policyText(page)).toHaveValue('<policies><inbound></policies>');
  await save(page);
  await expect(page.getByRole('region', { name: 'Check results' })).toContainText(/line 1/);
});
