// What a person reads on a page, and which of it is English.
import type { Page } from '@playwright/test';

/** Every visible text of the page and every word for screen readers, but what people wrote themselves as code. */
export async function textsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const texts = [document.title];
    for (const element of document.querySelectorAll('body, body *')) {
      if (element.closest('code, pre, textarea, .cm-content, script, style, body [lang]:not([lang="en"])')) continue;
      if (!element.checkVisibility() && element.localName !== 'option') continue;
      for (const node of element.childNodes) {
        if (node.nodeType === Node.TEXT_NODE) texts.push(node.textContent ?? '');
      }
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) texts.push(element.getAttribute(name) ?? '');
    }
    return texts.map((text) => text.trim()).filter((text) => text !== '');
  });
}

/** The texts with English words in them that don't belong there. */
export function englishIn(texts: string[]): string[] {
  return texts.filter((text) => ALLOWED.reduce((rest, allowed) => rest.replaceAll(allowed, ' '), text).match(/[A-Za-z]{2,}/));
}

const ALLOWED = [
  // The way to the English pages.
  /^English$/g,
  // What the tests called things themselves.
  /\badmin\b/g,
  /\b(Authority|Backend) of the tests\b/g,
  /\bSample API\b/g,
  /\b(partner|certificate)\.pfx\b/g,
  /\bca\.pem\b/g,
  // The id of a certificate whose name has no letters that an id can have.
  /^certificate(-\d+)?$/g,
  // Names, and words that Korean takes over as they are.
  /(?<![A-Za-z])(Postern|APIs?|PFX|PEM|CA|TLS|TLSv1\.[23]|SNI|SHA|UTC|ID|DNS|IP|HTTPS?|RSA|MiB|URL|XML|DER|ZIP|CRL|CN|SAN|JSON|base64|Azure Key Vault|Esc|Ctrl|ms|SSE|WebSocket|x-request-id)(?![A-Za-z])/g,
  // Classes of statuses.
  /\b5xx\b/g,
  // Methods, URL templates, and what stands in policies.
  /\b(GET|POST)\b/g,
  /\/(orders|files)\/\{\*?\w+\}/g,
  /<base \/>/g,
  /Accept: application\/json/g,
  /\/orders\/v1\/orders\/7\b/g,
  /\b(validate-client-certificate|issuer-certificate-id|fragment-id|forward-request|timeout)\b|validate-revocation="false"|<fragment>/g,
  // Addresses, hosts, kinds of files.
  /https?:\/\/[\w.:/-]*/g,
  /\bpartner\.example\b/g,
  /\borders\/v1(\/shipping)?(?![A-Za-z])/g,
  /\.(pfx|p12|cer|crt|crl|pem|der|p7b)\b/g,
  // The frame of a PEM text.
  /-----(BEGIN|END) CERTIFICATE-----/g,
  // Serial numbers, thumbprints; names as certificates write them.
  /\b[0-9A-F]{4,}\b/g,
  /\b(CN|O|OU|C)=/g,
];
