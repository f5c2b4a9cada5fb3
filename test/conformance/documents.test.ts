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

const frames = listFrames(currentContract);
const named = frames.map((frame): [string, FrameSpec] => [getFrameName(frame), frame]);
const documents = createContractFiles('1.2.3');

/** The validator that somebody makes of one document: Ajv as it comes, and no other file. */
const compileValidator = (name: string) => new Ajv().compile(Object(documents[`${name}.json`]));

describe('the documents of the frames', () => {
  const writtenBy = (writer: string, ...but: string[]) =>
    named.filter(([name, frame]) => getSender(frame) === writer && !but.includes(name));

  it.each(named)('are one that a validator of %s is made of alone', (name, { examples }) => {
    expect(documents[`${name}.json`]).toMatchObject({ $id: `urn:kaiwa:v1:${name}`, examples });
    const takes = compileValidator(name);
    expect(examples.map((example) => takes(example))).toEqual(examples.map(() => true));
    expect(takes([])).toBe(false);
  });

  it.each(writtenBy('client', 'connect.query'))('close %s for other fields', (name, frame) => {
    const takes = compileValidator(name);
    for (const example of frame.examples) {
      expect(takes({ ...Object(example), later: 1 })).toBe(false);
    }
  });

  it.each(writtenBy('server'))('leave %s open for later fields', (name, frame) => {
    const takes = compileValidator(name);
    for (const example of frame.examples) {
      expect(takes({ ...Object(example), later: 1 })).toBe(true);
    }
  });

  it('leave a log open for later events, but not for broken ones', () => {
    const takes = compileValidator('joinroom.ack');
    const ack = { type: 'ack', action: 'joinroom', room: 'tea', seq: 7, more: false };
    const withEvents = (...events: unknown[]) => ({ ...ack, recovered: true, events });
    expect(takes(withEvents({ type: 'pinned', seq: 7 }))).toBe(true);
    expect(takes(withEvents({ type: 'message', seq: 7 }))).toBe(false);
    expect(takes(withEvents({ seq: 7 }))).toBe(false);
  });

  it('leave an error open for later codes', () => {
    const takes = compileValidator('error');
    const error = { type: 'error', message: 'It is night.', retryable: true };
    expect(takes({ ...error, code: 'asleep' })).toBe(true);
    expect(takes({ ...error, code: 1 })).toBe(false);
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

  it('writes one document a frame, and the AsyncAPI document', () => {
    const files = [...named.map(([name]) => `${name}.json`), 'asyncapi.json'];
    expect(readdirSync(written).sort()).toEqual(files.sort());
    const contents = Object.fromEntries(files.map((name) => [name, read(name)]));
    expect(contents).toEqual(createContractFiles('9.8.7'));
  });

  it('removes a document that is none any more', () => {
    writeFileSync(join(written, 'shout.request.json'), '{}');
    write();
    expect(readdirSync(written)).not.toContain('shout.request.json');
  });
});
