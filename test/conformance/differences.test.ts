import { Ajv } from 'ajv';
import { currentContract } from '../../src/build/contract/current.ts';
import { compareContracts } from '../../src/build/contract/diff.ts';
import {
  type ContractSource,
  getFrameName,
  getSender,
  listFrames,
} from '../../src/build/contract/frames.ts';
import { toPublicSchema } from '../../src/build/contract/open-schema.ts';
import { acks, events, names, queries, requests } from './difference-cases.ts';
import { createContract, type Patch } from './difference-fixture.ts';

/** Compiles the published schema of a frame, as the frame's receivers do. */
function compileValidator(contract: ContractSource, name: string) {
  const frames = listFrames(contract);
  const frame = frames.find((candidate) => getFrameName(candidate) === name);
  if (!frame) throw new Error(`The contract has no frame ${name}.`);
  const { schema, definitions } = toPublicSchema(frame, frames, '#/definitions/');
  const ajv = new Ajv({ strict: true, strictRequired: false, strictTypes: false });
  return { sender: getSender(frame), accepts: ajv.compile({ ...schema, definitions }) };
}

describe('compareContracts', () => {
  it.each([requests, queries, acks, events, names].flat())(
    'reports that %s',
    (_, { patch, difference, oldClients, oldServers }) => {
      const differences = compareContracts(createContract(), createContract(patch));
      expect(differences.map(({ where, what }) => `${where}: ${what}`)).toEqual([difference]);
      for (const found of differences) {
        expect(found.oldClients.compatible).toBe(oldClients === 'works');
        expect(found.oldServers.compatible).toBe(oldServers !== 'breaks');
        expect(/^if /.test(found.oldServers.reason ?? '')).toBe(oldServers === 'if');
      }
    },
  );

  it('reports a narrower limit inside a wider type too', () => {
    const count = { type: 'number', minimum: 1, maximum: 5 };
    const current = createContract({ 'actions/say/request/schema/properties/count': count });
    const differences = compareContracts(createContract(), current);
    expect(differences.map(({ oldClients }) => oldClients.compatible)).toEqual([true, false]);
  });

  const casesWithFrames = [requests, queries, acks, events]
    .flat()
    .filter(([, { frames }]) => frames);

  it.each(casesWithFrames)('agrees with the validators that %s', (_, found) => {
    const { patch, difference, oldClients, oldServers, frames = [] } = found;
    const [oldFrame, currentFrame] = frames;
    const [name = ''] = difference.split(/[,:]/);
    const old = compileValidator(createContract(), name);
    const current = compileValidator(createContract(patch), name);
    expect([old.accepts(oldFrame), current.accepts(currentFrame)]).toEqual([true, true]);
    const oldAcceptsCurrent = old.accepts(currentFrame);
    const currentAcceptsOld = current.accepts(oldFrame);
    const isFromClient = old.sender === 'client';
    expect({
      clients: isFromClient ? currentAcceptsOld : oldAcceptsCurrent,
      servers: isFromClient ? oldAcceptsCurrent : currentAcceptsOld,
    }).toEqual({ clients: oldClients === 'works', servers: oldServers === 'works' });
  });

  it.each([
    ['an unchanged contract', {}],
    ['a new title', { 'actions/say/request/schema/title': 'Say' }],
    ['a new description', { 'events/said/event/schema/properties/text/description': 'Read it.' }],
    ['a new example', { 'events/said/event/examples': [{ type: 'said', text: 'hey' }] }],
    [
      'another order of the required fields',
      { 'events/said/event/schema/required': ['text', 'type'] },
    ],
    [
      'an open schema of a frame from the server',
      { 'events/said/event/schema/additionalProperties': null },
    ],
    [
      'a list of one value instead of a constant',
      { 'events/left/event/schema/properties/type': { enum: ['left'] } },
    ],
    ['a new description of an error', { 'errors/busy/description': 'Not now.' }],
  ] satisfies [string, Patch][])('reports nothing for %s', (_what, patch) => {
    expect(compareContracts(createContract(), createContract(patch))).toEqual([]);
  });

  it('reports nothing between the contract and itself', () => {
    expect(compareContracts(currentContract, currentContract)).toEqual([]);
  });
});
