import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { currentContract } from '../../src/build/contract/current.ts';
import {
  type FrameSpec,
  getFrameName,
  getSender,
  listFrames,
} from '../../src/build/contract/frames.ts';
import { createContractFiles } from '../../src/build/contract/write.ts';
import { isRecord } from '../../src/server/lib/is-record.ts';

const frames = listFrames(currentContract);
const named = frames.map((frame): [string, FrameSpec] => [getFrameName(frame), frame]);
const documents = createContractFiles('1.2.3');

/** Compiles one document with the defaults of Ajv, and without any other file. */
const compileValidator = (name: string) => new Ajv().compile(documents[`${name}.json`] ?? {});

describe('createContractFiles', () => {
  const listFramesFrom = (sender: string, ...excluded: string[]) =>
    named.filter(([name, frame]) => getSender(frame) === sender && !excluded.includes(name));

  it.each(named)('creates a self-contained schema of %s', (name, { examples }) => {
    expect(documents[`${name}.json`]).toMatchObject({ $id: `urn:kaiwa:v1:${name}`, examples });
    const accepts = compileValidator(name);
    expect(examples.map((example) => accepts(example))).toEqual(examples.map(() => true));
    expect(accepts([])).toBe(false);
  });

  it.each(listFramesFrom('client', 'connect.query'))(
    'closes %s against unknown fields',
    (name, frame) => {
      const accepts = compileValidator(name);
      for (const example of frame.examples) {
        expect(accepts({ ...(isRecord(example) && example), later: 1 })).toBe(false);
      }
    },
  );

  it.each(listFramesFrom('server'))('opens %s for later fields', (name, frame) => {
    const accepts = compileValidator(name);
    for (const example of frame.examples) {
      expect(accepts({ ...(isRecord(example) && example), later: 1 })).toBe(true);
    }
  });

  it('opens a log for later events, but not for invalid ones', () => {
    const accepts = compileValidator('joinroom.ack');
    const ack = { type: 'ack', action: 'joinroom', room: 'tea', seq: 7, more: false };
    const withEvents = (...events: unknown[]) => ({ ...ack, recovered: true, events });
    expect(accepts(withEvents({ type: 'pinned', seq: 7 }))).toBe(true);
    expect(accepts(withEvents({ type: 'message', seq: 7 }))).toBe(false);
    expect(accepts(withEvents({ seq: 7 }))).toBe(false);
  });

  it('opens an error for later codes', () => {
    const accepts = compileValidator('error');
    const error = { type: 'error', message: 'It is night.', retryable: true };
    expect(accepts({ ...error, code: 'asleep' })).toBe(true);
    expect(accepts({ ...error, code: 1 })).toBe(false);
  });
});

describe('npm run build:contract', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kaiwa-documents-'));
  const written = join(folder, 'dist/contract');
  const write = () =>
    execFileSync(process.execPath, [resolve('src/build/contract/write.ts')], { cwd: folder });
  const read = (name: string) => JSON.parse(readFileSync(join(written, name), 'utf8'));

  beforeAll(() => {
    writeFileSync(join(folder, 'package.json'), '{"version":"9.8.7"}');
    write();
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it('writes one document for each frame, and the AsyncAPI document', () => {
    const files = [...named.map(([name]) => `${name}.json`), 'asyncapi.json'];
    expect(readdirSync(written).sort()).toEqual(files.sort());
    const contents = Object.fromEntries(files.map((name) => [name, read(name)]));
    expect(contents).toEqual(createContractFiles('9.8.7'));
  });

  it('removes a document that the contract no longer has', () => {
    writeFileSync(join(written, 'shout.request.json'), '{}');
    write();
    expect(readdirSync(written)).not.toContain('shout.request.json');
  });
});
