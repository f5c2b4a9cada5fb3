import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SpawnedProcess } from '../helpers/child-process.ts';
import { expectEventually } from './eventually.ts';
import type { GetSite } from './site.ts';

/** Serves texts at their paths. */
async function serveFiles(
  files: Record<string, readonly [type: string, text: string]>,
): Promise<Server> {
  const server = createServer(({ url = '' }, response) => {
    const [type, text] = files[new URL(url, 'http://localhost').pathname] ?? ['text/plain', ''];
    response.writeHead(text ? 200 : 404, { 'Content-Type': type, Connection: 'close' }).end(text);
  });
  await once(server.listen(0, 'localhost'), 'listening');
  return server;
}

/** Builds the client as one file, the way it is packed, in a copy of the project. */
async function buildClient(folder: string): Promise<string> {
  const path = `${join(folder, 'node_modules/.bin')}:${process.env['PATH']}`;
  const options = { cwd: folder, env: { ...process.env, PATH: path } };
  await new SpawnedProcess(
    process.execPath,
    ['src/build/bundle/client-package.ts'],
    options,
  ).waitForExit();
  return readFileSync(join(folder, 'dist/client.min.js'), 'utf8');
}

/** Tests of `examples/html-page`. */
export function exampleTests(site: GetSite): void {
  describe('examples/html-page', () => {
    let server: Server;

    beforeAll(async () => {
      server = await serveFiles({
        '/page.html': [
          'text/html; charset=utf-8',
          readFileSync('examples/html-page/index.html', 'utf8'),
        ],
        '/client.min.js': ['text/javascript', await buildClient(site().stack.checkout.folder)],
      });
    });
    afterAll(async () => {
      await once(server.close(), 'close');
    });

    it('sends and shows messages without a build step', async () => {
      const { port } = server.address() as AddressInfo;
      const { url } = site().stack;
      const page = await site().browser.newPage();
      await page.goto(`http://localhost:${port}/page.html?chat=${encodeURIComponent(url)}`);
      const room = await site().client('Ben').join('tea', { after: 0 });
      await page.getByLabel('Message').fill('Hello from the example');
      await page.getByRole('button', { name: 'Send' }).click();
      const readLines = () => page.locator('li').allInnerTexts();
      await expectEventually(readLines).toContain('Page: Hello from the example');
      await room.send('<b>Hello</b>');
      await expectEventually(readLines).toContain('Ben: <b>Hello</b>');
      await page.close();
    });
  });
}
