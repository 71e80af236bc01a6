// Backends of the tests' own, on free ports of this machine.
import { once } from 'node:events';
import { type IncomingMessage, createServer as createPlainServer } from 'node:http';
import { createServer, request } from 'node:https';
import { type AddressInfo, type Server, createServer as createTcpServer } from 'node:net';
import type { TLSSocket } from 'node:tls';

import type { Authority, Issued } from './authority';

/** What a backend asks its callers for. */
export type Demand = 'a certificate' | 'nothing';

export interface Backend {
  address: string;
  stop(): Promise<void>;
}

/** HTTPS that answers which client certificate it was shown. */
export async function httpsBackend(
  authority: Authority,
  demand: Demand = 'a certificate',
  commonName = 'Backend of the tests',
  names?: string[],
): Promise<Backend> {
  const own = authority.issue({ commonName, server: true, names });
  const asking = demand === 'a certificate';
  const options = { key: own.keyPem, cert: own.pem, ca: authority.pem, requestCert: asking, rejectUnauthorized: asking };
  const server = createServer(options, (request, response) => {
    const shown = (request.socket as TLSSocket).getPeerX509Certificate?.();
    const thumbprint = shown?.fingerprint.replaceAll(':', '') ?? null;
    const { authorization = null } = request.headers;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ path: request.url, thumbprint, authorization }));
  });
  return running(server, 'https');
}

/** HTTPS with the certificate of an authority as its own. */
export async function selfSignedBackend(own: Authority): Promise<Backend> {
  return running(
    createServer({ key: own.keyPem, cert: own.pem }, (_request, response) => response.end('self-signed')),
    'https',
  );
}

/** The status that a caller with this certificate, or with none, gets. */
export async function callAs(issued: Issued | null, address: string): Promise<number> {
  const shown = issued === null ? {} : { cert: issued.pem, key: issued.keyPem };
  const asked = request(address, { ...shown, rejectUnauthorized: false, agent: false });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode ?? 0;
}

/** Plain HTTP. */
export async function plainBackend(): Promise<Backend> {
  return running(
    createPlainServer((_request, response) => response.end('plain')),
    'http',
  );
}

/** Plain HTTP that begins a response and never ends it. */
export async function stallingBackend(): Promise<Backend> {
  const server = createPlainServer((_request, response) => void response.writeHead(200).write('half'));
  const backend = await running(server, 'http');
  return { ...backend, stop: () => (server.closeAllConnections(), backend.stop()) };
}

/** An address where nobody listens any more. */
export async function nobody(): Promise<string> {
  const backend = await running(createTcpServer(), 'https');
  await backend.stop();
  return backend.address;
}

async function running(server: Server, scheme: string): Promise<Backend> {
  const open = new Set<import('node:net').Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `${scheme}://127.0.0.1:${port}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      open.forEach((socket) => socket.destroy());
      await closed;
    },
  };
}
