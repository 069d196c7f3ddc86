import type { Scene } from './scene.ts';
import { engravedPrint } from './scenes/engraved-print.ts';
import { glassTumbler } from './scenes/glass-tumbler.ts';
import { glazedSpheres } from './scenes/glazed-spheres.ts';
import { linenCushion } from './scenes/linen-cushion.ts';
import { perfumeFlacon } from './scenes/perfume-flacon.ts';
import { printedTee } from './scenes/printed-tee.ts';
import { runningShoe } from './scenes/running-shoe.ts';
import { serumBottle } from './scenes/serum-bottle.ts';
import { steelWatch } from './scenes/steel-watch.ts';
import { stonewareMug } from './scenes/stoneware-mug.ts';
import { tartanScarf } from './scenes/tartan-scarf.ts';
import { teaCarton } from './scenes/tea-carton.ts';
import { tomatoTin } from './scenes/tomato-tin.ts';

/** Every product that the sandbox's photographer has on the shelf. */
export const scenes: readonly Scene[] = [
  serumBottle,
  stonewareMug,
  teaCarton,
  runningShoe,
  steelWatch,
  linenCushion,
  tomatoTin,
  glassTumbler,
  tartanScarf,
  engravedPrint,
  perfumeFlacon,
  printedTee,
  glazedSpheres,
];
