// The Security tab of an API: what the gateway shows to the backend, and how it judges the backend.
import { Authority } from '../parts/authority';
import { httpsBackend, nobody, plainBackend, selfSignedBackend } from '../parts/backend';
import { certificateField, choose, createdApi, notice, openTab, refusal, save, saved, sent, trustOnly, uploaded } from '../parts/person';
import { expect, test } from '../parts/test';

test('a certificate is chosen, saved, and chosen still when the tab is opened again', async ({
  page,
  authority,
  mark,
}) => {
  const issued = authority.issue({ commonName: `chosen-${mark}`, to: '2047-01-02T00:00:00Z' });
  await uploaded(page, issued);
  await createdApi(page, { name: `Chosen ${mark}`, suffix: `chosen-${mark}`, backend: 'https://127.0.0.1:1' });
  await expect(page.getByLabel('Credentials', { exact: true })).toHaveValue('none');
  await expect(certificateField(page)).toBeHidden();
  await choose(page, issued.lastFour);
  await saved(page);
  await openTab(page, 'Settings');
  await openTab(page, 'Security');
  await expect(page.getByLabel('Credentials', { exact: true }).getByRole('option', { selected: true })).toHaveText('Client certificates');
  await expect(certificateField(page).getByRole('option', { selected: true })).toHaveText(
    new RegExp(`^chosen-${mark} \\(…${issued.lastFour}\\), expires 2047-01-02( UTC)?$`),
  );
});

test('client certificates without a choice are refused beside the field', async ({ page, authority, mark }) => {
  await uploaded(page, authority.issue({ commonName: `any-${mark}` }));
  await createdApi(page, { name: `Choice ${mark}`, suffix: `choice-${mark}`, backend: 'https://127.0.0.1:1' });
  await page.getByLabel('Credentials', { exact: true }).selectOption('Client certificates');
  await save(page);
  await expect(refusal(page)).toContainText('Choose a client certificate.');
  await expect(certificateField(page)).toHaveAccessibleDescription(/Choose a client certificate\./);
  await expect(page.getByLabel('Credentials', { exact: true })).toHaveValue('certificate');
});

test('with more than twenty certificates one is found by a search, and nothing else that was chosen is lost', async ({
  page,
  program,
  authority,
  mark,
}) => {
  for (let number = 1; number <= 21; number += 1) {
    await sent(page, program, authority.issue({ commonName: `many-${number}-${mark}` }));
  }
  await createdApi(page, { name: `Find ${mark}`, suffix: `find-${mark}`, backend: 'https://127.0.0.1:1' });
  await page.getByLabel('Credentials', { exact: true }).selectOption('Client certificates');
  await page.getByLabel('Check the chain against').selectOption("Don't check the chain");
  await page.getByLabel('Find a certificate').fill(`many-17-${mark}`);
  await page.getByRole('button', { name: 'Find' }).click();
  await expect(notice(page, 'The list below shows the results (1). Nothing has been saved yet.')).toBeVisible();
  await expect(page.getByLabel('Check the chain against').getByRole('option', { selected: true })).toHaveText(
    "Don't check the chain",
  );
  const entry = certificateField(page).getByRole('option', { name: `many-17-${mark}` });
  await certificateField(page).selectOption(await entry.getAttribute('value'));
  await saved(page);
  await expect(certificateField(page).getByRole('option', { selected: true })).toContainText(`many-17-${mark}`);
});

