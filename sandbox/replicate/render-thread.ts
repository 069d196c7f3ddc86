/** A real network and InvSR's character take seconds of a core: in a thread of their own, so that the store answers. */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { createLocalEngine } from '../../web/core/engines/local/local-engine.ts';
import { createNetRender, type Render, type Rendered, type RenderRequest } from './render.ts';

interface Order {
  readonly id: number;
  readonly request: Omit<RenderRequest, 'signal'>;
}

type Answer = { readonly id: number } & ({ readonly made: Rendered } | { readonly error: string });

export interface RenderThread {
  readonly render: Render;
  close(): Promise<void>;
}

/** @param cacheDir where converted networks are kept */
export function startRenderThread(cacheDir: string): RenderThread {
  const worker = new Worker(new URL(import.meta.url), { workerData: { cacheDir } });
  const waiting = new Map<number, PromiseWithResolvers<Rendered>>();
  let serial = 0;
  worker.on('message', (answer: Answer) => {
    const promise = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('made' in answer) promise?.resolve(answer.made);
    else promise?.reject(new Error(answer.error));
  });
  const failAll = (error: Error): void => {
    for (const promise of waiting.values()) promise.reject(error);
    waiting.clear();
  };
  worker.on('error', failAll);
  worker.on('exit', () => failAll(new Error('the GPU is gone')));
  return {
    render: ({ signal, ...request }) => {
      signal.throwIfAborted();
      serial += 1;
      const promise = Promise.withResolvers<Rendered>();
      waiting.set(serial, promise);
      worker.postMessage({ id: serial, request } satisfies Order);
      // The picture is finished all the same: a GPU does not stop in the middle of one either.
      signal.addEventListener('abort', () => promise.reject(signal.reason), { once: true });
      return promise.promise;
    },
    async close() {
      await worker.terminate();
    },
  };
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  const { cacheDir } = workerData as { cacheDir: string };
  const render = createNetRender({ engine: createLocalEngine({ cacheDir }) });
  const never = new AbortController().signal;
  port.on('message', ({ id, request }: Order) => {
    render({ ...request, signal: never }).then(
      (made) => port.postMessage({ id, made } satisfies Answer),
      (error: unknown) =>
        port.postMessage({
          id,
          error: error instanceof Error ? error.message : String(error),
        } satisfies Answer),
    );
  });
}
