// Replacing a certificate: what changes is shown and tried before it is in force; and certificates that end.
import type { Page } from '@playwright/test';

import { Authority, type Issued } from '../parts/authority';
import { httpsBackend } from '../parts/backend';
import {
  type NewApi,
  choose,
  createdApi,
  notice,
  openCertificate,
  openMenu,
  openTab,
  policyText,
  save,
  saved,
  send,
  trustOnly,
  upload,
  uploaded,
} from '../parts/person';
import { expect, test } from '../parts/test';

/** Uploads a certificate, and has an API use it whose backend the authority vouches for. */
async function usedBy(page: Page, authority: Authority, issued: Issued, api: NewApi) {
  await uploaded(page, issued);
  await createdApi(page, api);
  await trustOnly(page, authority.pem);
  await choose(page, issued.lastFour);
  await saved(page);
}

test('a renewed certificate is compared and tried before it replaces the one in use', async ({
  page,
  authority,
  backend,
  call,
  mark,
}) => {
  const first = authority.issue({ commonName: `renew-${mark}` });
  const renewed = authority.issue({ commonName: `renew-${mark}`, to: '2049-12-31T00:00:00Z' });
  await usedBy(page, authority, first, { name: `Renew ${mark}`, suffix: `renew-${mark}`, backend: backend.address });
  await openCertificate(page, `renew-${mark}`);
  await page.getByRole('link', { name: 'Replace', exact: true }).click();
  await expect(page.getByText(`Current certificate: renew-${mark} (…${first.lastFour})`)).toBeVisible();
  await send(page, renewed.pfx());

  await expect(page.getByRole('heading', { name: 'Review the new certificate' })).toBeVisible();
  const changes = page.getByRole('region', { name: 'What changes' });
  await expect(changes.getByRole('row', { name: 'Thumbprint' })).toContainText(first.lastFour);
  await expect(changes.getByRole('row', { name: 'Thumbprint' })).toContainText(renewed.lastFour);
  await expect(changes.getByRole('row', { name: 'Expires' })).toContainText('2049-12-3');
  await expect(changes.getByText('different')).toHaveCount(0);
  const trials = page.getByRole('region', { name: 'Connections with the new certificate' });
  await expect(trials.getByRole('listitem').filter({ hasText: `Renew ${mark}` })).toContainText('took this one');
  expect((await call(`/renew-${mark}`)).body.thumbprint, 'nothing has changed yet').toBe(first.thumbprint);

  await page.getByRole('button', { name: 'Replace', exact: true }).click();
  await expect(notice(page, 'The certificate was replaced. Live on the gateway')).toBeVisible();
  expect((await call(`/renew-${mark}`)).body.thumbprint).toBe(renewed.thumbprint);
  // The gateway notes uses to the second: one in the second of the replacement may count as before it.
  await expect(async () => {
    await call(`/renew-${mark}`);
    await page.reload();
    const presented = page.getByRole('region', { name: 'First requests' }).getByText('Last presented to a backend');
    await expect(presented).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await page.getByRole('button', { name: 'Restore the previous certificate' }).click();
  await expect(notice(page, 'Saved. Live on the gateway')).toBeVisible();
  expect((await call(`/renew-${mark}`)).body.thumbprint).toBe(first.thumbprint);
});

test("a stranger's certificate is marked and refused by the backend before it can stop anything", async ({
  page,
  authority,
  backend,
  call,
  mark,
}) => {
  const first = authority.issue({ commonName: `own-${mark}` });
  const stranger = Authority.make(`Strange CA ${mark}`).issue({ commonName: `stranger-${mark}` });
  const api = { name: `Stranger ${mark}`, suffix: `stranger-${mark}`, backend: backend.address };
  await usedBy(page, authority, first, api);
  await openCertificate(page, `own-${mark}`);
  await page.getByRole('link', { name: 'Replace', exact: true }).click();
  await send(page, stranger.pfx());
  const changes = page.getByRole('region', { name: 'What changes' });
  await expect(changes.getByText('Subject or issuer differ')).toBeVisible();
  await expect(changes.getByRole('row', { name: 'Subject' })).toContainText('different');
  await expect(changes.getByRole('row', { name: 'Issuer' })).toContainText('different');
  const trial = page.getByRole('listitem').filter({ hasText: `Stranger ${mark}` });
  await expect(trial).toContainText(/refused|not accept/);
  await expect(page.getByRole('button', { name: 'Replace anyway' })).toBeVisible();
  await page.getByRole('button', { name: 'Replace anyway' }).click();
  await expect(notice(page, 'The certificate was replaced. Live on the gateway')).toBeVisible();
  expect((await call(`/stranger-${mark}/first`)).status).toBe(502);
  await page.reload();
  const requests = page.getByRole('region', { name: 'First requests' });
  await expect(requests.getByRole('listitem').filter({ hasText: `/stranger-${mark}/first` })).toContainText(
    /refused|may not accept/,
  );
  await page.getByRole('button', { name: 'Restore the previous certificate' }).click();
  await expect(notice(page, 'Saved. Live on the gateway')).toBeVisible();
  expect((await call(`/stranger-${mark}`)).body.thumbprint).toBe(first.thumbprint);
});

test('a renewed certificate that nobody wants is discarded', async ({ page, authority, mark }) => {
  const first = authority.issue({ commonName: `kept-in-use-${mark}` });
  await uploaded(page, first);
  await openCertificate(page, `kept-in-use-${mark}`);
  await page.getByRole('link', { name: 'Replace', exact: true }).click();
  await send(page, authority.issue({ commonName: `kept-in-use-${mark}` }).pfx());
  await expect(page.getByText('No connection has been tested with the new certificate.')).toBeVisible();
  await page.getByRole('button', { name: 'Discard the new certificate' }).click();
  await expect(notice(page, 'The new certificate was discarded.')).toBeVisible();
  await expect(page.getByText(first.lastFour).first()).toBeVisible();
});

test('a certificate that ended is said when it is saved, on the API, in the list and on the overview', async ({
  page,
  authority,
  mark,
}) => {
  // Before all others, since the overview lists the first few.
  const ended = authority.issue({ commonName: `ended-${mark}`, from: '2001-01-01T00:00:00Z', to: '2002-03-04T00:00:00Z' });
  await upload(page, ended.pfx());
  await page.getByLabel('Upload this expired certificate anyway').check();
  await send(page, ended.pfx());
  await expect(notice(page, `“ended-${mark}” was uploaded`)).toBeVisible();
  const backend = await httpsBackend(authority);
  await createdApi(page, { name: `Ended ${mark}`, suffix: `ended-${mark}`, backend: backend.address });
  await choose(page, ended.lastFour);
  await save(page);
  const said = `The client certificate “ended-${mark}” has expired`;
  await expect(notice(page, said)).toContainText('Saved.');
  for (const tab of ['Settings', 'Policies'] as const) {
    await openTab(page, tab);
    await expect(page.getByText(said)).toBeVisible();
  }
  await policyText(page).fill(`${await policyText(page).inputValue()}\n`);
  await save(page);
  await expect(notice(page, said)).toContainText('Saved.');
  await page.goto(`/apis?search=${mark}`);
  await expect(page.getByRole('row', { name: `Ended ${mark}` })).toContainText('expired');
  await openMenu(page, 'Overview');
  const stops = page.getByRole('listitem').filter({ hasText: `ended-${mark}` });
  await expect(stops.getByRole('link', { name: `Ended ${mark}` })).toBeVisible();
  await backend.stop();
});
