import { WebSocketServer } from 'ws';
import { subprotocol } from '../../schemas/fields.ts';

/**
 * Makes the local gateway select the subprotocol of the chat. On AWS, the response of `$connect` selects
 * it. The plugin serverless-offline ignores that response and selects the first one that the client offers.
 * The first one may be the subprotocol with the key.
 */
export function patchSubprotocol(): void {
  const { handleUpgrade } = WebSocketServer.prototype;
  WebSocketServer.prototype.handleUpgrade = function (this: WebSocketServer, ...args) {
    this.options.handleProtocols ??= (protocols) => protocols.has(subprotocol) && subprotocol;
    handleUpgrade.apply(this, args);
  };
}
