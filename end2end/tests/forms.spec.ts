// What is said when a form can't be taken at all.
import { createdApi, openTab, policyText, save } from '../parts/person';
import { expect, test } from '../parts/test';

test('a policy that is too large is refused on a page that names the limit', async ({ page, mark }) => {
  await createdApi(page, { name: `Large ${mark}`, suffix: `large-${mark}`, backend: 'https://127.0.0.1:1' });
  await openTab(page, 'Policies');
  await policyText(page).evaluate((field: HTMLTextAreaElement) => {
    field.value = `<policies><!-- ${'a'.repeat(3 << 20)} --></policies>`;
  });
  await save(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The form is too large');
  await expect(page.getByRole('main')).toContainText('at most 1024 KiB');
});
