import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { GatewayEvent, GatewayResult } from '../gateway-event.ts';

/** What is answered to a browser: always the same until it is built anew. */
export interface StaticDocument {
  readonly text: string;
  /** The same, compressed, in Base64. */
  readonly gzipped: string;
  readonly headers: Readonly<Record<string, string>> & { readonly ETag: string };
}

/** Makes a document of a text, and of the headers that are its own. */
export function createDocument(
  text: string,
  headers: Readonly<Record<string, string>>,
): StaticDocument {
  const hash = createHash('sha256')
    .update(JSON.stringify([text, headers]))
    .digest('base64url');
  return {
    text,
    gzipped: gzipSync(text, { level: 9 }).toString('base64'),
    headers: {
      ...headers,
      // Weak: it names the document, compressed or not.
      ETag: `W/"${hash}"`,
      // It may be kept, but is asked for each time: 304 costs nothing, and nobody has an old page.
      'Cache-Control': 'no-cache',
      Vary: 'Accept-Encoding',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    },
  };
}

/** Answers with a document: not at all where the browser has it, compressed where it takes that. */
export function respond(document: StaticDocument, event: GatewayEvent): GatewayResult {
  if (matchesEtag(getHeader(event, 'if-none-match'), document.headers.ETag)) {
    return { statusCode: 304, headers: document.headers };
  }
  if (!acceptsGzip(getHeader(event, 'accept-encoding'))) {
    return { statusCode: 200, headers: document.headers, body: document.text };
  }
  return {
    statusCode: 200,
    headers: { ...document.headers, 'Content-Encoding': 'gzip' },
    body: document.gzipped,
    isBase64Encoded: true,
  };
}

/**
 * What a header says; nothing where it is not there. Whatever stands in others is left alone: the
 * platform's own `Headers` throw at a character that none may have.
 */
function getHeader({ headers }: GatewayEvent, wanted: string): string {
  const found = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === wanted);
  return found?.[1] ?? '';
}

function matchesEtag(condition: string, tag: string): boolean {
  const tags = condition.split(',').map((one) => one.trim());
  const opaque = tag.replace('W/', '');
  return tags.some((one) => one === '*' || one.replace('W/', '') === opaque);
}

const acceptsGzip = (accepted: string): boolean =>
  accepted.split(',').some((one) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(one));
