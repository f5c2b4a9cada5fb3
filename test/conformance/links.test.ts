import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { listAnchors, listDocuments, listLinks, readAnchors } from '../helpers/markdown.ts';

const isExternal = (target: string) => /^[a-z][a-z+.-]*:/i.test(target);

/** Pages of the repository's host. They have no file here. */
const hostPages = ['../../actions/workflows/ci.yml', '../../actions/workflows/ci.yml/badge.svg'];

/** Says what is wrong with a link of a document, if anything is. */
function findProblem(file: string, target: string): string | undefined {
  const [path = '', anchor] = target.split('#');
  const linked = path === '' ? file : join(dirname(file), decodeURI(path));
  if (linked.startsWith('..') || !existsSync(linked)) return `${file}: ${target} does not exist`;
  if (anchor === undefined || !linked.endsWith('.md')) return undefined;
  return readAnchors(linked).includes(anchor) ? undefined : `${file}: ${target} has no heading`;
}

describe('listLinks', () => {
  it('finds links, images, references and HTML attributes, but none in code', () => {
    const markdown = [
      '[a](a.md) ![b](b.svg) [c](c.md#d "title") [![e](e.svg)](f.md)',
      '<img src="g.webp">',
      '[h]: h.md',
      '`[i](i.md)`',
      '```md\n[j](j.md)\n```',
    ].join('\n');
    expect(listLinks(markdown).toSorted()).toEqual(
      ['a.md', 'b.svg', 'c.md#d', 'e.svg', 'f.md', 'g.webp', 'h.md'].toSorted(),
    );
  });
});

describe('listAnchors', () => {
  it('derives anchors as GitHub does', () => {
    const markdown = '# A `b` c: d!\n## Same\n## Same\n```sh\n# code\n```\n## [Link](x.md) & more';
    expect(listAnchors(markdown)).toEqual(['a-b-c-d', 'same', 'same-1', 'link--more']);
  });
});

describe('the documents', () => {
  const files = listDocuments();

  it.each(files)('%s links only to files and headings that exist', (file) => {
    const targets = listLinks(readFileSync(file, 'utf8'));
    const relative = targets.filter((target) => !isExternal(target) && !hostPages.includes(target));
    expect(relative.flatMap((target) => findProblem(file, target) ?? [])).toEqual([]);
  });

  it('contain links', () => {
    expect(files.length).toBeGreaterThan(10);
    expect(files.flatMap((file) => listLinks(readFileSync(file, 'utf8'))).length).toBeGreaterThan(
      50,
    );
  });
});
