// The program under test: started on free ports with a folder of its own, ended by its own number.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { damage } from './store';

export class Program {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    /** `http://127.0.0.1:PORT` */
    readonly portal: string,
    /** `https://127.0.0.1:PORT` */
    readonly gateway: string,
    /** The one-time link of the first start. */
    readonly link: string,
  ) {}

  static start(): Promise<Program> {
    return Program.run(mkdtempSync(join(tmpdir(), 'postern-')));
  }

  private static async run(folder: string): Promise<Program> {
    const listen = ['--portal-listen', '127.0.0.1:0', '--gateway-listen', '127.0.0.1:0', '--gateway-threads', '1'];
    const binary = process.env.POSTERN ?? join(import.meta.dirname, '../../target/debug/postern');
    const child = spawn(binary, ['demo', '--data', folder, ...listen], { stdio: ['ignore', 'ignore', 'pipe'] });
    const said = await readUntilReady(child);
    const find = (pattern: RegExp) => said.match(pattern)?.[1] ?? fail(`the program didn't say ${pattern}:\n${said}`);
    return new Program(
      child,
      folder,
      find(/^portal\s+(\S+)/m),
      find(/^gateway\s+(\S+)/m),
      said.match(/^\s*(http\S+\/setup\?token=\S+)/m)?.[1] ?? '',
    );
  }

  /** A file of the demo, such as `partner.pfx`. */
  sample(name: string): string {
    return join(this.folder, 'demo', name);
  }

  /** The same after it was ended and its store was damaged: each text is replaced by one of the same length. */
  async damaged(texts: [string, string][]): Promise<Program> {
    await this.end();
    damage(join(this.folder, 'postern.sqlite'), texts);
    return Program.run(this.folder);
  }

  /** The same after it was ended and started again. */
  async restarted(): Promise<Program> {
    await this.end();
    return Program.run(this.folder);
  }

  async stop() {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async end() {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      // It lets requests end that browsers keep open; nobody waits for their answers here.
      const impatience = setTimeout(() => this.child.kill('SIGKILL'), 1_000);
      await ended;
      clearTimeout(impatience);
    }
  }
}

/** What the program said until it was ready. */
async function readUntilReady(child: ChildProcess): Promise<string> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.includes('postern is ready')) child.emit('ready');
  });
  const late = AbortSignal.timeout(30_000);
  const ended = once(child, 'exit', { signal: late }).then(([code]) => fail(`the program ended with ${code}:\n${said}`));
  await Promise.race([once(child, 'ready', { signal: late }), ended]);
  ended.catch(() => {});
  return said;
}

function fail(reason: string): never {
  throw new Error(reason);
}
