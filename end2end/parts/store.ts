// Damages a store as a bad disk would: text in its files is replaced, and what SQLite checks of them stays right.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Replaces each text by one of the same length, in the file and in its write-ahead log. */
export function damage(path: string, texts: [string, string][]) {
  const log = `${path}-wal`;
  let found = 0;
  for (const file of [path, log].filter((file) => existsSync(file))) {
    let text = readFileSync(file).toString('latin1');
    for (const [from, to] of texts) {
      if (from.length !== to.length) throw new Error(`${to} is not as long as ${from}`);
      found += text.split(from).length - 1;
      text = text.replaceAll(from, to);
    }
    const bytes = Buffer.from(text, 'latin1');
    writeFileSync(file, file === log ? withSums(bytes) : bytes);
  }
  if (found < texts.length) throw new Error(`the store doesn't hold ${texts.map(([from]) => from)}`);
  // The index of the log is made anew from it.
  rmSync(`${path}-shm`, { force: true });
}

/** The log with the checksums of its frames (https://www.sqlite.org/fileformat2.html#checksum_algorithm). */
function withSums(log: Buffer): Buffer {
  if (log.length < HEADER) return log;
  const isBig = log.readUInt32BE(0) === 0x377f0683;
  const frame = FRAME + log.readUInt32BE(8);
  let sums: [number, number] = [log.readUInt32BE(24), log.readUInt32BE(28)];
  const add = (from: number, to: number) => {
    for (let at = from; at < to; at += 8) {
      const read = (place: number) => (isBig ? log.readUInt32BE(place) : log.readUInt32LE(place));
      const first = (sums[0] + read(at) + sums[1]) >>> 0;
      sums = [first, (sums[1] + read(at + 4) + first) >>> 0];
    }
  };
  for (let at = HEADER; at + frame <= log.length; at += frame) {
    // Frames of an earlier log lie behind those of this one.
    if (log.readUInt32BE(at + 8) !== log.readUInt32BE(16)) break;
    add(at, at + 8);
    add(at + FRAME, at + frame);
    log.writeUInt32BE(sums[0], at + 16);
    log.writeUInt32BE(sums[1], at + 20);
  }
  return log;
}

const HEADER = 32;
const FRAME = 24;
