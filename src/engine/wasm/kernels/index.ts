// Everything the engine calls. Memory is imported; no runtime, no statics.
export { matmul, transpose } from "./matmul";
export { rmsNorm, rmsNormBackward } from "./rmsNorm";
export { rotate } from "./rope";
export { swiglu, swigluBackward } from "./swiglu";
export { attention, attentionBackward, attentionStep, fillCache } from "./attention";
export { softmaxStats, logprobBackward } from "./softmax";
export { gatherRows, scatterAddRows, addBias, biasBackward, valueHead, valueHeadBackward } from "./rows";
export { sumOfSquares, adamW } from "./optimizer";
