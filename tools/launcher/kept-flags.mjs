// @ts-check

/**
 * `npm run build --base /x/`, without `--` before the flags, has npm keep the flags for itself. It leaves them in the
 * environment, and a command that did something else than it was asked for would be worse than an error.
 *
 * @param {readonly string[]} options flags of the command that it was not given, without their dashes
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {string | undefined} what to tell the user
 */
export function keptFlag(options, env) {
  for (const option of options) {
    const value = keptValue(option, env);
    if (value === undefined) continue;
    const flag = /^(true|)$/.test(value) ? `--${option}` : `--${option}=${value}`;
    return (
      `npm kept --${option} for itself: write \`--\` before the flags, as in ` +
      `\`npm run ${env.npm_lifecycle_event ?? 'train'} -- ${flag}\`.`
    );
  }
  return undefined;
}

/**
 * npm takes `--no-evaluate` for `evaluate`, empty.
 * @param {string} option
 * @param {Readonly<Record<string, string | undefined>>} env
 */
function keptValue(option, env) {
  const kept = (/** @type {string} */ name) => env[`npm_config_${name.replaceAll('-', '_')}`];
  if (option.startsWith('no-') && kept(option.slice(3)) === '') return '';
  return kept(option) || undefined;
}
