// What every test has at hand: the running program, a signed-in page, an authority, a backend, names of its own.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { type Browser, type BrowserContextOptions, test as base, request } from '@playwright/test';

import { Authority, file } from './authority';
import { type Backend, httpsBackend } from './backend';
import { type Furnished, furnish } from './furnish';
import { makeAdministrator } from './person';
import { Program } from './program';

interface WorkerParts {
  shared: SignedInProgram;
  authority: Authority;
  backend: Backend;
  /** One that asks its callers for nothing. */
  openBackend: Backend;
  /** A program of its own, on which nobody changes anything. */
  furnished: Furnished & SignedInProgram;
}

interface SignedInProgram {
  program: Program;
  signedIn: SignedIn;
}

interface TestParts {
  /** A test that changes what all others see says `test.use({ alone: true })`; nobody is signed in there. */
  alone: boolean;
  program: Program;
  /** Text that no other test uses, short enough for names and addresses. */
  mark: string;
  /** Calls the gateway as a client would, whatever certificate it has. */
  call: (path: string) => Promise<{ status: number; body: any }>;
}

export const test = base.extend<TestParts, WorkerParts>({
  shared: [
    async ({ browser }, use) => {
      const program = await Program.start();
      await use({ program, signedIn: await signIn(browser, program) });
      await program.stop();
    },
    { scope: 'worker' },
  ],
  authority: [async ({}, use) => use(Authority.make('Authority of the tests')), { scope: 'worker' }],
  backend: [
    async ({ authority }, use) => {
      const backend = await httpsBackend(authority);
      await use(backend);
      await backend.stop();
    },
    { scope: 'worker' },
  ],
  openBackend: [
    async ({ authority }, use) => {
      const backend = await httpsBackend(authority, 'nothing');
      await use(backend);
      await backend.stop();
    },
    { scope: 'worker' },
  ],
  furnished: [
    async ({ browser, authority, backend }, use) => {
      const program = await Program.start();
      const signedIn = await signIn(browser, program);
      const context = await browser.newContext({ baseURL: program.portal, storageState: signedIn });
      const furnished = await furnish(await context.newPage(), program, authority, backend.address, KOREAN);
      await context.close();
      await use({ ...furnished, program, signedIn });
      await program.stop();
    },
    // Dozens of forms, on whatever machine this is.
    { scope: 'worker', timeout: 180_000 },
  ],
  alone: [false, { option: true }],
  program: async ({ alone, shared }, use) => {
    if (!alone) return use(shared.program);
    const program = await Program.start();
    await use(program);
    await program.stop();
  },
  baseURL: async ({ program }, use) => use(program.portal),
  storageState: async ({ alone, shared }, use) => use(alone ? NOBODY : shared.signedIn),
  mark: async ({}, use) => use(randomBytes(4).toString('hex')),
  call: async ({ program }, use) => {
    const client = await request.newContext({ ignoreHTTPSErrors: true, storageState: NOBODY });
    await use(async (path) => {
      const answer = await client.get(`${program.gateway}${path}`);
      const text = await answer.text();
      return { status: answer.status(), body: text === '' ? null : JSON.parse(text) };
    });
    await client.dispose();
  },
});

/** Tests that only look, at a portal that is in use. */
export const looking = test.extend({
  program: async ({ furnished }, use) => use(furnished.program),
  storageState: async ({ furnished }, use) => use(furnished.signedIn),
});

export { expect } from '@playwright/test';

type SignedIn = Exclude<BrowserContextOptions['storageState'], string | undefined>;

/** The state of a browser in which nobody is signed in. */
export const NOBODY: SignedIn = { cookies: [], origins: [] };

/** A PFX file out of the reader's own tests. */
export function fixture(name: string) {
  const folder = join(import.meta.dirname, '../../crates/certificates/tests/fixtures/pfx');
  return file(basename(name), readFileSync(join(folder, name)));
}

// Korean ones, so that all English that is left on a Korean page is the portal's own.
const KOREAN = {
  api: '주문 조회',
  suffix: 'orders/v1',
  otherApi: '배송 조회',
  operation: '주문 한 건 조회',
  otherSuffix: 'orders/v1/shipping',
  partner: '가나 상사',
  unused: '다라 물산',
  soon: '마바 은행',
  expired: '지난 인증서',
  // Names that are in no language.
  namedValue: '1',
  secretValue: '2',
  fragment: '1',
};

async function signIn(browser: Browser, program: Program): Promise<SignedIn> {
  const context = await browser.newContext({ baseURL: program.portal });
  await makeAdministrator(await context.newPage(), program);
  const state = await context.storageState();
  await context.close();
  return state;
}
