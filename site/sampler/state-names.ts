/** How many latent directions can be moved along. */
export const directionCount = 4;

export const moveNames = Array.from({ length: directionCount }, (_, k) => `move${k + 1}`);

/**
 * Names of every parameter of the sampler in an address. They stand apart from what the parameters mean, which a
 * page need not load to see that it has been asked for one.
 */
export const stateNames = ['seed', 'class', 'truncation', ...moveNames, 'from', 'to', 'at'];
