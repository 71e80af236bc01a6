// Security > Client certificates: list, search, order, details, replace, rename, delete.
import type { Page } from '@playwright/test';

import {
  choose,
  createdApi,
  makeAdministrator,
  notice,
  openCertificate,
  openMenu,
  refusal,
  replaced,
  saved,
  search,
  send,
  upload,
  uploaded,
} from '../parts/person';
import { expect, test } from '../parts/test';

test.describe('with nothing uploaded yet', () => {
  test.use({ alone: true });

  test('the list says what a client certificate is for and offers the upload', async ({ page, program }) => {
    await makeAdministrator(page, program);
    await openMenu(page, 'Security');
    await expect(page.getByRole('heading', { name: 'No client certificates yet' })).toBeVisible();
    await expect(page.getByText('presents a client certificate to a backend')).toBeVisible();
    await page.getByRole('main').getByRole('link', { name: 'Upload certificate' }).last().click();
    await expect(page.getByRole('heading', { name: 'Upload certificate' })).toBeVisible();
  });
});

test('an uploaded PFX is in the list, marked as new', async ({ page, authority, mark }) => {
  const issued = authority.issue({ commonName: `partner-${mark}.example`, to: '2047-05-06T00:00:00Z' });
  await page.goto('/');
  await openMenu(page, 'Security');
  await page.getByRole('link', { name: 'Upload certificate' }).first().click();
  await send(page, issued.pfx(), { name: `Partner ${mark}` });
  await expect(page).toHaveURL(/\/security\/certificates\?new=/);
  await expect(notice(page, `“Partner ${mark}” was uploaded.`)).toBeVisible();
  const row = page.getByRole('row', { name: `Partner ${mark}` });
  await expect(row.getByText('new', { exact: true })).toBeVisible();
  await expect(row).toContainText(`partner-${mark}.example`);
  await expect(row.getByRole('strong')).toHaveText(issued.lastFour);
  await expect(row).toContainText('2047-05-06');
  await expect(row).toContainText('valid');
  await expect(row).toContainText('not used');
});

test('a PFX without a password and without a name takes the name of its subject', async ({ page, authority, mark }) => {
  const issued = authority.issue({ commonName: `unnamed-${mark}.example` });
  await upload(page, issued.pfx(''), { password: '' });
  await expect(notice(page, `“unnamed-${mark}.example” was uploaded.`)).toBeVisible();
});

test('a certificate is found by its thumbprint in any writing', async ({ page, authority, mark }) => {
  const issued = authority.issue({ commonName: `thumb-${mark}` });
  await uploaded(page, issued);
  const pairs = issued.thumbprint.match(/../g) ?? [];
  const writings = [
    issued.thumbprint,
    issued.thumbprint.toLowerCase(),
    pairs.join(':'),
    pairs.join(' ').toLowerCase(),
    // As Windows copies it out of its certificate window: with a mark that nobody sees.
    `\u200e${pairs.join(' ').toLowerCase()}`,
    issued.thumbprint.slice(8, 24),
  ];
  for (const writing of writings) {
    await search(page, writing);
    await expect(page.getByRole('row')).toHaveCount(2);
    await expect(page.getByRole('link', { name: issued.commonName, exact: true })).toBeVisible();
  }
});

test('a certificate is found by subject, name and serial number, and the address keeps the search', async ({
  page,
  authority,
  mark,
}) => {
  const issued = authority.issue({ commonName: `subject-${mark}` });
  await uploaded(page, issued, `Found ${mark}`);
  for (const text of [`SUBJECT-${mark}`, `found ${mark}`, issued.serialNumber, issued.serialNumber.toLowerCase()]) {
    await search(page, text);
    await expect(page.getByRole('link', { name: `Found ${mark}`, exact: true })).toBeVisible();
    await expect(page.getByRole('row')).toHaveCount(2);
  }
  await page.reload();
  await expect(page.getByRole('searchbox')).toHaveValue(issued.serialNumber.toLowerCase());
  await search(page, `no such thing ${mark}`);
  await expect(page.getByRole('heading', { name: 'No results' })).toBeVisible();
  await page.getByRole('link', { name: 'Show all' }).click();
  await expect(page).toHaveURL('/security/certificates');
});

