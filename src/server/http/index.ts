import type { GatewayEvent, GatewayReply } from '../gateway-event.ts';
import type { Parts } from '../services.ts';
import { contract } from './contract.ts';
import { page } from './page.ts';
import { answer } from './static-document.ts';

/** Answers a browser: with the page, or the document of the contract. */
export async function http(
  event: GatewayEvent,
  parts: Pick<Parts, 'page' | 'url' | 'auth'>,
): Promise<GatewayReply> {
  const isContract = event.requestContext.routeKey === 'GET /contract';
  return answer(isContract ? await contract() : await page(parts), event);
}
