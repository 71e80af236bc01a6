// A store that was damaged: the program starts, says what can't be used and why, and the portal mends it.
import { createApi, makeAdministrator, notice, openTab, save } from '../parts/person';
import { expect, test } from '../parts/test';

test.use({ alone: true });

test('what was damaged is named on the overview and on its own page, and is mended there', async ({ page, program }) => {
  await makeAdministrator(page, program);
  await createApi(page, { name: 'Bad', suffix: 'bad', backend: 'https://partner.one.example' });
  await expect(notice(page, 'is already accepting requests. Live on the gateway (revision')).toBeVisible();
  await createApi(page, { name: 'Other', suffix: 'other', backend: 'https://partner.two.example' });

  const again = await program.damaged([
    ['https://partner.one.example', 'https://partner..ne.example'],
    ['"chain":"System"', '"chain":"Systen"'],
  ]);
  try {
    await page.goto(again.portal);
    const faults = page.getByRole('region', { name: 'Not in use' });
    await expect(faults.getByRole('listitem').filter({ hasText: 'The API “Bad”' })).toContainText('empty part');
    await expect(faults.getByRole('listitem').filter({ hasText: 'The API “Other”' })).toContainText('Systen');

    // The address is mended; the trust settings are not, and the notice says so.
    await faults.getByRole('link', { name: 'The API “Bad”' }).click();
    await expect(page.getByText('empty part').first()).toBeVisible();
    await expect(page.getByLabel('Backend address')).toHaveValue('https://partner..ne.example');
    await save(page);
    await expect(page.getByLabel('Backend address')).toHaveAccessibleDescription(/two dots in a row/);
    await page.getByLabel('Backend address').fill('https://partner.one.example');
    await save(page);
    await expect(notice(page, 'Saved. Not everything is live')).toContainText('Systen');

    await openTab(page, 'Security');
    await save(page);
    await expect(notice(page, 'Saved. Live on the gateway (revision')).toBeVisible();
    await page.goto(again.portal);
    await expect(faults.getByRole('listitem').filter({ hasText: 'The API “Bad”' })).toHaveCount(0);

    // The other one is deleted.
    await faults.getByRole('link', { name: 'The API “Other”' }).click();
    await page.getByRole('link', { name: 'Delete this API' }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await expect(notice(page, '“Other” was deleted. Live on the gateway (revision')).toBeVisible();
  } finally {
    await again.stop();
  }
});
