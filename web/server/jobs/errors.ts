import { VitrineError } from '../../core/errors.ts';

/** A handler throws it to end its job as failed at once: repeating would change nothing. */
export class GiveUpError extends VitrineError {
  constructor(cause: unknown) {
    const inner = cause instanceof VitrineError ? cause : null;
    super(
      inner?.code ?? 'job-given-up',
      inner?.sentence ?? 'This work cannot be done; see the log for the reason.',
      { cause, ...(cause instanceof Error ? { detail: cause.message } : {}) },
    );
  }
}

/** A job of a known name whose payload is not what the name promises: sent by another version of the program. */
export class JobPayloadError extends VitrineError {
  constructor(job: string, problems: string) {
    super('job-payload', 'Work that was queued by another version of the program cannot be read.', {
      detail: `The payload of ${job} is not readable: ${problems}.`,
    });
  }
}
