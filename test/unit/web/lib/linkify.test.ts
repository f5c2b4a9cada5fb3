import { linkify } from '../../../../src/web/lib/linkify.ts';

const findLinks = (input: string) =>
  linkify(input).flatMap(({ text, href }) => (href === undefined ? [] : [[text, href]]));

const joinSegments = (input: string) =>
  linkify(input)
    .map(({ text }) => text)
    .join('');

describe('linkify', () => {
  it.each([
    ['https://example.com', 'https://example.com'],
    ['See http://example.com/a?b=c#d.', 'http://example.com/a?b=c#d'],
    ['(https://example.com/a)', 'https://example.com/a'],
    ['https://example.com/a_(b)', 'https://example.com/a_(b)'],
    ['[https://example.com/a],', 'https://example.com/a'],
    ['HTTPS://EXAMPLE.COM!', 'HTTPS://EXAMPLE.COM'],
    ['これはhttps://example.com/茶です', 'https://example.com/'],
    ['https://example.com。', 'https://example.com'],
    ['<https://example.com/>', 'https://example.com/'],
  ])('finds the link in %s', (input, found) => {
    expect(findLinks(input)).toEqual([[found, new URL(found).href]]);
  });

  it.each([
    'javascript:alert(1)',
    'javascript://example.com/%0aalert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'ftp://example.com',
    'xhttps://example.com',
    'https://',
    'https://user@example.com',
    'https://user:word@example.com',
    'http://[',
  ])('[SEC-049] makes no link of %s', (input) => {
    expect(findLinks(input)).toEqual([]);
  });

  it('keeps the text between and around links', () => {
    const input = 'a https://b.example/c, (http://d.example) e';
    expect(joinSegments(input)).toBe(input);
  });

  it.each([
    [
      'opening and closing brackets',
      `https://example.com/${'('.repeat(2_000)}${'.)'.repeat(1_000)}`,
    ],
    ['unpaired brackets', `https://x${')'.repeat(4_000)}`],
  ])('keeps a text with thousands of %s', (_, input) => {
    expect(joinSegments(input)).toBe(input);
  });
});
