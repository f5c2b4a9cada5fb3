import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Hostile, type Link, Peer } from '../../helpers/fakes/fake-server.ts';

/** A hostile server on a free port. */
export interface Listening extends AsyncDisposable {
  readonly url: string;
  /** Its ends of the connections that are open. */
  readonly open: ReadonlySet<Socket>;
}

/** Lets clients come to a hostile server over loopback. */
export async function listen(server: Hostile): Promise<Listening> {
  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'kaiwa.v1' });
  const open = new Set<Socket>();
  http.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
  });
  http.on('upgrade', (request, socket, head) => {
    const handshake = server.handshakes.shift() ?? 'open';
    if (handshake === 'hang') return void socket.on('end', () => socket.destroy()).resume();
    if (handshake === 'cut') return void socket.destroy();
    if (handshake !== 'open')
      return void socket.end(`HTTP/1.1 ${handshake} No\r\nContent-Length: 0\r\n\r\n`);
    const offered = String(request.headers['sec-websocket-protocol']).split(/, */);
    sockets.handleUpgrade(request, socket, head, (webSocket) => accept(server, webSocket, offered));
  });
  await once(http.listen(0, '127.0.0.1'), 'listening');
  const { port } = http.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    open,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function accept(server: Hostile, webSocket: WebSocket, offered: readonly string[]): void {
  const link: Link = {
    deliver: (data) => webSocket.send(data),
    close: (code) => (code === 1006 ? webSocket.terminate() : webSocket.close(code)),
  };
  const peer = new Peer(offered, link);
  server.accept(peer);
  webSocket.on('message', (data) => server.receive(String(data), peer));
  webSocket.on('close', () => {
    peer.isOpen = false;
  });
}
