import type { GetSite } from './site.ts';

const harmful = [
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  'javascript:alert(1)',
  '[x](javascript:alert(1))',
  'data:text/html,<script>alert(1)</script>',
  'https://example.com@evil.example/',
];

/** What others send is shown, and does nothing. */
export function safetyTests(site: GetSite): void {
  describe('what somebody sends', () => {
    it('stays the text that it is, and so does their name', async () => {
      const name = '<img src=x onerror=alert(1)>';
      const [aki, ben] = await Promise.all([
        site().enterRoom('safety', 'Aki'),
        site().enterRoom('safety', name),
      ]);
      let alerts = 0;
      aki.page.on('dialog', (dialog) => {
        alerts += 1;
        void dialog.dismiss();
      });
      for (const text of harmful) {
        await ben.sendMessage(text);
        const line = (await aki.waitForMessage(text)).last();
        expect(await line.locator('.text').innerText()).toBe(text);
      }
      expect(await aki.page.locator('.timeline a, .timeline img, .timeline script').count()).toBe(
        0,
      );
      expect(await aki.page.locator('.timeline .name').first().innerText()).toBe(name);
      expect(await aki.page.locator('.members').innerText()).toContain(name);
      expect(alerts).toBe(0);
    });

    it('has its addresses made links, which tell the other side nothing', async () => {
      const aki = await site().enterRoom('links', 'Aki');
      await aki.sendMessage('See https://example.com/a_(b)?c=d&e=%3Cf%3E, or http://example.com。');
      const links = await (await aki.waitForMessage('See'))
        .locator('a')
        .evaluateAll((all) =>
          all.map((a) => [a.getAttribute('href'), a.getAttribute('target'), a.getAttribute('rel')]),
        );
      const linkAttributes = ['_blank', 'noopener noreferrer nofollow'];
      expect(links).toEqual([
        ['https://example.com/a_(b)?c=d&e=%3Cf%3E', ...linkAttributes],
        ['http://example.com/', ...linkAttributes],
      ]);
    });
  });

  describe('the policy', () => {
    it('forbids what the page does not do, and these tests would see it', async () => {
      const visitor = await site().enterRoom('policy', 'Aki');
      await visitor.page
        .evaluate(() => {
          const image = document.createElement('img');
          image.src = 'http://localhost:1/x.png';
          document.body.append(image, document.createElement('style'));
          try {
            document.body.insertAdjacentHTML('beforeend', '<p>x</p>');
          } catch {
            // It is forbidden, and told.
          }
          new WebSocket('ws://localhost:1');
        })
        .catch(() => {});
      await visitor.page.locator('.composer').waitFor();
      const reported = visitor.pageErrors.splice(0).join('\n');
      for (const directive of ['img-src', 'connect-src', 'require-trusted-types-for']) {
        expect(reported).toContain(`violation of ${directive}`);
      }
    });
  });
}
