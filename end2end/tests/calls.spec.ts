// The way from the portal to the wire: what was saved is what the next call through the gateway shows.
import { readFileSync } from 'node:fs';

import { file } from '../parts/authority';
import {
  choose,
  createdApi,
  makeAdministrator,
  notice,
  openCertificate,
  openMenu,
  openTab,
  policyText,
  replaced,
  saved,
  trustOnly,
  upload,
  uploaded,
} from '../parts/person';
import { expect, test } from '../parts/test';

test.describe('the demo', () => {
  test.use({ alone: true });

  test('its four steps lead from the upload to the renewed certificate at the backend', async ({
    page,
    program,
    call,
  }) => {
    const sample = (name: string) => file(name, readFileSync(program.sample(name)));
    await makeAdministrator(page, program);
    expect((await call('/sample/hello')).status).toBe(502);

    await upload(page, sample('partner.pfx'), { password: 'sample-password', name: 'Partner' });
    await expect(notice(page, '“Partner” was uploaded')).toBeVisible();
    const first = await page.getByRole('row', { name: 'Partner' }).getByRole('strong').innerText();

    await openMenu(page, 'APIs');
    await page.getByRole('link', { name: 'Sample API' }).click();
    await openTab(page, 'Security');
    await choose(page, first);
    await saved(page);
    const answer = await call('/sample/hello');
    expect(answer.status).toBe(200);
    expect(answer.body.path).toBe('/hello');
    expect(answer.body.clientCertificate.subject).toContain('CN=Sample Partner');
    expect(answer.body.clientCertificate.thumbprint.slice(-4)).toBe(first);
    expect(answer.body.clientCertificate.notAfter).toBe('2030-06-30');

    await openCertificate(page, 'Partner');
    await expect(page.getByRole('link', { name: 'Sample API' })).toBeVisible();
    await replaced(page, sample('partner-renewed.pfx'), { password: 'sample-password' });
    const renewed = await call('/sample/hello');
    expect(renewed.body.clientCertificate.notAfter).toBe('2032-06-30');

    await page.getByRole('button', { name: 'Restore the previous certificate' }).click();
    await expect(notice(page, 'Saved. Live on the gateway (revision')).toBeVisible();
    expect((await call('/sample/hello')).body.clientCertificate.thumbprint.slice(-4)).toBe(first);
  });
});

test('the first call after each save shows what was saved', async ({ page, authority, backend, call, mark }) => {
  const one = authority.issue({ commonName: `one-${mark}` });
  const two = authority.issue({ commonName: `two-${mark}` });
  await uploaded(page, one);
  await uploaded(page, two);
  await createdApi(page, { name: `Calls ${mark}`, suffix: `calls-${mark}`, backend: backend.address });
  await trustOnly(page, authority.pem);
  await choose(page, one.lastFour);
  await saved(page);
  const shown = async () => (await call(`/calls-${mark}/a?b=c`)).body;
  expect(await shown()).toEqual({ path: '/a?b=c', thumbprint: one.thumbprint, authorization: null });

  await choose(page, two.lastFour);
  await saved(page);
  expect((await shown()).thumbprint).toBe(two.thumbprint);

  // The same by hand, in the policy.
  await openTab(page, 'Policies');
  const text = await policyText(page).inputValue();
  await policyText(page).fill(text.replace(`"two-${mark}"`, `"one-${mark}"`));
  await saved(page);
  expect((await shown()).thumbprint).toBe(one.thumbprint);

  await openTab(page, 'Security');
  await page.getByLabel('Credentials', { exact: true }).selectOption('None');
  await saved(page);
  expect((await call(`/calls-${mark}`)).status).toBe(502);
});

test('of two APIs with one backend each shows its own certificate', async ({ page, authority, backend, call, mark }) => {
  const issued = ['left', 'right'].map((side) => authority.issue({ commonName: `${side}-${mark}` }));
  for (const certificate of issued) {
    await uploaded(page, certificate);
    const name = certificate.commonName;
    await createdApi(page, { name, suffix: name, backend: backend.address });
    await trustOnly(page, authority.pem);
    await choose(page, certificate.lastFour);
    await saved(page);
  }
  for (const certificate of [...issued, ...issued]) {
    expect((await call(`/${certificate.commonName}`)).body.thumbprint).toBe(certificate.thumbprint);
  }
});

test('a backend whose own certificate is not trusted is not called', async ({ page, authority, backend, call, mark }) => {
  const issued = authority.issue({ commonName: `strict-${mark}` });
  await uploaded(page, issued);
  await createdApi(page, { name: `Strict ${mark}`, suffix: `strict-${mark}`, backend: backend.address });
  await choose(page, issued.lastFour);
  await saved(page);
  expect((await call(`/strict-${mark}`)).status).toBe(502);
});
