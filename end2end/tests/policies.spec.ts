// The Policies tab of an API: the document that the Security tab reads and writes.
import { choose, createdApi, notice, openTab, policyText, refusal, save, saved, uploaded } from '../parts/person';
import { expect, test } from '../parts/test';

const BACKEND = 'https://127.0.0.1:1';

test('the chosen certificate stands in the policy, and edited out there it is None on the Security tab', async ({
  page,
  authority,
  mark,
}) => {
  const issued = authority.issue({ commonName: `policy-${mark}` });
  await uploaded(page, issued);
  await createdApi(page, { name: `Policy ${mark}`, suffix: `policy-${mark}`, backend: BACKEND });
  await choose(page, issued.lastFour);
  await saved(page);
  await openTab(page, 'Policies');
  const statement = `<authentication-certificate certificate-id="policy-${mark}" />`;
  await expect(policyText(page)).toHaveValue(new RegExp(statement.replace(' />', '\\s*/>')));
  await expect(page.getByRole('main').getByRole('link', { name: `policy-${mark}` })).toBeVisible();

  const text = await policyText(page).inputValue();
  await policyText(page).fill(text.replace(/<authentication-certificate[^>]*>/, ''));
  await saved(page);
  await expect(policyText(page)).not.toHaveValue(/authentication-certificate/);
  await openTab(page, 'Security');
  await expect(page.getByLabel('Credentials', { exact: true }).getByRole('option', { selected: true })).toHaveText('None');
});

test('a certificate referenced by thumbprint in the policy is shown as such and kept by the Security tab', async ({
  page,
  authority,
  mark,
}) => {
  const issued = authority.issue({ commonName: `by-print-${mark}` });
  await uploaded(page, issued);
  await createdApi(page, { name: `Print ${mark}`, suffix: `print-${mark}`, backend: BACKEND });
  await openTab(page, 'Policies');
  const statement = `<authentication-certificate thumbprint="${issued.thumbprint.toLowerCase()}" />`;
  const text = await policyText(page).inputValue();
  await policyText(page).fill(text.replace(/<inbound>\s*<base \/>/, `$& ${statement}`));
  await saved(page);
  await openTab(page, 'Security');
  await expect(page.getByLabel('Client certificate', { exact: true }).getByRole('option', { selected: true })).toContainText(
    `referenced by thumbprint in the policy: by-print-${mark} (…${issued.lastFour})`,
  );
  await saved(page);
  await openTab(page, 'Policies');
  await expect(policyText(page)).toHaveValue(new RegExp(statement));
});

test('a wrong policy is not saved: each mistake has its line and column, and the draft is kept', async ({
  page,
  mark,
}) => {
  await createdApi(page, { name: `Wrong ${mark}`, suffix: `wrong-${mark}`, backend: BACKEND });
  await openTab(page, 'Policies');
  const before = await policyText(page).inputValue();
  const draft = '<policies>\n    <inbound>\n        <base />\n        <no-such-thing />\n    </inbound>\n</policies>\n';
  await policyText(page).fill(draft);
  await save(page);
  await expect(refusal(page)).toContainText("The policy was not saved because it has errors.");
  const found = page.getByRole('region', { name: 'Check results' });
  await expect(found).toContainText('line 4, column 10');
  await expect(found).toContainText('no-such-thing');
  await expect(policyText(page)).toHaveValue(draft);
  await expect(policyText(page)).toHaveAccessibleDescription(/Error in line 4/);

  await page.getByRole('link', { name: 'Discard draft' }).click();
  await expect(policyText(page)).toHaveValue(before);
});

test('text that is no XML is answered with the place where it breaks off', async ({ page, mark }) => {
  await createdApi(page, { name: `Xml ${mark}`, suffix: `xml-${mark}`, backend: BACKEND });
  await openTab(page, 'Policies');
  await policyText(page).fill('<policies>\n  <inbound>\n</policies>');
  await save(page);
  await expect(page.getByRole('region', { name: 'Check results' })).toContainText(/line 3, column \d+/);
});

