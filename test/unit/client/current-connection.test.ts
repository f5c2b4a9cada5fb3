import { neverAborts } from '../../../src/client/async.ts';
import { CurrentConnection } from '../../../src/client/current-connection.ts';
import { flush, observe } from './setup.ts';

describe('CurrentConnection', () => {
  const createController = () => new AbortController();
  const createCurrent = (...controllers: AbortController[]) => {
    const current = new CurrentConnection<{ readonly ended: AbortSignal }>();
    for (const { signal } of controllers) current.set({ ended: signal });
    return current;
  };

  it('resolves with the current connection, or the next one', async () => {
    const current = createCurrent();
    const first = { ended: createController().signal };
    const second = { ended: createController().signal };
    const waiting = current.get(neverAborts);
    current.set(first);
    expect(await waiting).toBe(first);
    current.set(second);
    expect(await current.get(neverAborts)).toBe(second);
  });

  it('never resolves with a connection that has ended', async () => {
    const first = createController();
    const second = createController();
    const current = createCurrent(first, second);
    second.abort();
    const waiting = observe(current.get(neverAborts));
    await flush();
    expect(waiting.isSettled).toBe(false);
    const third = { ended: createController().signal };
    current.set(third);
    await flush();
    expect(waiting.value).toBe(third);
  });

  it('rejects after its end, whatever is set', async () => {
    for (const current of [createCurrent(), createCurrent(createController())]) {
      current.end('why');
      current.set({ ended: createController().signal });
      await expect(current.get(neverAborts)).rejects.toBe('why');
      current.set({ ended: AbortSignal.abort() });
      await expect(current.get(neverAborts)).rejects.toBe('why');
    }
  });

  it('stops waiting when the signal aborts', async () => {
    const abort = new AbortController();
    const waiting = createCurrent().get(abort.signal);
    abort.abort('enough');
    await expect(waiting).rejects.toBe('enough');
  });
});
