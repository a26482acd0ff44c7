import type { Tensor } from '../protocol/index.js';
import type { HostLimits, ModelHost } from './model-host.js';
import { askFor, tableSignature, tableSize } from './testing/table-model.js';

const limits: HostLimits = { queue: 1000, timeout: 30_000, start: 30_000 };

/** What every host does. @param open loads the model of `testing/table-model.ts` */
export function modelHostContract(name: string, open: (limits: HostLimits) => Promise<ModelHost>): void {
  describe(`a host of a model: ${name}`, () => {
    const opened: ModelHost[] = [];
    const openOne = async (over: Partial<HostLimits> = {}): Promise<ModelHost> => {
      const host = await open({ ...limits, ...over });
      opened.push(host);
      return host;
    };
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((host) => host.close(0)));
    });

    it('tells the model by its signature, and is ready', async () => {
      const host = await openOne();
      expect(host.metadata).toMatchObject({ name: 'table', ...tableSignature });
      expect(host.isReady).toBe(true);
    });

    it('answers with all outputs in the order of the signature', async () => {
      const outputs = await (await openOne()).infer(askFor([1, 2, 3]));
      expect(outputs.map(({ name, datatype, shape }) => [name, datatype, shape])).toEqual([
        ['value', 'FP32', [3]],
        ['same', 'INT64', [3]],
      ]);
      expect(numbersOf(outputs)).toEqual([
        [10, 20, 30],
        [1, 2, 3],
      ]);
    });

    it('answers with the outputs that were asked for', async () => {
      const outputs = await (await openOne()).infer(askFor([4], ['same']));
      expect(outputs.map((output) => output.name)).toEqual(['same']);
      expect(numbersOf(outputs)).toEqual([[4]]);
    });

    it('never mixes the answers of requests at once, of any number of rows', async () => {
      const host = await openOne();
      const requests = Array.from({ length: 300 }, (_, at) =>
        [at, (at * 7) % 300, at].slice(0, 1 + (at % 3)),
      );
      const answers = await Promise.all(requests.map((indexes) => host.infer(askFor(indexes))));
      expect(answers.map(numbersOf)).toEqual(
        requests.map((indexes) => [indexes.map((at) => at * 10), indexes]),
      );
    });

    it('lets a request that fails harm no other', async () => {
      const host = await openOne();
      const indexes = Array.from({ length: 60 }, (_, at) => (at % 20 === 7 ? tableSize : at));
      const answers = await Promise.allSettled(indexes.map((at) => host.infer(askFor([at]))));
      answers.forEach((answer, at) => {
        const isBad = indexes[at] === tableSize;
        if (answer.status === 'fulfilled')
          expect([isBad, numbersOf(answer.value)[1]]).toEqual([false, [indexes[at]]]);
        else
          expect([isBad, answer.reason]).toMatchObject([true, { name: 'InferenceFailure', kind: 'model' }]);
      });
      expect(host.isReady).toBe(true);
    });

    it('refuses what would wait beyond its queue, and answers the rest', async () => {
      const host = await openOne({ queue: 5 });
      const answers = await Promise.allSettled(
        Array.from({ length: 8 }, (_, at) => host.infer(askFor([at]))),
      );
      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
      expect(answers.slice(5)).toEqual(
        Array(3).fill({ status: 'rejected', reason: expect.objectContaining({ kind: 'busy' }) as unknown }),
      );
      expect(numbersOf(await host.infer(askFor([5])))).toEqual([[50], [5]]);
    });

    it('ends what is under way when it is closed, and refuses what comes then', async () => {
      const host = await openOne();
      const under = host.infer(askFor([1]));
      const closed = [host.close(30_000), host.close(30_000)];
      await expect(host.infer(askFor([2]))).rejects.toMatchObject({ kind: 'unavailable' });
      expect(host.isReady).toBe(false);
      expect(numbersOf(await under)).toEqual([[10], [1]]);
      await Promise.all(closed);
    });
  });
}

function numbersOf(outputs: readonly Tensor[]): number[][] {
  return outputs.map(({ data }) => Array.from(data as Iterable<number | bigint>, Number));
}
