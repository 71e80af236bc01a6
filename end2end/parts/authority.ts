// A certificate authority of the tests' own: certificates for backends, and PFX files for people to upload.
import { X509Certificate, generateKeyPairSync, randomBytes } from 'node:crypto';

import forge from 'node-forge';

export const PFX_PASSWORD = 'Sesame, open up!';

export interface Wanted {
  commonName: string;
  /** Who it is for; a client unless said otherwise. */
  server?: boolean;
  from?: string;
  to?: string;
  names?: string[];
}

export class Issued {
  private readonly x509: X509Certificate;

  constructor(
    readonly commonName: string,
    readonly pem: string,
    readonly keyPem: string,
    private readonly authorityPem: string,
  ) {
    this.x509 = new X509Certificate(pem);
  }

  /** SHA-1 over the DER form, forty capital digits. */
  get thumbprint(): string {
    return this.x509.fingerprint.replaceAll(':', '');
  }

  get sha256(): string {
    return this.x509.fingerprint256.replaceAll(':', '');
  }

  get serialNumber(): string {
    return this.x509.serialNumber;
  }

  get lastFour(): string {
    return this.thumbprint.slice(-4);
  }

  get der(): Buffer {
    return this.x509.raw;
  }

  /** The PFX as a file to choose. */
  pfx(password = PFX_PASSWORD) {
    const certificates = [this.pem, this.authorityPem].map((pem) => forge.pki.certificateFromPem(pem));
    const key = forge.pki.privateKeyFromPem(this.keyPem);
    const asn1 = forge.pkcs12.toPkcs12Asn1(key, certificates, password, { algorithm: 'aes256', count: 2000 });
    return file('certificate.pfx', Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary'));
  }
}

export class Authority {
  private constructor(
    private readonly commonName: string,
    readonly pem: string,
    private readonly key: forge.pki.rsa.PrivateKey,
  ) {}

  static make(commonName: string): Authority {
    const pair = newKey();
    const certificate = draft(commonName, commonName, pair.public, {});
    certificate.setExtensions([
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ]);
    certificate.sign(pair.private, forge.md.sha256.create());
    return new Authority(commonName, forge.pki.certificateToPem(certificate), pair.private);
  }

  get keyPem(): string {
    return forge.pki.privateKeyToPem(this.key);
  }

  issue(wanted: Wanted): Issued {
    const pair = newKey();
    const certificate = draft(wanted.commonName, this.commonName, pair.public, wanted);
    const names = wanted.names ?? (wanted.server ? ['127.0.0.1'] : []);
    const altNames = names.map((name) => (/^[\d.]+$/.test(name) ? { type: 7, ip: name } : { type: 2, value: name }));
    certificate.setExtensions([
      { name: 'extKeyUsage', serverAuth: wanted.server === true, clientAuth: wanted.server !== true },
      ...(altNames.length > 0 ? [{ name: 'subjectAltName', altNames }] : []),
    ]);
    certificate.sign(this.key, forge.md.sha256.create());
    return new Issued(wanted.commonName, forge.pki.certificateToPem(certificate), pair.pem, this.pem);
  }

  /** The list (DER) that takes these serial numbers back, good for a week. */
  revocationList(serialNumbers: string[]): Buffer {
    const { OID, INTEGER, NULL, BITSTRING } = forge.asn1.Type;
    const now = Date.now();
    const taken = (serial: string) =>
      sequence([primitive(INTEGER, forge.util.hexToBytes(serial)), utcTime(new Date(now - 86_400_000))]);
    const oid = forge.asn1.oidToDer(forge.pki.oids.sha256WithRSAEncryption).getBytes();
    const algorithm = sequence([primitive(OID, oid), primitive(NULL, '')]);
    const issuer = forge.pki.certificateFromPem(this.pem).subject;
    const list = sequence([
      primitive(INTEGER, '\x01'),
      algorithm,
      forge.pki.distinguishedNameToAsn1(issuer),
      utcTime(new Date(now - 3_600_000)),
      utcTime(new Date(now + 7 * 86_400_000)),
      ...(serialNumbers.length > 0 ? [sequence(serialNumbers.map(taken))] : []),
    ]);
    const digest = forge.md.sha256.create();
    digest.update(forge.asn1.toDer(list).getBytes());
    const signed = sequence([list, algorithm, primitive(BITSTRING, `\x00${this.key.sign(digest)}`)]);
    return Buffer.from(forge.asn1.toDer(signed).getBytes(), 'binary');
  }
}

/** A time as certificates and lists write it until 2050. */
function utcTime(time: Date): forge.asn1.Asn1 {
  const text = forge.asn1.dateToUtcTime(time);
  return forge.asn1.create(forge.asn1.Class.UNIVERSAL, forge.asn1.Type.UTCTIME, false, text);
}

function sequence(parts: forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return forge.asn1.create(forge.asn1.Class.UNIVERSAL, forge.asn1.Type.SEQUENCE, true, parts);
}

function primitive(type: forge.asn1.Type, octets: string): forge.asn1.Asn1 {
  return forge.asn1.create(forge.asn1.Class.UNIVERSAL, type, false, octets);
}

/** A file as a person chooses it. */
export function file(name: string, buffer: Buffer) {
  return { name, mimeType: 'application/x-pkcs12', buffer };
}

function draft(subject: string, issuer: string, key: forge.pki.PublicKey, validity: { from?: string; to?: string }) {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = key;
  // The first bit stays unset: the number is positive.
  certificate.serialNumber = `1${randomBytes(15).toString('hex').slice(1)}`;
  certificate.validity.notBefore = new Date(validity.from ?? '2024-01-01T00:00:00Z');
  certificate.validity.notAfter = new Date(validity.to ?? '2049-01-01T00:00:00Z');
  certificate.setSubject(name(subject));
  certificate.setIssuer(name(issuer));
  return certificate;
}

function name(commonName: string) {
  const utf8 = forge.asn1.Type.UTF8 as unknown as forge.asn1.Class;
  return [{ name: 'commonName', value: commonName, valueTagClass: utf8 }];
}

// Node makes keys in a fraction of the time that forge needs.
function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return {
    pem: privateKey,
    private: forge.pki.privateKeyFromPem(privateKey),
    public: forge.pki.publicKeyFromPem(publicKey),
  };
}
