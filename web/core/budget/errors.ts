import { VitrineError } from '../errors.ts';

export type BudgetErrorCode = 'budget-image-cap' | 'budget-day-cap' | 'budget-shop-cap';

/** The work would pass a cap that somebody set. Nothing was asked for and nothing is owed. */
export class BudgetError extends VitrineError {
  declare readonly code: BudgetErrorCode;
  constructor(code: BudgetErrorCode, sentence: string) {
    super(code, sentence, { isReported: false });
  }
}