test('checking says what is wrong or that nothing is, and saves nothing', async ({ page, mark }) => {
  await createdApi(page, { name: `Check ${mark}`, suffix: `check-${mark}`, backend: BACKEND });
  await openTab(page, 'Policies');
  const before = await policyText(page).inputValue();
  const header = '<set-header name="x-checked" exists-action="override"><value>yes</value></set-header>';
  await policyText(page).fill(before.replace(/<inbound>\s*<base \/>/, `$&\n        ${header}`));
  await page.getByRole('button', { name: 'Check' }).click();
  await expect(notice(page, 'No errors found. Nothing has been saved yet.')).toBeVisible();
  await expect(policyText(page)).toHaveValue(/x-checked/);
  await policyText(page).fill('<policies><inbound><base/><set-heder/></inbound></policies>');
  await page.getByRole('button', { name: 'Check' }).click();
  await expect(page.getByRole('region', { name: 'Check results' })).toContainText(/line 1, column 28/);
  await page.getByRole('link', { name: 'Discard draft' }).click();
  await expect(policyText(page)).toHaveValue(before);
});

test('a certificate that nobody uploaded is refused in a policy', async ({ page, mark }) => {
  await createdApi(page, { name: `Unknown ${mark}`, suffix: `unknown-${mark}`, backend: BACKEND });
  await openTab(page, 'Policies');
  await policyText(page).fill(
    `<policies><inbound><base /><authentication-certificate certificate-id="missing-${mark}" /></inbound></policies>`,
  );
  await save(page);
  await expect(page.getByRole('region', { name: 'Check results' })).toContainText(`missing-${mark}`);
  await expect(page.getByRole('region', { name: 'Check results' })).toContainText('line 1, column');
});

test('of two tabs that save one after the other the second is told, sees what the first saved, and loses nothing', async ({
  page,
  context,
  mark,
}) => {
  await createdApi(page, { name: `Tabs ${mark}`, suffix: `tabs-${mark}`, backend: BACKEND });
  await openTab(page, 'Policies');
  const base = await policyText(page).inputValue();
  const withHeader = (value: string) =>
    base.replace(/<inbound>\s*<base \/>/, `$&\n        <set-header name="x-who"><value>${value}</value></set-header>`);
  const other = await context.newPage();
  await other.goto(page.url());

  await policyText(other).fill(withHeader('theirs'));
  await saved(other);
  await policyText(page).fill(withHeader('mine'));
  await save(page);
  await expect(refusal(page)).toContainText('admin saved changes while you were editing. Yours were not saved.');
  await expect(policyText(page)).toHaveValue(/<value>mine<\/value>/);
  await expect(page.getByRole('group').filter({ hasText: 'Saved by admin' })).toContainText('<value>theirs</value>');
  await other.reload();
  await expect(policyText(other)).toHaveValue(/<value>theirs<\/value>/);

  // Whoever has read that and saves again means it.
  await saved(page);
  await other.reload();
  await expect(policyText(other)).toHaveValue(/<value>mine<\/value>/);
});

test('what is saved on the Security tab meanwhile is noticed on the Policies tab too', async ({ page, context, mark }) => {
  await createdApi(page, { name: `Across ${mark}`, suffix: `across-${mark}`, backend: BACKEND });
  await openTab(page, 'Policies');
  const other = await context.newPage();
  await other.goto(page.url().replace('/policies', '/security'));
  await other.getByLabel('Credentials', { exact: true }).selectOption('Basic');
  await other.getByLabel('User name').fill('gateway');
  await other.getByLabel('Password', { exact: true }).fill('a password of theirs');
  await saved(other);
  await policyText(page).fill(`${await policyText(page).inputValue()}<!-- mine -->`);
  await save(page);
  await expect(refusal(page)).toContainText('admin saved changes while you were editing');
  await expect(policyText(page)).toHaveValue(/<!-- mine -->/);
});
