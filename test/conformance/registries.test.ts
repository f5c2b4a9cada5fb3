import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'node:path';
import { errors } from '../../schemas/errors.ts';
import { actions, events, isAction } from '../../schemas/index.ts';
import { handlers } from '../../src/server/actions/index.ts';
import { serverlessConfig } from '../helpers/serverless.ts';
import { actionNames, eventNames, isObject } from './contract-entries.ts';

/** Loads the exports of a module. */
async function loadExports(folder: string, file: string): Promise<Record<string, unknown>> {
  return await import(`../../${folder}/${file}.ts`);
}

/** Lists the files of a folder without their extensions. */
const listFiles = (folder: string) =>
  readdirSync(folder)
    .map((file) => parse(file).name)
    .sort();

/** Lists the exports with this member, each with its file and its name. */
async function listDeclarations(
  folder: string,
  member: string,
): Promise<[string, string, unknown][]> {
  const found: [string, string, unknown][] = [];
  for (const file of listFiles(folder)) {
    for (const [name, value] of Object.entries(await loadExports(folder, file))) {
      if (isObject(value) && member in value) found.push([file, name, value]);
    }
  }
  return found;
}

describe('the registries', () => {
  it('contain each action of schemas/actions under the name of its file', async () => {
    const registered = actionNames.map((name) => [name, name, actions[name]]);
    expect(await listDeclarations('schemas/actions', 'request')).toEqual(registered);
  });

  it('contain each event of schemas/events under the name of its file', async () => {
    const registered = Object.entries(events).map(([name, event]) => [name, name, event]);
    expect(await listDeclarations('schemas/events', 'event')).toEqual(registered.sort());
  });

  it.each(actionNames)('accept the action %s', (name) => {
    expect(isAction(name)).toBe(true);
  });

  it.each(['__proto__', 'toString', 'constructor', '$connect', '$default', '', undefined, {}])(
    'reject the unknown action %p',
    (name) => {
      expect(isAction(name)).toBe(false);
    },
  );
});

describe('handlers', () => {
  it('has a handler for each action and no other', () => {
    expect(Object.keys(handlers).sort()).toEqual(actionNames);
  });

  it('has one file for each action, which exports a function of that name', async () => {
    const others = new Set(['index', 'context', 'commit-event', 'amend-message']);
    const files = listFiles('src/server/actions').filter((file) => !others.has(file));
    expect(files).toEqual(actionNames);
    for (const name of actionNames) {
      expect((await loadExports('src/server/actions', name))[name]).toBe(handlers[name]);
    }
  });
});

describe('serverless.yml', () => {
  interface GatewayRoute {
    readonly route: string;
    readonly routeResponseSelectionExpression?: string;
  }
  const gatewayRoutes = Object.values(serverlessConfig.functions)
    .flatMap((definition) => definition.events)
    .flatMap(({ websocket }): GatewayRoute[] => {
      if (websocket === undefined) return [];
      return [typeof websocket === 'string' ? { route: websocket } : websocket];
    });

  it('routes every action and the lifecycle, and nothing else', () => {
    const names = gatewayRoutes.map(({ route }) => route).sort();
    expect(names).toEqual(['$connect', '$default', '$disconnect', ...actionNames]);
  });

  it.each(['$default', ...actionNames])('returns the reply to %s on the socket', (name) => {
    const found = gatewayRoutes.find(({ route }) => route === name);
    expect(found?.routeResponseSelectionExpression).toBe('$default');
  });
});

describe('schemas/README.md', () => {
  /** Returns a section with a heading of the second level. */
  const section = (title: string) =>
    readFileSync('schemas/README.md', 'utf8')
      .split(/^## /m)
      .filter((part) => part.startsWith(`${title}\n`))
      .join('');
  const headings = (title: string) =>
    [...section(title).matchAll(/^### `([^`]*)`/gm)].map(([, name]) => name).sort();

  it('has a section for every action and for nothing else', () => {
    expect(headings('Actions')).toEqual(actionNames);
  });

  it('has a section for every event and for nothing else', () => {
    expect(headings('Events')).toEqual(eventNames);
  });

  it('has the current table of errors', () => {
    const rows = section('Errors')
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .map(([, code, description, retryable]) => [code, description, retryable]);
    const table = Object.entries(errors).map(([code, { description, retryable }]) => [
      `\`${code}\``,
      description,
      retryable ? 'yes' : 'no',
    ]);
    expect(rows.sort()).toEqual(table.sort());
  });
});
