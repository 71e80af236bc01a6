// Operations of an API: list, create, settings, delete, and which calls are taken.
import {
  createOperation,
  createdApi,
  createdOperation,
  notice,
  openTab,
  policyText,
  refusal,
  save,
  saved,
  search,
  trustOnly,
} from '../parts/person';
import { expect, test } from '../parts/test';

const ANYWHERE = 'https://partner.example/base';

test('an API without operations says that it takes every call, and offers to make one', async ({ page, mark }) => {
  await createdApi(page, { name: `Bare ${mark}`, suffix: `bare-${mark}`, backend: ANYWHERE });
  await openTab(page, 'Operations');
  await expect(page.getByText('Without operations, this API accepts and forwards all requests.')).toBeVisible();
  await page.getByRole('link', { name: 'Create operation' }).first().click();
  await expect(page.getByRole('heading', { name: 'Create an operation', level: 1 })).toBeVisible();
  await expect(page.getByLabel('Method')).toHaveValue('GET');
});

test('operations are made, found, changed and deleted', async ({ page, mark }) => {
  await createdApi(page, { name: `Shop ${mark}`, suffix: `shop-${mark}`, backend: ANYWHERE });
  await openTab(page, 'Operations');
  const list = page.url();
  await createdOperation(page, list, { name: 'Show an order', method: 'get', template: 'orders/{id}' });
  await createdOperation(page, list, { name: 'Make an order', method: 'POST', template: '/orders' });
  const row = page.getByRole('row', { name: 'Show an order' });
  await expect(row).toContainText('GET');
  await expect(row).toContainText('/orders/{id}');
  await search(page, 'post');
  await expect(page.getByRole('row', { name: 'Make an order' })).toBeVisible();
  await expect(row).toBeHidden();

  await page.getByRole('link', { name: 'Make an order' }).click();
  await page.getByLabel('Method').fill('*');
  await page.getByLabel('URL template').fill('/orders/{*path}');
  await saved(page);
  await expect(page.getByText(`/shop-${mark}/orders/{*path}`).first()).toBeVisible();

  await page.getByRole('link', { name: 'Delete this operation' }).click();
  await expect(page.getByRole('heading', { name: 'Delete this operation?', level: 1 })).toBeVisible();
  await expect(page.getByText('Make an order').first()).toBeVisible();
  await page.getByRole('button', { name: 'Yes, delete it' }).click();
  await expect(notice(page, '“Make an order” was deleted.')).toBeVisible();
  await expect(page).toHaveURL(list);
  await expect(page.getByRole('link', { name: 'Make an order' })).toBeHidden();
});

test('what is wrong with an operation is said beside each field, and the twin of another is led to it', async ({
  page,
  mark,
}) => {
  await createdApi(page, { name: `Wrong ${mark}`, suffix: `wrongs-${mark}`, backend: ANYWHERE });
  await openTab(page, 'Operations');
  const list = page.url();
  await createOperation(page, list, { name: ' ', method: 'GET IT', template: '/a-{b}' });
  await expect(page.getByLabel('Name', { exact: true })).toHaveAccessibleDescription(/Enter a name\./);
  await expect(page.getByLabel('Method')).toHaveAccessibleDescription(/A method is one word/);
  await expect(page.getByLabel('URL template')).toHaveAccessibleDescription(/must be a whole path segment/);
  await expect(page.getByLabel('URL template')).toHaveValue('/a-{b}');

  await createdOperation(page, list, { name: 'First', method: 'GET', template: '/a/{b}' });
  await createOperation(page, list, { name: 'Second', method: 'GET', template: '/a/{c}' });
  await expect(page.getByLabel('URL template')).toHaveAccessibleDescription(/The operation “First” already has this method/);
  await page.getByRole('link', { name: 'Open First' }).click();
  await expect(page.getByRole('heading', { name: 'First', level: 1 })).toBeVisible();
});

test('with operations only the calls that match one are taken, each with its own policy', async ({
  page,
  authority,
  mark,
  call,
  openBackend,
}) => {
  await createdApi(page, { name: `Calls ${mark}`, suffix: `calls-${mark}`, backend: openBackend.address });
  await trustOnly(page, authority.pem);
  await saved(page);
  expect((await call(`/calls-${mark}/anything`)).status).toBe(200);

  await openTab(page, 'Operations');
  const list = page.url();
  await createdOperation(page, list, { name: 'Show', method: 'GET', template: '/orders/{id}' });
  await createdOperation(page, list, { name: 'Secret', method: 'GET', template: '/orders/secret' });
  expect((await call(`/calls-${mark}/orders/7`)).body.path).toBe('/orders/7');
  const refused = await call(`/calls-${mark}/anything`);
  expect(refused.status).toBe(404);
  expect(refused.body.message).toContain('No operation of this API matches');

  await page.getByRole('link', { name: 'Secret' }).click();
  await openTab(page, 'Policies');
  await expect(page.getByText('No policy saved yet.')).toBeVisible();
  const refuse = '<return-response><set-status code="403" /><set-body>"no"</set-body></return-response>';
  await policyText(page).fill((await policyText(page).inputValue()).replace(/<inbound>\s*<base \/>/, `$&\n        ${refuse}`));
  await saved(page);
  expect((await call(`/calls-${mark}/orders/secret`)).status).toBe(403);
  expect((await call(`/calls-${mark}/orders/%73ecret`)).status).toBe(403);
  expect((await call(`/calls-${mark}/orders/7`)).status).toBe(200);
});

test('of two tabs that change an operation the second is told', async ({ page, context, mark }) => {
  await createdApi(page, { name: `Twice ${mark}`, suffix: `twice-${mark}`, backend: ANYWHERE });
  await openTab(page, 'Operations');
  await createdOperation(page, page.url(), { name: 'Show', method: 'GET', template: '/a' });
  await page.getByRole('link', { name: 'Show', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Show', level: 1 })).toBeVisible();
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByLabel('URL template').fill('/theirs');
  await saved(other);
  await page.getByLabel('URL template').fill('/mine');
  await save(page);
  await expect(refusal(page)).toContainText('admin saved changes while you were editing');
  await expect(page.getByLabel('URL template')).toHaveValue('/mine');
});
