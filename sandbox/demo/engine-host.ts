import { defaultModels } from '../../web/core/engines/models/register.ts';
import { startCogSandbox } from '../cog/sandbox.ts';
import { startRenderThread } from '../replicate/render-thread.ts';
import { createReplicateSandbox } from '../replicate/sandbox.ts';
import type { Sandbox } from '../start.ts';

/** What stands for the GPU that the chosen engine runs on. */
export interface EngineHost {
  /** What the app has to be told. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** A Replicate account or a Cog server beside the store. Its pictures come from a real network on this machine. */
export async function openEngineHost(
  engine: 'local' | 'replicate' | 'cog',
  sandbox: Sandbox,
  cacheDir: string,
): Promise<EngineHost> {
  if (engine === 'local') return { env: {}, close: async () => undefined };
  const gpu = startRenderThread(cacheDir);
  const { render } = gpu;
  // Whoever runs the demo sees the licence in its table; the pictures are not InvSR's own.
  const confirmed = { VITRINE_CONFIRMED_LICENCES: defaultModels[engine] };
  if (engine === 'cog') {
    const cog = await startCogSandbox({ render, setupMs: 500 });
    return {
      env: { ...confirmed, VITRINE_COG_URLS: cog.url },
      async close() {
        await cog.close();
        await gpu.close();
      },
    };
  }
  const replicate = createReplicateSandbox({ render, machines: 2, coldBootMs: 1000, runMs: 200 });
  replicate.mountedAt(`${sandbox.origin}/replicate`);
  await replicate.listen();
  sandbox.mount('/replicate', replicate.listener);
  return {
    env: {
      ...confirmed,
      REPLICATE_API_TOKEN: replicate.tokens[0],
      REPLICATE_WEBHOOK_SECRET: replicate.webhookSecret,
    },
    async close() {
      await replicate.close();
      await gpu.close();
    },
  };
}
