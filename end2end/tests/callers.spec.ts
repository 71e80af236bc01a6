// Checks of client certificates, chosen on the Security tab and written into the policy.
import { Authority } from '../parts/authority';
import { callAs } from '../parts/backend';
import {
  createdApi,
  notice,
  openTab,
  policyText,
  refusal,
  save,
  saved,
  trustOnly,
  uploadedAuthority,
} from '../parts/person';
import { expect, test } from '../parts/test';

const BACKEND = 'https://partner.example';

const SIGNED = 'it is signed by an uploaded CA certificate';

test('what the builder begins with lets in the certificates of the CA, and no forged one', async ({
  page,
  program,
  authority,
  mark,
  openBackend,
}) => {
  const partner = Authority.make(`Partner CA ${mark}`);
  // Anybody can make a CA of the same name, and certificates with it.
  const forger = Authority.make(`Partner CA ${mark}`);
  const [client, other] = [`client ${mark}`, `other ${mark}`].map((commonName) => partner.issue({ commonName }));
  const forged = forger.issue({ commonName: `client ${mark}` });
  await uploadedAuthority(page, partner, `Partner ${mark}`);
  await uploadedAuthority(page, Authority.make(`Another ${mark}`), `Another ${mark}`);
  await createdApi(page, { name: `Forged ${mark}`, suffix: `forged-${mark}`, backend: openBackend.address });
  await trustOnly(page, authority.pem);
  await page.getByLabel('Check client certificates').selectOption('Checked by policy');
  await expect(page.getByLabel(SIGNED)).toBeChecked();
  const address = `${program.gateway}/forged-${mark}/a`;

  await save(page);
  const issuing = page.getByRole('group', { name: 'Issuing CA certificates' });
  await expect(issuing).toContainText('Choose at least one CA certificate.');
  await issuing.getByLabel(`Partner ${mark}`).check();
  await expect(issuing).toContainText('no current revocation list');
  await page.getByLabel('has this issuer and this subject').check();
  await page.getByLabel('Issuer', { exact: true }).fill(`/CN=Partner CA ${mark}`);
  await page.getByLabel('Subject', { exact: true }).fill(`subject=CN = client ${mark}`);
  await saved(page);
  expect(await callAs(client, address)).toBe(200);
  expect(await callAs(other, address)).toBe(401);
  expect(await callAs(forged, address)).toBe(401);

  await expect(issuing.getByLabel(`Partner ${mark}`)).toBeChecked();
  await expect(issuing.getByLabel(`Another ${mark}`)).not.toBeChecked();
  await expect(page.getByLabel('Subject', { exact: true })).toHaveValue(`CN=client ${mark}`);
  await page.getByLabel('Issuer', { exact: true }).fill('CN=Somebody else');
  await save(page);
  await expect(page.getByLabel('Issuer', { exact: true })).toHaveAccessibleDescription(
    /None of the selected CA certificates has this name/,
  );
  await page.getByLabel('Issuer', { exact: true }).fill('');
  await page.getByLabel('Signed by', { exact: true }).selectOption('Any uploaded CA certificate');
  await page.getByLabel('has this issuer and this subject').uncheck();
  await saved(page);
  await expect(page.getByLabel('Signed by', { exact: true }).getByRole('option', { selected: true })).toHaveText(/^Any/);
  expect(await callAs(other, address)).toBe(200);
  expect(await callAs(forged, address)).toBe(401);
  await page.getByLabel('Revocation', { exact: true }).selectOption('Refuse revoked certificates');
  await saved(page);
  expect(await callAs(client, address)).toBe(401);
});

test('names that nobody vouches for are warned of, in any order that they are typed', async ({
  page,
  program,
  authority,
  mark,
  openBackend,
}) => {
  const client = Authority.make(`Self-made ${mark}`).issue({ commonName: `named ${mark}` });
  await createdApi(page, { name: `Names ${mark}`, suffix: `names-${mark}`, backend: openBackend.address });
  await trustOnly(page, authority.pem);
  await page.getByLabel('Check client certificates').selectOption('Checked by policy');
  const warning = page.getByText('Anyone can make a certificate with the same names and dates.');
  await expect(warning).toBeHidden();
  await page.getByLabel(SIGNED).uncheck();
  await expect(warning).toBeVisible();
  await page.getByLabel('has this issuer and this subject').check();
  await page.getByLabel('Subject', { exact: true }).fill(`/CN=named ${mark}`);
  await save(page);
  await expect(notice(page, 'Anyone can make a certificate')).toContainText('Saved.');
  await expect(warning.last()).toBeVisible();
  expect(await callAs(client, `${program.gateway}/names-${mark}/a`)).toBe(200);
  await openTab(page, 'Policies');
  await expect(page.getByText('anyone can make a certificate with these names').first()).toBeVisible();
});

