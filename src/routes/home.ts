import type { GatewayReply } from '../event.ts';
import type { Parts } from '../parts.ts';

/** Answers `GET /` with where the chat is and how to try it. */
export async function home({ url }: Pick<Parts, 'url'>): Promise<GatewayReply> {
  const body = `Kaiwa (会話), a chat on ${url}

In two terminals, type
  npx wscat -c '${url}?name=Aki'
  npx wscat -c '${url}?name=Ben'
and in one of them
  {"action":"sendmessage","message":"hello"}
`;
  const headers = {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
  };
  return { statusCode: 200, headers, body };
}
