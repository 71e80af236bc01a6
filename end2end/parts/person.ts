// What a person does in the portal, by the words on its buttons and fields.
import { type Locator, type Page, expect } from '@playwright/test';

import { type Authority, type Issued, PFX_PASSWORD, file } from './authority';
import type { Program } from './program';

export const ADMINISTRATOR = 'admin';
export const PASSWORD = 'many words in a row';

/** Opens the one-time link and becomes the first administrator. */
export async function makeAdministrator(page: Page, program: Program) {
  await page.goto(program.link);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create administrator account' }).click();
  await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
}

/** Fills in the sign-in form that is on the screen. */
export async function signIn(page: Page, name = ADMINISTRATOR, password = PASSWORD) {
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Ends the session as time does: the browser doesn't send its cookie any more. */
export async function endSession(page: Page) {
  await page.context().clearCookies({ name: '__Host-postern' });
}

/** Goes somewhere by the menu. */
export async function openMenu(page: Page, entry: string) {
  await page.getByRole('navigation', { name: 'Main menu' }).getByRole('link', { name: entry }).click();
}

export interface Uploading {
  password?: string;
  name?: string;
}

/** Opens the upload form, fills it in and sends it. */
export async function upload(page: Page, pfx: ReturnType<typeof file>, entered: Uploading = {}) {
  await page.goto('/security/certificates/upload');
  await send(page, pfx, entered);
}

/** Fills in the upload form that is on the screen and sends it. */
export async function send(page: Page, pfx: ReturnType<typeof file>, { password = PFX_PASSWORD, name }: Uploading = {}) {
  await page.getByLabel('File', { exact: true }).setInputFiles(pfx);
  await page.getByLabel('File password').fill(password);
  if (name !== undefined) await page.getByLabel('Name (optional)').fill(name);
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
}

/** Uploads the renewed PFX of the certificate on the screen, and puts it in force, whatever is said against it. */
export async function replaced(page: Page, pfx: ReturnType<typeof file>, entered: Uploading = {}) {
  await page.getByRole('link', { name: 'Replace', exact: true }).click();
  await send(page, pfx, entered);
  await expect(page.getByRole('heading', { name: 'Review the new certificate' })).toBeVisible();
  await page.getByRole('button', { name: /^Replace( anyway)?$/ }).click();
  await expect(notice(page, 'The certificate was replaced. Live on the gateway')).toBeVisible();
}

/** Puts a template into the policy on the screen. */
export async function inserted(page: Page, template: string) {
  await page.getByLabel('Insert a template').selectOption(template);
  await page.getByRole('button', { name: 'Insert', exact: true }).click();
}

/** The template that refuses clients without a certificate. */
export const EXPIRED_TEMPLATE = 'Refuse clients without a certificate or with an expired one';

/** Uploads a certificate under a name, and waits until it is in the list. */
export async function uploaded(page: Page, issued: Issued, name = issued.commonName) {
  await upload(page, issued.pfx(), { name });
  await expect(notice(page, `“${name}” was uploaded`)).toBeVisible();
}

/** Uploads without the waiting: what the form sends, and no more. */
export async function sent(page: Page, program: Program, issued: Issued) {
  const headers = { origin: program.portal };
  const multipart = { file: issued.pfx(), password: PFX_PASSWORD };
  await page.request.post('/security/certificates/upload', { headers, multipart });
}

/** Opens a certificate's page through the search of the list. */
export async function openCertificate(page: Page, name: string) {
  await page.goto(`/security/certificates?search=${encodeURIComponent(name)}`);
  await page.getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
}

/** Uploads a CA certificate under a name, and waits until it is in the list. */
export async function uploadedAuthority(page: Page, authority: Authority, name: string) {
  await page.goto('/security/authorities/upload');
  await page.getByLabel('File', { exact: true }).setInputFiles(file('ca.pem', Buffer.from(authority.pem)));
  await page.getByLabel('Name (optional)').fill(name);
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await expect(notice(page, `“${name}” was uploaded`)).toBeVisible();
}

/** Searches the list that is on the screen. */
export async function search(page: Page, text: string) {
  await page.getByRole('search').getByRole('searchbox').fill(text);
  await page.getByRole('search').getByRole('button', { name: 'Search' }).click();
}

export interface NewApi {
  name: string;
  suffix: string;
  backend: string;
}

/** Opens the form for a new API, fills it in and sends it. */
export async function createApi(page: Page, api: NewApi) {
  await page.goto('/apis/new');
  await fillApi(page, api);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
}

/** Creates an API, and waits until its Security tab is there. */
export async function createdApi(page: Page, api: NewApi) {
  await createApi(page, api);
  await expect(notice(page, `“${api.name}” was created`)).toBeVisible();
}

/** Fills in name, suffix and backend of the form on the screen. */
export async function fillApi(page: Page, { name, suffix, backend }: NewApi) {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('URL suffix').fill(suffix);
  await page.getByLabel('Backend address').fill(backend);
}

export interface NewOperation {
  name: string;
  method: string;
  template: string;
}

/** Opens the form for a new operation of the API with this list of them, fills it in and sends it. */
export async function createOperation(page: Page, list: string, { name, method, template }: NewOperation) {
  await page.goto(`${list}/new`);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Method').fill(method);
  await page.getByLabel('URL template').fill(template);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
}

/** Creates an operation, and waits until it is in the list. */
export async function createdOperation(page: Page, list: string, operation: NewOperation) {
  await createOperation(page, list, operation);
  await expect(notice(page, `“${operation.name}” was created`)).toBeVisible();
}

/** Opens a tab of the API or operation on the screen. */
export async function openTab(page: Page, tab: 'Settings' | 'Operations' | 'Security' | 'Policies' | 'Test') {
  await page.getByRole('navigation', { name: 'Parts of' }).getByRole('link', { name: tab }).click();
}

/** Chooses a client certificate on the Security tab on the screen, by the last four digits of its thumbprint. */
export async function choose(page: Page, lastFour: string) {
  await page.getByLabel('Credentials', { exact: true }).selectOption('Client certificates');
  const find = page.getByLabel('Find a certificate');
  const entry = certificateField(page).getByRole('option', { name: `…${lastFour})` });
  if ((await entry.count()) === 0) {
    await find.fill(lastFour);
    await page.getByRole('button', { name: 'Find' }).click();
  }
  await certificateField(page).selectOption(await entry.getAttribute('value'));
}

/** Pastes the only CA certificates that the backend's own certificate may come from. */
export async function trustOnly(page: Page, pem: string) {
  await page.getByLabel('Check the chain against').selectOption('Only these pasted certificates');
  await page.getByLabel('CA certificates (PEM)').fill(pem);
}

export async function save(page: Page) {
  await page.getByRole('button', { name: 'Save', exact: true }).click();
}

/** Saves, and waits for the message that it is live. */
export async function saved(page: Page) {
  await save(page);
  await expect(notice(page, 'Saved. Live on the gateway (revision ')).toBeVisible();
}

export function certificateField(page: Page): Locator {
  return page.getByLabel('Client certificate', { exact: true });
}

/** The field that holds the policy document on the screen; where scripts run, the editor stands for it. */
export function policyText(page: Page): Locator {
  return page.locator('textarea[name=text]');
}

/** The editor of the policy document on the screen. */
export function policyEditor(page: Page): Locator {
  return page.getByRole('textbox', { name: /^(Policy document|정책 문서)$/ });
}

/** The message of that text which says that something was done. */
export function notice(page: Page, text: string): Locator {
  return page.getByRole('status').filter({ hasText: text });
}

/** The box that says why a form was not taken. */
export function refusal(page: Page): Locator {
  return page.getByRole('main').getByRole('alert');
}