test('callers are checked as was chosen, which stands in the policy and is read back', async ({
  page,
  authority,
  mark,
  call,
  openBackend,
}) => {
  await createdApi(page, { name: `Callers ${mark}`, suffix: `callers-${mark}`, backend: openBackend.address });
  await trustOnly(page, authority.pem);
  await saved(page);
  expect((await call(`/callers-${mark}/a`)).status).toBe(200);

  const callers = page.getByLabel('Check client certificates');
  await expect(callers.getByRole('option', { selected: true })).toHaveText('Not checked');
  await callers.selectOption('Checked by policy');
  await page.getByLabel(SIGNED).uncheck();
  await page.getByLabel('has this issuer and this subject').check();
  await page.getByLabel('Issuer', { exact: true }).fill('/O=A & B, Inc./CN=Partner CA');
  await page.getByLabel('has one of these thumbprints').check();
  await page.getByLabel('Thumbprints', { exact: true }).fill(`${'aa:'.repeat(19)}aa\n${'BB'.repeat(20)}`);
  await page.getByLabel('is one of the uploaded client certificates').check();
  await saved(page);

  await expect(callers.getByRole('option', { selected: true })).toHaveText('Checked by policy');
  await expect(page.getByLabel('is not expired')).toBeChecked();
  await expect(page.getByLabel('Issuer', { exact: true })).toHaveValue('CN=Partner CA, O="A & B, Inc."');
  await expect(page.getByLabel('Subject', { exact: true })).toHaveValue('');
  await expect(page.getByLabel('Thumbprints', { exact: true })).toHaveValue(`${'AA'.repeat(20)}\n${'BB'.repeat(20)}`);
  await expect(page.getByLabel('is one of the uploaded client certificates')).toBeChecked();
  expect((await call(`/callers-${mark}/a`)).status).toBe(401);

  await openTab(page, 'Policies');
  await expect(policyText(page)).toHaveValue(/Invalid client certificate/);
  await openTab(page, 'Security');
  await callers.selectOption('Not checked');
  await saved(page);
  expect((await call(`/callers-${mark}/a`)).status).toBe(200);
  await openTab(page, 'Policies');
  await expect(policyText(page)).not.toHaveValue(/choose|validate/);
});

test('a check that a person changed in the policy stays theirs', async ({ page, mark }) => {
  await createdApi(page, { name: `Own ${mark}`, suffix: `own-${mark}`, backend: BACKEND });
  await page.getByLabel('Check client certificates').selectOption('Checked by policy');
  await page.getByLabel(SIGNED).uncheck();
  await page.getByLabel('is one of the uploaded client certificates').check();
  await saved(page);
  await openTab(page, 'Policies');
  await policyText(page).fill((await policyText(page).inputValue()).replace('code="403"', 'code="401"'));
  await saved(page);
  await openTab(page, 'Security');
  await expect(page.getByText("validates client certificates with custom statements")).toBeVisible();
  await expect(page.getByLabel('Check client certificates')).toBeHidden();
  await page.getByLabel('Credentials', { exact: true }).selectOption('Basic');
  await page.getByLabel('User name').fill('gateway');
  await page.getByLabel('Password', { exact: true }).fill('many words in a row');
  await saved(page);
  await page.getByRole('region', { name: 'Client certificate validation' }).getByRole('link', { name: 'Policies tab' }).click();
  await expect(policyText(page)).toHaveValue(/code="401"/);
});

test('what is missing from the checks is said beside its field', async ({ page, mark }) => {
  await createdApi(page, { name: `Missing ${mark}`, suffix: `missing-${mark}`, backend: BACKEND });
  const callers = page.getByLabel('Check client certificates');
  await callers.selectOption('Checked by policy');
  await page.getByLabel(SIGNED).uncheck();
  await page.getByLabel('is not expired').uncheck();
  await save(page);
  await expect(callers).toHaveAccessibleDescription(/Choose at least one check/);
  await page.getByLabel('has one of these thumbprints').check();
  await page.getByLabel('Thumbprints', { exact: true }).fill('C0DE');
  await page.getByLabel('has this issuer and this subject').check();
  await page.getByLabel('Issuer', { exact: true }).fill('O=Contoso, Inc.');
  await page.getByLabel('Subject', { exact: true }).fill('Town=Seoul');
  await save(page);
  await expect(refusal(page)).toContainText('“C0DE” is not a valid thumbprint');
  await expect(page.getByLabel('Thumbprints', { exact: true })).toHaveValue('C0DE');
  await expect(page.getByLabel('has one of these thumbprints')).toBeChecked();
  await expect(page.getByLabel('Issuer', { exact: true })).toHaveAccessibleDescription(/O="Contoso, Inc\."/);
  await expect(page.getByLabel('Subject', { exact: true })).toHaveAccessibleDescription(/not a known attribute type/);
  await expect(page.getByLabel('Issuer', { exact: true })).toHaveValue('O=Contoso, Inc.');
});
