// Where the plot area lies in its chart, in pixels: the drawing and the cursor above it must agree.

export const PLOT_EDGES = {
  top: 6,
  /** Height of the step axis. */
  bottom: 22,
  /** Width of each value axis. */
  axis: 42,
  /** Right of a chart without a right axis. */
  right: 14,
} as const;
