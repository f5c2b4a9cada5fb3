import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { FakePeer, type Transport } from '../../helpers/fakes/fake-peer.ts';
import type { FakeServer } from '../../helpers/fakes/fake-server.ts';

/** A fake server on a free port of this machine. */
export interface LoopbackServer extends AsyncDisposable {
  readonly url: string;
  /** The server's ends of the open connections. */
  readonly openSockets: ReadonlySet<Socket>;
}

/** Serves a fake server over loopback. */
export async function startLoopbackServer(server: FakeServer): Promise<LoopbackServer> {
  const http = createServer();
  const webSocketServer = new WebSocketServer({
    noServer: true,
    handleProtocols: () => 'kaiwa.v1',
  });
  const openSockets = new Set<Socket>();
  http.on('connection', (socket: Socket) => {
    openSockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => openSockets.delete(socket));
  });
  http.on('upgrade', (request, socket, head) => {
    const handshake = server.handshakes.shift() ?? 'open';
    if (handshake === 'hang') return void socket.on('end', () => socket.destroy()).resume();
    if (handshake === 'cut') return void socket.destroy();
    if (handshake !== 'open')
      return void socket.end(`HTTP/1.1 ${handshake} No\r\nContent-Length: 0\r\n\r\n`);
    const protocols = String(request.headers['sec-websocket-protocol']).split(/, */);
    webSocketServer.handleUpgrade(request, socket, head, (webSocket) =>
      accept(server, webSocket, protocols),
    );
  });
  await once(http.listen(0, '127.0.0.1'), 'listening');
  const { port } = http.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    openSockets,
    async [Symbol.asyncDispose]() {
      for (const socket of openSockets) socket.destroy();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function accept(server: FakeServer, webSocket: WebSocket, protocols: readonly string[]): void {
  const transport: Transport = {
    deliver: (data) => webSocket.send(data),
    close: (code) => (code === 1006 ? webSocket.terminate() : webSocket.close(code)),
  };
  const peer = new FakePeer(protocols, transport);
  server.accept(peer);
  webSocket.on('message', (data) => server.receive(String(data), peer));
  webSocket.on('close', () => {
    peer.isOpen = false;
  });
}
