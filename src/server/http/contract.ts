import { createDocument, type StaticDocument } from './static-document.ts';

let cached: StaticDocument | undefined;

/** The contract as an AsyncAPI document. */
export async function contract(): Promise<StaticDocument> {
  const { default: asyncapi } = await import('../../../dist/contract/asyncapi.json', {
    with: { type: 'json' },
  });
  cached ??= createDocument(JSON.stringify(asyncapi), {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  });
  return cached;
}
