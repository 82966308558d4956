const kiB = 1024;
const miB = 1024 * kiB;

/**
 * What a run may have at most, and a file or a number beyond it is none of Inkling's: a run that comes from somewhere
 * else takes neither the memory nor the time of who reads it. Each is above what the longest training of the
 * largest network that the flags of `train` allow would write.
 */
export const limits = {
  /** Bytes of a file; larger ones are not read. */
  bytes: {
    'run.json': 32 * miB,
    'history.json': 32 * miB,
    /** Grids and the picture of an evaluation. */
    png: 16 * miB,
    'model.json': miB,
    'weights.bin': 256 * miB,
    /** A checkpoint. */
    safetensors: 1024 * miB,
    /** The two files of an earlier checkpoint. */
    'state.json': 4 * miB,
    bin: 1024 * miB,
  },
  /** Characters of a name, such as that of a layer or a device, and of a message. */
  named: 300,
  said: 2000,
  /** Epochs of a run: what `train` takes at most, and the untrained one. */
  epochs: 10_001,
  /** Files that a record lists: five of each epoch, and three of the run. */
  files: 5 * 10_001 + 3,
  /** Steps of the thinned series. */
  steps: 10_000,
  /** Rows and columns of a grid, and digits of a picture's row. */
  side: 100,
  /** Classes that a generator is told, each a byte of a label. */
  classes: 256,
  /** Layers of a network, and dimensions of a shape. */
  layers: 1000,
  dimensions: 8,
  /** Entries of a table by name: metrics, versions, origins. */
  entries: 100,
  /** Tensors of a checkpoint, and bytes of the header that names them. */
  tensors: 10_000,
  header: 4 * miB,
  /** Size of a loss, a gradient or a score: charts compute with it, squares too. */
  measured: 1e100,
} as const;

/** Bytes that a file of this name may have at most; one of another name as many as the largest. */
export function mostBytesOf(path: string): number {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const known = Object.entries(limits.bytes).find(
    ([ending]) => name === ending || name.endsWith(`.${ending}`),
  );
  return known?.[1] ?? limits.bytes.bin;
}
