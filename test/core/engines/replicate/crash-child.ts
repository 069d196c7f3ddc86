/** One process that enhances one image and, if told so, ends at a fault point as by `kill -9`. */
import { readFile } from 'node:fs/promises';
import { decodeRasterPng } from '../../../../web/core/image/prepared.ts';
import { openStore } from '../../../../web/core/store/open.ts';
import { silentLog } from '../../../support/silent-log.ts';
import { type CrashOrder, openCrashService } from './crash-order.ts';

const order = JSON.parse(process.argv[2] ?? '{}') as CrashOrder;
const store = await openStore({
  databaseUrl: order.databaseUrl,
  dataDir: null,
  log: silentLog,
  now: () => new Date(),
  poolSize: 2,
  isSupervisor: false,
});
const { service, close } = openCrashService(order, store, (point) => {
  if (point === order.endsAt) process.kill(process.pid, 'SIGKILL');
});
const inputPng = await readFile(order.inputPath);
const rgb = await decodeRasterPng(inputPng, 3);
await service.engine.enhance(
  { ...order.request, input: { rgb, alpha: null, jpeg: null }, inputPng },
  { signal: new AbortController().signal },
);
// Only reached when the fault point was not passed: the test expects a signal.
await close();
await store.close();
