import type { GetSite } from './site.ts';

const harmful = [
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  'javascript:alert(1)',
  '[x](javascript:alert(1))',
  'data:text/html,<script>alert(1)</script>',
  'https://example.com@evil.example/',
];

/** Messages that try to run code, and the Content-Security-Policy. */
export function safetyTests(site: GetSite): void {
  describe('the timeline', () => {
    it('[SEC-047] shows the messages and names of other users as plain text', async () => {
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
        const row = (await aki.waitForMessage(text)).last();
        expect(await row.locator('.text').innerText()).toBe(text);
      }
      expect(await aki.page.locator('.timeline a, .timeline img, .timeline script').count()).toBe(
        0,
      );
      expect(await aki.page.locator('.timeline .name').first().innerText()).toBe(name);
      expect(await aki.page.locator('.members').innerText()).toContain(name);
      expect(alerts).toBe(0);
    });

    it('[SEC-066] makes links that reveal nothing to their target', async () => {
      const aki = await site().enterRoom('links', 'Aki');
      await aki.sendMessage('See https://example.com/a_(b)?c=d&e=%3Cf%3E, or http://example.com。');
      const links = await (await aki.waitForMessage('See'))
        .locator('a')
        .evaluateAll((all) =>
          all.map((a) => [a.getAttribute('href'), a.getAttribute('target'), a.getAttribute('rel')]),
        );
      expect(links).toEqual([
        ['https://example.com/a_(b)?c=d&e=%3Cf%3E', '_blank', 'noopener noreferrer nofollow'],
        ['http://example.com/', '_blank', 'noopener noreferrer nofollow'],
      ]);
    });
  });

  describe('the Content-Security-Policy', () => {
    it('[SEC-048] blocks what the page does not use, and the tests see each violation', async () => {
      const visitor = await site().enterRoom('policy', 'Aki');
      await visitor.page
        .evaluate(() => {
          const image = document.createElement('img');
          image.src = 'http://localhost:1/x.png';
          document.body.append(image, document.createElement('style'));
          try {
            document.body.insertAdjacentHTML('beforeend', '<p>x</p>');
          } catch {
            // The policy blocks it and reports a violation.
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
