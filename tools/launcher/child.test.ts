import { describe, expect, it } from 'vitest';
import { causeOfDeath } from './child.mjs';

describe('causeOfDeath', () => {
  it.each([
    ['SIGKILL', /killed from outside \(SIGKILL\), most likely for want of memory\./],
    ['SIGABRT', /SIGABRT/],
    ['SIGSEGV', /crashed in a native library \(SIGSEGV\)\./],
    ['SIGBUS', /crashed .* \(SIGBUS\)\./],
    ['SIGILL', /crashed .* \(SIGILL\)\./],
    ['SIGTERM', /ended from outside \(SIGTERM\)\./],
  ] as const)('is told of a program that %s ended', (signal, words) => {
    expect(causeOfDeath(1, signal)).toMatch(words);
  });

  it('is told of a crash on Windows, where it is an exit code', () => {
    expect(causeOfDeath(0xc0000005, null)).toBe('It crashed in a native library (0xc0000005).');
  });

  it('is nothing where the program ended by itself', () => {
    for (const code of [0, 1, 2, 3, 130]) expect(causeOfDeath(code, null)).toBeUndefined();
  });
});
