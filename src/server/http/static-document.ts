import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { GatewayEvent, GatewayResult } from '../gateway-event.ts';

/** A document for browsers, the same for every request until the next build. */
export interface StaticDocument {
  readonly text: string;
  /** The text, compressed, in Base64. */
  readonly gzipped: string;
  readonly headers: Readonly<Record<string, string>> & { readonly ETag: string };
}

/** Creates a document of a text and its own headers. */
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
      // A weak tag, since it names the document both compressed and not.
      ETag: `W/"${hash}"`,
      // A browser may keep it but asks each time: 304 costs nothing, and no browser has an old page.
      'Cache-Control': 'no-cache',
      Vary: 'Accept-Encoding',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    },
  };
}

/** Responds with a document: with 304 if the browser has it, compressed if the browser accepts it. */
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
 * Returns the value of a header, or an empty text. It reads no other header: the platform's own
 * `Headers` throw at an invalid character in any of them.
 */
function getHeader({ headers }: GatewayEvent, wanted: string): string {
  const found = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === wanted);
  return found?.[1] ?? '';
}

function matchesEtag(condition: string, etag: string): boolean {
  const candidates = condition.split(',').map((candidate) => candidate.trim());
  const opaque = etag.replace('W/', '');
  return candidates.some(
    (candidate) => candidate === '*' || candidate.replace('W/', '') === opaque,
  );
}

const acceptsGzip = (header: string): boolean =>
  header.split(',').some((coding) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(coding));
