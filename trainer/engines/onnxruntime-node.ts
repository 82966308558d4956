import process from 'node:process';

// ONNX Runtime calls its vendor, and keeps an id of the device in the user's cache, unless this is set before its
// library is loaded. Training asks nothing of the network, so the package is imported here and nowhere else.
process.env.ORT_DISABLE_TELEMETRY = '1';
const onnxruntime = await import('onnxruntime-node');

export const { InferenceSession } = onnxruntime;
export const Tensor = onnxruntime.Tensor;
export type Tensor = import('onnxruntime-node').Tensor;
