import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectEventually } from './eventually.ts';
import type { GetSite } from './site.ts';

/** Development of the page on the local stack. */
export function pageRebuildTests(site: GetSite): void {
  describe('the local stack', () => {
    it('rebuilds the page when its sources change, also after a syntax error', async () => {
      const fetchPage = async () => (await fetch(site().url())).text();
      const file = join(site().stack.checkout.folder, 'src/web/i18n/en.ts');
      const source = readFileSync(file, 'utf8');
      expect(await fetchPage()).toContain('It is quiet here');
      writeFileSync(file, source.replace('It is quiet here', 'Nobody has spoken yet'));
      await expectEventually(fetchPage).toContain('Nobody has spoken yet');
      writeFileSync(file, 'this is not TypeScript');
      expect(await fetchPage()).toContain('Nobody has spoken yet');
      writeFileSync(file, source);
      await expectEventually(fetchPage).toContain('It is quiet here');
    });
  });
}
