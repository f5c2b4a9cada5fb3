import type { GatewayEvent, GatewayResult } from '../gateway-event.ts';
import type { Services } from '../services.ts';
import { contract } from './contract.ts';
import { page } from './page.ts';
import { respond } from './static-document.ts';

/** Answers a browser: with the page, or the document of the contract. */
export async function serveHttp(
  event: GatewayEvent,
  services: Pick<Services, 'loadPage' | 'webSocketUrl' | 'authMode'>,
): Promise<GatewayResult> {
  const isContract = event.requestContext.routeKey === 'GET /contract';
  return respond(isContract ? await contract() : await page(services), event);
}
