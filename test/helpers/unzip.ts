import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

/** Lengths in bytes of a zip's records (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT). */
const entryBytes = 46;
const headerBytes = 30;

/** Unpacks a zip into a folder and returns the names of its files. */
export function unzip(zip: string, folder: string): string[] {
  const bytes = readFileSync(zip);
  const last = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (last < 0) throw new Error(`${zip} is not a zip file.`);
  const names: string[] = [];
  let at = bytes.readUInt32LE(last + 16);
  for (let left = bytes.readUInt16LE(last + 10); left > 0; left -= 1) {
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + entryBytes, at + entryBytes + nameLength);
    names.push(name);
    write(join(folder, name), readContent(bytes, at));
    at += entryBytes + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return names;
}

/** Returns the content of the file whose directory entry starts at this offset. */
function readContent(bytes: Buffer, at: number): Buffer {
  const method = bytes.readUInt16LE(at + 10);
  const size = bytes.readUInt32LE(at + 20);
  const header = bytes.readUInt32LE(at + 42);
  const from =
    header + headerBytes + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
  const packed = bytes.subarray(from, from + size);
  return method === 0 ? packed : inflateRawSync(packed);
}

function write(file: string, content: Buffer): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
