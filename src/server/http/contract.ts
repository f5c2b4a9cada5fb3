import { createDocument, type StaticDocument } from './static-document.ts';

/** Creates the document of the contract, which the build writes to `dist`. */
export async function createContractDocument(): Promise<StaticDocument> {
  const { default: asyncapi } = await import('../../../dist/contract/asyncapi.json', {
    with: { type: 'json' },
  });
  return createDocument(JSON.stringify(asyncapi), {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  });
}
