// Requests that fail: why, what to do, how they are found again, and that they outlast the program.
import { nobody } from '../parts/backend';
import { choose, createdApi, makeAdministrator, openMenu, openTab, saved, trustOnly, uploaded } from '../parts/person';
import { expect, test } from '../parts/test';

test.describe('on a program of its own', () => {
  test.use({ alone: true });

  test("a 502's reason is on Traffic after a restart, with the way to mend it", async ({
    page,
    program,
    call,
    openBackend,
  }) => {
    await makeAdministrator(page, program);
    await createdApi(page, { name: 'Orders', suffix: 'orders', backend: openBackend.address });
    expect((await call('/orders/7?key=hunter2')).status).toBe(502);

    const again = await program.restarted();
    try {
      await page.goto(`${again.portal}/traffic`);
      const row = page.getByRole('main').getByRole('listitem').filter({ hasText: 'GET /orders/7' });
      await expect(row).toContainText('502');
      await expect(row).toContainText('BackendConnectionFailure');
      await expect(row).toContainText('TLS with the backend failed');
      await expect(row).toContainText("The backend's own certificate");
      await row.getByRole('link', { name: 'GET /orders/7' }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Failed: GET /orders/7');
      await expect(page.getByRole('main')).toContainText(new URL(openBackend.address).host);
      await expect(page.getByRole('main')).not.toContainText('hunter2');
      await expect(page.getByRole('link', { name: 'Upload a CA certificate' })).toBeVisible();
      await page.getByRole('link', { name: 'Open the Security tab' }).click();
      await expect(page.getByLabel('Check the chain against')).toBeVisible();

      await page.goto(`${again.portal}/apis`);
      await expect(page.getByRole('row').filter({ hasText: 'Orders' })).toContainText(/Last used (just now|\d+ minutes? ago)/);
      await expect(page.getByRole('row').filter({ hasText: 'Sample API' })).toContainText('Not used yet');
    } finally {
      await again.stop();
    }
  });

  test('a scan of unknown addresses is recorded in part, and the page says how many more there were', async ({
    page,
    program,
    call,
  }) => {
    await makeAdministrator(page, program);
    await Promise.all(Array.from({ length: 60 }, (_, number) => call(`/scan-${number}`)));
    await page.goto('/traffic?kind=no-api');
    await expect(page.getByRole('main')).toContainText(/\d+ more of this kind were not recorded\./);
  });
});

test('failed requests are found by API, kind, status, time and text, and the address says which', async ({
  page,
  mark,
  call,
}) => {
  await createdApi(page, { name: `Down ${mark}`, suffix: `down-${mark}`, backend: await nobody() });
  expect((await call(`/down-${mark}/a`)).status).toBe(502);
  expect((await call(`/unknown-${mark}`)).status).toBe(404);

  await openMenu(page, 'Traffic');
  await page.getByLabel('Text', { exact: true }).fill(mark);
  await page.getByRole('button', { name: 'Filter' }).click();
  const rows = page.getByRole('main').getByRole('listitem').filter({ hasText: mark });
  await expect(rows).toHaveCount(2);

  await page.getByLabel('Kind').selectOption('Backend unreachable');
  await page.getByLabel('Status').fill('5xx');
  await page.getByLabel('Time').selectOption('Last hour');
  await page.getByRole('button', { name: 'Filter' }).click();
  await expect(page).toHaveURL(/kind=unreachable&time=hour&status=5xx/);
  await expect(page.getByLabel('Kind')).toHaveValue('unreachable');
  await expect(page.getByLabel('Status')).toHaveValue('5xx');
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("nothing listens on the backend's port");
  await expect(rows).toContainText(`Down ${mark}`);

  await page.goto(`/traffic?kind=no-api&search=${mark}`);
  await expect(rows).toContainText(`/unknown-${mark}`);
  await expect(rows).toContainText('No API has this URL');

  await page.goto(`/traffic?kind=tls&search=${mark}`);
  await expect(page.getByRole('heading', { name: 'No matching failed requests' })).toBeVisible();
  await page.getByRole('link', { name: 'Show all failed requests' }).click();
  await expect(page).toHaveURL('/traffic');

  await page.goto('/traffic?client=203.0.113.77');
  await expect(page.getByRole('heading', { name: 'No matching failed requests' })).toBeVisible();
  await page.goto('/traffic?status=nonsense');
  await expect(page.getByRole('heading', { name: 'No matching failed requests' })).toBeVisible();
});

test('when an API and a certificate were last used is said on their pages and lists', async ({
  page,
  mark,
  call,
  authority,
  backend,
}) => {
  const issued = authority.issue({ commonName: `used-${mark}` });
  await uploaded(page, issued);
  await createdApi(page, { name: `Used ${mark}`, suffix: `used-${mark}`, backend: backend.address });
  const certificates = `/security/certificates?search=used-${mark}`;
  await page.goto(certificates);
  await expect(page.getByRole('row').filter({ hasText: `used-${mark}` })).toContainText('Not used yet');
  await page.goto(`/apis?search=${mark}`);
  const api = page.getByRole('row').filter({ hasText: `Used ${mark}` });
  await expect(api).toContainText('Not used yet');

  await api.getByRole('link', { name: `Used ${mark}` }).click();
  await expect(page.getByRole('main')).toContainText('Not used yet');
  await openTab(page, 'Security');
  await trustOnly(page, authority.pem);
  await choose(page, issued.lastFour);
  await saved(page);
  expect((await call(`/used-${mark}/a`)).status).toBe(200);

  await page.goto(certificates);
  await expect(page.getByRole('row').filter({ hasText: `used-${mark}` })).toContainText('Last used just now');
  await page.getByRole('link', { name: `used-${mark}`, exact: true }).click();
  await expect(page.locator('#uses')).toContainText('Last used just now');
  await page.goto(`/apis?search=${mark}`);
  await expect(api).toContainText('Last used just now');
  await api.getByRole('link', { name: `Used ${mark}` }).click();
  await expect(page.getByRole('main')).toContainText('Last used just now');
});