test('the list begins with what expires first, and each heading sorts it', async ({ page, authority, mark }) => {
  const soon = authority.issue({ commonName: `a-${mark}`, to: '2046-01-01T00:00:00Z' });
  const later = authority.issue({ commonName: `b-${mark}`, to: '2045-01-01T00:00:00Z' });
  await uploaded(page, soon, `Y ${mark}`);
  await uploaded(page, later, `Z ${mark}`);
  await search(page, mark);
  await expect(page.getByRole('row')).toHaveCount(3);
  const names = async () => (await page.getByRole('rowheader').getByRole('link').allInnerTexts()).map((name) => name[0]);
  expect(await names()).toEqual(['Z', 'Y']);

  const sort = async (column: string, direction: string) => {
    await page.getByRole('columnheader', { name: column }).getByRole('link').click();
    await expect(page.getByRole('columnheader', { name: column })).toHaveAttribute('aria-sort', direction);
    return names();
  };
  expect(await sort('Name', 'ascending')).toEqual(['Y', 'Z']);
  expect(await sort('Name', 'descending')).toEqual(['Z', 'Y']);
  await expect(page).toHaveURL(new RegExp(`search=${mark}&sort=name&order=down`));
  expect(await sort('Subject', 'ascending')).toEqual(['Y', 'Z']);
  expect(await sort('Expires', 'ascending')).toEqual(['Z', 'Y']);
  expect(await sort('Expires', 'descending')).toEqual(['Y', 'Z']);
  const byThumbprint = soon.thumbprint < later.thumbprint ? ['Y', 'Z'] : ['Z', 'Y'];
  expect(await sort('Thumbprint', 'ascending')).toEqual(byThumbprint);
  await sort('Used by', 'ascending');
});

test("a certificate's page says everything about it", async ({ page, authority, mark }) => {
  const issued = authority.issue({
    commonName: `details-${mark}`,
    names: [`details-${mark}.example`],
    from: '2025-02-03T00:00:00Z',
    to: '2048-07-08T00:00:00Z',
  });
  await uploaded(page, issued);
  await page.getByRole('link', { name: `details-${mark}`, exact: true }).click();
  const fact = (term: string) => definition(page, term);
  await expect(fact('Subject')).toHaveText(`CN=details-${mark}`);
  await expect(fact('Issuer')).toHaveText('CN=Authority of the tests');
  await expect(fact('Thumbprint (SHA-1)')).toContainText(issued.thumbprint.slice(0, -4));
  await expect(fact('Thumbprint (SHA-1)').getByRole('strong')).toHaveText(issued.lastFour);
  await expect(fact('Fingerprint (SHA-256)')).toHaveText(issued.sha256);
  await expect(fact('Serial number')).toHaveText(issued.serialNumber);
  await expect(fact('Key')).toContainText('2048');
  await expect(fact('Alternative names')).toContainText(`details-${mark}.example`);
  await expect(fact('Usages')).not.toHaveText('none');
  await expect(fact('Uploaded')).toContainText('by admin');
  await expect(page.getByRole('img', { name: /^valid: \d+% of the validity period has passed$/ })).toBeVisible();
  await expect(page.getByText('2025-02-03')).not.toHaveCount(0);
  await expect(page.getByText('2048-07-08')).not.toHaveCount(0);
  await expect(page.getByRole('list').filter({ hasText: 'Issuer: CN=Authority of the tests' })).toBeVisible();
  await expect(page.getByText('Not used.')).toBeVisible();
});

test('a renamed certificate keeps its id', async ({ page, authority, mark }) => {
  await uploaded(page, authority.issue({ commonName: `before-${mark}` }));
  await openCertificate(page, `before-${mark}`);
  const id = await definition(page, 'ID in policies').innerText();
  await page.getByLabel('Name', { exact: true }).fill(`After ${mark}`);
  await page.getByRole('button', { name: 'Rename' }).click();
  await expect(notice(page, 'Renamed.')).toBeVisible();
  await expect(page.getByRole('heading', { name: `After ${mark}`, level: 1 })).toBeVisible();
  await expect(definition(page, 'ID in policies')).toHaveText(id);
});

