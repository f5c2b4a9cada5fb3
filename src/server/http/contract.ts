import { type Document, documentOf } from './static-document.ts';

let made: Document | undefined;

/** The contract as an AsyncAPI document. */
export async function contract(): Promise<Document> {
  const { default: asyncapi } = await import('../../../dist/contract/asyncapi.json', {
    with: { type: 'json' },
  });
  made ??= documentOf(JSON.stringify(asyncapi), {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  });
  return made;
}
