// A portal that is in use: certificates old and new, APIs that show them, one of each kind of page to look at.
import { type Page, request } from '@playwright/test';

import { type Authority, type Issued, file } from './authority';
import {
  EXPIRED_TEMPLATE,
  choose,
  createdApi,
  createdOperation,
  inserted,
  openCertificate,
  replaced,
  saved,
  send,
  trustOnly,
  upload,
  uploaded,
} from './person';
import type { Program } from './program';

/** The names that stand on the pages. */
export interface Names {
  api: string;
  suffix: string;
  otherApi: string;
  otherSuffix: string;
  operation: string;
  partner: string;
  unused: string;
  soon: string;
  expired: string;
  namedValue: string;
  secretValue: string;
  fragment: string;
}

/** Where the pages are that `furnish` has prepared. */
export interface Furnished {
  portal: string;
  api: string;
  /** An operation of it, with a policy of its own. */
  operation: string;
  /** One without operations. */
  otherApi: string;
  /** In use, and replaced once. */
  certificate: string;
  unused: string;
  /** With a list, and without. */
  caCertificate: string;
  /** In use. */
  namedValue: string;
  secretValue: string;
  fragment: string;
  /** To be refused without confirmation. */
  expired: Issued;
}

export async function furnish(page: Page, program: Program, authority: Authority, backend: string, names: Names) {
  const { portal, gateway } = program;
  const issue = (commonName: string, to: string, from?: string) => authority.issue({ commonName, to, from });
  const first = issue(names.partner, '2046-06-30T00:00:00Z');
  await uploaded(page, first);
  await uploaded(page, issue(names.unused, '2047-03-01T00:00:00Z'));

  const certificate = await addressOf(page, names.partner);
  await replaced(page, issue(names.partner, '2048-06-30T00:00:00Z').pfx());
  await page.goto(certificate);
  await page.getByRole('button', { name: 'Restore version 1' }).click();
  await page.getByRole('button', { name: 'Restore version 2' }).waitFor();

  await createdApi(page, { name: names.otherApi, suffix: names.otherSuffix, backend });
  const otherApi = new URL(page.url()).pathname.replace('/security', '');
  await choose(page, first.lastFour);
  await saved(page);
  await createdApi(page, { name: names.api, suffix: names.suffix, backend });
  const api = new URL(page.url()).pathname.replace('/security', '');
  await trustOnly(page, authority.pem);
  await choose(page, first.lastFour);
  await saved(page);

  await createdOperation(page, `${api}/operations`, { name: names.operation, method: 'GET', template: '/orders/{id}' });
  await page.getByRole('link', { name: names.operation, exact: true }).click();
  const operation = new URL(page.url()).pathname;
  await page.goto(`${operation}/policies`);
  await inserted(page, EXPIRED_TEMPLATE);
  await saved(page);

  // No API has this address.
  const caller = await request.newContext({ ignoreHTTPSErrors: true });
  await caller.get(`${gateway}/0`);
  // Refused, since it comes without a certificate.
  await caller.get(`${gateway}/${names.suffix}/orders/7`);
  await caller.dispose();

  const expired = issue(names.expired, '2021-03-04T00:00:00Z', '2019-03-04T00:00:00Z');
  await upload(page, expired.pfx());
  await page.getByLabel('Upload this expired certificate anyway').check();
  await send(page, expired.pfx());
  await page.getByRole('row', { name: names.expired }).waitFor();
  const soon = new Date(Date.now() + 12.5 * 86_400_000).toISOString();
  await uploaded(page, issue(names.soon, soon));

  const unused = await addressOf(page, names.unused);
  const others = await furnishShared(page, authority, names);
  return { portal, api, operation, otherApi, certificate, unused, ...others, expired: issue(names.expired, '2021-03-04T00:00:00Z', '2019-03-04T00:00:00Z') };
}

/** A CA certificate with a list, named values of both kinds, a fragment. */
async function furnishShared(page: Page, authority: Authority, names: Names) {
  await page.goto('/security/authorities/upload');
  await page.getByLabel('File', { exact: true }).setInputFiles(file('ca.pem', Buffer.from(authority.pem)));
  await page.getByLabel('Name (optional)').fill(names.partner);
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await page.getByRole('link', { name: names.partner, exact: true }).click();
  await page.getByLabel('Or upload a list').setInputFiles(file('root.crl', authority.revocationList(['0a'])));
  await page.getByRole('button', { name: 'Upload list' }).click();
  await page.getByRole('button', { name: 'Delete list' }).waitFor();
  const caCertificate = new URL(page.url()).pathname;
  for (const [name, secret] of [[names.namedValue, false], [names.secretValue, true]] as const) {
    await page.goto('/security/named-values/new');
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Value', { exact: true }).fill('42');
    if (secret) await page.getByLabel('Secret: stored encrypted').check();
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('row', { name }).first().waitFor();
  }
  await page.goto('/policies/fragments/new');
  await page.getByLabel('Fragment ID').fill(names.fragment);
  await page
    .getByLabel('Fragment', { exact: true })
    .fill(`<fragment>\n    <set-header name="X-1"><value>{{${names.namedValue}}}</value></set-header>\n</fragment>\n`);
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('row', { name: names.fragment }).first().waitFor();
  return {
    caCertificate,
    namedValue: `/security/named-values/${names.namedValue}`,
    secretValue: `/security/named-values/${names.secretValue}`,
    fragment: `/policies/fragments/${names.fragment}`,
  };
}

async function addressOf(page: Page, name: string): Promise<string> {
  await openCertificate(page, name);
  return new URL(page.url()).pathname;
}