test('a replaced certificate keeps its earlier version, which can be brought back', async ({ page, authority, mark }) => {
  const first = authority.issue({ commonName: `slot-${mark}` });
  const renewed = authority.issue({ commonName: `slot-${mark}`, to: '2049-12-31T00:00:00Z' });
  await uploaded(page, first);
  await openCertificate(page, `slot-${mark}`);
  const id = await definition(page, 'ID in policies').innerText();
  await replaced(page, renewed.pfx());
  await openCertificate(page, `slot-${mark}`);
  await expect(definition(page, 'Thumbprint (SHA-1)').getByRole('strong')).toHaveText(renewed.lastFour);
  await expect(definition(page, 'ID in policies')).toHaveText(id);

  const earlier = page.getByRole('row', { name: first.thumbprint.slice(0, -4) });
  await expect(earlier).toContainText(first.lastFour);
  await earlier.getByRole('button', { name: 'Restore version 1' }).click();
  await expect(notice(page, 'Saved. Live on the gateway (revision')).toBeVisible();
  await expect(definition(page, 'Thumbprint (SHA-1)').getByRole('strong')).toHaveText(first.lastFour);
  await expect(page.getByRole('button', { name: /^Restore version/ })).toBeVisible();
});

test('a file that is refused leaves the certificate that was to be replaced as it is', async ({
  page,
  authority,
  mark,
}) => {
  const first = authority.issue({ commonName: `kept-${mark}` });
  await uploaded(page, first);
  await openCertificate(page, `kept-${mark}`);
  await page.getByRole('link', { name: 'Replace' }).click();
  await send(page, authority.issue({ commonName: `kept-${mark}` }).pfx(), { password: 'not this one' });
  await expect(refusal(page)).toContainText('The password is wrong');
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect(definition(page, 'Thumbprint (SHA-1)').getByRole('strong')).toHaveText(first.lastFour);
});

