import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createClient } from '../../src/client/index.ts';
import { SpawnedProcess } from '../helpers/child-process.ts';
import { ProjectCopy, Stack } from '../helpers/local-stack.ts';
import { listLinks } from '../helpers/markdown.ts';

jest.setTimeout(120_000);

/** A project of a user of the package, outside this repository. */
const project = mkdtempSync(join(tmpdir(), 'kaiwa-consumer-'));
let stack: Stack;
let tarball: string;
let packed: string[];

const run = (command: string, args: readonly string[], cwd = project) =>
  new SpawnedProcess(command, args, { cwd });

/** Waits for the end of a process and returns its output. Throws if it failed. */
async function readOutput(process: SpawnedProcess): Promise<string[]> {
  const code = await process.waitForExit();
  if (code !== 0) throw new Error(process.remainingLines.join('\n'));
  return [...process.remainingLines];
}

beforeAll(async () => {
  const checkout = new ProjectCopy();
  const pack = run('npm', ['pack', '--json', '--pack-destination', project], checkout.folder);
  const [started] = await Promise.all([Stack.start(), waitForPack(pack)]);
  stack = started;
  checkout.remove();
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  const install = ['install', '--offline', '--no-audit', `./${tarball}`];
  await readOutput(run('npm', install));
});
afterAll(async () => {
  await stack.remove();
  rmSync(project, { recursive: true });
});

async function waitForPack(pack: SpawnedProcess): Promise<void> {
  const output = await readOutput(pack);
  const json = output.slice(output.indexOf('[')).join('\n');
  const [{ filename, files }] = JSON.parse(json);
  tarball = filename;
  packed = files.map(({ path }: { path: string }) => path);
}

describe('npm pack', () => {
  it('includes the client, the schemas and the documents of the contract', () => {
    expect(packed).toEqual(
      expect.arrayContaining([
        'dist/client.min.js',
        'dist/contract/asyncapi.json',
        'dist/schemas/index.js',
        'dist/src/client/index.d.ts',
        'dist/src/client/index.js',
        'schemas/README.md',
      ]),
    );
  });

  it('includes nothing of the server', () => {
    const expected =
      /^(dist\/(client\.min\.js|contract\/|schemas\/|src\/client\/)|examples\/|schemas\/README\.md$)/;
    const others = packed.filter((path) => !expected.test(path));
    expect(others.toSorted()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'docs/client.md',
      'docs/contract.md',
      'package.json',
    ]);
  });

  it('has a README for users of the package, whose links resolve', () => {
    const folder = join(project, 'node_modules/kaiwa');
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(readme).toContain('# kaiwa\n');
    const links = listLinks(readme).filter((target) => !target.startsWith('https:'));
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((target) => !existsSync(join(folder, target)))).toEqual([]);
  });

  it('[SEC-087] has no dependency', () => {
    const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'));
    expect(Object.keys(lock.packages)).toEqual(['', 'node_modules/kaiwa']);
  });
});

describe('the installed package', () => {
  const source = (url: string) => `
    import { KaiwaError, type Result } from 'kaiwa';
    import { createClient } from 'kaiwa/client';
    import { actions } from 'kaiwa/schemas';
    import document from 'kaiwa/contract/asyncapi.json' with { type: 'json' };
    import manifest from 'kaiwa/package.json' with { type: 'json' };

    const client = createClient({ url: '${url}' });
    const room = await client.join('typed');
    const ack: Result<'sendmessage'> = await room.send('hello');
    try {
      // @ts-expect-error
      await client.request('sendmesage', { message: 'hello' });
    } catch (error) {
      if (error instanceof KaiwaError) console.log(ack.seq, error.code, error.retryable);
    }
    for await (const event of room) {
      if (event.type === 'message') console.log(event.message, event.own);
      break;
    }
    await client.close();
    console.log(actions.ping.summary, document.asyncapi, manifest.name);
  `;

  it.each(['nodenext', 'bundler'])(
    'compiles in strict mode with the module resolution %s',
    async (mode) => {
      writeFileSync(join(project, 'typed.ts'), source('ws://localhost'));
      const module = mode === 'bundler' ? 'esnext' : mode;
      const args = ['--noEmit', '--strict', '--resolveJsonModule', '--target', 'es2022'];
      const lib = ['--lib', 'es2022,dom,esnext.asynciterable'];
      const modules = ['--module', module, '--moduleResolution', mode];
      await readOutput(
        run(resolve('node_modules/.bin/tsc'), [...args, ...lib, ...modules, 'typed.ts']),
      );
    },
  );

  it('runs in Node', async () => {
    writeFileSync(join(project, 'typed.ts'), source(stack.url));
    expect(await readOutput(run('node', ['typed.ts']))).toEqual([
      '1 unknown_action false',
      'hello true',
      expect.stringMatching(/^Asks for a sign of life\. 3\.\d\.\d kaiwa$/),
    ]);
  });
});

describe('the examples', () => {
  /** Copies the program of an example into the project. Returns its file name. */
  function copyExample(name: string): string {
    const file = `${name}.mjs`;
    copyFileSync(join('examples', name, file), join(project, file));
    return file;
  }

  it('print-room prints a room from its first message on, with edits and deletions', async () => {
    const client = createClient({ url: stack.url, name: 'Aki' });
    const room = await client.join('print');
    const { seq } = await room.send('helo');
    const printer = run('node', [copyExample('print-room'), stack.url, 'print']);
    await printer.waitForLine('connected');
    await printer.waitForLine(`${seq} Aki: helo`);
    await room.edit(seq, 'hello');
    await printer.waitForLine(`${seq} is now: hello`);
    await room.delete(seq);
    await printer.waitForLine(`${seq} was deleted`);
    await printer.stop();
    await client.close();
  });

  it('echo-bot answers each message once, but not itself', async () => {
    const client = createClient({ url: stack.url, name: 'Aki' });
    const room = await client.join('bot');
    const joined = new Promise((resolve) => room.on('joined', resolve));
    const bot = run('node', [copyExample('echo-bot'), stack.url, 'bot']);
    await joined;
    await room.send('one');
    await room.send('two');
    const texts: string[] = [];
    for await (const event of room) {
      if (event.type === 'message') texts.push(event.message);
      if (texts.length === 4) break;
    }
    expect(texts.toSorted()).toEqual(['You said: one', 'You said: two', 'one', 'two']);
    await bot.stop();
    await client.close();
  });
});

describe('the program of the README', () => {
  it('sends a message and prints it', async () => {
    const [, code = ''] = /^```js\n(.*?)^```$/ms.exec(readFileSync('README.md', 'utf8')) ?? [];
    writeFileSync(join(project, 'readme.mjs'), code.replace('ws://localhost:3001', stack.url));
    const program = run('node', ['readme.mjs']);
    await program.waitForLine('1 Aki: Hello');
    await program.stop();
  });
});
