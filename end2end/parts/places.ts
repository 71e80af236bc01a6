// Every page of the portal, and the states in which it looks different, for tests that look at all of them.
import type { Page } from '@playwright/test';

import { file } from './authority';
import type { Furnished } from './furnish';

export interface Place {
  name: string;
  /** Whether it is for whoever isn't signed in. */
  open?: boolean;
  /** Goes there, whatever the language. */
  visit(page: Page, furnished: Furnished): Promise<unknown>;
}

const at = (name: string, address: string): Place => ({ name, visit: (page) => page.goto(address) });

export const PLACES: Place[] = [
  { ...at('sign-in', '/sign-in'), open: true },
  at('home', '/'),
  at('account', '/account'),
  at('apis', '/apis'),
  at('api-create', '/apis/new'),
  { name: 'api-settings', visit: (page, { api }) => page.goto(api) },
  { name: 'security', visit: (page, { api }) => page.goto(`${api}/security`) },
  {
    name: 'security-tried',
    async visit(page, { api }) {
      await page.goto(`${api}/security`);
      await page.getByRole('button', { name: /^(Test connection|연결 테스트)$/ }).click();
      await page.getByText(/Nothing has been saved yet\.|아직 저장되지 않았습니다\./).waitFor();
    },
  },
  {
    name: 'security-refused',
    async visit(page, { api }) {
      await page.goto(`${api}/security`);
      await page.getByLabel(/^(Client certificate|클라이언트 인증서)$/).selectOption('');
      await page.getByRole('button', { name: /^(Save|저장)$/ }).click();
      await page.getByRole('main').getByRole('alert').waitFor();
    },
  },
  {
    name: 'security-callers',
    async visit(page, { api }) {
      await page.goto(`${api}/security`);
      await page.getByLabel(/^(Check client certificates|클라이언트 인증서 검사)$/).selectOption('checked');
      await page.getByLabel(/^(it has this issuer|발급자와 주체)/).check();
      await page.getByLabel(/^(it has one of these|지문이 다음)/).check();
      await page.getByRole('button', { name: /^(Save|저장)$/ }).click();
      await page.getByRole('main').getByRole('alert').waitFor();
    },
  },
  { name: 'policies', visit: (page, { api }) => page.goto(`${api}/policies`) },
  {
    name: 'policies-refused',
    async visit(page, { api }) {
      await page.goto(`${api}/policies`);
      await page.locator('textarea[name=text]').fill('<policies>\n    <inbound>\n        <bsae />\n    </inbound>\n</policies>\n');
      await page.getByRole('button', { name: /^(Save|저장)$/ }).click();
      await page.getByRole('main').getByRole('alert').waitFor();
    },
  },
  {
    name: 'policies-template',
    async visit(page, { api }) {
      await page.goto(`${api}/policies`);
      await page.getByRole('button', { name: /^(Insert|삽입)$/ }).click();
      await page.getByText(/Nothing has been saved yet\.|아직 저장되지 않았습니다\./).waitFor();
    },
  },
  { name: 'playground', visit: (page, { api }) => page.goto(`${api}/policies/playground`) },
  {
    name: 'playground-played',
    async visit(page, { operation }) {
      await page.goto(`${operation}/policies/playground`);
      await page.getByLabel(/^(Path|경로)/).fill('/orders/7');
      await page.getByRole('button', { name: /^(Run|실행)$/ }).click();
      await page.getByRole('heading', { name: /^(Results by statement|정책 문별 결과)$/ }).waitFor();
    },
  },
  { name: 'api-test', visit: (page, { api }) => page.goto(`${api}/test`) },
  {
    name: 'api-test-token',
    async visit(page, { api }) {
      await page.goto(`${api}/test`);
      await page.getByRole('button', { name: /^(Create token|토큰 만들기)$/ }).click();
      await page.getByText(/curl -i/).waitFor();
    },
  },
  at('traffic', '/traffic'),
  {
    name: 'traffic-call',
    async visit(page) {
      await page.goto('/traffic');
      await page.getByRole('link', { name: /^GET \// }).first().click();
      await page.getByText(/^(Request ID|요청 ID)$/).waitFor();
    },
  },
  {
    name: 'traffic-failed',
    async visit(page) {
      await page.goto('/traffic?kind=no-api');
      await page.getByRole('link', { name: 'GET /0' }).first().click();
      await page.getByText(/^(Request ID|요청 ID)$/).waitFor();
    },
  },
  at('traffic-none', '/traffic?search=nothing-has-this'),
  at('traces', '/traffic/traces?id=none'),
  { name: 'policies-effective', visit: (page, { operation }) => page.goto(`${operation}/policies/effective`) },
  { name: 'policies-history', visit: (page, { api }) => page.goto(`${api}/policies/history`) },
  {
    name: 'policies-compared',
    async visit(page, { api }) {
      await page.goto(`${api}/policies/history`);
      await page.getByRole('link', { name: /^(Compare|리비전)/ }).last().click();
      await page.getByRole('button', { name: /^Restore|복원$/ }).waitFor();
    },
  },
  at('policies-all', '/policies'),
  at('policies-all-history', '/policies/history'),
  { name: 'operations', visit: (page, { api }) => page.goto(`${api}/operations`) },
  { name: 'operations-none', visit: (page, { otherApi }) => page.goto(`${otherApi}/operations`) },
  { name: 'operation-create', visit: (page, { api }) => page.goto(`${api}/operations/new`) },
  { name: 'operation-settings', visit: (page, { operation }) => page.goto(operation) },
  { name: 'operation-policies', visit: (page, { operation }) => page.goto(`${operation}/policies`) },
  { name: 'operation-delete', visit: (page, { operation }) => page.goto(`${operation}/delete`) },
  { name: 'api-delete', visit: (page, { api }) => page.goto(`${api}/delete`) },
  at('certificates', '/security/certificates'),
  at('certificates-not-found', '/security/certificates?search=%EC%97%86%EC%9D%8C'),
  at('upload', '/security/certificates/upload'),
  {
    name: 'upload-refused',
    async visit(page) {
      await page.goto('/security/certificates/upload');
      await page.getByLabel(/^(File|파일)$/).setInputFiles(file('partner.pfx', Buffer.from('PK\x03\x04 and so on')));
      await page.getByRole('button', { name: /^(Upload|업로드)$/ }).click();
      await page.getByRole('main').getByRole('alert').waitFor();
    },
  },
  {
    name: 'upload-expired',
    async visit(page, { expired }) {
      await page.goto('/security/certificates/upload');
      await page.getByLabel(/^(File|파일)$/).setInputFiles(expired.pfx(''));
      await page.getByRole('button', { name: /^(Upload|업로드)$/ }).click();
      await page.getByRole('main').getByRole('alert').waitFor();
    },
  },
  { name: 'certificate', visit: (page, { certificate }) => page.goto(certificate) },
  { name: 'certificate-replace', visit: (page, { certificate }) => page.goto(`${certificate}/replace`) },
  { name: 'certificate-in-use', visit: (page, { certificate }) => page.goto(`${certificate}/delete`) },
  { name: 'certificate-delete', visit: (page, { unused }) => page.goto(`${unused}/delete`) },
  at('authorities', '/security/authorities'),
  at('authority-upload', '/security/authorities/upload'),
  { name: 'authority', visit: (page, { caCertificate }) => page.goto(caCertificate) },
  { name: 'authority-delete', visit: (page, { caCertificate }) => page.goto(`${caCertificate}/delete`) },
  {
    name: 'authority-refused',
    async visit(page) {
      await page.goto('/security/authorities/upload');
      await page.getByLabel(/^(File|파일)$/).setInputFiles(file('ca.pem', Buffer.from('hello')));
      await page.getByRole('button', { name: /^(Upload|업로드)$/ }).click();
      await page.getByRole('main').getByRole('alert').waitFor();
    },
  },
  at('named-values', '/security/named-values'),
  at('named-value-create', '/security/named-values/new'),
  { name: 'named-value', visit: (page, { namedValue }) => page.goto(`${namedValue}/edit`) },
  { name: 'named-value-secret', visit: (page, { secretValue }) => page.goto(`${secretValue}/edit`) },
  { name: 'named-value-in-use', visit: (page, { namedValue }) => page.goto(`${namedValue}/delete`) },
  { name: 'named-value-delete', visit: (page, { secretValue }) => page.goto(`${secretValue}/delete`) },
  at('fragments', '/policies/fragments'),
  at('fragment-create', '/policies/fragments/new'),
  { name: 'fragment', visit: (page, { fragment }) => page.goto(`${fragment}/edit`) },
  { name: 'fragment-delete', visit: (page, { fragment }) => page.goto(`${fragment}/delete`) },
  at('not-found', '/nothing/here'),
];
