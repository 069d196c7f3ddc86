/**
 * How often pg-boss looks for jobs whose worker died and for recurring jobs that are due. Its own default of a minute
 * would leave an image waiting for most of that after a crash.
 */
export const upkeep = {
  superviseIntervalSeconds: 10,
  monitorIntervalSeconds: 10,
  cronMonitorIntervalSeconds: 30,
} as const;
