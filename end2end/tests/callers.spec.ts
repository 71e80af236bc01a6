// Checks of callers' certificates, chosen on the Security tab and written into the policy.
import { createdApi, openTab, policyText, refusal, save, saved, trustOnly } from '../parts/person';
import { expect, test } from '../parts/test';

const BACKEND = 'https://partner.example';

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
  await page.getByLabel('is not expired').check();
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
  expect((await call(`/callers-${mark}/a`)).status).toBe(403);

  await openTab(page, 'Policies');
  await expect(policyText(page)).toHaveValue(/Invalid client certificate/);
  await openTab(page, 'Security');
  await callers.selectOption('Not checked');
  await saved(page);
  expect((await call(`/callers-${mark}/a`)).status).toBe(200);
  await openTab(page, 'Policies');
  await expect(policyText(page)).not.toHaveValue(/choose/);
});

test('a check that a person changed in the policy stays theirs', async ({ page, mark }) => {
  await createdApi(page, { name: `Own ${mark}`, suffix: `own-${mark}`, backend: BACKEND });
  await page.getByLabel('Check client certificates').selectOption('Checked by policy');
  await page.getByLabel('is not expired').check();
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
