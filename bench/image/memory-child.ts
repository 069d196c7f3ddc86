// node memory-child.ts CACHE_DIR MODEL SIDE STEPS → one JSON line with the peak memory of this process.
import { createLocalEngine } from '../../web/core/engines/local/local-engine.ts';
import { noCancelling, requestFor } from './request.ts';

const [cacheDir = '', model = '', side = '', steps = ''] = process.argv.slice(2);
const sidePx = Number(side);
const data = new Uint8Array(sidePx * sidePx * 3);
for (let at = 0; at < data.length; at++) data[at] = 128 + 90 * Math.sin(at / 17) + ((at * 7919) % 23);
const engine = createLocalEngine({ cacheDir });
const request = requestFor(
  { rgb: { data, widthPx: sidePx, heightPx: sidePx, channels: 3 }, jpeg: null },
  model,
  Number(steps),
);
const { rgb, provenance } = await engine.enhance(request, noCancelling);
await engine.close();
console.log(
  JSON.stringify({
    outputPixels: rgb.widthPx * rgb.heightPx,
    elapsedMs: provenance.elapsedMs,
    // Kibibytes on Linux and macOS alike, as libuv gives them.
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }),
);
