import type { GatewayEvent, GatewayResult } from '../gateway-event.ts';
import type { Services } from '../services.ts';
import { createContractDocument } from './contract.ts';
import { createPageDocument } from './page.ts';
import { respond } from './static-document.ts';

/** Serves the page. A document is made again only if the page was built again, as in local use. */
export async function page(event: GatewayEvent, services: Services): Promise<GatewayResult> {
  const { documentCache, loadPage } = services;
  const source = await loadPage();
  if (documentCache.page?.source !== source) {
    documentCache.page = { source, document: createPageDocument(source, services) };
  }
  return respond(documentCache.page.document, event);
}

/** Serves the contract as an AsyncAPI document. */
export async function contract(
  event: GatewayEvent,
  { documentCache }: Services,
): Promise<GatewayResult> {
  documentCache.contract ??= await createContractDocument();
  return respond(documentCache.contract, event);
}