test('deleting asks first and names the certificate', async ({ page, authority, mark }) => {
  const issued = authority.issue({ commonName: `gone-${mark}` });
  await uploaded(page, issued, `Gone ${mark}`);
  await page.getByRole('link', { name: `Delete Gone ${mark}` }).click();
  await expect(page.getByText(`…${issued.lastFour}`).last()).toBeVisible();
  await expect(page.getByText(`CN=gone-${mark}`).last()).toBeVisible();
  await page.getByText('No, keep it').click();
  await openCertificate(page, `Gone ${mark}`);
  await page.getByRole('link', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Yes, delete it' }).click();
  await expect(notice(page, 'The certificate was deleted.')).toBeVisible();
  await search(page, `gone-${mark}`);
  await expect(page.getByRole('heading', { name: 'No results' })).toBeVisible();
});

test('a certificate in use is not deleted: the page lists the APIs, each a link to where it can be removed', async ({
  page,
  authority,
  mark,
}) => {
  const issued = authority.issue({ commonName: `used-${mark}` });
  await uploaded(page, issued);
  for (const name of [`One ${mark}`, `Two ${mark}`]) {
    await createdApi(page, { name, suffix: name.replace(' ', '-'), backend: 'https://127.0.0.1:1' });
    await choose(page, issued.lastFour);
    await saved(page);
  }
  await page.goto(`/security/certificates?search=used-${mark}`);
  await expect(page.getByRole('row', { name: `used-${mark}` })).toContainText('2 places');
  await openCertificate(page, `used-${mark}`);
  await expect(page.getByRole('link', { name: `One ${mark}` })).toBeVisible();

  for (const name of [`One ${mark}`, `Two ${mark}`]) {
    await openCertificate(page, `used-${mark}`);
    await page.getByRole('link', { name: 'Delete' }).click();
    await expect(page.getByRole('heading', { name: 'This certificate is in use' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Yes, delete it' })).toHaveCount(0);
    await page.getByRole('main').getByRole('link', { name }).click();
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
    await page.getByLabel('Credentials', { exact: true }).selectOption('None');
    await saved(page);
  }
  await openCertificate(page, `used-${mark}`);
  await page.getByRole('link', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Yes, delete it' }).click();
  await expect(notice(page, 'The certificate was deleted.')).toBeVisible();
});

test('a question that was asked before the certificate was chosen no longer deletes it', async ({
  page,
  context,
  authority,
  mark,
}) => {
  const issued = authority.issue({ commonName: `race-${mark}` });
  await uploaded(page, issued);
  await openCertificate(page, `race-${mark}`);
  await page.getByRole('link', { name: 'Delete' }).click();
  await expect(page.getByRole('button', { name: 'Yes, delete it' })).toBeVisible();

  const other = await context.newPage();
  await createdApi(other, { name: `Race ${mark}`, suffix: `race-${mark}`, backend: 'https://127.0.0.1:1' });
  await choose(other, issued.lastFour);
  await saved(other);

  await page.getByRole('button', { name: 'Yes, delete it' }).click();
  await expect(page.getByRole('main')).toContainText(/in use/);
  await expect(page.getByRole('link', { name: `Race ${mark}` })).toBeVisible();
  await page.goto(`/security/certificates?search=race-${mark}`);
  await expect(page.getByRole('link', { name: `race-${mark}`, exact: true })).toBeVisible();
});

test('with scripts the question comes in a dialog, and Escape takes it back @scripts', async ({
  page,
  authority,
  mark,
}) => {
  const issued = authority.issue({ commonName: `dialog-${mark}` });
  await uploaded(page, issued);
  await openCertificate(page, `dialog-${mark}`);
  await expect(page.getByRole('button', { name: 'Copy' })).toBeVisible();
  await page.getByRole('link', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete this certificate?' });
  await expect(dialog).toContainText(issued.lastFour);
  await expect(dialog.getByRole('button', { name: 'No, keep it' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.getByRole('link', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Yes, delete it' }).click();
  await expect(notice(page, 'The certificate was deleted.')).toBeVisible();
});

test('with scripts a file can be dropped @scripts', async ({ page, authority, mark }) => {
  const { name, buffer } = authority.issue({ commonName: `dropped-${mark}` }).pfx('');
  await page.goto('/security/certificates/upload');
  const dataTransfer = await page.evaluateHandle(
    ([name, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], name));
      return transfer;
    },
    [name, buffer.toString('base64')] as const,
  );
  const area = page.getByText('Drop the file here');
  await expect(area).toBeVisible();
  await area.dispatchEvent('drop', { dataTransfer });
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await expect(notice(page, `“dropped-${mark}” was uploaded`)).toBeVisible();
});

test('with scripts the list is searched while one types @scripts', async ({ page, authority, mark }) => {
  await uploaded(page, authority.issue({ commonName: `typed-${mark}` }));
  await page.goto('/security/certificates');
  await expect(page.getByRole('button', { name: 'Copy' }).first()).toBeVisible();
  await page.getByRole('searchbox').pressSequentially(`typed-${mark}`);
  await expect(page.getByRole('row')).toHaveCount(2);
  await expect(page).toHaveURL(new RegExp(`search=typed-${mark}`));
  await expect(page.getByRole('searchbox')).toBeFocused();
});

test('with scripts a button copies the thumbprint @scripts', async ({ page, context, authority, mark }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const issued = authority.issue({ commonName: `clip-${mark}` });
  await uploaded(page, issued);
  await page.getByRole('row', { name: `clip-${mark}` }).getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByText('copied', { exact: true })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(issued.thumbprint);
});

/** What stands beside a term on the page of a certificate. */
function definition(page: Page, term: string) {
  const exact = new RegExp(`^${term.replace(/[()]/g, '\\$&')}$`);
  return page
    .getByRole('main')
    .locator('dt')
    .filter({ hasText: exact })
    .locator('xpath=following-sibling::dd[1]');
}
