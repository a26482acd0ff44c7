import { isAlive, until } from '../../../../../core/src/adapters/engine-local/testing/processes.js';
import { modelHostContract } from '../model-host.contract.js';
import { CommandRig } from '../testing/command-rig.js';
import { askFor } from '../testing/table-model.js';

let rig: CommandRig;
beforeEach(() => {
  rig = new CommandRig();
});
afterEach(async () => {
  await rig.close();
});

modelHostContract('command', (limits) => rig.open(limits));

const lastPid = (): number => rig.pids.at(-1) ?? 0;

it('is told its model and its port, and its output is in the log', async () => {
  await rig.open();
  expect(rig.lines).toEqual([`serves ${rig.folder}/model`]);
});

it('starts again what was killed, and asks once more what it had in its hands', async () => {
  const host = await rig.open();
  rig.say('stall');
  const requests = Array.from({ length: 20 }, (_, at) => host.infer(askFor([at])));
  await until(() => rig.asked === 20);
  process.kill(lastPid(), 'SIGKILL');
  await until(() => !host.isReady);
  const late = host.infer(askFor([20]));
  rig.unsay('stall');
  const answers = await Promise.all([...requests, late]);
  expect(answers.map(([, same]) => Number(same?.data[0]))).toEqual(Array.from({ length: 21 }, (_, at) => at));
  expect(rig.asked).toBe(41);
  expect(rig.pids).toHaveLength(2);
  expect(rig.lines.join('\n')).toMatch(/(SIGKILL|137); it is started again in 100 ms/);
});

it('asks no second time what breaks again', async () => {
  const host = await rig.open();
  rig.say('stall');
  const answer = host.infer(askFor([1]));
  for (const attempt of [1, 2]) {
    await until(() => rig.asked === attempt);
    process.kill(lastPid(), 'SIGKILL');
  }
  await expect(answer).rejects.toMatchObject({ kind: 'unavailable' });
});

it('says at once that it is not there when it did not come again, and is there when it does', async () => {
  const host = await rig.open();
  rig.say('broken');
  process.kill(lastPid(), 'SIGKILL');
  await until(() =>
    rig.lines.some((line) => line.startsWith('it exited with 3; it is started again in 200 ms')),
  );
  await expect(host.infer(askFor([1]))).rejects.toMatchObject({
    kind: 'unavailable',
    message: 'the model cannot answer: it exited with 3',
  });
  rig.unsay('broken');
  await until(() => host.isReady);
  expect((await host.infer(askFor([1]))).map(({ data }) => Number(data[0]))).toEqual([10, 1]);
});

it('gives up an answer that does not come in time, and goes on', async () => {
  const host = await rig.open({ timeout: 100 });
  rig.say('stall');
  await expect(host.infer(askFor([1]))).rejects.toMatchObject({ kind: 'timeout' });
  rig.unsay('stall');
  expect(rig.asked).toBe(1);
  expect(await host.infer(askFor([2]))).toHaveLength(2);
});

it.each([
  [
    '200 {"outputs":[{"name":"value","datatype":"FP32","shape":[1],"data":[NaN]}]}',
    'model',
    'it is not JSON',
  ],
  ['200 {"outputs":[]}', 'model', 'output "value" is missing'],
  ['500 {"error":"out of memory"}', 'model', '500 out of memory'],
  ['400 {"detail":"no such mail"}', 'declined', '400 no such mail'],
  ['429 later', 'busy', '429 later'],
])('reads %s as what it is', async (answer, kind, why) => {
  const host = await rig.open();
  rig.say('answer', answer);
  await expect(host.infer(askFor([1]))).rejects.toMatchObject({
    kind,
    message: expect.stringContaining(why) as string,
  });
});

it.each([
  ['exits', 'echo no GPU >&2; exit 4', 'it exited with 4'],
  ['is not found', '/does/not/exist', 'it exited with 127'],
  ['is never ready', 'exec sleep 600', 'it was not ready within 300 ms'],
])('is refused where the command %s', async (_, command, why) => {
  await expect(rig.open({ start: command.startsWith('exec') ? 300 : 30_000 }, command)).rejects.toMatchObject(
    {
      code: 'ERR_ML_MODEL_LOAD',
      message: expect.stringContaining(why) as string,
    },
  );
});

it('leaves no process of its group behind, not even a stubborn one', async () => {
  const command = `(trap '' TERM; exec sleep 600) & echo child $!; exec "${process.execPath}" serve.cjs`;
  const host = await rig.open({}, command);
  const child = Number(/child (\d+)/.exec(rig.lines.join('\n'))?.[1]);
  expect([isAlive(child), isAlive(lastPid())]).toEqual([true, true]);
  await host.close(0);
  expect([isAlive(child), isAlive(lastPid())]).toEqual([false, false]);
});
