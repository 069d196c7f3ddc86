/** Every stand-in by its tag. */
import { actionLooks } from './actions.ts';
import { feedbackLooks } from './feedback.ts';
import { fieldLooks } from './fields.ts';
import { layoutLooks } from './layout.ts';
import type { Look } from './look.ts';
import { overlayLooks } from './overlays.ts';
import { tableLooks } from './table.ts';
import { textLooks } from './text.ts';

export const looks: Readonly<Record<string, Look>> = {
  ...actionLooks,
  ...feedbackLooks,
  ...fieldLooks,
  ...layoutLooks,
  ...overlayLooks,
  ...tableLooks,
  ...textLooks,
};
