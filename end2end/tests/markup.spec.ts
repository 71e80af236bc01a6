// Hostile text in everything that people, files and callers can name, and every page read with it.
import { type Page, request } from '@playwright/test';

import { Authority, PFX_PASSWORD, file } from '../parts/authority';
import { createdOperation, notice, policyText, refusal, saved } from '../parts/person';
import { expect, test } from '../parts/test';

const ELSEWHERE = 'https://elsewhere.invalid/';
const SCRIPT = 'window.hostile=1;alert(1)';
// What ends an element, an attribute, a comment, a string; what a browser would then run or follow.
const NAMES = [
  `</title><meta http-equiv=refresh content=0;url=${ELSEWHERE}>`,
  `</textarea><script>${SCRIPT}</script>`,
  `"><img src=x onerror="${SCRIPT}">`,
  `'><svg/onload=${SCRIPT}>&amp;lt;b&gt;`,
  `--></script><script>${SCRIPT}</script>`,
  `</option></select><iframe srcdoc=x>\u202eabc`,
];

/** What happens on a page that should not, from now on. */
function watched(page: Page): string[] {
  const found: string[] = [];
  page.on('dialog', async (dialog) => {
    // The browser's own question whether a chosen file may be left.
    if (dialog.type() === 'beforeunload') return dialog.accept();
    found.push(`a dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on('pageerror', (error) => found.push(`a script failed: ${error.message}`));
  page.on('request', (asked) => {
    if (asked.url().startsWith(ELSEWHERE) || /\/x$/.test(new URL(asked.url()).pathname)) found.push(`went to ${asked.url()}`);
  });
  return found;
}

/** Elements that no page of the portal has, and handlers in attributes. */
async function strangeMarkup(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const allowed = new Set(['viewport', 'color-scheme']);
    const strange = [...document.querySelectorAll('img, iframe, object, embed, base, meta, script, link, body svg[onload]')];
    const found = strange.filter((one) => {
      if (one instanceof HTMLMetaElement) return !(allowed.has(one.name) || one.getAttribute('charset') === 'utf-8');
      if (one instanceof HTMLScriptElement) return one.nonce === '';
      if (one instanceof HTMLLinkElement) return !one.href.startsWith(location.origin);
      return true;
    });
    const handlers = [...document.querySelectorAll('*')].filter((one) =>
      [...one.attributes].some((attribute) => attribute.name.startsWith('on') || attribute.value.startsWith('javascript:')),
    );
    const titles = document.querySelectorAll('title').length === 1 ? [] : ['more than one title'];
    return [...found, ...handlers].map((one) => one.outerHTML.slice(0, 200)).concat(titles);
  });
}

/** Every page that can be reached by links from these, and what is wrong with it. */
async function crawl(page: Page, first: string[], happened: string[]): Promise<{ visited: string[]; texts: string; wrong: string[] }> {
  const [queue, visited, wrong] = [[...first], new Set<string>(), [] as string[]];
  let texts = '';
  for (let path = queue.shift(); path !== undefined && visited.size < 90; path = queue.shift()) {
    if (visited.has(path)) continue;
    visited.add(path);
    const answer = await page.goto(path);
    if (answer === null || answer.status() >= 500) wrong.push(`${path}: ${answer?.status()}`);
    if (new URL(page.url()).origin !== new URL(first[0] ?? '', page.url()).origin) wrong.push(`${path} leads to ${page.url()}`);
    wrong.push(...(await strangeMarkup(page)).map((one) => `${path}: ${one}`));
    if (await page.evaluate(() => 'hostile' in window)) wrong.push(`${path}: a script ran`);
    texts += `\n${await page.title()}\n${await page.locator('body').innerText()}`;
    const values = await page.evaluate(() =>
      [...document.querySelectorAll('input, textarea, option')].map((one) => (one as HTMLInputElement).value + one.textContent),
    );
    texts += values.join('\n');
    const links = await page.locator('a[href]').evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).href));
    for (const link of links.map((href) => new URL(href))) {
      if (link.origin === new URL(page.url()).origin && !link.pathname.startsWith('/assets/')) queue.push(link.pathname + link.search);
    }
  }
  return { visited: [...visited], texts, wrong: [...wrong, ...happened] };
}

/** Sends a form as the page would, where its fields would shorten or forbid the text. */
async function post(page: Page, path: string, form: Record<string, string>) {
  const headers = { origin: new URL(page.url()).origin, accept: 'text/html' };
  return page.request.post(path, { headers, form, maxRedirects: 0 });
}

test.describe('hostile text', () => {
  // Everything is made and every page is read: that takes a while.
  test.setTimeout(240_000);

  test('is text on every page', async ({ page, program, mark }) => {
    const happened = watched(page);
    await page.goto('/');
    const hostile = (at: number) => `${mark}${NAMES[at]}`;
    const authority = Authority.make(hostile(0));
    for (const at of NAMES.keys()) {
      const headers = { origin: program.portal };
      const issued = authority.issue({ commonName: hostile(at) });
      const pfx = { ...issued.pfx(), name: `${hostile(at)}.pfx` };
      const sent = await page.request.post('/security/certificates/upload', {
        headers,
        multipart: { file: pfx, password: PFX_PASSWORD, name: '' },
      });
      expect(sent.status()).toBe(200);
      await post(page, '/api/apis/create', {
        name: hostile(at).slice(0, 100),
        suffix: `h${at}-${mark}`,
        backend: 'https://127.0.0.1:1',
      });
      await post(page, '/api/named-values/create', { name: `h${at}-${mark}`, value: `\n${hostile(at)}` });
      await post(page, '/api/fragments/create', {
        id: `h${at}-${mark}`,
        text: `<fragment><set-header name="X"><value><![CDATA[${hostile(at)}]]></value></set-header></fragment>`,
      });
    }
    await page.request.post('/security/authorities/upload', {
      headers: { origin: program.portal },
      multipart: { file: file(`${NAMES[2]}.pem`, Buffer.from(authority.pem)), name: hostile(1) },
    });
    const caller = await request.newContext({ ignoreHTTPSErrors: true });
    await page.goto(`/apis?search=${mark}`);
    const apis = await page.getByRole('row').getByRole('link').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
    const api = apis.find((href) => /^\/apis\/[^/]+$/.test(href ?? '')) ?? '';
    await createdOperation(page, `${api}/operations`, { name: hostile(3), method: 'GET', template: `/a/{x}` });
    await page.goto(`${api}/policies`);
    const policy =
      `<policies><inbound><return-response><set-status code="403" reason="${NAMES[0]?.replace(/[<>"&]/g, (c) => `&#${c.charCodeAt(0)};`)}" />` +
      `<set-body><![CDATA[${NAMES[1]}]]></set-body></return-response></inbound></policies>`;
    await policyText(page).fill(policy);
    await saved(page);
    const suffix = await page.goto(api).then(() => page.getByLabel('URL suffix').inputValue());
    for (const name of NAMES) {
      await caller.get(`${program.gateway}/${suffix}/${encodeURIComponent(name)}?q=${encodeURIComponent(name)}`, {
        headers: { 'user-agent': name.replace(/[^\x20-\x7e]/g, ''), 'x-name': name.replace(/[^\x20-\x7e]/g, '') },
      });
    }
    await caller.dispose();

    const search = encodeURIComponent(hostile(2));
    const first = ['/', '/account', '/traffic', '/policies', `/apis?search=${search}`, `/security/certificates?search=${search}`, `/nothing/${search}`];
    const { visited, texts, wrong } = await crawl(page, first, happened);
    expect(wrong).toEqual([]);
    expect(visited.length).toBeGreaterThan(60);
    for (const at of NAMES.keys()) expect(texts).toContain(hostile(at));
  });

  test('of a file that is refused is text in the refusal', async ({ page, mark }) => {
    const happened = watched(page);
    for (const name of NAMES) {
      await page.goto('/security/certificates/upload');
      await page.getByLabel('File', { exact: true }).setInputFiles(file(`${name.replaceAll('/', '')}.pfx`, Buffer.from(name + mark)));
      await page.getByRole('button', { name: 'Upload', exact: true }).click();
      await expect(refusal(page)).toBeVisible();
      expect(await strangeMarkup(page)).toEqual([]);
    }
    expect(happened).toEqual([]);
  });

  test('in a policy is the same after five times of opening and saving', async ({ page, mark }) => {
    await page.goto('/');
    await post(page, '/api/apis/create', { name: `Text ${mark}`, suffix: `text-${mark}`, backend: 'https://127.0.0.1:1' });
    await page.goto(`/apis?search=${mark}`);
    await page.getByRole('link', { name: `Text ${mark}`, exact: true }).click();
    await page.goto(`${new URL(page.url()).pathname}/policies`);
    const value = NAMES.map((name) => `<value><![CDATA[${name}]]></value>`).join('\n');
    const text = `\n\n<policies>\n\t<inbound>\n<set-header name="A">${value}<value>&amp;lt;&lt;/textarea&gt;</value></set-header>\n</inbound>\n</policies>\n\n`;
    await policyText(page).evaluate((field: HTMLTextAreaElement, wanted) => {
      field.value = wanted;
      field.dispatchEvent(new Event('input'));
    }, text);
    for (let time = 1; time <= 5; time += 1) {
      await saved(page);
      await page.reload();
      await expect(policyText(page)).toHaveValue(text);
    }
    await expect(notice(page, 'Saved')).toHaveCount(0);
  });
});
