// APIs: list, search, order, pages, creating, settings, deleting.
import { createApi, createdApi, fillApi, notice, openMenu, openTab, refusal, save, saved, search } from '../parts/person';
import { expect, test } from '../parts/test';

const ANYWHERE = 'https://partner.example/base';

test('a created API is in the list with its backend and without credentials', async ({ page, mark }) => {
  await page.goto('/');
  await openMenu(page, 'APIs');
  await page.getByRole('link', { name: 'Create API' }).first().click();
  await fillApi(page, { name: `Orders ${mark}`, suffix: `orders-${mark}/v1`, backend: ANYWHERE });
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(notice(page, `“Orders ${mark}” was created`)).toBeVisible();
  await expect(page.getByRole('heading', { name: `Orders ${mark}`, level: 1 })).toBeVisible();
  await expect(page.getByLabel('Credentials', { exact: true })).toBeVisible();
  await expect(page.getByText(`/orders-${mark}/v1`).first()).toBeVisible();
  await openMenu(page, 'APIs');
  await search(page, `orders ${mark}`);
  const row = page.getByRole('row', { name: `Orders ${mark}` });
  await expect(row).toContainText(`/orders-${mark}/v1`);
  await expect(row).toContainText(ANYWHERE);
  await expect(row.getByRole('link', { name: 'None' })).toBeVisible();
});