test('user name and password are saved, and the password never comes back', async ({ page, authority, call, mark }) => {
  const backend = await httpsBackend(authority, 'nothing');
  await createdApi(page, { name: `Basic ${mark}`, suffix: `basic-${mark}`, backend: backend.address });
  await page.getByLabel('Credentials', { exact: true }).selectOption('Basic');
  await page.getByLabel('User name').fill('gateway');
  await trustOnly(page, authority.pem);
  await save(page);
  await expect(page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(/Enter the password that the backend expects/);
  await page.getByLabel('Password', { exact: true }).fill(`secret-${mark}`);
  await saved(page);
  const expected = `Basic ${Buffer.from(`gateway:secret-${mark}`).toString('base64')}`;
  expect((await call(`/basic-${mark}`)).body.authorization).toBe(expected);

  // Saved once more with an empty password it stays.
  await page.getByLabel('User name').fill('other');
  await saved(page);
  const changed = `Basic ${Buffer.from(`other:secret-${mark}`).toString('base64')}`;
  expect((await call(`/basic-${mark}`)).body.authorization).toBe(changed);
  expect(await page.content()).not.toContain(`secret-${mark}`);
  await openTab(page, 'Policies');
  expect(await page.content()).not.toContain(`secret-${mark}`);
  await backend.stop();
});

test('a password and a user name that Basic can not carry are refused beside their fields', async ({ page, mark }) => {
  await createdApi(page, { name: `Control ${mark}`, suffix: `control-${mark}`, backend: 'https://127.0.0.1:1' });
  await page.getByLabel('Credentials', { exact: true }).selectOption('Basic');
  const [username, password] = [page.getByLabel('User name'), page.getByLabel('Password', { exact: true })];
  await username.fill('gateway');
  await password.fill('pass\tword');
  await save(page);
  await expect(password).toHaveAccessibleDescription(/It contains control characters or line breaks/);
  await username.fill('gate:way');
  await password.fill('password');
  await save(page);
  await expect(username).toHaveAccessibleDescription(/must not contain a colon or control characters/);
});

test('text that is no CA certificate is refused beside its field and kept', async ({ page, mark }) => {
  await createdApi(page, { name: `Pem ${mark}`, suffix: `pem-${mark}`, backend: 'https://127.0.0.1:1' });
  await trustOnly(page, 'not a certificate');
  await save(page);
  await expect(page.getByLabel('CA certificates (PEM)')).toHaveAccessibleDescription(/No certificate found in this text/);
  await expect(page.getByLabel('CA certificates (PEM)')).toHaveValue('not a certificate');
});

test.describe('trying the connection', () => {
  const tried = async (page: import('@playwright/test').Page) => {
    await page.getByRole('button', { name: 'Test connection' }).click();
    return page.getByRole('status').filter({ hasText: /Connection (succeeded|failed)/ });
  };

  test('succeeds with the certificate that the backend expects, and saves nothing', async ({
    page,
    context,
    authority,
    backend,
    mark,
  }) => {
    const issued = authority.issue({ commonName: `try-${mark}` });
    await uploaded(page, issued);
    await createdApi(page, { name: `Try ${mark}`, suffix: `try-${mark}`, backend: backend.address });
    await choose(page, issued.lastFour);
    await trustOnly(page, authority.pem);
    const outcome = await tried(page);
    await expect(outcome).toContainText('Connection succeeded');
    await expect(outcome).toContainText('The backend asked for a client certificate and took this one.');
    await expect(outcome).toContainText('CN=Backend of the tests');
    await expect(certificateField(page).getByRole('option', { selected: true })).toContainText(issued.lastFour);
    // This tab of the browser keeps what was chosen, another one shows what is saved.
    const other = await context.newPage();
    await other.goto(page.url());
    await expect(other.getByLabel('Credentials', { exact: true })).toHaveValue('none');
    await other.close();
  });

  test('says that the backend demands a certificate and none is chosen', async ({ page, authority, backend, mark }) => {
    await createdApi(page, { name: `None ${mark}`, suffix: `none-${mark}`, backend: backend.address });
    await trustOnly(page, authority.pem);
    const outcome = await tried(page);
    await expect(outcome).toContainText("Connection failed");
    await expect(outcome).toContainText('The backend demands a client certificate, and none is chosen');
  });

  test('says that the backend refused the certificate', async ({ page, authority, backend, mark }) => {
    const stranger = Authority.make('An authority that the backend does not know').issue({ commonName: `odd-${mark}` });
    await uploaded(page, stranger);
    await createdApi(page, { name: `Odd ${mark}`, suffix: `odd-${mark}`, backend: backend.address });
    await choose(page, stranger.lastFour);
    await trustOnly(page, authority.pem);
    const outcome = await tried(page);
    await expect(outcome).toContainText("Connection failed");
    await expect(outcome).toContainText('The backend refused our client certificate');
  });

  test('says that the issuer of the backend is not trusted, and works without that check', async ({
    page,
    authority,
    mark,
  }) => {
    const backend = await httpsBackend(authority, 'nothing');
    await createdApi(page, { name: `Issuer ${mark}`, suffix: `issuer-${mark}`, backend: backend.address });
    const refused = await tried(page);
    await expect(refused).toContainText("comes from an issuer that isn't trusted here");
    await expect(refused.getByRole('link', { name: 'Upload a CA certificate' })).toHaveAttribute('href', '/security/authorities/upload');
    await page.getByLabel('Check the chain against').selectOption("Don't check the chain");
    await expect(page.getByText('Without this check, an attacker on the network can impersonate the backend')).toBeVisible();
    const outcome = await tried(page);
    await expect(outcome).toContainText('Connection succeeded');
    await expect(outcome).toContainText('The backend asked for no client certificate.');
    await backend.stop();
  });

  test('says that the certificate of the backend is issued for a different name', async ({ page, authority, mark }) => {
    const backend = await httpsBackend(authority, 'nothing');
    await createdApi(page, { name: `Name ${mark}`, suffix: `name-${mark}`, backend: backend.address });
    await trustOnly(page, authority.pem);
    await page.getByLabel('Check the name against').selectOption('This name');
    await page.getByLabel("Name in the backend's certificate").fill('other.example');
    await expect(await tried(page)).toContainText('is issued for a different name');
    await page.getByLabel('Check the name against').selectOption("Don't check the name");
    await expect(await tried(page)).toContainText('Connection succeeded');
    await backend.stop();
  });

  test('says that a self-signed certificate has to be uploaded itself, in both languages', async ({ page, program, mark }) => {
    const own = Authority.make('127.0.0.1');
    const backend = await selfSignedBackend(own);
    await createdApi(page, { name: `Self ${mark}`, suffix: `self-${mark}`, backend: backend.address });
    const refused = await tried(page);
    await expect(refused).toContainText('is self-signed and isn\'t trusted here. Upload this certificate itself');
    await expect(refused.getByRole('link', { name: 'Upload a CA certificate' })).toBeVisible();
    await page.context().addCookies([{ name: 'postern_language', value: 'ko', url: program.portal }]);
    await openTab(page, 'Security');
    await page.getByRole('button', { name: '연결 테스트' }).click();
    await expect(page.getByText('백 엔드의 인증서가 자체 서명되었으며 신뢰할 수 없습니다.')).toBeVisible();
    await expect(page.getByRole('link', { name: 'CA 인증서 업로드' })).toBeVisible();
    await backend.stop();
  });

  test('says that a certificate without alternative names has no name to check', async ({ page, authority, mark }) => {
    const backend = await httpsBackend(authority, 'nothing', '127.0.0.1', []);
    await createdApi(page, { name: `Cn ${mark}`, suffix: `cn-${mark}`, backend: backend.address });
    await trustOnly(page, authority.pem);
    await expect(await tried(page)).toContainText("has no alternative names (SAN); the CN isn't looked at");
    await backend.stop();
  });

  test('warns that the backend did not ask for the chosen certificate', async ({ page, authority, mark }) => {
    const issued = authority.issue({ commonName: `unasked-${mark}` });
    await uploaded(page, issued);
    const backend = await httpsBackend(authority, 'nothing');
    await createdApi(page, { name: `Unasked ${mark}`, suffix: `unasked-${mark}`, backend: backend.address });
    await choose(page, issued.lastFour);
    await trustOnly(page, authority.pem);
    const outcome = await tried(page);
    await expect(outcome).toContainText('Connection succeeded with warnings');
    await expect(outcome).toContainText('The backend did not ask for a client certificate, so the chosen one is not sent.');
    await expect(outcome).not.toContainText('Connection failed');
    await backend.stop();
  });

  test('says that nobody answers there', async ({ page, mark }) => {
    await createdApi(page, { name: `Nobody ${mark}`, suffix: `nobody-${mark}`, backend: await nobody() });
    await expect(await tried(page)).toContainText("The backend can't be reached");
  });

  test('says that a backend speaks plain HTTP', async ({ page, mark }) => {
    const backend = await plainBackend();
    await createdApi(page, { name: `Plain ${mark}`, suffix: `plain-${mark}`, backend: backend.address });
    await expect(await tried(page)).toContainText('but over plain HTTP');
    await openTab(page, 'Settings');
    await page.getByLabel('Backend address').fill(backend.address.replace('http:', 'https:'));
    await saved(page);
    await openTab(page, 'Security');
    await expect(await tried(page)).toContainText('Is it really an HTTPS port?');
    await backend.stop();
  });
});
