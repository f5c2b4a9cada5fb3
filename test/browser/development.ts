import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectSoon } from './eventually.ts';
import type { Open } from './site.ts';

/** Working on the page. */
export function development(site: Open): void {
  describe('the local stack', () => {
    it('serves the page anew when its sources change, also after they were wrong', async () => {
      const get = async () => (await fetch(site().address())).text();
      const file = join(site().stack.checkout.folder, 'src/web/i18n/en.ts');
      const source = readFileSync(file, 'utf8');
      expect(await get()).toContain('It is quiet here');
      writeFileSync(file, source.replace('It is quiet here', 'Nobody has spoken yet'));
      await expectSoon(get).toContain('Nobody has spoken yet');
      writeFileSync(file, 'this is no TypeScript');
      expect(await get()).toContain('Nobody has spoken yet');
      writeFileSync(file, source);
      await expectSoon(get).toContain('It is quiet here');
    });
  });
}