test('what is wrong with a new API is said beside each field, and nothing that was entered is lost', async ({
  page,
  mark,
}) => {
  await createApi(page, { name: `  `, suffix: `a b ${mark}`, backend: 'ftp://partner.example' });
  await expect(page.getByLabel('Name', { exact: true })).toHaveAccessibleDescription(/Enter a name\./);
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
  await expect(page.getByLabel('URL suffix')).toHaveAccessibleDescription(/Use letters, digits, and characters/);
  await expect(page.getByLabel('URL suffix')).toHaveValue(`a b ${mark}`);
  await expect(page.getByLabel('Backend address')).toHaveAccessibleDescription(/must begin with https:\/\/ or http:\/\//);
  await expect(page.getByLabel('Backend address')).toHaveAttribute('aria-invalid', 'true');

  // The summary leads to the field.
  await refusal(page).getByRole('link', { name: /must begin with https/ }).click();
  await expect(page).toHaveURL(/#create-backend$/);

  await fillApi(page, { name: `Mended ${mark}`, suffix: `mended-${mark}`, backend: ANYWHERE });
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(notice(page, `“Mended ${mark}” was created`)).toBeVisible();
});

const wrongBackends: [string, RegExp][] = [
  ['https://', /Enter a host name/],
  ['https://partner.example:99999', /The port must be a number from 1 to 65535/],
  ['https://partner.example:0', /The port must be a number from 1 to 65535/],
  ['https://user:pass@partner.example', /Remove the user name and password/],
  ['https://partner.example/a?b=c', /Remove everything from \? or # on/],
  ['https://partner.example#part', /Remove everything from \? or # on/],
  ['https://10.0.0:8443', /not a valid IP address/],
  ['https://999.1.1.1', /not a valid IP address/],
  ['https://0x7f.1', /not a valid IP address/],
  ['https://010.0.0.1', /not a valid IP address/],
  ['https://a..b', /two dots in a row/],
  ['https://partner.example.', /begin or end with a dot/],
  ['https://-partner.example', /begin or end with a hyphen/],
  [`https://${'a'.repeat(64)}.example`, /longer than 63 characters/],
  [`https://${'a.'.repeat(127)}example`, /at most 253 characters/],
  ['https://b\u00fccher.example', /begins with xn--/],
  ['https://part ner.example', /must not contain spaces/],
  ['https://part%20ner.example', /must not contain %/],
  ['https://[fe80::1%25eth0]', /Remove the zone/],
  ['https://[10.0.0.1]', /not a valid IPv6 address/],
  ['https://partner.example/%zz', /percent-encoded/],
];

for (const [address, says] of wrongBackends) {
  test(`the backend ${address} is refused beside its field`, async ({ page, mark }) => {
    await createApi(page, { name: `Wrong ${mark}`, suffix: `wrong-${mark}`, backend: address });
    await expect(page.getByLabel('Backend address')).toHaveAccessibleDescription(says);
    await expect(page.getByLabel('Backend address')).toHaveValue(address);
  });
}

test('a URL suffix that is taken is refused with the way to the API that has it', async ({ page, mark }) => {
  await createdApi(page, { name: `First ${mark}`, suffix: `taken-${mark}`, backend: ANYWHERE });
  await createApi(page, { name: `Second ${mark}`, suffix: `taken-${mark}`, backend: ANYWHERE });
  await expect(page.getByLabel('URL suffix')).toHaveAccessibleDescription(
    new RegExp(`The API “First ${mark}” already uses this URL suffix`),
  );
  await page.getByRole('link', { name: `Open First ${mark}` }).click();
  await expect(page.getByRole('heading', { name: `First ${mark}`, level: 1 })).toBeVisible();
});

test('settings are changed and saved', async ({ page, mark }) => {
  await createdApi(page, { name: `Settings ${mark}`, suffix: `settings-${mark}`, backend: ANYWHERE });
  await openTab(page, 'Settings');
  await fillApi(page, { name: `Changed ${mark}`, suffix: `changed-${mark}`, backend: 'https://other.example' });
  await saved(page);
  await expect(page.getByRole('heading', { name: `Changed ${mark}`, level: 1 })).toBeVisible();
  await expect(page.getByLabel('URL suffix')).toHaveValue(`changed-${mark}`);
  await expect(page.getByLabel('Backend address')).toHaveValue(/^https:\/\/other\.example\/?$/);
});

test('of two who save settings one after the other the second is told, and loses nothing', async ({
  page,
  context,
  mark,
}) => {
  await createdApi(page, { name: `Both ${mark}`, suffix: `both-${mark}`, backend: ANYWHERE });
  await openTab(page, 'Settings');
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByLabel('Backend address').fill('https://other.example');
  await saved(other);

  await page.getByLabel('Name', { exact: true }).fill(`Mine ${mark}`);
  await save(page);
  await expect(refusal(page)).toContainText('admin saved changes while you were editing');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue(`Mine ${mark}`);
  await saved(page);
  await expect(page.getByRole('heading', { name: `Mine ${mark}`, level: 1 })).toBeVisible();
});

test('deleting asks first, names the API, and callers get 404 after it', async ({ page, call, mark }) => {
  await createdApi(page, { name: `Gone ${mark}`, suffix: `gone-${mark}`, backend: 'https://127.0.0.1:1' });
  expect((await call(`/gone-${mark}`)).status).toBe(502);
  await openTab(page, 'Settings');
  await page.getByRole('link', { name: 'Delete this API' }).click();
  await expect(page.getByText(`Gone ${mark}`).last()).toBeVisible();
  await page.getByRole('button', { name: 'Yes, delete it' }).click();
  await expect(notice(page, `“Gone ${mark}” was deleted.`)).toBeVisible();
  expect((await call(`/gone-${mark}`)).status).toBe(404);
});

test('the list has pages of fifty, can be sorted, and its address keeps search, order and page', async ({
  page,
  program,
  mark,
}) => {
  // What the form sends, without the waiting.
  const create = (number: string) =>
    page.request.post('/api/apis/create', {
      headers: { origin: program.portal },
      form: { name: `Many ${mark} ${number}`, suffix: `many-${mark}-${number}`, backend: ANYWHERE },
      maxRedirects: 0,
    });
  for (let number = 1; number <= 52; number += 1) {
    expect((await create(String(number).padStart(2, '0'))).status()).toBe(303);
  }
  await page.goto('/apis');
  await search(page, mark);
  await expect(page.getByText('1–50 of 52')).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(51);
  await page.getByRole('columnheader', { name: 'URL suffix' }).getByRole('link').click();
  await page.getByRole('columnheader', { name: 'URL suffix' }).getByRole('link').click();
  const names = page.getByRole('rowheader').getByRole('link');
  await expect(names.first()).toHaveText(`Many ${mark} 52`);
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(page.getByText('51–52 of 52')).toBeVisible();
  await expect(names).toHaveText([`Many ${mark} 02`, `Many ${mark} 01`]);
  await page.reload();
  await expect(page.getByRole('searchbox')).toHaveValue(mark);
  await expect(page.getByRole('columnheader', { name: 'URL suffix' })).toHaveAttribute('aria-sort', 'descending');
  await page.getByRole('link', { name: 'Previous' }).click();
  await expect(page.getByText('1–50 of 52')).toBeVisible();
});

test('an API that nobody has is said not to be there', async ({ page, mark }) => {
  const answer = await page.goto(`/apis/nothing-${mark}`);
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible();
});

test('timeouts are set on the Settings tab, wrong ones are refused beside their field', async ({ page, mark }) => {
  await createdApi(page, { name: `Patient ${mark}`, suffix: `patient-${mark}`, backend: ANYWHERE });
  await openTab(page, 'Settings');
  const idle = page.getByLabel('Between parts of a response');
  await page.getByLabel('Until the response begins').fill('ten');
  await idle.fill('7200');
  await page.getByLabel('Whole request').fill('0');
  await page.getByRole('button', { name: 'Save timeouts' }).click();
  await expect(page.getByLabel('Until the response begins')).toHaveAccessibleDescription(/whole seconds from 1 to 604800/);
  await expect(page.getByLabel('Whole request')).toHaveAccessibleDescription(/whole seconds from 1 to 604800/);
  await expect(idle).toHaveValue('7200');

  await page.getByLabel('Until the response begins').fill('');
  await page.getByLabel('Whole request').fill('86400');
  await page.getByRole('button', { name: 'Save timeouts' }).click();
  await expect(notice(page, 'Live on')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Until the response begins')).toHaveValue('');
  await expect(idle).toHaveValue('7200');
  await expect(page.getByLabel('Whole request')).toHaveValue('86400');
});
