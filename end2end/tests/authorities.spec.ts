// Security > CA certificates: upload, details, revocation lists, whom they let in, delete.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';

import { Authority, file } from '../parts/authority';
import { callAs, httpsBackend } from '../parts/backend';
import {
  createdApi,
  makeAdministrator,
  notice,
  openMenu,
  openTab,
  policyText,
  refusal,
  saved,
  uploadedAuthority,
} from '../parts/person';
import { expect, test } from '../parts/test';

const VALIDATING = `<policies>
    <inbound>
        <validate-client-certificate />
        <return-response>
            <set-status code="200" reason="OK" />
        </return-response>
    </inbound>
</policies>
`;

const pem = (text: string, name = 'ca.pem') => file(name, Buffer.from(text));

async function openAuthority(page: Page, name: string) {
  await page.goto(`/security/authorities?search=${encodeURIComponent(name)}`);
  await page.getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
}

/** An API that lets in whoever shows a certificate that can be trusted. */
async function validatingApi(page: Page, mark: string) {
  await createdApi(page, { name: `Validating ${mark}`, suffix: `validating-${mark}`, backend: 'https://127.0.0.1:1' });
  await openTab(page, 'Policies');
  await policyText(page).fill(VALIDATING);
  await saved(page);
}

async function uploadList(page: Page, list: Buffer) {
  await page.getByLabel('Or upload a list').setInputFiles(file('root.crl', list));
  await page.getByRole('button', { name: 'Upload list' }).click();
}

test.describe('with nothing uploaded yet', () => {
  test.use({ alone: true });

  test('the list says what a CA certificate is for and offers the upload', async ({ page, program }) => {
    await makeAdministrator(page, program);
    await openMenu(page, 'Security');
    await page.getByRole('navigation', { name: 'Security' }).getByRole('link', { name: 'CA certificates' }).click();
    await expect(page.getByRole('heading', { name: 'No CA certificates yet' })).toBeVisible();
    await page.getByRole('main').getByRole('link', { name: 'Upload CA certificate' }).last().click();
    await expect(page.getByRole('heading', { name: 'Upload CA certificate' })).toBeVisible();
  });
});

test('an uploaded CA certificate is in the list, is renamed and deleted', async ({ page, mark }) => {
  const authority = Authority.make(`Root ${mark}`);
  await uploadedAuthority(page, authority, `Uploaded ${mark}`);
  const row = page.getByRole('row', { name: `Uploaded ${mark}` });
  await expect(row.getByText('new', { exact: true })).toBeVisible();
  await expect(row).toContainText(`CN=Root ${mark}`);
  await expect(row).toContainText('clients refused');
  await openAuthority(page, `Uploaded ${mark}`);
  await expect(page.getByText(`uploaded-${mark}`, { exact: true })).toBeVisible();
  await page.getByLabel('Name', { exact: true }).fill(`Renamed ${mark}`);
  await page.getByRole('button', { name: 'Rename' }).click();
  await expect(page.getByRole('heading', { name: `Renamed ${mark}`, level: 1 })).toBeVisible();
  await page.goto(`${new URL(page.url()).pathname}/delete`);
  await page.getByRole('button', { name: 'Yes, delete it' }).click();
  await expect(notice(page, 'The CA certificate was deleted.')).toBeVisible();
  await expect(page.getByRole('row', { name: `Renamed ${mark}` })).toHaveCount(0);
});

test('several certificates of one file are all taken, and those there already are counted', async ({ page, mark }) => {
  const [one, two] = [Authority.make(`One ${mark}`), Authority.make(`Two ${mark}`)];
  await uploadedAuthority(page, one, `One ${mark}`);
  await page.goto('/security/authorities/upload');
  await page.getByLabel('File', { exact: true }).setInputFiles(pem(one.pem + two.pem, 'chain.pem'));
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await expect(notice(page, 'Uploaded: 1. Already uploaded before: 1.')).toBeVisible();
  await expect(page.getByRole('row', { name: `Two ${mark}` })).toBeVisible();
});

test('each wrong file has its own sentence', async ({ page, authority, mark }) => {
  const issued = authority.issue({ commonName: `leaf-${mark}` });
  const wrong: [ReturnType<typeof file>, string][] = [
    [pem(issued.keyPem), 'The file contains a private key, so nothing was stored.'],
    [issued.pfx(), 'This is a PFX file, which contains a private key.'],
    [file('root.crl', authority.revocationList([])), 'This is a revocation list (CRL).'],
    [pem('hello'), 'The file contains no certificate.'],
  ];
  for (const [chosen, sentence] of wrong) {
    await page.goto('/security/authorities/upload');
    await page.getByLabel('File', { exact: true }).setInputFiles(chosen);
    await page.getByRole('button', { name: 'Upload', exact: true }).click();
    await expect(refusal(page)).toContainText(sentence);
  }
});

test('a certificate that is no CA is taken, with a warning what it is good for', async ({ page, authority, mark }) => {
  const issued = authority.issue({ commonName: `no-ca-${mark}` });
  await page.goto('/security/authorities/upload');
  await page.getByLabel('File', { exact: true }).setInputFiles(pem(issued.pem));
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await expect(page.getByRole('row', { name: `no-ca-${mark}` })).toContainText('not a CA');
  await openAuthority(page, `no-ca-${mark}`);
  await expect(page.getByText('This is not a CA certificate')).toBeVisible();
});

