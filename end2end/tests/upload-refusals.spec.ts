// Each file that can't be taken is refused with a sentence of its own, which says what to do next.
import { PFX_PASSWORD, file } from '../parts/authority';
import { notice, openCertificate, refusal, send, upload, uploaded } from '../parts/person';
import { expect, fixture, test } from '../parts/test';

const FIXTURES = 'Passw0rd!';

const refused: { what: string; file: string; says: RegExp; password?: string }[] = [
  { what: 'PEM text', file: 'bad_pem_key_and_cert.pem', says: /This is a PEM text file.*openssl pkcs12 -export/ },
  { what: 'a private key alone', file: 'bad_der_pkcs8.p12', says: /This is a private key without its certificate/ },
  { what: 'a Java key store', file: 'bad_jks.p12', says: /This is a Java key store.*keytool -importkeystore/ },
  { what: 'a .p7b', file: 'bad_p7b.p12', says: /This is a chain of certificates without a private key \(\.p7b\)/ },
  { what: 'a request', file: '../lookalikes/request.pem', says: /This is a certificate signing request \(CSR\)/ },
  { what: 'a request in DER', file: '../lookalikes/request.der', says: /This is a certificate signing request \(CSR\)/ },
  { what: 'a key in PEM', file: '../lookalikes/key_ec.pem', says: /This is a private key without its certificate/ },
  { what: 'an encrypted key', file: '../lookalikes/key_encrypted.pem', says: /This is an encrypted private key/ },
  { what: 'an OpenSSH key', file: '../lookalikes/ssh_key', says: /This is an OpenSSH private key/ },
  { what: 'an SSH public key', file: '../lookalikes/ssh_key.pub', says: /This is an SSH public key/ },
  { what: 'a PGP key', file: '../lookalikes/pgp_key.asc', says: /This is a PGP key or message/ },
  { what: 'a revocation list', file: '../lookalikes/crl.pem', says: /This is a revocation list \(CRL\)/ },
  { what: 'a damaged file', file: 'bad_cert_inside.p12', says: /The file is damaged/ },
  { what: 'a file that was cut off', file: 'dos_octet_len_2g.p12', says: /The file is damaged/ },
  { what: 'a PFX without a key', file: 'java17_truststore.p12', says: /There is no private key in this file/ },
  { what: 'a PFX without a certificate', file: 'ossl_nocerts.p12', says: /There is no certificate in this file/ },
  { what: 'a PFX with nothing inside', file: 'bad_no_safes.p12', says: /The PFX is empty/ },
  { what: 'a key of another certificate', file: 'own_key_mismatch.p12', says: /don't belong together/ },
  { what: 'a kind of key that TLS does without', file: 'ossl3_default_ed448.p12', says: /isn't supported:.*Ed448/ },
  { what: 'an algorithm that nobody knows', file: 'bad_signeddata.p12', says: /isn't supported/ },
  { what: 'too many rounds', file: 'dos_mac_iter_2g.p12', says: /would take too much work/ },
];

for (const { what, file: name, says } of refused) {
  test(`${what} is refused and named`, async ({ page }) => {
    await upload(page, fixture(name), { password: FIXTURES, name: 'Stays in the form' });
    await expect(refusal(page)).toContainText(says);
    await expect(page.getByLabel('File', { exact: true })).toHaveAccessibleDescription(says);
    await expect(page.getByLabel('File', { exact: true })).toBeFocused();
    await expect(page.getByLabel('Name (optional)')).toHaveValue('Stays in the form');
    await expect(page.getByLabel('File password')).toHaveValue('');
  });
}

const made: { what: string; file: ReturnType<typeof file>; says: RegExp }[] = [
  { what: 'an empty file', file: file('a.pfx', Buffer.alloc(0)), says: /The file is empty/ },
  { what: 'a ZIP archive', file: file('a.pfx', Buffer.from('PK\x03\x04 and so on')), says: /This is a ZIP archive/ },
  { what: 'a picture', file: file('a.pfx', Buffer.from('GIF89a and so on')), says: /This is not a PFX/ },
  {
    what: 'a PEM secret of Key Vault',
    file: file('a.json', Buffer.from(JSON.stringify({ contentType: 'application/x-pem-file', value: '-----BEGIN X-----' }))),
    says: /This secret of Azure Key Vault holds PEM text/,
  },
  { what: 'other base64 text', file: file('a.txt', Buffer.from(Buffer.alloc(99, 7).toString('base64'))), says: /This is base64 text, but not of a whole PFX/ },
  { what: 'more than 10 MiB', file: file('a.pfx', Buffer.alloc(11 << 20, 7)), says: /larger than 10 MiB/ },
];

for (const { what, file: sent, says } of made) {
  test(`${what} is refused and named`, async ({ page }) => {
    await upload(page, sent, { name: 'Stays in the form' });
    await expect(refusal(page)).toContainText(says);
    await expect(page.getByLabel('File', { exact: true })).toHaveAccessibleDescription(says);
    await expect(page.getByLabel('Name (optional)')).toHaveValue('Stays in the form');
  });
}

test('a certificate alone is refused and named', async ({ page, authority }) => {
  await upload(page, file('a.pfx', authority.issue({ commonName: 'alone' }).der));
  await expect(refusal(page)).toContainText('This is a certificate without its private key (.cer, .crt)');
});

test('base64 and JSON from Azure Key Vault, and PEM, are uploaded as they are', async ({ page, authority, mark }) => {
  const text = (kind: string) => authority.issue({ commonName: `${kind}-${mark}` }).pfx().buffer.toString('base64');
  const pem = (text('pem').match(/.{1,64}/g) ?? []).join('\n');
  const files = {
    base64: text('base64'),
    json: JSON.stringify({ contentType: 'application/x-pkcs12', name: 'partner', value: text('json') }),
    pem: `-----BEGIN PKCS12-----\n${pem}\n-----END PKCS12-----\n`,
  };
  for (const [kind, content] of Object.entries(files)) {
    await upload(page, file(`${kind}.txt`, Buffer.from(content)));
    await expect(notice(page, `“${kind}-${mark}” was uploaded.`)).toBeVisible();
  }
});

test('of two certificates on one key one is chosen when nothing decides', async ({ page, mark }) => {
  const two = fixture('../texts/one_key_two_valid.p12');
  await upload(page, two, { password: FIXTURES, name: `Twin ${mark}` });
  await expect(refusal(page)).toContainText('There are 2 certificates of the same private key in this file.');
  const entry = page.getByLabel('Which certificate?').getByRole('option').filter({ hasText: 'valid until 2099-01-01' });
  await page.getByLabel('Which certificate?').selectOption(await entry.getAttribute('value'));
  await send(page, two, { password: FIXTURES });
  await expect(notice(page, `“Twin ${mark}” was uploaded.`)).toBeVisible();

  // The file is the same for every run of this test.
  await page.getByRole('link', { name: `Delete Twin ${mark}` }).click();
  await page.getByRole('button', { name: 'Yes, delete it' }).click();
});

test('a wrong password is said beside its field, and the right one works after that', async ({
  page,
  authority,
  mark,
  javaScriptEnabled,
}) => {
  const issued = authority.issue({ commonName: `password-${mark}` });
  await page.goto('/security/certificates/upload');
  if (javaScriptEnabled !== false) await expect(page.getByText('Drop the file here')).toBeVisible();
  await send(page, issued.pfx(), { password: 'wrong' });
  await expect(refusal(page)).toContainText('The password is wrong, or the file is damaged.');
  const password = page.getByLabel('File password');
  await expect(password).toHaveAccessibleDescription(/The password is wrong/);
  await expect(password).toBeFocused();
  await expect(password).toHaveValue('');
  const again = page.getByText("Browsers don't keep a chosen file. Choose certificate.pfx again.");
  if (javaScriptEnabled === false) {
    await expect(again).toBeVisible();
    await send(page, issued.pfx());
  } else {
    // Scripts have kept the file.
    await expect(again).toBeHidden();
    await password.fill(PFX_PASSWORD);
    await page.getByRole('button', { name: 'Upload', exact: true }).click();
  }
  await expect(notice(page, `“password-${mark}” was uploaded.`)).toBeVisible();
});

test('of several keys one is chosen', async ({ page, mark }) => {
  await upload(page, fixture('java17_two_keys.p12'), { password: FIXTURES, name: `Chosen ${mark}` });
  await expect(refusal(page)).toContainText('There are 2 private keys with certificates in this file.');
  const which = page.getByLabel('Which certificate?');
  const entry = which.getByRole('option').last();
  const lastFour = (await entry.innerText()).match(/\(…([0-9A-F]{4})\)/)?.[1] ?? 'none';
  await which.selectOption(await entry.getAttribute('value'));
  await send(page, fixture('java17_two_keys.p12'), { password: FIXTURES });
  await expect(notice(page, `“Chosen ${mark}” was uploaded.`)).toBeVisible();
  await expect(page.getByRole('row', { name: `Chosen ${mark}` }).getByRole('strong')).toHaveText(lastFour);

  // The file is the same for every run of this test.
  await page.getByRole('link', { name: `Delete Chosen ${mark}` }).click();
  await page.getByRole('button', { name: 'Yes, delete it' }).click();
});

test('what is uploaded already is refused with the way to it', async ({ page, authority, mark }) => {
  const issued = authority.issue({ commonName: `twice-${mark}` });
  await uploaded(page, issued, `Twice ${mark}`);
  await upload(page, issued.pfx());
  await expect(refusal(page)).toContainText(`This certificate is already uploaded as “Twice ${mark}”.`);
  await page.getByRole('link', { name: `Twice ${mark}`, exact: true }).click();
  await expect(page.getByRole('heading', { name: `Twice ${mark}`, level: 1 })).toBeVisible();
});

test('an expired certificate is uploaded only after a confirmation', async ({ page, authority, mark }) => {
  const issued = authority.issue({
    commonName: `expired-${mark}`,
    from: '2019-01-01T00:00:00Z',
    to: '2020-02-03T00:00:00Z',
  });
  await upload(page, issued.pfx());
  await expect(refusal(page)).toContainText('This certificate has expired; backends will refuse it.');
  await expect(page.getByText('Expired: 2020-02-03')).toBeVisible();
  await page.getByLabel('Upload this expired certificate anyway').check();
  await send(page, issued.pfx());
  await expect(page.getByRole('row', { name: `expired-${mark}` })).toContainText('expired');
  await openCertificate(page, `expired-${mark}`);
  await expect(page.getByText('expired', { exact: true }).first()).toBeVisible();
});

test('no password is in an address or comes back to the page', async ({ page, authority, mark }) => {
  const secret = `secret-${mark}`;
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await upload(page, authority.issue({ commonName: `quiet-${mark}` }).pfx(), { password: secret });
  await expect(refusal(page)).toContainText('The password is wrong');
  expect(asked.filter((url) => url.includes(secret))).toEqual([]);
  expect(await page.content()).not.toContain(secret);
  await send(page, authority.issue({ commonName: `quiet-${mark}` }).pfx(), { password: PFX_PASSWORD });
  await expect(notice(page, 'was uploaded')).toBeVisible();
});
