// @ts-check
import process from 'node:process';

/** Something that has a plain explanation: the sentence is printed alone, and the launcher exits with the code. */
export class Problem extends Error {
  /**
   * @param {string} sentence
   * @param {number} exitCode 1: failed, 2: bad input
   */
  constructor(sentence, exitCode = 1) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

/** Colours are for terminals whose owner has not refused them (https://no-color.org). */
const colours = process.stderr.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';

/**
 * One line on stderr; stdout belongs to the command.
 * @param {string} sentence
 */
export function say(sentence) {
  process.stderr.write(`${colours ? '\u001b[2minkling:\u001b[0m' : 'inkling:'} ${sentence}\n`);
}

/**
 * Shows how long something is taking, in place, on a terminal; elsewhere nothing, as logs need no clock.
 * @param {string} what
 * @returns {() => void} clears the line
 */
export function showProgress(what) {
  if (process.stderr.isTTY !== true || process.env.TERM === 'dumb') return () => {};
  const start = Date.now();
  const draw = () => {
    const seconds = Math.round((Date.now() - start) / 1000);
    process.stderr.write(`\r\u001b[2K${what} … ${seconds} s`);
  };
  const timer = setInterval(draw, 1000);
  draw();
  return () => {
    clearInterval(timer);
    process.stderr.write('\r\u001b[2K');
  };
}