test('callers are let in by an uploaded CA, and by its revocation list', async ({ page, program, mark }) => {
  const authority = Authority.make(`Judge ${mark}`);
  const partner = authority.issue({ commonName: `partner-${mark}` });
  const stolen = authority.issue({ commonName: `stolen-${mark}` });
  const address = `${program.gateway}/validating-${mark}/`;
  await validatingApi(page, mark);
  expect(await callAs(null, address)).toBe(401);
  expect(await callAs(partner, address)).toBe(401);

  await uploadedAuthority(page, authority, `Judge ${mark}`);
  expect(await callAs(partner, address)).toBe(401);
  await openAuthority(page, `Judge ${mark}`);
  await expect(page.getByText('There is no revocation list. Policies that check revocation refuse all clients')).toBeVisible();

  await uploadList(page, authority.revocationList([stolen.serialNumber]));
  await expect(notice(page, 'Saved. Live on the gateway (revision')).toBeVisible();
  await expect(page.locator('#revocation').getByText('current', { exact: true })).toBeVisible();
  expect(await callAs(partner, address)).toBe(200);
  expect(await callAs(stolen, address)).toBe(401);
  expect(await callAs(Authority.make(`Judge ${mark}`).issue({ commonName: 'forged' }), address)).toBe(401);

  await page.getByRole('button', { name: 'Delete list' }).click();
  await expect(page.getByText('There is no revocation list.')).toBeVisible();
  expect(await callAs(partner, address)).toBe(401);
  await page.getByLabel('If there is no current list').selectOption('Allow the client');
  await saved(page);
  await expect(page.getByText('clients are allowed without one')).toBeVisible();
  expect(await callAs(partner, address)).toBe(200);
});

test('a list of another authority is refused beside its field', async ({ page, mark }) => {
  const [authority, other] = [Authority.make(`List ${mark}`), Authority.make(`Other ${mark}`)];
  await uploadedAuthority(page, authority, `List ${mark}`);
  await openAuthority(page, `List ${mark}`);
  await uploadList(page, other.revocationList([]));
  await expect(refusal(page)).toContainText(`The list was issued by another CA: CN=Other ${mark}.`);
  await uploadList(page, Authority.make(`List ${mark}`).revocationList([]));
  await expect(refusal(page)).toContainText("was not signed with this CA's key");
});

test('a list is fetched from its address, and a failure is told', async ({ page, mark }) => {
  const authority = Authority.make(`Fetched ${mark}`);
  let list: Buffer | null = null;
  const server = createServer((_request, response) => {
    response.statusCode = list === null ? 503 : 200;
    response.end(list ?? undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/root.crl`;
  await uploadedAuthority(page, authority, `Fetched ${mark}`);
  await openAuthority(page, `Fetched ${mark}`);
  await page.getByLabel('Address of the list').fill('ldap://pki.example/cn=x');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(refusal(page)).toContainText('The address must begin with https:// or http://.');
  await page.getByLabel('Address of the list').fill(address);
  await saved(page);
  await expect(page.getByText('The server returned status 503.')).toBeVisible();
  list = authority.revocationList(['0a', '0b']);
  await page.getByRole('button', { name: 'Fetch list now' }).click();
  await expect(notice(page, 'Revocation list received.')).toBeVisible();
  await expect(page.locator('#revocation')).toContainText('fetched');
  await expect(page.locator('#revocation')).not.toContainText('status 503');
  server.close();
});

test('a backend is judged by chosen CA certificates, which are kept from being deleted', async ({
  page,
  call,
  mark,
}) => {
  // Not the authority of all tests: others go by its not being uploaded.
  const authority = Authority.make(`Backends ${mark}`);
  const backend = await httpsBackend(authority, 'nothing');
  const stranger = Authority.make(`Stranger ${mark}`);
  await uploadedAuthority(page, stranger, `Stranger ${mark}`);
  await createdApi(page, { name: `Judged ${mark}`, suffix: `judged-${mark}`, backend: backend.address });
  const api = new URL(page.url()).pathname;
  await page.getByLabel('Check the chain against').selectOption('Only these uploaded CA certificates');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(refusal(page)).toContainText('Choose at least one CA certificate.');
  const trusted = page.getByRole('region', { name: 'Backend certificate validation' });
  await trusted.getByLabel(`Stranger ${mark}`).check();
  await saved(page);
  expect((await call(`/judged-${mark}/`)).status).toBe(502);

  await uploadedAuthority(page, authority, `Backends ${mark}`);
  await page.goto(api);
  await trusted.getByLabel(`Backends ${mark}`).check();
  await trusted.getByLabel(`Stranger ${mark}`).uncheck();
  await saved(page);
  expect((await call(`/judged-${mark}/`)).status).toBe(200);

  await openAuthority(page, `Backends ${mark}`);
  await page.getByRole('main').getByRole('link', { name: /^Delete/ }).click();
  await expect(page.getByRole('heading', { name: 'This CA certificate is in use' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Yes, delete it' })).toHaveCount(0);
  await page.getByRole('link', { name: `Judged ${mark}` }).click();
  await expect(page.getByRole('heading', { name: `Judged ${mark}`, level: 1 })).toBeVisible();
  await backend.stop();
});
