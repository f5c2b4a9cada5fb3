import { WebSocketServer } from 'ws';
import { subprotocol } from '../../schemas/fields.ts';

/**
 * On AWS the subprotocol is what `$connect` returns. serverless-offline ignores that and agrees to
 * the first one offered, which may be the one that bears the key. This mends it.
 */
export function patchSubprotocol(): void {
  const { handleUpgrade } = WebSocketServer.prototype;
  WebSocketServer.prototype.handleUpgrade = function (this: WebSocketServer, ...args) {
    this.options.handleProtocols ??= (protocols) => protocols.has(subprotocol) && subprotocol;
    handleUpgrade.apply(this, args);
  };
}
